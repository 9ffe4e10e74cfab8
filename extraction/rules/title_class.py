"""The product's kind, from its title: the class whose name is the head of the title's first phrase.

Titles name many things that the product is not: what it goes with ("stand for a laptop"), what it is a part of ("mouse
pad"), what it comes in ("8 oz bottle"). Where the shop states no class, a name counts only as the head of its phrase. What
stands right behind it may be a quality that products of the class have ("backpack nylon", "laptop black"); a noun that can
be counted is a further thing otherwise, which then is the head ("laptop battery", "notebook sleeve").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from extraction.rules.mention import Occupied
from kms.ontology.hierarchy import Hierarchy
from kms.ontology.labels import Match, Reading
from kms.ontology.model import ROOT_CLASS
from kms.text.chinese import contains_chinese
from kms.text.nouns import is_countable

_GOES_WITH = (" for", " with", " and", " &", "适用于", "适用")
_PHRASE_END = re.compile(r"\s*(?:$|[,;:.!?()\[\]|/•·+–—，。；：、（）【】]|-\s|\s-)")
_ENDING_WORDS = re.compile(
    "for|with|in|by|of|from|and|or|to|at|on|that|which|is|are|has|plus|including|includes|set|pack|size",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?:\d[\d.,/]*\s*-?\s*(?:oz|ml|cl|l|fl|g|kg|lb|lbs|pc|pcs|ct|count)\.?\s*|\bper\s+|\bof\s+|\bin\s+(?:an?\s+)?)$",
    re.IGNORECASE,
)
_COMPANION = re.compile(r"\b(?:for|with|fits|w/)\s[^,;|()]*$", re.IGNORECASE)
_NEXT_WORD = re.compile(r"\s*-?\s*(?P<word>[A-Za-z][A-Za-z'’/]*)")
_LAST_WORD = re.compile(r"(?P<word>[A-Za-z][A-Za-z'’]*)[\s-]*$")
_PARTED = re.compile(r"[,(|]| - ")
_BETWEEN_CLASSES = 3
"""Most words between a class's name and the name of the class that it leads to."""
_WIDTH = 120
"""Characters before a name that are looked at."""
_HANGING = re.compile(r"-\s+(?:and|or)\b", re.IGNORECASE)
"""Hyphen of a first part that shares the head of what follows: "notebook- or telephone holder"."""
_SLASH = re.compile(r"\s*/\s*(?=[A-Za-z])")
"""Mark of two names for one thing, which share what follows: "laptop / notebook power cord"."""
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")

Named = tuple[Match, Reading]
Place = tuple[int, int]


class Known(NamedTuple):
    """Where a title names something that is no kind of product.

    Attributes:
        start: First character.
        end: Behind the last one.
        values_of: Attributes that it is a value of.
        names: Attributes that it is the name of.
        is_part: Reviews speak of it as a part of products ("battery").
        is_brand: It is the product's brand, whatever its word means ("Apple").
    """

    start: int
    end: int
    values_of: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    is_part: bool = False
    is_brand: bool = False


def choose_class(
    title: str,
    classes: Sequence[Named],
    known: Sequence[Known],
    stated: str | None,
    hierarchy: Hierarchy,
    attributes_of: Callable[[str], frozenset[str]],
) -> Named | None:
    """The class that a title names: the deepest one; the later one where two are as deep.

    Args:
        title: The text.
        classes: Classes named in it.
        known: Where it names values, concepts, brands and other things that are no kind of product.
        stated: The class that the shop states; then a name of the same line of classes is preferred.
        hierarchy: The class tree.
        attributes_of: Attributes that products of a class have.
    """
    named = [pair for pair in classes if pair[1].id != ROOT_CLASS]
    own = [
        pair for pair in named if not _before(title, pair[0].start).casefold().rstrip().endswith(_GOES_WITH)
    ]
    if stated is not None:
        line = {stated, *hierarchy.ancestors(stated)}
        own = [pair for pair in own if pair[1].id in line] or own
    else:
        others = Occupied((match.start, match.end) for match, _ in classes)
        things = Occupied((each.start, each.end) for each in known)
        opened = _PARTED.search(title)
        first = opened.end() if opened else len(title) + 1
        own = [
            pair
            for pair in own
            if _is_head(title, pair, others, things, first)
            and not _names_further_thing(title, pair[0].end, known, attributes_of(pair[1].id))
            and not _shares_head(title, pair, classes, known, attributes_of(pair[1].id))
        ]
    return max(own, key=lambda pair: (hierarchy.depth(pair[1].id), pair[0].start), default=None)


