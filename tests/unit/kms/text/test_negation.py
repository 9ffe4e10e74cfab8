from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.negation import find_cue, find_poor_fit, has_cue


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
        ("It is not something that anybody would ever call waterproof", "waterproof", "not"),
        ("waterproof", "waterproof", None),
        ("non-alcoholic", "alcoholic", "non"),
        ("non-iron shirt, blue", "shirt", None),
        ("Non Slip Silicone Heel", "Silicone", None),
        ("without a cable", "cable", "without"),
        ("without a cable for running", "running", None),
        ("not made for running", "running", "not"),
        ("Without silicones, alcohol or added fragrance", "added fragrance", "Without"),
        ("Don't leave this bowl in the freezer or the microwave", "microwave", "Don't"),
        ("I doubt it is waterproof", "waterproof", "doubt"),
        ("It skips Bluetooth", "Bluetooth", "skips"),
        ("All that is missing is Bluetooth", "Bluetooth", "missing is"),
        ("Nowhere near waterproof", "waterproof", "Nowhere near"),
        ("0% alcohol, 95% vegan", "vegan", None),
        ("No doubt it is waterproof", "waterproof", None),
        ("Free of perfume, rich in aloe and shea", "shea", None),
        ("Free of perfume, made of aloe and shea", "aloe", None),
        ("without a motor and relies on a spring", "spring", None),
        ("Free of perfume, aloe and shea", "shea", "Free of"),
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
        ("A zip is sadly missing", "zip"),
        ("HDMI is also absent", "HDMI"),
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
        ("少了蓝牙", "蓝牙", "少了"),
        ("收不到短波", "短波", "不到"),
        ("没有内置电池", "内置电池", "没有"),
        ("取消了耳机孔", "耳机孔", "取消了"),
        ("减少了蓝牙干扰", "蓝牙", None),
        ("水壶不带提手", "带提手", "不"),
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


@pytest.mark.parametrize(
    ("text", "denied", "asserted"),
    [
        ("Made without silicone, talc and mineral oil.", "silicone talc oil", ""),
        ("No animal glue such as bone or hide was used; birch only.", "bone hide", "birch"),
        ("It has no HDMI, VGA or Ethernet ports, weighs a lot", "HDMI VGA Ethernet", "weighs"),
        ("No lead, rinse-safe", "lead", "rinse-safe"),
        ("Free of latex, dust, perfume.", "latex dust perfume", ""),
        ("It does not support Zigbee or Thread, but Bluetooth.", "Zigbee Thread", "Bluetooth"),
        ("Not padded, lined or insulated", "padded lined insulated", ""),
        ("Not padded and it is insulated", "padded", "insulated"),
        ("Do not use when swimming", "swimming", ""),
        ("Never, ever iron it", "iron", ""),
        ("You cannot fold it", "fold", ""),
        ("They dont fold", "fold", ""),
        ("It does n't fold", "fold", ""),
        ("Too bulky for cycling", "cycling", ""),
        ("Not too bulky for cycling", "", "cycling"),
        ("useless at night", "night", ""),
        ("It feels like velvet but is cotton", "velvet", "cotton"),
        ("faux marble top", "marble", "top"),
        ("No trouble with Bluetooth", "", "Bluetooth"),
        ("Don't forget the charger", "", "charger"),
        ("No more than 2 kg", "", "2"),
        ("No. 10 envelopes", "", "envelopes"),
        ("Runs all day without draining the battery", "", "battery"),
        ("A non-slip rubber mat", "slip", "rubber"),
    ],
)
def test_english_scopes(text: str, denied: str, asserted: str) -> None:
    for word in denied.split():
        assert cue(text, word, "en"), word
    for word in asserted.split():
        assert cue(text, word, "en") is None, word


@pytest.mark.parametrize(
    ("text", "denied", "asserted"),
    [
        ("NFC: no", "NFC", ""),
        ("Rechargeable: No. Dimmable: Yes.", "Rechargeable", "Dimmable"),
        ("Ethernet is missing, alas", "Ethernet", ""),
        ("Bulbs and batteries are sold separately", "Bulbs batteries", ""),
        ("The charger is not included", "charger", ""),
        ("The leather is not soft", "", "leather"),
        ("lovely at home, for travel no.", "travel", "home"),
        ("paraben- and perfume-free", "paraben perfume", ""),
        ("a perfume free lotion", "perfume", ""),
        ("latex free 3-in-1 raincoat", "latex", "raincoat"),
        ("cable with free 30-day trial", "", "cable"),
        ("with charger free of charge", "", "charger"),
        ("Dimmable? A: No", "Dimmable", ""),
        ("a leather-look cover", "leather", ""),
        ("✔ Zigbee ✘ Thread", "Thread", "Zigbee"),
        ("Features: ✅ Zigbee, ❌ Thread", "Thread", "Zigbee"),
        ("Zigbee ✓ Thread ✗", "Thread", "Zigbee"),
        ("18 × 6 cm", "", "18 6"),
    ],
)
def test_english_cues_behind_and_marks(text: str, denied: str, asserted: str) -> None:
    for word in denied.split():
        assert cue(text, word, "en", behind=True), word
    for word in asserted.split():
        assert cue(text, word, "en", behind=True) is None, word


