from __future__ import annotations

from collections.abc import Callable

import pytest

from kms.evidence.models import Evidence
from kms.facts.gating import gate
from kms.facts.linking import Linker
from kms.facts.models import Fact, RejectionReason
from kms.ontology import Ontology

Make = Callable[..., Evidence]


def gated(items: list[Evidence], class_id: str | None, ontology: Ontology) -> tuple[set[str], list[str]]:
    linker = Linker(ontology)
    facts = [linked for item in items if isinstance(linked := linker.link(item), Fact)]
    assert len(facts) == len(items)
    kept, rejected = gate(facts, class_id, ontology)
    return {fact.attribute for fact in kept}, [str(reason) for _, reason in rejected]


def test_an_attribute_that_the_class_does_not_have_is_no_fact(evidence: Make, ontology: Ontology) -> None:
    items = [
        evidence("has_value", "coral", attribute="colour"),
        evidence("has_value", "citrus", attribute="scent"),
    ]
    assert gated(items, "kettle", ontology) == ({"colour"}, ["not_of_class"])
    assert gated(items, "perfume", ontology) == ({"colour", "scent"}, [])


def test_concepts_are_not_gated(evidence: Make, ontology: Ontology) -> None:
    assert gated([evidence("suited_for", "travel")], "kettle", ontology) == ({""}, [])


@pytest.mark.parametrize("class_id", [None, "no_class_of_the_ontology"])
def test_without_a_class_only_what_every_product_can_have(
    evidence: Make, ontology: Ontology, class_id: str | None
) -> None:
    items = [
        evidence("has_value", "1 kg", attribute="weight"),
        evidence("has_value", "20 h", attribute="battery_life"),
    ]
    assert gated(items, class_id, ontology) == ({"weight"}, [RejectionReason.CLASS_UNKNOWN])


def test_without_a_class_a_table_may_name_any_attribute(evidence: Make, ontology: Ontology) -> None:
    item = evidence("has_value", "20 h", attribute="battery_life", field="table", extractor="table")
    assert gated([item], None, ontology) == ({"battery_life"}, [])
