"""Translation: reads words of a query that no product has as the name by which the shop calls the same thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from kms.ontology.labels import singular
from ranking.models import Correction

_LATIN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_CHINESE = re.compile("[\u3400-\u9fff]+")
_MOST_WORDS = 3
_MOST_CHARACTERS = 6
_SHORTEST_CHINESE = 2
_MOST_LOOKED_UP = 16
"""Names of one query that are looked up among the products: it bounds the cost of a long one."""

CountProducts = Callable[[str], int]


def translate(
    text: str, glossary: Mapping[str, tuple[str, ...]], count: CountProducts
) -> tuple[str, list[Correction]]:
    """The text with unknown names replaced by those of the shop, and what was replaced.

    Args:
        text: A query.
        glossary: As ``kms.indexing.glossary`` makes it.
        count: How many products are called so.
    """
    read: list[tuple[int, int, str]] = []
    looked_up = 0
    for start, end in _phrases(text):
        others = glossary.get(singular(text[start:end]))
        if not others or any(start < stop and first < end for first, stop, _ in read):
            continue
        looked_up += 1
        if looked_up > _MOST_LOOKED_UP:
            break
        if count(text[start:end]):
            continue
        best = max(others, key=count)  # the first of several that are alike is the label
        if count(best):
            read.append((start, end, best))
    corrections = [Correction(written=text[start:end], read_as=best) for start, end, best in sorted(read)]
    for start, end, best in sorted(read, reverse=True):
        text = f"{text[:start]}{best}{text[end:]}"
    return text, corrections


def _phrases(text: str) -> Iterator[tuple[int, int]]:
    """Places of runs of words and of Chinese characters, longest first at each place."""
    words = [match.span() for match in _LATIN.finditer(text)]
    for at in range(len(words)):
        for last in range(min(at + _MOST_WORDS, len(words)) - 1, at - 1, -1):
            behind = pairwise(words[at : last + 1])
            if not any(text[end:start].strip() for (_, end), (start, _) in behind):
                yield words[at][0], words[last][1]
    for run in _CHINESE.finditer(text):
        for start in range(run.start(), run.end()):
            for end in range(min(run.end(), start + _MOST_CHARACTERS), start + _SHORTEST_CHINESE - 1, -1):
                yield start, end