def _is_head(title: str, named: Named, others: Occupied, known: Occupied, parted: int) -> bool:
    """Whether a class's name is what its phrase is about, and the phrase what the title is about.

    Args:
        title: The text.
        named: The class's name.
        others: Where the names of classes stand.
        known: Where the names of other things stand.
        parted: Where the mark stops that ends the title's first phrase.
    """
    match, reading = named
    if contains_chinese(title[match.start : match.end]):
        return not contains_chinese(title[match.end : match.end + 1]) or _is_known(match.end, known)
    before = _before(title, match.start)
    if _MEASURED.search(before) or _COMPANION.search(before):
        return False
    follows = _NEXT_WORD.match(title, match.end)
    if follows is not None and not _PHRASE_END.match(title, match.end):
        begin = follows.start("word")
        if _ENDING_WORDS.fullmatch(follows["word"]) is None and not _is_known(begin, known):
            return False
        if _leads_to(title, match.end, others, known):
            return False
    if " " in reading.surface.strip() or "-" in reading.surface:
        return True
    if parted <= match.start and not reading.preferred:
        return False
    word = _LAST_WORD.search(before)
    begin = match.start - len(before)
    return reading.preferred or word is None or _is_known(begin + word.start("word"), known)


def _names_further_thing(title: str, end: int, known: Sequence[Known], own: frozenset[str]) -> bool:
    """Whether a known thing that stands right behind a class's name is no quality of the class but a thing itself."""
    if _HANGING.match(title, end):
        return True
    if contains_chinese(title[end : end + 1]):
        # Chinese puts qualities before the thing; a part behind it is what is sold: 笔记本电脑电池.
        return any(each.start == end and each.is_part for each in known)
    follows = _NEXT_WORD.match(title, end)
    if follows is None or _PHRASE_END.match(title, end):
        return False
    here = [each for each in known if each.start == follows.start("word")]
    is_quality = any(not own.isdisjoint(each.values_of) and not each.is_part for each in here)
    if not here or is_quality or any(each.is_brand for each in here):
        return False
    behind = max(each.end for each in here)
    if any(not own.isdisjoint(each.names) and not each.values_of for each in here):
        # "Laptop RAM 8 GB" is a laptop, "laptop RAM module" is none.
        word = _NEXT_WORD.match(title, behind)
        is_end = word is None or _PHRASE_END.match(title, behind) is not None
        is_known = word is not None and any(each.start == word.start("word") for each in known)
        return not is_end and not is_known and word is not None and is_countable(word["word"])
    words = _LATIN_WORD.findall(title[follows.start("word") : behind])
    return bool(words) and is_countable(words[-1])


def _shares_head(
    title: str, named: Named, classes: Sequence[Named], known: Sequence[Known], own: frozenset[str]
) -> bool:
    """Whether a second name follows behind a slash, and a thing behind it that is of both: "keyboard/mouse cable"."""
    slash = _SLASH.match(title, named[0].end)
    ends = [match.end for match, _ in classes if slash is not None and match.start == slash.end()]
    if not ends:
        return False
    follows = _NEXT_WORD.match(title, max(ends))
    if follows is None or _PHRASE_END.match(title, max(ends)):
        return False
    is_joined = title[follows.end("word") :].startswith("-")  # "head-band" is a quality
    return (not is_joined and is_countable(follows["word"])) or _names_further_thing(
        title, max(ends), known, own
    )


def _leads_to(title: str, position: int, others: Occupied, known: Occupied) -> bool:
    """Whether a further class's name follows, at once or behind known things: "notebook USB speakers" are speakers."""
    for _ in range(_BETWEEN_CLASSES + 1):
        word = _NEXT_WORD.match(title, position)
        if word is None or _PHRASE_END.match(title, position):
            return False
        if _is_known(word.start("word"), others):
            return True
        if not _is_known(word.start("word"), known):
            return False
        position = word.end()
    return False


def _before(title: str, position: int) -> str:
    return title[max(0, position - _WIDTH) : position]


def _is_known(position: int, places: Occupied) -> bool:
    return places.overlaps(position, position + 1)
