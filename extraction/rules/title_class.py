"""The product's kind, from its title: the class whose name is the head of the title's first phrase.

Titles name many things that the product is not: what it goes with ("stand for a laptop"), what it is a part of ("mouse
pad"), what it comes in ("8 oz bottle"). Where the shop states no class, a name counts only as the head of its phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extraction.rules.mention import Occupied
from kms.ontology.hierarchy import Hierarchy
from kms.ontology.labels import Match, Reading
from kms.ontology.model import ROOT_CLASS

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
_CHINESE = re.compile(r"[\u3400-\u9fff]")

Named = tuple[Match, Reading]
Place = tuple[int, int]


def choose_class(
    title: str,
    classes: Sequence[Named],
    known: Sequence[Place],
    stated: str | None,
    hierarchy: Hierarchy,
) -> Named | None:
    """The class that a title names: the deepest one; the later one where two are as deep.

    Args:
        title: The text.
        classes: Classes named in it.
        known: Where it names values, concepts, brands and other things that are no kind of product.
        stated: The class that the shop states; then a name of the same line of classes is preferred.
        hierarchy: The class tree.
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
        things = Occupied(known)
        opened = _PARTED.search(title)
        first = opened.end() if opened else len(title) + 1
        own = [pair for pair in own if _is_head(title, pair, others, things, first)]
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
    if _CHINESE.search(title[match.start : match.end]):
        return not _CHINESE.match(title, match.end) or _is_known(match.end, known)
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
