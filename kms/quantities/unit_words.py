"""Forms of units that are also words or marks: whether "in", a quote or a lone letter is a unit where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from kms.quantities.numbers import Number

_IN_ONE = re.compile(r"[ -](?:1|one)\b", re.IGNORECASE)
_WORD_BEHIND = re.compile(r"\s(?P<word>[A-Za-z]+)(?!\s\d)")
_NUMBER_BEHIND = re.compile(r"\s\d[\d.,]*\s[A-Za-z]{4,}")
_NOT_MEASURED_IN = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "a an the my our your his her its their this that these those each every all any some no one two three first "
        "total stock store stores use row place general addition front back case between and or of on at to with black "
        "white red blue green pink grey gray silver gold"
    ).split()
)
"""Words behind "in" that make it a preposition: "5 in the box", "2 in stock"."""
_LONG_THING = re.compile(
    r"\s*(?:$|[,;)\]x×*/]|cables?|cords?|leads?|tapes?|ropes?|hoses?|wires?|rolls?|long|[线绳带管长])",
    re.IGNORECASE,
)
_QUOTE = re.compile('"')
_QUOTED = 200
"""Characters before a quote in which the quote that it closes is looked for."""
_LIQUID = re.compile(
    r"\b(?:bottles?|cups?|mugs?|jugs?|flasks?|tumblers?|kettles?|carafes?|pitchers?|tanks?|reservoirs?|growlers?|"
    r"double[- ]wall\w*|steel body|thermos(?:es)?|glass(?:es)?|teapots?|shakers?|water|juice|milk|drinks?|beverages?|"
    r"serums?|lotions?|shampoos?|conditioners?|toners?|cleansers?|mists?|sprays?|drops|oil|perfumes?|fragrances?|cologne|"
    r"sunscreens?|body wash|soap|essence|fl)\b|水壶|水杯|杯子|瓶|壶|精华|乳液|洗发|香水|喷雾|化妆水",
    re.IGNORECASE,
)
_COLOURED = frozenset("白色黄驼咖")
_NEVER_AFTER_WORDS = frozenset({"分", "日", "度", "寸", "安", "欧", "转", "帕", "月", "周", "磅", "巴", "赫"})
"""Chinese units that stand in ordinary words behind a numeral ("十分", "一度", "一转眼")."""


def is_of_liquid(words: str) -> bool:
    """Whether words name a vessel or a liquid, whose ounces are fluid."""
    return _LIQUID.search(words) is not None


def is_unit_here(text: str, number: Number, surface: str, end: int) -> bool:
    """Whether a form behind a number is meant as a unit.

    Args:
        text: Folded by ``fold_width``.
        number: What stands before.
        surface: The form as written.
        end: Where it ends.
    """
    is_cold = surface == "度" and text.endswith(("零下", "负"), 0, number.start)
    is_short = surface in _NEVER_AFTER_WORDS or (surface.isascii() and len(surface) < 3)
    if number.is_word and is_short and not is_cold:
        return False
    check = _CHECKS.get(surface) or _CHECKS.get(surface.casefold())
    gap = text[number.end : end - len(surface)]
    return check is None or check(text, number, end, gap)


def _is_inch(text: str, number: Number, end: int, gap: str) -> bool:
    if _IN_ONE.match(text, end) or number.value > 500:
        return False
    if gap and _NUMBER_BEHIND.match(text, end):
        return False  # "4.5 out of 5 in 2,000 reviews"
    word = _WORD_BEHIND.match(text, end)
    return gap == "" or word is None or word["word"].casefold() not in _NOT_MEASURED_IN


def _is_quote(text: str, number: Number, end: int, gap: str) -> bool:
    """Whether a quote behind a number means inches: it does unless it closes what another quote opened."""
    if gap:
        return False
    first = max(0, number.start - _QUOTED)
    begin = max(text.rfind("\n", first, number.start) + 1, first)
    is_open = False
    for match in _QUOTE.finditer(text, begin, number.start):
        is_inch = text[match.start() - 1 : match.start()].isdigit() and not is_open
        is_open = is_open if is_inch else not is_open
    return not is_open


def _is_ampere(text: str, number: Number, end: int, gap: str) -> bool:
    return gap == "" or (
        gap == " " and text[end - 1] == "A" and text[end : end + 1] in ("", ",", ".", ";", ")", "/")
    )


def _is_second(text: str, number: Number, end: int, gap: str) -> bool:
    is_decade = number.value >= 20 and number.value % 10 == 0 and text[end : end + 1] == " "
    return gap in ("", " ") and text[end - 1] == "s" and not (is_decade and gap == "")


def _is_kelvin(text: str, number: Number, end: int, gap: str) -> bool:
    """Whether "K" means kelvin: 4K is a resolution, 8K as well."""
    return number.value >= 1_000


def _is_metre(text: str, number: Number, end: int, gap: str) -> bool:
    """Whether "M" means metres: 3M is a company, and "2M cache" has megabytes."""
    is_capital = text[end - 1] == "M"
    return not is_capital or (gap == "" and number.value != 3 and _LONG_THING.match(text, end) is not None)


def _is_chinese_metre(text: str, number: Number, end: int, gap: str) -> bool:
    return text[end : end + 1] not in _COLOURED  # "5.3 米白色" is a colour


def _is_tael(text: str, number: Number, end: int, gap: str) -> bool:
    """Whether 两 is a weight and not the number two: behind jin, or behind digits at a phrase's end."""
    is_of_jin = text[number.start - 1 : number.start] == "斤"
    return gap == "" and (is_of_jin or (not number.is_word and not text[end : end + 1].isalnum()))


def _is_tight(text: str, number: Number, end: int, gap: str) -> bool:
    return gap == ""


_CHECKS: dict[str, Callable[[str, Number, int, str], bool]] = {
    "in": _is_inch,
    '"': _is_quote,
    "''": _is_tight,
    "a": _is_ampere,
    "s": _is_second,
    "K": _is_kelvin,
    "M": _is_metre,
    "米": _is_chinese_metre,
    "两": _is_tael,
    "T": _is_tight,
    "C": _is_tight,
    "F": _is_tight,
}
