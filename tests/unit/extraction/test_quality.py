from __future__ import annotations

import datetime

import pytest

from extraction.pipeline import Pipeline
from extraction.quality import compare, make_linker, micro, read_gold, type_of
from kms.evidence.models import Evidence
from kms.ontology import load_ontology
from kms.ontology.model import Ontology
from kms.sample.markup import parse_markup
from kms.sample.models import SampleCatalog, SampleProduct, SampleReview


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="module")
def catalog() -> SampleCatalog:
    review = SampleReview(
        id="AUD-001-R1",
        product_id="AUD-001",
        rating=4,
        date=datetime.date(2026, 1, 1),
        language="en",
        title=parse_markup("[Great](+0)"),
        text=parse_markup(
            "The [sound](aspect=sound_quality#1) is [good](+1) and the [fit](aspect=fit) is there."
        ),
    )
    product = SampleProduct(
        id="AUD-001",
        file="x.yaml",
        line=1,
        class_id="over_ear_headphones",
        brand="Veldra",
        split="train",
        language="en",
        price=None,
        image=None,
        title=parse_markup("[Veldra](brand=veldra) Hush [over-ear headphones](class=over_ear_headphones)"),
        description=parse_markup(
            "[Not](not>1) [waterproof](water_resistance=waterproof#1). Lighter than the [Drift](product=?#2) of "
            "[310 g](weight=310 gram@2), goes with the [Case](product=?:complements)."
        ),
        reviews=(review,),
    )
    return SampleCatalog((product,))


def test_the_annotation_as_evidence(catalog: SampleCatalog, ontology: Ontology) -> None:
    gold = read_gold(catalog, ontology)
    assert [g.document.field for g in gold] == ["title", "description", "review_title", "review_text"]
    said = [(e.relation, e.surface, e.negated, e.polarity) for g in gold for e in g.evidence]
    assert said == [
        ("made_by", "Veldra", False, None),
        ("in_category", "over-ear headphones", False, None),
        ("has_value", "waterproof", True, None),
        ("mentions", "Drift", False, None),
        ("complements", "Case", False, None),
        ("has_aspect", "Great", False, "positive"),
        ("has_aspect", "sound", False, "positive"),
    ]


def test_the_annotation_is_right_by_itself(catalog: SampleCatalog, ontology: Ontology) -> None:
    gold = read_gold(catalog, ontology)
    quality = compare(gold, [e for g in gold for e in g.evidence], make_linker(catalog, ontology))
    for table in (quality.spans, quality.relations, quality.facts):
        assert table[""].f1 == 1.0
    assert quality.opinions().gold == 2
    assert quality.relations["negates"].right == 1
    assert quality.relations["complements"].right == 1
    assert quality.facts["aspect"].gold == 2


def test_nothing_found_is_zero(catalog: SampleCatalog, ontology: Ontology) -> None:
    quality = compare(read_gold(catalog, ontology), [], make_linker(catalog, ontology))
    assert quality.spans[""].precision == quality.spans[""].recall == 0.0
    assert quality.spans[""].gold == 8


def test_each_mistake_counts_where_it_is(catalog: SampleCatalog, ontology: Ontology) -> None:
    gold = read_gold(catalog, ontology)

    def spoil(evidence: Evidence) -> Evidence:
        if evidence.relation == "has_value":
            return evidence.model_copy(update={"negated": False})
        if evidence.surface == "sound":
            return evidence.model_copy(update={"polarity": "negative"})
        return evidence

    found = [spoil(e) for g in gold for e in g.evidence]
    quality = compare(gold, found, make_linker(catalog, ontology))
    assert quality.spans[""].f1 == 1.0
    assert quality.relations["negates"].predicted == 0
    assert quality.relations["opinion_positive"].right == 1
    assert quality.relations["opinion_negative"].predicted == 1
    assert quality.facts["water_resistance"].right == 0
    assert quality.facts["aspect"].right == 1


def test_other_documents_do_not_count(catalog: SampleCatalog, ontology: Ontology) -> None:
    gold = read_gold(catalog, ontology)
    found = [e for g in gold for e in g.evidence]
    title = compare(gold[:1], found, make_linker(catalog, ontology))
    assert title.spans[""].predicted == 2
    assert micro(title.spans, without=["brand"]).predicted == 1


def test_the_pipeline_on_it(catalog: SampleCatalog, ontology: Ontology) -> None:
    gold = read_gold(catalog, ontology)
    found = Pipeline(ontology).extract([(g.document, g.context) for g in gold])
    quality = compare(gold, found, make_linker(catalog, ontology))
    assert quality.spans["brand"].f1 == quality.spans["water_resistance"].f1 == 1.0
    assert "weight" not in quality.spans
    assert {type_of(e) for e in found} >= {"brand", "class", "water_resistance"}
