"""What a text asks, wishes, supposes or requires, and what it states."""

from __future__ import annotations

import pytest

from extraction.rules.moods import is_asked, is_supposed, is_unstated

from .conftest import MakeText


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("I wish it were leather.", "leather", True),
        ("I would have liked a red one", "red", True),
        ("I thought it was wool", "wool", True),
        ("要是有红色就好了", "红色", True),
        ("It was sold as leather", "leather", True),
        ("号称防水，结果第一天就进水", "防水", True),
        ("号称防水，确实如此", "防水", False),
        ("It is leather, I wish it were lighter.", "leather", False),
        ("I thought about it and bought the red one", "red", False),
        ("It would be better with a zip in brass.", "brass", True),
        ("Might have been nice in cork.", "cork", True),
        ("They could use some padding of wool.", "wool", True),
        ("I would recommend these in red.", "red", False),
        ("I'd gladly pay more for cork.", "cork", True),
        ("I would highly recommend this cork bag.", "cork", False),
        ("Anyone would like it as a gift.", "gift", False),
        ("本想要红色的，没有货", "红色", True),
    ],
)
def test_what_is_only_wished_for(text: str, mention: str, expected: bool) -> None:
    assert is_supposed(text, (0, len(text)), text.index(mention)) is expected


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("Is it waterproof?", "waterproof", True),
        ("Does this come with NFC, and can I charge it by USB-C?", "USB-C", True),
        ("Is it waterproof? Yes, to one metre.", "waterproof", False),
        ("Q: Can it be folded? A: Of course.", "folded", False),
        ("Looking for a waterproof bag? Here it is.", "waterproof", False),
        ("It is waterproof. Does it float?", "waterproof", False),
        ("I wonder if it is waterproof.", "waterproof", True),
        ("Made for you, whether hiking or at work", "hiking", False),
        ("这个防水吗？", "防水", True),
        ("这个防水吗？是的，可以游泳", "防水", False),
        ("有没有NFC功能，请告知", "NFC", True),
        ("无论是否防水，都要擦干", "防水", False),
        ("它防水。容易洗吗？", "防水", False),
        ("Does anybody know whether it is waterproof?", "waterproof", True),
        ("有谁知道它防水不？", "防水", True),
    ],
)
def test_questions(text: str, mention: str, expected: bool) -> None:
    start = text.index(mention)
    stop = min([i + 1 for i in (text.find(c, start) for c in ".?？。") if i >= 0], default=len(text))
    begin = max(text.rfind(c, 0, start) + 1 for c in ".?？。")
    assert is_asked(text, (begin, stop), start, start + len(mention)) is expected


@pytest.mark.parametrize(
    ("text", "mention", "language", "expected"),
    [
        ("You will also need a USB-C cable.", "USB-C", "en", True),
        ("Your tablet must support Bluetooth.", "Bluetooth", "en", True),
        ("All you need is a USB-C cable.", "USB-C", "en", False),
        ("If you need a waterproof bag, this is it.", "waterproof", "en", False),
        ("You need this waterproof bag.", "waterproof", "en", False),
        ("It needs a battery.", "battery", "en", False),
        ("电脑需支持蓝牙", "蓝牙", "zh", True),
        ("需要一节电池", "电池", "zh", False),
        ("It could have been silk.", "silk", "en", False),
    ],
)
def test_what_is_required_of_another_thing(
    make_text: MakeText, text: str, mention: str, language: str, expected: bool
) -> None:
    start = text.index(mention)
    made = make_text(text, language=language)
    assert is_unstated(made, start, start + len(mention)) is expected


def test_a_title_asks_nothing(make_text: MakeText) -> None:
    assert not is_unstated(make_text("Is it waterproof? bag", field="title"), 6, 16)
    assert is_unstated(make_text("It could have been silk.", field="review_text"), 19, 23)


@pytest.mark.parametrize(
    ("text", "mention", "language", "expected"),
    [
        ("A USB-C port would be nice.", "USB-C", "en", True),
        ("Bluetooth would have been the better choice.", "Bluetooth", "en", True),
        ("The Bluetooth would not connect.", "Bluetooth", "en", False),
        ("有蓝牙就更好了。", "蓝牙", "zh", True),
        ("有蓝牙，很好。", "蓝牙", "zh", False),
        ("It ought to have NFC.", "NFC", "en", True),
    ],
)
def test_a_wish_is_told_by_what_stands_behind_it(
    make_text: MakeText, text: str, mention: str, language: str, expected: bool
) -> None:
    start = text.index(mention)
    made = make_text(text, language=language, field="review_text")
    assert is_unstated(made, start, start + len(mention)) is expected