@pytest.mark.parametrize(
    ("text", "denied", "asserted"),
    [
        ("不含硅油、色素和香精，含甘油", "硅油 色素 香精", "甘油"),
        ("请勿放进微波炉", "微波炉", ""),
        ("跑步出汗时切勿佩戴", "跑步", ""),
        ("遇水会化", "遇水", ""),
        ("折叠：否", "折叠", ""),
        ("投屏不支持，蓝牙支持", "投屏", "蓝牙"),
        ("电池另购", "电池", ""),
        ("别进烤箱", "烤箱", ""),
        ("特别防水", "", "防水"),
        ("容量30克棉", "", "棉"),
        ("0酒精", "酒精", ""),
        ("防水夹克不能机洗", "机洗", "防水"),
        ("√ 折叠 × 投屏", "投屏", "折叠"),
    ],
)
def test_chinese_scopes(text: str, denied: str, asserted: str) -> None:
    for word in denied.split():
        assert cue(text, word, "zh", behind=True), word
    for word in asserted.split():
        assert cue(text, word, "zh", behind=True) is None, word


def test_has_cue_tells_texts_that_may_deny() -> None:
    assert has_cue("It lacks NFC", "en")
    assert has_cue("perfume-free", "en")
    assert has_cue("Zigbee ✓ Thread ✗", "en")
    assert has_cue("不防水", "zh")
    assert not has_cue("A red kettle", "en")
    assert not has_cue("红色水壶", "zh")


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


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("未添加酒精和香精", "香精", "未添加"),
        ("这台不支援蓝牙", "蓝牙", "不支援"),
        ("没有搭载NFC", "NFC", "没有搭载"),
        ("摸起来像羊毛", "羊毛", "摸起来像"),
        ("丝绸般顺滑", "丝绸", "般"),
        ("手感堪比羊绒", "羊绒", "堪比"),
        ("没有哪款蓝牙这么稳", "蓝牙", None),
        ("蓝牙（不支持）", "蓝牙", "（不支持）"),
        ("图像清晰，蓝牙稳定", "蓝牙", None),
        ("配有蓝牙", "蓝牙", None),
    ],
)
def test_having_and_likeness_in_chinese(text: str, mention: str, expected: str | None) -> None:
    assert cue(text, mention, "zh", behind=True) == expected


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("HDMI (no), NFC (yes)", "HDMI", "(no)"),
        ("HDMI (no), NFC (yes)", "NFC", None),
        ("☑ NFC\n☒ HDMI", "HDMI", "☒"),
    ],
)
def test_answers_and_marks_beside_a_mention(text: str, mention: str, expected: str | None) -> None:
    found = cue(text, mention, "en", behind=True)
    assert (found.strip() if found else None) == expected


@pytest.mark.parametrize("text", ["有没有蓝牙", "请问能不能防水", "是不是纯棉的", "要不要充电"])
def test_a_question_with_yes_and_no_in_one_denies_nothing(text: str) -> None:
    assert find_cue(text, (0, len(text)), len(text) - 2, "zh") is None


@pytest.mark.parametrize(
    ("text", "use", "is_poor"),
    [
        ("三季用，冬天不够暖。", "冬天", True),
        ("座面偏低，老人起身不太方便。", "老人", True),
        ("下雨时四边会积水。", "下雨", True),
        ("夏天不太热。", "夏天", False),
        ("老人用不会滑。", "老人", False),
        ("冬天够暖，坐垫不太厚。", "冬天", False),
        ("Awkward for the elderly.", "elderly", True),
        ("Water pools on it in heavy rain.", "rain", True),
        ("Hard to get out of for seniors.", "seniors", True),
        ("A hard case for travel.", "travel", False),
        ("It is not awkward for beginners.", "beginners", False),
    ],
)
def test_what_does_badly_in_a_use_is_not_for_it(text: str, use: str, is_poor: bool) -> None:
    start, language = text.index(use), "en" if text.isascii() else "zh"
    found = find_poor_fit(text, (0, len(text)), start, language, start + len(use))
    assert (found is not None) == is_poor
