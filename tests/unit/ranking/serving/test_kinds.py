from __future__ import annotations

import pytest

from kms.ontology.load import load_ontology
from ranking.serving.kinds import are_same_kind, classes_of_kind, is_same_kind

HIERARCHY = load_ontology().hierarchy


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("over_ear_headphones", "over_ear_headphones", True),
        ("over_ear_headphones", "true_wireless_earbuds", True),
        ("over_ear_headphones", "headphones", True),
        ("headphones", "audio", True),
        ("jacket", "sweater", True),
        ("frying_pan", "wok", True),
        ("jacket", "boots", False),
        ("over_ear_headphones", "microphone", False),
        ("laptop", "mouse", False),
        ("sleeping_bag", "tent", False),
        ("electric_kettle", "laptop", False),
        ("product", "laptop", False),
        ("spaceship", "laptop", False),
    ],
)
def test_same_kind(first: str, second: str, same: bool) -> None:
    assert is_same_kind(HIERARCHY, first, second) is same
    assert is_same_kind(HIERARCHY, second, first) is same


def test_products_of_several_or_no_classes() -> None:
    assert are_same_kind(HIERARCHY, ["laptop", "jacket"], ["shirt"])
    assert not are_same_kind(HIERARCHY, [], ["shirt"])


def test_classes_of_a_kind() -> None:
    every = load_ontology().classes
    kind = classes_of_kind(HIERARCHY, ["headset"], every)
    assert {"headset", "over_ear_headphones", "headphones", "audio"} <= kind
    assert "speaker" not in kind and "product" not in kind
