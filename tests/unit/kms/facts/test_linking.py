from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kms.evidence.models import Evidence
from kms.facts.linking import FIELD_RELIABILITY, LINK_CERTAINTY, Linker
from kms.facts.models import Fact, Proposal, ProposalReason, Rejection, RejectionReason
from kms.facts.products import ProductNames
from kms.ontology.labels import text_key
from kms.ontology.model import Ontology

Make = Callable[..., Evidence]


@pytest.fixture
def linker(ontology: Ontology) -> Linker:
    titles = {"P": "Veldra Hush 2 headphones", "Q": "Norvik Drift headphones", "R": "Norvik Drift S earbuds"}
    return Linker(ontology, brands=["Veldra", "Köhler & Söhne", "云灶"], products=ProductNames(titles))


def fact(linked: object) -> Fact:
    assert isinstance(linked, Fact), linked
    return linked


def proposal(linked: object) -> Proposal:
    assert isinstance(linked, Proposal), linked
    return linked


@pytest.mark.parametrize(
    ("surface", "language", "target", "method"),
    [
        ("stainless steel", "en", "value:materials/stainless_steel", "exact"),
        ("Stainless-Steel", "en", "value:materials/stainless_steel", "exact"),
        ("不锈钢", "zh", "value:materials/stainless_steel", "exact"),
        ("stainles steel", "en", "value:materials/stainless_steel", "fuzzy"),
    ],
)
def test_values_are_linked_by_exact_normalised_and_fuzzy_names(
    linker: Linker, evidence: Make, surface: str, language: str, target: str, method: str
) -> None:
    linked = fact(linker.link(evidence("has_value", surface, attribute="material", language=language)))
    assert (linked.target.id, linked.method) == (target, method)
    assert linked.target.label_zh == "不锈钢"


def test_graphite_is_an_alternative_label_of_grey(linker: Linker, evidence: Make) -> None:
    linked = fact(linker.link(evidence("has_value", "graphite", attribute="colour")))
    assert (linked.target.id, linked.method) == ("value:colours/grey", "alternative")


def test_a_value_that_the_extractor_knows_is_taken(linker: Linker, evidence: Make) -> None:
    linked = fact(linker.link(evidence("has_value", "whatever", attribute="colour", value="red")))
    assert (linked.target.id, linked.method) == ("value:colours/red", "given")


def test_confidence_is_evidence_times_field_times_link(linker: Linker, evidence: Make) -> None:
    linked = fact(
        linker.link(evidence("has_value", "graphite", attribute="colour", field="title", confidence=0.5))
    )
    assert linked.confidence == pytest.approx(
        0.5 * FIELD_RELIABILITY["title"] * LINK_CERTAINTY["alternative"]
    )


@pytest.mark.parametrize(
    ("surface", "negated", "target", "label"),
    [
        ("cordless", False, "true", "wireless"),
        ("wired", False, "false", "wired"),
        ("有线", False, "false", "wired"),
        ("wired", True, "true", "wireless"),
    ],
)
def test_the_word_for_the_opposite_says_no(
    linker: Linker, evidence: Make, surface: str, negated: bool, target: str, label: str
) -> None:
    linked = fact(
        linker.link(evidence("has_value", surface, attribute="wireless", value="", negated=negated))
    )
    assert (linked.target.id, linked.target.label_en) == (f"value:wireless/{target}", label)


def test_what_no_vocabulary_knows_is_proposed_and_makes_no_node(linker: Linker, evidence: Make) -> None:
    linked = proposal(linker.link(evidence("has_value", "unobtainium", attribute="material")))
    assert (linked.kind, linked.attribute, linked.surface) == ("value", "material", "unobtainium")


def test_embedding_comes_last_and_only_above_its_cutoff(ontology: Ontology, evidence: Make) -> None:
    near = ontology.vocabularies["materials"].values["wool"].label.en

    def encode(text: str) -> np.ndarray:
        vector = np.zeros(2, dtype=np.float32)
        vector[0 if text in {near, "shorn from sheep"} else 1] = 1.0
        return vector

    linker = Linker(ontology, encode=encode)
    linked = fact(linker.link(evidence("has_value", "shorn from sheep", attribute="material")))
    assert (linked.target.id, linked.method) == ("value:materials/wool", "embedding")
    assert isinstance(
        Linker(ontology).link(evidence("has_value", "shorn from sheep", attribute="material")), Proposal
    )


