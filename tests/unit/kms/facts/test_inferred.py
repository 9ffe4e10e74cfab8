"""Inferred facts of one product: their edges, what is against them, decisions, narrower classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from kms.decisions.models import Decision, FactName
from kms.decisions.reasons import Reason, Verdict
from kms.evidence.models import Evidence
from kms.facts.decided import Rulings, read_rulings
from kms.facts.derive import Derived, derive
from kms.facts.linking import Linker
from kms.graph.models import Edge
from kms.ontology.model import Ontology
from kms.ontology.rules import Rule

MakeEvidence = Callable[..., Evidence]
WATERPROOF = FactName(
    relation="has_value", attribute="water_resistance", target="value:water_resistance/waterproof"
)
RULES = {
    "column": {
        "when": [{"class": ["tent", "shelter"]}, {"attribute": "waterproof_rating", "at_least": "1500 mm"}],
        "then": "water_resistance/waterproof",
        "confidence": 0.9,
    },
    "rain": {"when": {"fact": "water_resistance/splashproof"}, "then": "suited_for/rain", "confidence": 0.9},
    "mechanical": {
        "when": [{"class": "keyboard"}, {"fact": ["switch_type/linear", "switch_type/clicky"]}],
        "then": "in_category/mechanical_keyboard",
        "confidence": 0.95,
    },
}


def with_rules(ontology: Ontology) -> Ontology:
    return ontology.with_rules(
        {name: Rule.model_validate({"id": name, "note": "x", **body}) for name, body in RULES.items()}
    )


@pytest.fixture(scope="module")
def linker(ontology: Ontology) -> Linker:
    return Linker(with_rules(ontology))


@pytest.fixture
def tent(evidence: MakeEvidence) -> list[Evidence]:
    return [
        evidence("in_category", "tent", value="tent", extractor="shop", field="shop"),
        evidence("has_value", "3000 mm", attribute="waterproof_rating", field="table", extractor="table"),
    ]


def edge_of(derived: Derived, target: str) -> Edge | None:
    return next((edge for edge in derived.edges if edge.target == target), None)


def decide(linker: Linker, *said: tuple[FactName, Verdict, Reason]) -> Rulings:
    decisions = [
        Decision(product_id="P", about=name, verdict=verdict, reason=reason, by="user:anna", release="1.0.0").model_copy(
            update={"number": number}
        )
        for number, (name, verdict, reason) in enumerate(said, 1)
    ]  # fmt: skip
    return read_rulings(decisions, linker)


def test_a_water_column_makes_a_tent_waterproof_with_rule_sources_and_evidence(
    linker: Linker, tent: Sequence[Evidence]
) -> None:
    derived = derive("P", tent, linker)
    edge = edge_of(derived, WATERPROOF.target)
    assert edge is not None
    assert edge.properties["inferred_by"] == "column"
    assert edge.properties["inferred_from"] == (
        "in_category:category:tent; waterproof_rating:value:waterproof_rating/3 meter"
    )
    assert edge.evidence == (tent[1].id, tent[0].id)
    assert 0.5 < edge.confidence < 0.9
    assert "implied_by" not in edge.properties


def test_what_follows_from_an_inferred_fact_is_implied_by_it_and_rules_go_on_from_there(
    linker: Linker, tent: Sequence[Evidence]
) -> None:
    derived = derive("P", tent, linker)
    splash = edge_of(derived, "value:water_resistance/splashproof")
    rain = edge_of(derived, "use:rain")
    assert splash is not None and rain is not None
    assert splash.properties["implied_by"] == "water_resistance:value:water_resistance/waterproof"
    assert "inferred_by" not in splash.properties
    assert rain.properties["inferred_from"] == "water_resistance:value:water_resistance/waterproof"
    assert rain.evidence == (tent[1].id, tent[0].id)


def test_what_a_text_states_is_not_inferred(
    linker: Linker, tent: list[Evidence], evidence: MakeEvidence
) -> None:
    said = evidence("has_value", "waterproof", attribute="water_resistance", value="waterproof")
    edge = edge_of(derive("P", [*tent, said], linker), WATERPROOF.target)
    assert edge is not None
    assert "inferred_by" not in edge.properties
    assert edge.evidence == (said.id,)


@pytest.mark.parametrize("denied", ["waterproof", "splashproof"])
def test_a_denial_wins_over_a_rule(
    linker: Linker, tent: list[Evidence], evidence: MakeEvidence, denied: str
) -> None:
    said = evidence("has_value", denied, attribute="water_resistance", value=denied, negated=True)
    derived = derive("P", [*tent, said], linker)
    assert edge_of(derived, WATERPROOF.target) is None
    assert edge_of(derived, "use:rain") is None
    assert derived.opposed == (("water_resistance:value:water_resistance/waterproof", "column", "denied"),)


def test_a_number_that_lost_its_conflict_is_not_inferred_from(
    linker: Linker, tent: list[Evidence], evidence: MakeEvidence
) -> None:
    other = evidence(
        "has_value", "800 mm", attribute="waterproof_rating", field="shop", extractor="shop", confidence=1.0
    )
    assert edge_of(derive("P", [*tent, other], linker), WATERPROOF.target) is None


def test_a_rejected_inference_is_kept_as_rejected_and_nothing_follows_from_it(
    linker: Linker, tent: Sequence[Evidence]
) -> None:
    rulings = decide(linker, (WATERPROOF, Verdict.REJECT, Reason.MISREAD))
    derived = derive("P", tent, linker, rulings)
    assert edge_of(derived, WATERPROOF.target) is None
    assert edge_of(derived, "use:rain") is None
    (kept,) = [edge for edge in derived.rejected if edge.target == WATERPROOF.target]
    assert (kept.properties["reason"], kept.properties["inferred_by"]) == ("misread", "column")


def test_a_rejected_fact_shows_the_texts_that_say_it_and_not_what_a_rule_rests_on(
    linker: Linker, tent: list[Evidence], evidence: MakeEvidence
) -> None:
    said = evidence(
        "has_value",
        "waterproof",
        attribute="water_resistance",
        value="waterproof",
        field="review_text",
        confidence=0.55,
    )
    rulings = decide(linker, (WATERPROOF, Verdict.REJECT, Reason.MISREAD))
    alone = derive("P", [said], linker, rulings).rejected
    (edge,) = derive("P", [*tent, said], linker, rulings).rejected
    assert (edge.target, edge.evidence) == (WATERPROOF.target, (said.id,))
    assert "inferred_by" not in edge.properties
    assert (edge.confidence, edge.evidence) == (alone[0].confidence, alone[0].evidence)


def test_an_accepted_inference_is_certain_and_still_says_where_it_came_from(
    linker: Linker, tent: Sequence[Evidence]
) -> None:
    rulings = decide(linker, (WATERPROOF, Verdict.ACCEPT, Reason.SAYS_SO))
    edge = edge_of(derive("P", tent, linker, rulings), WATERPROOF.target)
    assert edge is not None
    assert (edge.confidence, edge.properties["status"]) == (1.0, "accepted")
    assert edge.properties["inferred_by"] == "column"
    assert edge.evidence == (tent[1].id, tent[0].id)


def test_other_decisions_do_not_trouble_rules(linker: Linker, tent: Sequence[Evidence]) -> None:
    known = Linker(linker.ontology, brands=["Brevo"])
    brand = FactName(relation="made_by", target="brand:brevo")
    tents = FactName(relation="in_category", target="category:tent")
    said = ((brand, Verdict.STATE, Reason.CHECKED), (tents, Verdict.STATE, Reason.CHECKED))
    derived = derive("P", tent[1:], known, decide(known, *said))
    assert edge_of(derived, "brand:brevo") is not None
    assert edge_of(derived, WATERPROOF.target) is not None


def test_rejecting_a_source_takes_away_what_was_inferred_from_it(
    linker: Linker, tent: Sequence[Evidence]
) -> None:
    column = FactName(
        relation="has_value", attribute="waterproof_rating", target="value:waterproof_rating/3 meter"
    )
    rulings = decide(linker, (column, Verdict.REJECT, Reason.MISREAD))
    assert edge_of(derive("P", tent, linker, rulings), WATERPROOF.target) is None


def test_a_rule_goes_from_what_a_person_states(linker: Linker, tent: Sequence[Evidence]) -> None:
    column = FactName(
        relation="has_value", attribute="waterproof_rating", target="value:waterproof_rating/2 meter", written="2 m"
    )  # fmt: skip
    rulings = decide(linker, (column, Verdict.STATE, Reason.CHECKED))
    edge = edge_of(derive("P", tent[:1], linker, rulings), WATERPROOF.target)
    assert edge is not None
    assert edge.evidence == (tent[0].id,)


def test_other_classes_and_lower_columns_have_no_such_fact(linker: Linker, evidence: MakeEvidence) -> None:
    tarp = evidence("in_category", "backpack", value="backpack", extractor="shop", field="shop")
    column = evidence("has_value", "3000 mm", attribute="waterproof_rating", field="table", extractor="table")
    assert edge_of(derive("P", [tarp, column], linker), WATERPROOF.target) is None


def test_a_narrower_class_takes_the_place_of_the_wider_which_is_superseded(
    linker: Linker, evidence: MakeEvidence
) -> None:
    read = [
        evidence("in_category", "keyboard", value="keyboard", extractor="shop", field="shop"),
        evidence("has_value", "linear", attribute="switch_type", value="linear"),
    ]
    derived = derive("P", read, linker)
    classes = [edge for edge in derived.edges if edge.relation == "in_category"]
    assert [edge.target for edge in classes] == ["category:mechanical_keyboard"]
    assert classes[0].properties["inferred_by"] == "mechanical"
    assert set(classes[0].evidence) == {item.id for item in read}
    (wider,) = [edge for edge in derived.rejected if edge.properties["of_relation"] == "in_category"]
    assert (wider.target, wider.properties["status"]) == ("category:keyboard", "superseded")


def test_a_class_that_a_person_decided_is_not_narrowed(linker: Linker, evidence: MakeEvidence) -> None:
    read = [
        evidence("in_category", "keyboard", value="keyboard", extractor="shop", field="shop"),
        evidence("has_value", "linear", attribute="switch_type", value="linear"),
    ]
    keyboard = FactName(relation="in_category", target="category:keyboard")
    rulings = decide(linker, (keyboard, Verdict.ACCEPT, Reason.SAYS_SO))
    derived = derive("P", read, linker, rulings)
    assert edge_of(derived, "category:keyboard") is not None
    assert edge_of(derived, "category:mechanical_keyboard") is None


def test_without_rules_nothing_is_inferred(ontology: Ontology, tent: Sequence[Evidence]) -> None:
    derived = derive("P", tent, Linker(ontology.with_rules({})))
    assert not [edge for edge in derived.edges if "inferred_by" in edge.properties]
