"""Origins: whether a country that a Chinese description names is where the product is from, or only a component of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources

import yaml

from extraction.rules.mention import Mention
from kms.ontology.structure import HAS_VALUE

PLACE_CONFIDENCE = 0.9

_MADE = re.compile(r"(?:产地|原产|来自|源自|产自|出自|制造|生产)[^，。；\n]{0,4}$")
_PHRASE = re.compile(r"[\u3400-\u9fffA-Za-z]{0,12}")
_SAYS_MADE = re.compile(
    r"(?:本土|当地|原装|制|手工)?(?:[制造产]|生产|产地|原产|品牌|设计|工艺|出品|进口(?![\u3400-\u9fffA-Za-z]))"
)
_STATED = re.compile(
    r"(?:产地|原产地|原产|产自|出自|源产|制造地|生产地|生产于|制造于|组装于)[:：为是于]{0,2}[^，。；\n]{0,3}$"
    r"|\b(?:made|manufactured|produced|assembled|sewn|built|crafted|handmade|hand-made|woven|knitted)"
    r"(?:\s+by\s+hand)?(?:\s+\w+)?\s+in\s+(?:the\s+)?(?:[A-Z][\w-]+(?:\s+[A-Z][\w-]+)?,\s+(?:[\w ]{1,24}\s+of\s+)?)?$",
    re.IGNORECASE,
)
_STATED_BEHIND = re.compile(r"(?:本土|当地|原装)?(?:[制织]造|组装|生产|产(?![\u3400-\u9fff]))|[ -]made\b")
"""Beside a country in which the product was made as a whole, so that others are those of parts."""
_TAIL = 2
"""Characters at the end of a phrase that tell which thing it names."""


def is_of_component(
    body: str, begin: int, start: int, end: int, own: Sequence[str], materials: Sequence[str]
) -> bool:
    """Whether a country is that of a component: 意大利琴弦 of a ukulele, but not 意大利牛皮 of a bag or 泰国大米.

    Args:
        body: The text.
        begin: Of the sentence.
        start: Of the country's name.
        end: Of the country's name.
        own: The title and the names of the product's class; a phrase that ends like one of them is the product.
        materials: Chinese names of materials.
    """
    if _MADE.search(body, begin, start) or _SAYS_MADE.match(body, end):
        return False
    phrase = _PHRASE.match(body, end)
    words = phrase.group() if phrase else ""
    if len(words) < _TAIL or any(words[-_TAIL:] in name for name in own):
        return False
    return not any(name and words.endswith(name) and not words.startswith("进口") for name in materials)


def find_places(body: str, attribute: str) -> Iterator[Mention]:
    """Countries of places that a Chinese text says the product is made in: 产自广东, 浙江桐乡产."""
    for country, pattern in _places().items():
        for found in pattern.finditer(body):
            start, end = found.span("before" if found["before"] else "behind")
            yield Mention(
                start, end, HAS_VALUE, attribute=attribute, value=country, confidence=PLACE_CONFIDENCE
            )


def is_place(surface: str) -> bool:
    """Whether a word is such a place, which only words of making bring up."""
    return any(surface in names for names in _place_names().values())


@lru_cache(maxsize=1)
def _place_names() -> dict[str, frozenset[str]]:
    source = resources.files("extraction.rules").joinpath("places.yaml").read_text("utf-8")
    return {country: frozenset(names.split()) for country, names in yaml.safe_load(source).items()}


@lru_cache(maxsize=1)
def _places() -> dict[str, re.Pattern[str]]:
    return {
        country: re.compile(
            rf"(?:产地|原产地?|产自|出自|产于|生产于|制造于|源自|来自)[:：为是于在]{{0,2}}(?:中国)?(?P<before>{'|'.join(names)})"
            rf"|(?P<behind>{'|'.join(names)})[\u3400-\u9fff]{{0,4}}?(?:原产|出产|产(?![\u3400-\u9fff])|制造|织造|制作|生产|手工制|手作)"
        )
        for country, names in _place_names().items()
    }


def is_stated(body: str, begin: int, start: int, end: int) -> bool:
    """Whether words say that the product was made in a country: 中国制造, "sewn in Portugal"."""
    return _STATED.search(body, begin, start) is not None or _STATED_BEHIND.match(body, end) is not None


def is_of_longer_name(start: int, end: int, tokens: Sequence[tuple[int, int]], body: str) -> bool:
    """Whether a country's Chinese name only begins a longer word: 大马 in 大马士革.

    Args:
        start: Of the name.
        end: Of the name.
        tokens: Words of the text.
        body: The text.
    """
    if body[start].isascii():
        return False
    around = next((token for token in tokens if token[0] <= start and end < token[1]), None)
    return around is not None and _SAYS_MADE.match(body, end) is None
