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
        # A noun that can be counted is a further thing, even where the ontology knows the word.
        ("Replacement laptop battery", None),
        ("Notebook sleeve, felt", None),
        ("Laptop RAM module, 8 GB", None),
        ("Laptop power cord 2 m", None),
        ("Keyboard cover, clear", None),
        ("Tablet / laptop power cord", None),
        ("Keyboard/mouse extension cable 3 m", None),
        ("Headphones/headset head-band black", "headphones"),
        ("Notebook- or phone holder", None),
        ("笔记本电脑电池 原装", None),
        ("笔记本电脑充电电池", None),
        ("Laptop rechargeable battery 10.8 V", None),
        # What is only a quality of the thing leaves it what it is.
        ("Hiking backpack nylon", "backpack"),
        ("Laptop RAM 8 GB", "laptop"),
        ("Optical mouse USB Type-C", "mouse"),
        ("Laptop silver 14 inch", "laptop"),
        ("降噪耳机黑色", "headphones"),
    ],
)
def test_the_head_of_a_title_is_its_class(
    make_text: MakeText, ontology: Ontology, title: str, expected: str | None
) -> None:
    text = make_text(title, None, field="title", language="zh" if title[0] > "\u3400" else "en")
    assert RuleExtractor(ontology).find_class(text) == expected
