from __future__ import annotations

from collections.abc import Callable

import pytest

from extraction.documents import Text
from extraction.rules.extractor import RuleExtractor
from kms.ontology.model import Ontology

MakeText = Callable[..., Text]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bench grinder 400 W", None),
        ("Conical burr grinder", "coffee_grinder"),
        ("Keyboard wrist rest", None),
        ("Compact mechanical keyboard", "mechanical_keyboard"),
        ("Pencil box with storage jar", None),
        ("Sponge for frying pan", None),
        ("Window cleaner, 500 ml bottle", None),
        ("Steel water bottle, 500 ml", "bottle"),
        ("Hanging scale", None),
        ("Digital kitchen scale", "kitchen_scale"),
        ("Gooseneck kettle 1 l", "kettle"),
        ("轻便折叠帐篷", "tent"),
        ("Notebook USB speakers", "speaker"),
        ("Laptop leather backpack, brown", "backpack"),
        ("Headphones black", "headphones"),
    ],
)
def test_the_head_of_a_title_is_its_class(
    make_text: MakeText, ontology: Ontology, title: str, expected: str | None
) -> None:
    text = make_text(title, None, field="title", language="zh" if title[0] > "\u3400" else "en")
    assert RuleExtractor(ontology).find_class(text) == expected