def test_quantities_get_one_key_whatever_the_unit(linker: Linker, evidence: Make) -> None:
    kilograms = fact(linker.link(evidence("has_value", "1.5 kg", attribute="weight")))
    grams = fact(linker.link(evidence("has_value", "1500克", attribute="weight", language="zh")))
    assert kilograms.target.id == grams.target.id == "value:weight/1.5 kilogram"
    assert kilograms.quantity is not None


def test_a_quantity_of_the_wrong_dimension_is_rejected_with_what_it_would_say(
    linker: Linker, evidence: Make
) -> None:
    linked = linker.link(evidence("has_value", "20 cm", attribute="weight"))
    assert isinstance(linked, Rejection)
    assert linked.reason is RejectionReason.WRONG_UNIT
    assert linked.fact is not None
    assert linked.fact.target.id == "value:weight/20_cm"


def test_a_text_without_a_unit_is_no_quantity_and_proposed(linker: Linker, evidence: Make) -> None:
    linked = proposal(linker.link(evidence("has_value", "rather heavy", attribute="weight")))
    assert linked.reason is ProposalReason.NOT_A_QUANTITY


@pytest.mark.parametrize(
    ("surface", "value", "negated", "target"),
    [
        ("foldable", "true", False, "true"),
        ("foldable", "true", True, "false"),
        ("folding", "", False, "true"),
        ("Yes", "Yes", False, "true"),
        ("无", "", False, "false"),
    ],
)
def test_booleans_and_their_denial(
    linker: Linker, evidence: Make, surface: str, value: str, negated: bool, target: str
) -> None:
    item = evidence("has_value", surface, attribute="foldable", value=value, negated=negated)
    linked = fact(linker.link(item))
    assert linked.target.id == f"value:foldable/{target}"
    assert not linked.negated


def test_only_brands_of_the_catalogue_are_brands(linker: Linker, evidence: Make) -> None:
    assert fact(linker.link(evidence("made_by", "VELDRA"))).target.id == "brand:veldra"
    assert fact(linker.link(evidence("made_by", "云灶"))).target.id == "brand:云灶"
    assert fact(linker.link(evidence("made_by", "Köhler & Söhne"))).target.key == text_key("köhler & söhne")
    assert proposal(linker.link(evidence("made_by", "Acme"))).kind == "brand"


def test_products_in_passing(linker: Linker, evidence: Make) -> None:
    assert fact(linker.link(evidence("complements", "Norvik Drift S"))).target.id == "product:R"
    assert fact(linker.link(evidence("substitutes", "x", value="Q"))).target.id == "product:Q"
    assert proposal(linker.link(evidence("substitutes", "Norvik"))).kind == "product"


def test_mentions_that_say_nothing_of_the_product_are_rejected(linker: Linker, evidence: Make) -> None:
    def reason(item: Evidence) -> RejectionReason:
        linked = linker.link(item)
        assert isinstance(linked, Rejection)
        return linked.reason

    assert reason(evidence("substitutes", "Veldra Hush 2", value="P")) is RejectionReason.ITSELF
    unknown = evidence("substitutes", "B0X", value="B0X", extractor="shop", field="shop")
    assert reason(unknown) is RejectionReason.NOT_IN_CATALOGUE
    assert reason(evidence("mentions", "Norvik Drift")) is RejectionReason.NO_FACT
    assert reason(evidence("orbits", "Norvik Drift")) is RejectionReason.UNKNOWN_RELATION


def test_unknown_attribute_is_proposed(linker: Linker, evidence: Make) -> None:
    assert proposal(linker.link(evidence("has_value", "x", attribute="nonsense"))).kind == "attribute"


@pytest.mark.parametrize(
    ("relation", "surface", "target"),
    [
        ("in_category", "over-ear headphones", "category:over_ear_headphones"),
        ("suited_for", "commuting", "use:commuting"),
        ("for_audience", "children", "audience:children"),
        ("has_aspect", "battery life", "aspect:battery_life"),
    ],
)
def test_concepts(linker: Linker, evidence: Make, relation: str, surface: str, target: str) -> None:
    assert fact(linker.link(evidence(relation, surface))).target.id == target


def test_product_names_prefer_the_only_title_that_begins_so() -> None:
    names = ProductNames({"A": "Drift headphones", "B": "case for Drift headphones"})
    assert names.find("Drift headphones") == "A"
    assert names.find("Drift") is None or names.find("Drift") == "A"
    assert names.find("Drift headphones", besides="A") == "B"
    assert names.find("") is None
    assert names.title("A") == "Drift headphones"
