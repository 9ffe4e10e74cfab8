from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.evidence.models import Evidence
from kms.facts.fusion import MOST_EVIDENCE, fuse
from kms.facts.linking import claim_node, concept_node
from kms.facts.models import Fact
from kms.graph.models import Edge, Node
from kms.ontology import Ontology, attribute_claim
from kms.quantities.values import Quantity, parse_quantity

Make = Callable[..., Evidence]


def value(key: str) -> Node:
    return Node(id=f"value:{key}", type="value", key=key)


def claim(
    item: Evidence, target: str, confidence: float, *, negated: bool = False, si: Quantity | None = None
) -> Fact:
    return Fact(item, value(target), confidence, "exact", negated, si)


def edges(facts: list[Fact]) -> dict[str, Edge]:
    return {e.target.removeprefix("value:"): e for e in fuse("product:P", facts)[1]}


def test_beliefs_of_two_documents_join_by_noisy_or(evidence: Make) -> None:
    facts = [claim(evidence("has_value", attribute="material"), "materials/steel", c) for c in (0.8, 0.5)]
    edge = edges(facts)["materials/steel"]
    assert edge.confidence == pytest.approx(1 - 0.2 * 0.5)
    assert edge.support == 2


def test_one_document_says_a_thing_once(evidence: Make) -> None:
    facts = [
        claim(
            evidence("has_value", attribute="material", document_id="D", start=i, end=i + 1),
            "materials/steel",
            c,
        )
        for i, c in enumerate((0.8, 0.7, 0.6))
    ]
    assert edges(facts)["materials/steel"].confidence == pytest.approx(0.8)


def test_denial_outweighs_a_weaker_claim_and_marks_a_stronger_one(evidence: Make) -> None:
    strong, weak = (evidence("has_value", attribute="water_resistance") for _ in range(2))
    against = evidence("has_value", attribute="water_resistance", negated=True)
    target = "water_resistance/waterproof"
    assert edges([claim(weak, target, 0.5), claim(against, target, 0.6, negated=True)]) == {}
    kept = edges([claim(strong, target, 0.9), claim(against, target, 0.6, negated=True)])[target]
    assert kept.confidence == pytest.approx(0.9 * 0.4 / (1 - 0.9 * 0.6))
    assert kept.properties["denied_by"] == 1


def test_a_value_of_a_table_stays_in_use_against_a_reviewer(evidence: Make) -> None:
    table, doubt = (evidence("has_value", attribute="care", field=f) for f in ("table", "review_text"))
    target = "care/dishwasher_safe"
    kept = edges([claim(table, target, 0.9), claim(doubt, target, 0.63, negated=True)])[target]
    assert kept.confidence >= 0.5
    assert kept.properties["denied_by"] == 1


def test_quantities_that_agree_are_one_under_the_stronger_form(evidence: Make) -> None:
    kilogram, pound = parse_quantity("1 kg", "mass"), parse_quantity("2.2 lb", "mass")
    facts = [
        claim(evidence("has_value", "1 kg", attribute="weight"), "weight/1 kilogram", 0.9, si=kilogram),
        claim(evidence("has_value", "2.2 lb", attribute="weight"), "weight/0.997903 kilogram", 0.5, si=pound),
    ]
    found = edges(facts)
    assert list(found) == ["weight/1 kilogram"]
    assert found["weight/1 kilogram"].confidence == pytest.approx(0.95)
    assert found["weight/1 kilogram"].properties == {
        "written": "1 kg",
        "si_low": 1.0,
        "si_high": 1.0,
        "preferred": True,
    }


