from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.negation import find_cue


def cue(text: str, mention: str, language: str, *, behind: bool = False) -> str | None:
    start = text.index(mention)
    end = start + len(mention) if behind else None
    found = find_cue(text, (0, len(text)), start, language, end)
    return text[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("Not waterproof.", "waterproof", "Not"),
        ("It isn't really waterproof", "waterproof", "isn't"),
        ("It lacks Bluetooth", "Bluetooth", "lacks"),
        ("free from parabens and mineral oil", "mineral oil", "free from"),
        ("keep it out of the rain", "rain", "keep it out of"),
        ("Not only waterproof", "waterproof", None),
        ("No Show Socks Womens", "Womens", None),
        ("Not waterproof - wipe clean", "wipe clean", None),
        ("not heavy, waterproof", "waterproof", None),
        ("not the old one but waterproof", "waterproof", None),
        ("It is not something that anybody would ever call waterproof", "waterproof", None),
        ("waterproof", "waterproof", None),
        ("non-alcoholic", "alcoholic", "non"),
        ("non-iron shirt, blue", "shirt", None),
        ("Non Slip Silicone Heel", "Silicone", None),
        ("without a cable", "cable", "without"),
        ("without a cable for running", "running", None),
        ("not made for running", "running", "not"),
    ],
)
def test_english_before(text: str, mention: str, expected: str | None) -> None:
    assert cue(text, mention, "en") == expected


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("HDMI is not available", "HDMI"),
        ("Medium wave is no longer received", "Medium wave"),
        ("Bluetooth? No.", "Bluetooth"),
        ("plastic-free", "plastic"),
    ],
)
def test_english_behind_counts_when_the_end_is_given(text: str, mention: str) -> None:
    assert cue(text, mention, "en") is None
    assert cue(text, mention, "en", behind=True)


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("本品不防水", "防水", "不"),
        ("不支持蓝牙", "蓝牙", "不支持"),
        ("不适合冬季高海拔露营", "露营", "不适合"),
        ("没有蓝牙", "蓝牙", "没有"),
        ("不沾杯学生平价", "学生", None),
        ("不仅防水", "防水", None),
        ("不轻，但防水", "防水", None),
        ("不锈钢", "钢", None),
        ("不太防水", "防水", "不"),
        ("不加硅油", "硅油", "不"),
        ("未含酒精", "酒精", "未"),
        ("无线耳机", "耳机", None),
        ("不粘锅", "锅", None),
        ("非常防水", "防水", None),
        ("未来感台灯", "台灯", None),
        ("没有异味 防水", "防水", None),
        ("没有 NFC", "NFC", "没有"),
    ],
)
def test_chinese(text: str, mention: str, expected: str | None) -> None:
    assert cue(text, mention, "zh") == expected


def test_chinese_behind() -> None:
    assert cue("油皮不太推荐", "油皮", "zh", behind=True) == "不太推荐"


def test_a_cue_in_a_name_denies_nothing_else() -> None:
    text = "no sleeves dress"
    assert find_cue(text, (0, len(text)), text.index("dress"), "en") == (0, 2)
    assert find_cue(text, (0, len(text)), text.index("dress"), "en", names=[(0, 10)]) is None
    text = "not a no sleeves dress"
    assert find_cue(text, (0, len(text)), text.index("dress"), "en", names=[(6, 16)]) == (0, 3)


@given(st.text(max_size=80), st.integers(0, 80), st.sampled_from(["en", "zh"]))
def test_a_cue_lies_within_the_sentence(text: str, start: int, language: str) -> None:
    start = min(start, len(text))
    found = find_cue(text, (0, len(text)), start, language)
    if found is not None:
        assert 0 <= found[0] < found[1] <= start
