from __future__ import annotations

import pytest

from kms.induction.broader import find_head, holds_name
from kms.ontology.labels import normalise

VALUES = ("wool", "cotton", "leather", "chunky", "large", "cotton canvas", "羊毛", "棉")
NAMES = {normalise(value): value for value in VALUES}


@pytest.mark.parametrize(
    ("value", "head"),
    [
        ("merino wool", "wool"),
        ("organic cotton", "cotton"),
        ("waxed cotton canvas", "cotton canvas"),
        ("美利奴羊毛", "羊毛"),
        ("wool", None),
        ("super chunky", None),
        ("extra large", None),
        ("vegan leather", None),
        ("cotton without wool", None),
        ("仿羊毛", None),
        ("珍珠棉", None),
    ],
)
def test_the_last_noun_of_a_value_is_what_it_is_a_kind_of(value: str, head: str | None) -> None:
    assert find_head(value, NAMES) == head


def test_a_shorter_name_stands_at_the_borders_of_words() -> None:
    assert holds_name("Super chunky", {"chunky"})
    assert not holds_name("Chunky", {"chunky"}) and not holds_name("Superchunky", {"chunky"})