def test_ranges_that_overlap_do_not_contradict_each_other(evidence: Make) -> None:
    wide, one = parse_quantity("100-240 V", "voltage"), parse_quantity("230 V", "voltage")
    other = parse_quantity("12 V", "voltage")
    facts = [
        claim(evidence("has_value", "100-240 V", attribute="voltage"), "voltage/100..240 volt", 0.9, si=wide),
        claim(evidence("has_value", "230 V", attribute="voltage"), "voltage/230 volt", 0.5, si=one),
    ]
    found = edges(facts)
    assert [edge.properties.get("conflict") for edge in found.values()] == [None, None]
    assert all(edge.properties["preferred"] for edge in found.values())
    assert found["voltage/100..240 volt"].properties["si_low"] == 100.0
    assert found["voltage/100..240 volt"].properties["si_high"] == 240.0
    found = edges(
        [*facts, claim(evidence("has_value", "12 V", attribute="voltage"), "voltage/12 volt", 0.3, si=other)]
    )
    assert found["voltage/12 volt"].properties["conflict"]
    assert not found["voltage/12 volt"].properties["preferred"]
    assert found["voltage/230 volt"].properties["preferred"]


def test_quantities_in_conflict_stay_and_the_stronger_is_preferred(evidence: Make) -> None:
    facts = [
        claim(evidence("has_value", w, attribute="weight"), f"weight/{w}", c, si=parse_quantity(w, "mass"))
        for w, c in (("1 kg", 0.9), ("2 kg", 0.6))
    ]
    found = edges(facts)
    assert found["weight/1 kg"].properties["preferred"] is True
    assert found["weight/2 kg"].properties["preferred"] is False
    assert all(e.properties["conflict"] is True for e in found.values())


def test_yes_and_no_conflict(evidence: Make) -> None:
    facts = [
        claim(evidence("has_value", attribute="foldable"), "foldable/true", 0.6),
        claim(evidence("has_value", attribute="foldable"), "foldable/false", 0.9),
    ]
    found = edges(facts)
    assert found["foldable/false"].properties["preferred"] is True
    assert found["foldable/true"].properties["preferred"] is False


def test_several_values_of_an_enum_do_not_conflict(evidence: Make) -> None:
    facts = [claim(evidence("has_value", attribute="colour"), f"colours/{c}", 0.9) for c in ("red", "blue")]
    assert all("conflict" not in e.properties for e in edges(facts).values())


def test_aspects_count_opinions(evidence: Make) -> None:
    aspect = Node(id="aspect:comfort", type="aspect", key="comfort")
    facts = [
        Fact(evidence("has_aspect", polarity=polarity, opinion=(i, i + 1)), aspect, 0.7, "exact")
        for i, polarity in enumerate(["positive", "positive", "negative", "neutral"])
    ]
    edge = fuse("product:P", facts)[1][0]
    assert {k: edge.properties[k] for k in ("positive", "negative", "neutral")} == {
        "positive": 2,
        "negative": 1,
        "neutral": 1,
    }
    assert edge.properties["polarity"] == pytest.approx(0.25)


def test_rule_and_model_on_one_opinion_count_once(evidence: Make) -> None:
    aspect = Node(id="aspect:comfort", type="aspect", key="comfort")
    facts = [
        Fact(
            evidence("has_aspect", polarity="positive", opinion=(5, 9), document_id="D", extractor=extractor),
            aspect, 0.7, "exact",
        )
        for extractor in ("rules", "model")
    ]  # fmt: skip
    edge = fuse("product:P", facts)[1][0]
    assert edge.properties["positive"] == 1
    assert edge.extractors == ("model", "rules")


def test_the_shop_settles_the_category(evidence: Make) -> None:
    def category(key: str, extractor: str, confidence: float) -> Fact:
        node = Node(id=f"category:{key}", type="category", key=key)
        return Fact(evidence("in_category", extractor=extractor), node, confidence, "exact")

    facts = [category("kettle", "shop", 0.9), *(category("pan", "rules", 0.9) for _ in range(5))]
    assert [e.target for e in fuse("product:P", facts)[1]] == ["category:kettle"]


