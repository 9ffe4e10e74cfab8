"""Checks of annotated quantities: readable, of the right dimension, and equal to what the words say."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from kms.quantities.dimensions import root_unit, unit_problem, unit_registry

_VALUE = re.compile(r"^([+-]?\d+(?:\.\d+)?) (.+)$")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MIXED = re.compile(r"(?:(\d+)[\s-]+)?(\d)[/\u2044]([2-9])(?!\d)")
_COMPOUND = re.compile(r"^(\d+)\s*(min|h|小时|分)[a-z]*\s*(\d{1,2})\b")
_TENTHS = re.compile(r"^([一二两三四五六七八九])[^一二两三四五六七八九十百]{1,3}([一二三四五六七八九])$")
_SHORTHAND = {("ounce", "fluid_ounce"), ("gram", "gigabyte"), ("gram", "gram / meter ** 2")}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
_WORDS = {
    word: float(number)
    for number, words in {
        0.5: "half 半",
        1: "a an one single 一",
        2: "two twin double pair couple 两 二 双",
        3: "three triple 三",
        4: "four quad 四",
        5: "five 五",
        6: "six 六",
        7: "seven 七",
        8: "eight 八",
        9: "nine 九",
        10: "ten 十",
        11: "eleven 十一",
        12: "twelve dozen 十二",
        15: "fifteen 十五",
        20: "twenty 二十",
        24: "二十四",
        30: "thirty 三十",
        40: "forty 四十",
        50: "fifty 五十",
        100: "hundred 一百",
    }.items()
    for word in words.split()
}
_UNITS = {
    surface: unit
    for unit, surfaces in {
        "gram": "g gr gram grams gramme grammes 克",
        "kilogram": "kg kgs kilo kilos kilogram kilograms 千克 公斤",
        "ounce": "oz ounce ounces 盎司",
        "pound": "lb lbs pound pounds 磅",
        "millimeter": "mm millimetre millimetres millimeter millimeters 毫米",
        "centimeter": "cm centimetre centimetres centimeter centimeters 厘米 公分",
        "meter": "m metre metres meter meters 米",
        "inch": "in inch inches 英寸 寸",
        "foot": "ft foot feet 英尺",
        "milliliter": "ml millilitre millilitres milliliter milliliters 毫升",
        "liter": "l litre litres liter liters ltr 升",
        "second": "s sec secs second seconds 秒",
        "minute": "min mins minute minutes 分钟",
        "hour": "h hr hrs hour hours 小时 个小时",
        "day": "d day days 天",
        "week": "week weeks 周 星期",
        "month": "mo month months 个月 月",
        "year": "y yr yrs year years 年",
        "watt": "w watt watts 瓦",
        "kilowatt": "kw kilowatt kilowatts 千瓦",
        "volt": "v volt volts 伏",
        "milliampere_hour": "mah 毫安 毫安时",
        "hertz": "hz hertz 赫兹",
        "kilohertz": "khz kilohertz 千赫",
        "decibel": "db dba decibels 分贝",
        "gigabyte": "gb",
        "terabyte": "tb",
        "ohm": "ohm ohms Ω ω 欧 欧姆",
        "lumen": "lm lumen lumens 流明",
        "bar": "bar bars 巴",
    }.items()
    for surface in surfaces.split()
}


def quantity_problem(value: str, dimension: str) -> str | None:
    """Say what is wrong with ``number unit`` for a dimension, or ``None``."""
    match = _VALUE.match(value)
    if match is None:
        return "a quantity is written 'number unit', such as '1.5 liter'"
    return unit_problem(match.group(2), dimension)


def surface_problem(surface: str, value: str) -> str | None:
    """Say how the words of a mention contradict its quantity, or ``None``; unknown words say nothing."""
    match = _VALUE.match(value)
    if match is None:
        return None
    magnitude, unit = abs(float(match.group(1))), match.group(2)
    for sign, fraction in _FRACTIONS.items():
        if sign in surface:
            head = surface.partition(sign)[0]
            whole = _NUMBER.findall(head)
            numbers = {fraction + (float(whole[-1]) if whole else 0), fraction}
            return None if _is_among(magnitude, numbers) else f"says {surface!r}"
    text = unicodedata.normalize("NFKC", surface).casefold()
    text = _MIXED.sub(lambda m: str(int(m[1] or 0) + int(m[2]) / int(m[3])), text)
    if compound := _COMPOUND.match(text):
        text = f"{int(compound[1]) + int(compound[3]) / 60} {compound[2]}"
    numbers = {reading for number in _NUMBER.findall(text) for reading in _readings(number)}
    if spoken := _TENTHS.match(text):
        numbers = {_WORDS[spoken[1]] + _WORDS[spoken[2]] / 10}
    if not numbers:
        numbers = {
            _WORDS[word]
            for word in re.findall(r"[a-z]+|[一二三四五六七八九十百两半双]+", text)
            if word in _WORDS
        }
        return None if not numbers or _is_among(magnitude, numbers) else "words and number differ"
    if not _is_among(magnitude, numbers):
        return "the words and the value have different numbers"
    written = _written_unit(text)
    if written and (written, unit) not in _SHORTHAND and _scale(written) != _scale(unit):
        return f"the words say {written}, the value {unit}"
    return None


def _readings(number: str) -> set[float]:
    """A written number: "1,500" and "1.500" may be one and a half, or fifteen hundred."""
    readings = set()
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", number):
        readings.add(float(re.sub(r"[.,]", "", number)))
    if re.fullmatch(r"\d+([.,]\d+)?", number):
        readings.add(float(number.replace(",", ".")))
    return readings


def _is_among(magnitude: float, numbers: set[float]) -> bool:
    return any(abs(magnitude - number) < 1e-6 for number in numbers)


def _written_unit(text: str) -> str | None:
    tail = re.sub(r"^.*\d", "", text).strip(" -–.")
    return _UNITS.get(tail)


@cache
def _scale(unit: str) -> tuple[float, str | None]:
    """Factor of a unit in base units, and the base unit."""
    factor: Any = unit_registry().get_root_units(unit)[0]
    return round(float(factor), 12), root_unit(unit)
