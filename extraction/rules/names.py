"""Names made of ordinary words: a brand called "Olive Garden" is no colour, and "Swiss-water" is no country.

Names are read before values. A value's word is part of a name where it stands inside the product's brand, where a hyphen
ties it to a word that the ontology does not know, or where it is a thing that gives its name to a colour and another word
follows ("salmon oil").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter

from kms.ontology.labels import singular

Place = tuple[int, int]

_TITLE_END = re.compile(
    r"[|,(]|\s[-–]\s|\b(?:for|with|holds?|fits|includ\w+|plus|w/)\b|适用|配", re.IGNORECASE
)
_TITLE_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST_CODE = 3
_INTRODUCED = re.compile(r"\b(?:in|from|of|by)\s+(?:the\s+)?$", re.IGNORECASE)
_CONNECTOR = re.compile(
    r"\b(?:rca|xlr|usb\w*|hdmi|jack|plug|socket|connectors?|coupler|adapters?|cables?|pins?|headers?|bnc|iec|vga|dvi|ports?|"
    r"sma|db\d+|rj\d+|male[ -]to|female[ -]to|to (?:fe)?male|thread\w*)\b",
    re.IGNORECASE,
)
_NEAR = 24
_HYPHENS = "-‐‑"
_TIED_AFTER = re.compile(r"[-‐‑](?P<word>[^\W\d_]+)")
_FOLLOWS = re.compile(r"\s+(?P<word>[^\W\d_]+)")
_NAMED_NUMBER = re.compile(r"(?P<word>[^\W\d_][\w'’-]*) (?=\d$)")
_COUNTED = re.compile(r"(?P<number>\d+)[ -]?(?P<unit>\w*)")
_KEEPS_MEANING = re.compile(
    "made|built|lined|coated|covered|clad|framed|bodied|coloured|colored|toned|free|proof|resistant|safe|ready|fit|size|sized"
    "|rated|in|up|down|on|off|blend",
    re.IGNORECASE,
)
"""Words behind a hyphen that leave a value what it is: "leather-lined", "Bluetooth-ready"."""
_GUARDED = re.compile(
    r"(?:['’]s?)?[ ‐‑-](?:safe|proof|resistant)\b|[ ‐‑-](?:run|owned|business|company|firm|farm|recipe|tradition)\b"
    r"|\sof\s(?:[a-z-]+\s)?(?:[a-z]+(?:er|or|ist|smith)s|[a-z]+men)\b(?<!\bmembers)(?<!\bothers)",
    re.IGNORECASE,
)
"""What stands behind a word for people who are not the product's users: "child-safe", "a family of beekeepers"."""
_BODY_ZH = frozenset("牙手肤皮毛身腿脚嘴口发脸腻")
_AFTER_A_COLOUR = re.compile(
    "and|or|in|with|for|is|are|on|by|colour|color|shade|tone|to|from|the", re.IGNORECASE
)


def find_name(text: str, name: str | None) -> list[Place]:
    """Where a name stands in a text, as a whole word in any case."""
    if not name or not name.strip():
        return []
    found = re.finditer(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.IGNORECASE)
    return [match.span() for match in found]


def is_number_of_title(text: str, place: Place, title: str) -> bool:
    """Whether a count is the number of a model that the product's title names: "2" of "The Hush 2 pairs …".

    A title that counts the same things itself ("Merino socks 3 pairs") names no model.
    """
    named = _NAMED_NUMBER.search(text, 0, place[0] + 1)
    counted = _COUNTED.match(text, place[0])
    if not title or named is None or counted is None:
        return False
    number = re.escape(f"{named['word']} {counted['number']}")
    behind = re.escape(counted["unit"])
    return re.search(rf"(?<!\w){number}(?![\w.])(?!\W+{behind})", title, re.IGNORECASE) is not None


def is_part_of_name(
    text: str, place: Place, names: Sequence[Place], known: Sequence[Place], things: frozenset[str]
) -> bool:
    """Whether a value's word is a part of a name or a compound, and not a value.

    Args:
        text: The document's.
        place: Of the word.
        names: Where names stand, in the order of the text and without overlaps.
        known: Where the ontology's words stand, in the same way.
        things: Words for things that give their names to colours, such as salmon and olive.
    """
    start, end = place
    around = _place_at(start, names)
    if around is not None and end <= around[1]:
        return True
    before = _word_tied_before(text, start)
    if before is not None and not _is_known(before, known):
        return True
    after = _TIED_AFTER.match(text, end)
    if after is not None and not _is_known(after.start("word"), known):
        return _KEEPS_MEANING.fullmatch(after["word"]) is None
    if text[start:end].casefold() in things:
        follows = _FOLLOWS.match(text, end)
        return follows is not None and _AFTER_A_COLOUR.fullmatch(follows["word"]) is None
    return False


def _word_tied_before(text: str, start: int) -> int | None:
    """Where the word begins that a hyphen ties to the word at ``start``; ``None``: no hyphen does."""
    last = start - 2
    if last < 0 or text[start - 1] not in _HYPHENS or not text[last].isalpha():
        return None
    begin = last
    while begin and text[begin - 1].isalpha():
        begin -= 1
    return begin


def _is_known(position: int, places: Sequence[Place]) -> bool:
    return _place_at(position, places) is not None


def _place_at(position: int, places: Sequence[Place]) -> Place | None:
    """The place that holds a character, of places in the order of the text."""
    number = bisect_right(places, position, key=itemgetter(0)) - 1
    return places[number] if number >= 0 and position < places[number][1] else None


def is_guarded(text: str, end: int) -> bool:
    """Whether the word that ends at ``end`` names no users: "pet-safe" paint is not for pets, nor is a family-run firm."""
    return _GUARDED.match(text, end) is not None


def is_code(text: str, start: int, end: int) -> bool:
    """Whether a short word in capitals tells a market or a plug, and no origin: "LabelWriter 450 UK"."""
    word = text[start:end]
    return (
        word.isupper()
        and word.isascii()
        and len(word) <= _LONGEST_CODE
        and not _INTRODUCED.search(text, max(0, start - _NEAR), start)
    )


def is_of_connector(text: str, start: int, end: int) -> bool:
    """Whether "male" or "female" is said of a plug: "XLR male to RCA female"."""
    if text[start:end].casefold() not in {"male", "female"}:
        return False
    return _CONNECTOR.search(text, max(0, start - _NEAR), min(len(text), end + _NEAR)) is not None


def is_tied_to_letters(text: str, start: int, end: int) -> bool:
    """Whether a Chinese character makes one word with letters before it: the 棉 of PP棉 is no cotton."""
    before = text[start - 1 : start]
    return end - start == 1 and not text[start].isascii() and before.isascii() and before.isalpha()


def sticks_to_body(text: str, start: int, end: int) -> bool:
    """Whether a Chinese word says that something does not stick to a body, which is no coating: 不粘牙, 不粘肤."""
    return text[start:end].endswith(("粘", "沾")) and text[end : end + 1] in _BODY_ZH


@lru_cache(maxsize=4_000)
def nouns_of_title(title: str) -> frozenset[str]:
    """Words of a title up to what the product goes with or holds, in the singular; they name the product."""
    end = _TITLE_END.search(title)
    return frozenset(singular(word) for word in _TITLE_WORD.findall(title[: end.start()] if end else title))