def test_evidence_is_capped_but_counted(evidence: Make) -> None:
    facts = [
        claim(evidence("has_value", attribute="colour"), "colours/red", 0.5) for _ in range(MOST_EVIDENCE + 5)
    ]
    edge = edges(facts)["colours/red"]
    assert len(edge.evidence) == MOST_EVIDENCE
    assert edge.support == MOST_EVIDENCE + 5


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["red", "blue"]), st.floats(0.01, 0.99), st.booleans(), st.sampled_from("ABC")
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_reading_does_not_matter(
    claims: list[tuple[str, float, bool, str]], shuffle: random.Random
) -> None:
    facts = []
    for place, (colour, confidence, negated, document) in enumerate(claims):
        item = Evidence(
            document_id=document, document_hash="h", product_id="P", field="description", language="en",
            start=place, end=place + 1, surface="x", relation="has_value", attribute="colour", negated=negated,
            sentence=(0, 1), confidence=confidence, extractor="rules", extractor_version="1", ontology_release="1",
        )  # fmt: skip
        facts.append(claim(item, f"colours/{colour}", confidence, negated=negated))
    before = fuse("product:P", facts)
    shuffle.shuffle(facts)
    assert fuse("product:P", facts) == before
    assert all(0 <= e.confidence <= 1 for e in before[1])


def stated_value(item: Evidence, ontology: Ontology, confidence: float, *, negated: bool = False) -> Fact:
    node = claim_node(attribute_claim(item.attribute, item.value), ontology)
    return Fact(item, node, confidence, "given", negated)


def test_a_narrow_value_states_the_broader_ones_with_its_evidence(evidence: Make, ontology: Ontology) -> None:
    item = evidence("has_value", "Bluetooth 5.3", attribute="connectivity", value="bluetooth_5_3")
    _, found = fuse("product:P", [stated_value(item, ontology, 0.8)], ontology)
    by_target = {edge.target: edge for edge in found}
    assert set(by_target) == {
        "value:connectivity/bluetooth_5_3",
        "value:connectivity/bluetooth",
        "value:wireless/true",
    }
    assert "implied_by" not in by_target["value:connectivity/bluetooth_5_3"].properties
    wireless = by_target["value:wireless/true"]
    assert wireless.attribute == "wireless"
    assert wireless.evidence == (item.id,)
    assert wireless.confidence == pytest.approx(0.8)
    assert wireless.properties["implied_by"] == "connectivity:value:connectivity/bluetooth_5_3"
    assert all("conflict" not in edge.properties for edge in found)


def test_a_value_and_its_broader_one_support_each_other(evidence: Make, ontology: Ontology) -> None:
    narrow = evidence("has_value", "IPX7", attribute="water_resistance", value="ipx7")
    broad = evidence("has_value", "waterproof", attribute="water_resistance", value="waterproof")
    facts = [stated_value(narrow, ontology, 0.8), stated_value(broad, ontology, 0.5)]
    by_target = {edge.target: edge for edge in fuse("product:P", facts, ontology)[1]}
    waterproof = by_target["value:water_resistance/waterproof"]
    assert waterproof.confidence == pytest.approx(1 - 0.2 * 0.5)
    assert waterproof.evidence[0] == broad.id
    assert "implied_by" not in waterproof.properties
    assert by_target["value:water_resistance/ipx7"].confidence == pytest.approx(0.8)


def test_a_stated_no_outweighs_an_implied_yes(evidence: Make, ontology: Ontology) -> None:
    wired = evidence("has_value", "wired", attribute="wireless", value="false")
    codec = evidence("has_value", "aptX", attribute="audio_codec", value="aptx")
    facts = [stated_value(wired, ontology, 0.9), stated_value(codec, ontology, 0.7)]
    by_target = {edge.target: edge for edge in fuse("product:P", facts, ontology)[1]}
    assert by_target["value:wireless/false"].properties["preferred"] is True
    assert by_target["value:wireless/true"].properties["preferred"] is False


def test_denying_the_broader_value_weakens_the_narrower(evidence: Make, ontology: Ontology) -> None:
    narrow = evidence("has_value", "navy", attribute="colour", value="navy")
    denial = evidence("has_value", "blue", attribute="colour", value="blue", negated=True)
    facts = [stated_value(narrow, ontology, 0.8), stated_value(denial, ontology, 0.6, negated=True)]
    by_target = {edge.target: edge for edge in fuse("product:P", facts, ontology)[1]}
    assert by_target["value:colours/navy"].confidence == pytest.approx(0.8 * 0.7 / (1 - 0.8 * 0.3))
    assert by_target["value:colours/blue"].confidence == pytest.approx(0.8 * 0.4 / (1 - 0.8 * 0.6))


