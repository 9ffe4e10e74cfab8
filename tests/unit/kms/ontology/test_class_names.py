from __future__ import annotations

import pytest

from kms.ontology import Ontology
from kms.ontology.class_names import class_of_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("over_ear_headphones", "over_ear_headphones"),
        ("Over-ear headphones", "over_ear_headphones"),
        ("Hardware > Power tools > Bench grinders", None),
        ("Home > Coffee > Burr grinders", "coffee_grinder"),
        ("Pets » Dogs » Dog beds", None),
        ("Kitchen / Cookware / Woks", "wok"),
        ("Clothing | Men's jackets", "jacket"),
        ("Audio > Bluetooth headphones", "headphones"),
        ("Audio > Headphones > Spare parts", None),
        ("户外 > 帐篷", "tent"),
        ("Widgets", None),
        ("", None),
        (" > ", None),
    ],
)
def test_a_path_is_linked_by_its_leaf_and_its_head(
    ontology: Ontology, path: str, expected: str | None
) -> None:
    assert class_of_path(path, ontology) == expected
