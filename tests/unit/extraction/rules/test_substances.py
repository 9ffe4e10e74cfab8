"""Materials and colours of compounds, scents, stuffs that are used on them, and of what the product acts on."""

from __future__ import annotations

import pytest

from extraction.rules.substances import is_of_gift_zh, is_of_light, is_of_substance, is_taken_on
from kms.types import Language


def check(body: str, look: str, language: Language) -> bool:
    start = body.index(look)
    return is_of_substance(body, 0, start, start + len(look), language, is_material=True)


@pytest.mark.parametrize(
    ("body", "look", "other"),
    [
        ("With copper sulphate against moss.", "copper", True),
        ("Calcium and zinc citrate in one tablet.", "zinc", True),
        ("Copper wires and zinc plates.", "zinc", False),
        ("A scent of cedar wood and moss.", "cedar wood", True),
        ("Scented with rosewood.", "rosewood", True),
        ("A box with notes on walnut care.", "walnut", False),
        ("Protects marble floors.", "marble", True),
        ("Protects your floor with felt pads.", "felt", False),
        ("Burn dry oak only.", "oak", True),
        ("Walls of oak.", "oak", False),
    ],
)
def test_english_substances(body: str, look: str, other: bool) -> None:
    assert check(body, look, "en") is other


@pytest.mark.parametrize(
    ("body", "look", "other"),
    [
        ("尾调是松木。", "松木", True),
        ("松木香淡雅。", "松木", True),
        ("檀木香炉一只。", "檀木", False),
        ("皮革护理膏", "皮革", True),
        ("不锈钢水壶", "不锈钢", False),
        ("不伤瓷砖、陶瓷。", "陶瓷", True),
        ("透明度高。", "透明", True),
        ("透明外壳。", "透明", False),
    ],
)
def test_chinese_substances(body: str, look: str, other: bool) -> None:
    assert check(body, look, "zh") is other


def test_colours_that_come_with_time_or_are_of_light() -> None:
    body = "Outdoors it weathers to a soft grey."
    assert is_taken_on(body, 0, body.index("grey"), "en")
    assert not is_taken_on("Weathered steel in grey.", 0, 19, "en")
    body = "Blocks red light."
    assert is_of_light(body, body.index(" light"), frozenset({"glass"}))
    assert not is_of_light(body, body.index(" light"), frozenset({"lamp"}))


def test_looks_of_what_comes_with_a_product() -> None:
    assert is_of_gift_zh("重3克，附皮质小盒。", 0, 6)
    assert not is_of_gift_zh("吸附力强的硅胶。", 0, 5)
    assert not is_of_gift_zh("配皮质表带。", 0, 1)