@pytest.mark.parametrize(
    ("surface", "class_id", "uses"),
    [
        ("running shoes", "sneakers", {"use:running"}),
        ("travel mug", "mug", {"use:travel"}),
        ("camping stove", "camping_stove", set()),
        ("sneakers", "sneakers", set()),
    ],
)
def test_another_name_of_a_class_speaks_for_the_uses_in_it(
    evidence: Make, ontology: Ontology, surface: str, class_id: str, uses: set[str]
) -> None:
    item = evidence("in_category", surface, field="title")
    fact = Fact(item, concept_node("category", ontology.classes[class_id]), 0.9, "exact")
    edges_made = fuse("product:P", [fact], ontology)[1]
    assert {edge.target for edge in edges_made if edge.relation == "suited_for"} == uses


def test_a_class_implies_only_what_it_can_have(evidence: Make, ontology: Ontology) -> None:
    def category(key: str) -> Fact:
        return Fact(evidence("in_category"), concept_node("category", ontology.classes[key]), 0.9, "exact")

    earbuds = fuse("product:P", [category("true_wireless_earbuds")], ontology)[1]
    assert {"value:wearing_style/in_ear", "value:wireless/true"} <= {edge.target for edge in earbuds}
    scale = evidence("has_value", "Bluetooth", attribute="connectivity", value="bluetooth")
    found = fuse("product:P", [category("kitchen_scale"), stated_value(scale, ontology, 0.9)], ontology)[1]
    assert "value:wireless/true" not in {edge.target for edge in found}


def test_of_an_attribute_with_one_value_the_strongest_is_preferred(
    evidence: Make, ontology: Ontology
) -> None:
    facts = [
        claim(evidence("has_value", attribute="material"), f"materials/{name}", confidence)
        for name, confidence in (("steel", 0.9), ("oak", 0.6))
    ]

    def settled(cardinality: str) -> dict[str, bool | None]:
        material = ontology.attributes["material"].model_copy(update={"cardinality": cardinality})
        own = ontology.model_copy(update={"attributes": {**ontology.attributes, "material": material}})
        return {
            edge.target.rpartition("/")[2]: edge.properties.get("preferred")  # type: ignore[misc]
            for edge in fuse("product:P", facts, own)[1]
            if edge.target.startswith("value:materials/") and "implied_by" not in edge.properties
        }

    assert settled("one") == {"steel": True, "oak": False}
    assert settled("many") == {"steel": None, "oak": None}


def test_the_shops_own_cell_goes_before_a_stronger_reading_of_a_title(
    evidence: Make, ontology: Ontology
) -> None:
    material = ontology.attributes["material"].model_copy(update={"cardinality": "one"})
    own = ontology.model_copy(update={"attributes": {**ontology.attributes, "material": material}})
    cell = evidence("has_value", attribute="material", field="table")
    title = evidence("has_value", attribute="material", field="title")
    facts = [claim(cell, "materials/oak", 0.6), claim(title, "materials/steel", 0.9)]
    preferred = {e.target: e.properties.get("preferred") for e in fuse("product:P", facts, own)[1]}
    assert preferred["value:materials/oak"] is True and preferred["value:materials/steel"] is False


@pytest.mark.parametrize(
    ("surface", "cell", "unit"),
    [("50", "50 gram", "g"), ("3-4", "3..4 millimeter", "mm"), ("50 g", "50 gram", None)],
)
def test_a_bare_number_keeps_the_unit_that_its_column_said(
    evidence: Make, surface: str, cell: str, unit: str | None
) -> None:
    dimension = "mass" if "gram" in cell else "length"
    quantity = parse_quantity(cell.replace("..", " - "), dimension)
    item = evidence("has_value", surface, attribute="load")
    (edge,) = edges([claim(item, "load/x", 0.9, si=quantity)]).values()
    assert (edge.properties["written"], edge.properties.get("unit")) == (surface, unit)
