"""Numbers written out, in English and Chinese, by text2num and cn2an; halves, dozens and couples are read here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_SMALL = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_DIGIT_WORDS = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_ENGLISH = re.compile(
    rf"(?<![\w'’-])(?:"
    rf"(?P<half>half a dozen|a dozen and a half|(?:one|two|three) dozen|a dozen|dozen|a couple of|half (?:an?|of an?)|"
    rf"a quarter of an?|three quarters of an?|"
    rf"an?(?= (?:hour|day|week|month|year|lit(?:re|er)|kilo(?:gram)?|pint|met(?:re|er)|pound|mile|gallon) and a half\b))"
    rf"|(?P<number>(?:a (?=hundred|thousand))?(?:{_SMALL}|hundred|thousand)"
    rf"(?:(?:[ -]|(?<=hundred) and (?!(?:{_SMALL})[ -]hundred)|(?<=thousand) and )(?:{_SMALL}|hundred|thousand)){{0,9}})"
    rf"(?P<point> point(?: (?:{_DIGIT_WORDS}))+)?"
    rf"(?P<more> and a half| and a quarter| and three quarters)?)"
    rf"(?![\w'’])",
    re.IGNORECASE,
)
_PHRASES = {
    "half a dozen": Decimal(6), "a dozen": Decimal(12), "dozen": Decimal(12), "a dozen and a half": Decimal(18),
    "one dozen": Decimal(12), "two dozen": Decimal(24), "three dozen": Decimal(36), "a couple of": Decimal(2),
    "a": Decimal(1), "an": Decimal(1),
    "half a": Decimal("0.5"), "half an": Decimal("0.5"), "half of a": Decimal("0.5"), "half of an": Decimal("0.5"),
    "a quarter of a": Decimal("0.25"), "a quarter of an": Decimal("0.25"),
    "three quarters of a": Decimal("0.75"), "three quarters of an": Decimal("0.75"),
}  # fmt: skip
_MORE = {
    " and a half": Decimal("0.5"),
    " and a quarter": Decimal("0.25"),
    " and three quarters": Decimal("0.75"),
}
_DIGITS = "零〇一二两三四五六七八九十百千万亿"
_CHINESE = re.compile(
    rf"(?<![第几数{_DIGITS}点])(?:(?P<half>半)(?=[个升斤公米小斤天年])个?|(?P<number>[{_DIGITS}]{{1,16}}(?:点[{_DIGITS}]{{1,6}})?)"
    rf"(?:个(?P<more>半))?)(?![{_DIGITS}几])"
)
_UNIT_AFTER_THOUSAND = frozenset("克瓦米帕赫卡焦安伏")


class NumberWord(NamedTuple):
    """A number written out: ``text[start:end]``."""

    start: int
    end: int
    value: Decimal


def find_number_words(text: str) -> Iterator[NumberWord]:
    """Numbers written out, from left to right."""
    for match in _ENGLISH.finditer(text):
        value = (
            _PHRASES[match["half"].casefold()] if match["half"] else _read_english(match["number"].casefold())
        )
        if value is not None and match["point"]:
            value += _read_decimals(match["point"].casefold().split()[1:])
        if value is not None:
            yield NumberWord(
                match.start(), match.end(), value + _MORE.get((match["more"] or "").casefold(), 0)
            )
    if text.isascii():
        return
    for match in _CHINESE.finditer(text):
        if match["half"]:
            yield NumberWord(match.start(), match.end(), Decimal("0.5"))
            continue
        written, end = match["number"], match.end("number")
        if written.endswith("千") and text[end : end + 1] in _UNIT_AFTER_THOUSAND:
            written, end = written[:-1], end - 1  # 三千克 is three kilograms
        if len(written) > 1 and written.endswith("两") and written[-2] not in "百千万亿":
            written, end = written[:-1], end - 1  # 三两 is a weight
        value = _read_chinese(written) if written else None
        if value is not None:
            yield NumberWord(
                match.start(),
                match.end() if match["more"] else end,
                value + Decimal("0.5") * bool(match["more"]),
            )


def _read_decimals(words: list[str]) -> Decimal:
    """The decimals that digits behind "point" say: "one point two five"."""
    digits = "".join(str(max(0, _DIGIT_WORDS.split("|").index(word) - 1)) for word in words)
    return Decimal(f"0.{digits}")


@lru_cache(maxsize=5_000)
def _read_english(words: str) -> Decimal | None:
    from text_to_num import text2num

    try:
        return Decimal(text2num(words.removeprefix("a ").replace(" and ", " "), "en"))
    except ValueError:
        return None


@lru_cache(maxsize=5_000)
def _read_chinese(characters: str) -> Decimal | None:
    import cn2an

    try:
        return Decimal(str(cn2an.cn2an(characters.replace("〇", "零"), "smart")))
    except ValueError:
        return None
