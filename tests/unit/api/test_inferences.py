"""What an inferred fact rests on, in words."""

from __future__ import annotations

from api.inferences import word_sources
from kms.facts.keys import fact_key, split_key
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()
COLUMN = fact_key("has_value", "waterproof_rating", "value:waterproof_rating/3 meter")
TENT = fact_key("in_category", "", "category:tent")


def test_keys_are_read_back() -> None:
    assert split_key(COLUMN, ONTOLOGY) == (
        "has_value",
        "waterproof_rating",
        "value:waterproof_rating/3 meter",
    )
    assert split_key(TENT, ONTOLOGY) == ("in_category", "", "category:tent")


def test_sources_are_named_with_the_class_last() -> None:
    labels = {"value:waterproof_rating/3 meter": ("3 m", "3 米"), "category:tent": ("tent", "帐篷")}
    assert word_sources([TENT, COLUMN], ONTOLOGY, labels.__getitem__) == (
        "hydrostatic head: 3 m, category: tent",
        "防水指数：3 米，类别：帐篷",
    )
    assert word_sources([], ONTOLOGY, labels.__getitem__) == ("", "")
