from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.quantities.mentions import find_quantities
from kms.quantities.units import UNIT_OF_SURFACE
from kms.quantities.values import canonical, parse_quantity
from tests.calls import calls_of


def read(text: str) -> list[tuple[float, float, str]]:
    return [(round(m.low, 4), round(m.high, 4), m.unit) for m in find_quantities(text)]


def one(value: float, unit: str) -> list[tuple[float, float, str]]:
    return [(value, value, unit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # fractions
        ("Shelf 3 3/4 in deep", one(3.75, "inch")),
        ("3-1/2 inch floppy", one(3.5, "inch")),
        ("2¾ cups of flour", one(2.75, "cup")),
        ("⅝ inch hose", one(0.625, "inch")),
        ("a 7⁄8 in bolt", one(0.875, "inch")),
        (".75 l carafe", one(0.75, "liter")),
        ("Weighs ,5 kg", one(0.5, "kilogram")),
        # grouping
        ("10 050 mAh", one(10_050, "milliampere_hour")),
        ("up to 12'500 rpm", one(12_500, "revolutions_per_minute")),
        ("26.800 mAh power bank", one(26_800, "milliampere_hour")),
        ("1.500 ml pot", one(1_500, "milliliter")),
        ("1.125 kg", one(1.125, "kilogram")),
        ("3.175 mm jack", one(3.175, "millimeter")),
        ("2.345,75 g", one(2_345.75, "gram")),
        ("1,234.5 g", one(1_234.5, "gram")),
        ("1\u202f200 W", one(1_200, "watt")),
        ("0,33 l", one(0.33, "liter")),
        ("iPhone 15 256 GB", one(256, "gigabyte")),
        ("Pack of 4 500 ml bottles", one(500, "milliliter")),
        # full width, multipliers, words
        ("容量２．５升", one(2.5, "liter")),
        ("３５ｃｍ", one(35, "centimeter")),
        ("1万毫安时", one(10_000, "milliampere_hour")),
        ("1.5万转", one(15_000, "revolutions_per_minute")),
        ("2千瓦", one(2, "kilowatt")),
        ("三千克", one(3, "kilogram")),
        ("一百二十分钟", one(120, "minute")),
        ("十二小时续航", one(12, "hour")),
        ("充满要两个半小时", one(2.5, "hour")),
        ("半小时", one(0.5, "hour")),
        ("三升半", one(3.5, "liter")),
        ("两斤装", one(1.0, "kilogram")),
        ("两斤三两", one(1.15, "kilogram")),
        ("净重3斤半", one(1.75, "kilogram")),
        ("2又3/4杯", []),
        ("2又3/4升", one(2.75, "liter")),
        ("thirty-six months", one(36, "month")),
        ("one hundred and twenty minutes", one(120, "minute")),
        ("two and a half hours", one(2.5, "hour")),
        ("one point two five litres", one(1.25, "liter")),
        ("2h 15m", one(2.25, "hour")),
        ("a day and a half", one(1.5, "day")),
        ("3 hours and a half", one(3.5, "hour")),
        ("68 degrees F", one(68, "degF")),
        ("750cc", one(750, "milliliter")),
        ("6 lbs 8 ozs", one(6.5, "pound")),
        ("Four stars of 5 in 1,200 votes", []),
        ("half a litre", one(0.5, "liter")),
        ("twelve fluid ounces", one(12, "fluid_ounce")),
        # signs
        ("工作温度-20℃", one(-20, "degC")),
        ("rated to minus 12 °C", one(-12, "degC")),
        ("零下三十度", one(-30, "degC")),
        ("8 °C below zero", one(-8, "degC")),
        ("Length-15cm", one(15, "centimeter")),
        # ranges
        ("110–230 V", [(110, 230, "volt")]),
        ("lasts 5 to 7 hours", [(5, 7, "hour")]),
        ("between 3 and 4.5 kg", [(3, 4.5, "kilogram")]),
        ("3～6人帐篷 40~60升", [(3, 6, "count"), (40, 60, "liter")]),
        ("2至3小时", [(2, 3, "hour")]),
        ("-30 to -10 °C", [(-30, -10, "degC")]),
        ("from minus 8 to plus 35 °C", [(-8, 35, "degC")]),
        ("-15 °C ... +45 °C", [(-15, 45, "degC")]),
        # decimals behind a Chinese unit
        ("1米6的床", one(1.6, "meter")),
        ("1米65", one(1.65, "meter")),
        ("1米2×60厘米", [(1.2, 1.2, "meter"), (60, 60, "centimeter")]),
        ("4米6米两种", [(4, 4, "meter"), (6, 6, "meter")]),
        ("-5~40℃", [(-5, 40, "degC")]),
        ("500 ml - 1.5 l", [(0.5, 1.5, "liter")]),
        ("220/240V", [(220, 240, "volt")]),
        ("20 ± 1 cm", [(19, 21, "centimeter")]),
        ("10 - 12 kg", [(10, 12, "kilogram")]),
        # compounds
        ("5 ft 11 in", one(round(5 + 11 / 12, 4), "foot")),
        ("5'4\" tall", one(round(5 + 4 / 12, 4), "foot")),
        ("3 lb 8 oz", one(3.5, "pound")),
        ("2 hours and 15 minutes", one(2.25, "hour")),
        ("2小时45分钟", one(2.75, "hour")),
        ("1h20", one(round(1 + 20 / 60, 4), "hour")),
        ("1 m 65 cm", one(1.65, "meter")),
        # pieces
        ("4 x 250 g", one(250, "gram")),
        ("500ml*12瓶", one(500, "milliliter")),
        ("4x4GB", one(16, "gigabyte")),
        ("3 x 64GB USB sticks", one(64, "gigabyte")),
        ("10G patch cable", [(10, 10, "generation")]),
        ("5M cable", one(5, "meter")),
        ("4M cache", []),
        ("2400 x 1200 DPI", one(1200, "dots_per_inch")),
        # what is no quantity
        ("3-in-1 charger", []),
        ("5 in the box", []),
        ("2 in stock", []),
        ("the \"Model 12\" of old", []),
        ("he said \"it is 12\" then", []),
        ("8K video", []),
        ("3M tape", []),
        ("Galaxy A54 m", []),
        ("WH-1000 XM", []),
        ("version 1.2.3 m", []),
        ("1920 x 1080 pixels", []),
        ("12345678901234567890123 g", []),
        ("a 24\" and a \"27\" screen", [(24, 24, "inch")]),
        ("十分满意", []),
    ],
)  # fmt: skip
def test_notations(text: str, expected: list[tuple[float, float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H40 x W25 x D8 cm", {"height": 40, "width": 25, "depth": 8}),
        ("长45×宽30×高12cm", {"length": 45, "width": 30, "height": 12}),
        ('24"L x 12"W x 6"H', {"length": 24, "width": 12, "height": 6}),
        ("24L x 12W x 6H inches", {"length": 24, "width": 12, "height": 6}),
        ("60 (W) x 40 (D) x 75 (H) cm", {"width": 60, "depth": 40, "height": 75}),
        ("10 1/2 x 7 x 3 1/4 in", {"length": 10.5, "width": 7, "height": 3.25}),
        ("50 by 30 cm", {"length": 50, "width": 30}),
        ("Ø 24 cm", {"diameter": 24}),
        ("直径32厘米", {"diameter": 32}),
    ],
)
def test_sides(text: str, expected: dict[str, float]) -> None:
    assert {m.axis: m.low for m in find_quantities(text)} == expected


def test_mixed_units_stay_with_their_numbers() -> None:
    assert [(m.low, m.unit) for m in find_quantities("1.2 m x 45 cm x 30 mm")] == [
        (1.2, "meter"), (45.0, "centimeter"), (30.0, "millimeter"),
    ]  # fmt: skip


def test_pieces_and_open_ends() -> None:
    (pack,) = find_quantities("8 x 0.33 l")
    assert (pack.low, pack.pieces) == (0.33, 8)
    (hours,) = find_quantities("40+ hours")
    assert hours.is_least


def test_ends_of_a_range_keep_their_units() -> None:
    (mention,) = find_quantities("5 Hz to 40 kHz")
    assert mention.ends is not None
    assert [(e.low, e.unit) for e in mention.ends] == [(5.0, "hertz"), (40.0, "kilohertz")]


def test_what_a_form_means_depends_on_what_is_asked_for() -> None:
    assert parse_quantity("16 oz", "volume").unit == "fluid_ounce"
    assert parse_quantity("16 oz", "mass").unit == "ounce"
    assert parse_quantity("256G", "data_size").unit == "gigabyte"
    assert parse_quantity("2T", "data_size").unit == "terabyte"
    assert parse_quantity("5G", "mass").unit == "gram"
    assert parse_quantity("200C", "temperature").unit == "degC"
    assert parse_quantity("180克", "density").unit == "gram / meter ** 2"
    assert parse_quantity("6500K", "colour_temperature").low == 6500


_NUMBERS = st.one_of(st.integers(1, 999_999).map(float), st.decimals("0.01", 9999, places=2).map(float))
_STYLES: dict[str, Callable[[float], str]] = {
    "plain": lambda n: f"{n:.10g}",
    "comma groups": lambda n: f"{n:,.10g}" if n == int(n) else f"{n:,.2f}",
    "apostrophe groups": lambda n: (f"{n:,.0f}" if n == int(n) else f"{n:,.2f}").replace(",", "'"),
    "thin blanks": lambda n: (f"{n:,.0f}" if n == int(n) else f"{n:,.2f}").replace(",", "\u2009"),
    "continental": lambda n: f"{n:,.2f}".translate(str.maketrans(",.", ".,")),
    "full width": lambda n: f"{n:.10g}".translate({ord(c): 0xFEE0 + ord(c) for c in "0123456789."}),
}
_UNITS = st.sampled_from(["mAh", "kg", "ml", "cm", "W", "小时", "升", " litres", " hours", "-inch"])


@given(_NUMBERS, st.sampled_from(sorted(_STYLES)), _UNITS, st.sampled_from(["", "about ", "约", "Weight: "]))
def test_every_notation_reads_back(number: float, style: str, unit: str, before: str) -> None:
    text = f"{before}{_STYLES[style](number)}{unit}"
    (mention,) = find_quantities(text)
    assert mention.low == mention.high == pytest.approx(number)
    assert mention.unit == UNIT_OF_SURFACE[unit.strip(" -").casefold()]


@given(
    st.integers(0, 400),
    st.integers(1, 400),
    st.sampled_from(["-", " - ", "–", "~", "～", " to ", "至", "到"]),
    st.sampled_from(["V", " kg", "小时", " hours", "cm"]),
)
def test_ranges_read_back(low: int, more: int, between: str, unit: str) -> None:
    (mention,) = find_quantities(f"{low}{between}{low + more}{unit}")
    assert (mention.low, mention.high) == (low, low + more)


@given(st.integers(0, 200), st.integers(1, 63), st.sampled_from([2, 4, 8, 16, 32, 64]))
def test_mixed_fractions_read_back(whole: int, above: int, below: int) -> None:
    above %= below
    if above:
        (mention,) = find_quantities(f"{whole} {above}/{below} in" if whole else f"{above}/{below} in")
        assert mention.low == pytest.approx(whole + above / below)


@given(
    st.floats(0.001, 1e6), st.floats(0.001, 1e6), st.sampled_from(["gram", "hour", "liter", "volt", "count"])
)
def test_canonical_values_read_back(first: float, second: float, unit: str) -> None:
    low, high = sorted((round(first, 3), round(second, 3)))
    dimension = {"gram": "mass", "hour": "time", "liter": "volume", "volt": "voltage", "count": "count"}[unit]
    from kms.quantities.mentions import QuantityMention

    quantity = parse_quantity(canonical(QuantityMention(0, 1, low, high, unit)), dimension)
    assert (quantity.low, quantity.high) == pytest.approx((low, high))


@given(st.text(alphabet="0123456789 .,'/-~x×+½万千半一二十个hgmlinoz\"°升到to", max_size=80))
def test_no_text_breaks_the_grammar(text: str) -> None:
    end = 0
    for mention in find_quantities(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.low <= mention.high
        end = mention.end


@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "九",
        "1 ",
        "1.",
        "1,",
        "1/2 ",
        "10-",
        "3 x ",
        "twenty ",
        "5 h ",
        "6'",
        '7"',
        "一个半",
        "百",
        "-1",
        "½",
        "30cm x ",
    ],
)
def test_work_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    list(find_quantities("1 kg"))
    short, long = (calls_of(lambda n=n: list(find_quantities(piece * n))) for n in (400, 3_200))  # type: ignore[misc]
    assert long <= 10 * short  # eight times the length; the square would be sixty-four times the work


def test_metric_measures_beside_a_comma_are_two() -> None:
    assert [q.low for q in find_quantities("10 m, 12 cm")] == [10, 12]
    assert len(list(find_quantities("5 ft, 2 in"))) == 1
