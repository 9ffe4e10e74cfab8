"""Words of a query that no entity covers, as units: the products whose text has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from kms.lexical.analysis import STOP_WORDS, query_words, stem_ways, stems
from kms.lexical.heads import chinese_endings, ends_chinese_run
from kms.quantities.mentions import find_quantities
from kms.text.chinese import contains_chinese, fold_traditional
from kms.text.chinese_words import is_learned, longest_words
from kms.text.nouns import is_known
from ranking.query.choices import JOINT
from ranking.query.function_words import FUNCTION_WORDS, GOODS, PARTICLES_ZH, REQUESTS
from ranking.serving.index import ServingIndex
from ranking.serving.search.exclude import find_lacking
from ranking.serving.search.stages import Mask, Query
from ranking.serving.search.unit import Unit, information_of
from ranking.serving.search.ways import holding_any, quantity_ways

SIZED = re.compile(
    r"(?<![\w-])sizes?[\s:]+(?P<en>\d{1,3}(?:[.,]5)?)(?![\w.,]*\d)|(?<!\d)(?P<zh>\d{2}(?:\.5)?)[码号]",
    re.IGNORECASE,
)
"""A size as a number, of shoes or clothes: one thing to look for, and no word with a number beside it."""
Span = tuple[int, int]
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_SHORTEST_HEAD = 3
_LACKING = frozenset("无不没")
_LONGEST_LACKED = 2
_SHORTEST_MODIFIER = 3


def free_words(
    text: str, spans: dict[str, Span], query: Query
) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Words that no entity and no leaning covers, each with the ways in which the index may hold it."""
    blanked = list(text)
    for start, end in (*spans.values(), *leaning_spans(text, query), *_choice_spans(text, query)):
        blanked[start:end] = " " * (end - start)
    rest = "".join(blanked)
    for sized in SIZED.finditer(rest):
        blanked[sized.start() : sized.end()] = " " * (sized.end() - sized.start())
        yield sized.group(), [tuple(stems(f"size {sized['en'] or sized['zh']}"))]
    rest = "".join(blanked)
    for mention in find_quantities(rest):
        surface = rest[mention.start : mention.end]
        blanked[mention.start : mention.end] = " " * (mention.end - mention.start)
        yield surface, list(quantity_ways(surface))
    telling = [word for word in query_words("".join(blanked)) if word not in STOP_WORDS]
    of_the_thing = [word for word in telling if word not in REQUESTS and word not in PARTICLES_ZH]
    if query.understanding.constraints and not spans and GOODS.issuperset(of_the_thing):
        return
    for word in dict.fromkeys(of_the_thing if of_the_thing or spans else telling):
        yield word, stem_ways(word)


def word_unit(index: ServingIndex, surface: str, ways: Sequence[Sequence[str]]) -> Unit:
    """The unit of a word, with the ways in which the index may hold it."""
    satisfied = holding_any(index.postings.affirmed, ways)
    stated = holding_any(index.postings.about, ways)
    lacked = lacked_of(surface)
    if contains_chinese(surface):
        called = _called(index, surface)
        if lacked:
            called = called | _denying(index, lacked)
        satisfied |= called
        stated |= called
    elif compounds := compounds_of(index, surface):
        called = holding_any(index.postings.headed, [(compound,) for compound in compounds])
        satisfied |= called
        stated |= called
    denied = np.zeros(len(index.ids), dtype=np.bool_)
    for way in ways:
        denied |= index.postings.denied.holding(way)
    if lacked:
        # 麻辣 snacks are none that are 不辣, however little else is said of that.
        denied[index.with_chinese_title(lacked)] = True
    return Unit(
        surface, satisfied, stated, denied & ~satisfied, information_of(index, satisfied), is_word=True
    )


def lacked_of(word: str) -> str:
    """What a Chinese word says that there is none of: 尘 of 无尘, 辣 of 不辣; empty for other words."""
    rest = word[1:]
    is_lacking = word[:1] in _LACKING and 1 <= len(rest) <= _LONGEST_LACKED and contains_chinese(rest)
    return rest if is_lacking and rest not in STOP_WORDS | PARTICLES_ZH and not is_learned(word) else ""


def _denying(index: ServingIndex, lacked: str) -> Mask:
    """Products whose text denies a thing, also as a kind of it: 粉尘 of 尘, (n,)."""
    denied = index.postings.denied
    return holding_any(denied, [(lacked,), *((term,) for term in denied.ending_with(lacked))])


def lacking_unit(index: ServingIndex, word: str) -> Unit:
    """The unit of what a product is to be free of."""
    satisfied = find_lacking(index, word)
    denied = index.postings.affirmed.holding(stems(word)) & ~satisfied
    return Unit(f"{word}-free", satisfied, satisfied, denied, information_of(index, satisfied), is_word=True)


def cut_off(text: str, spans: Iterable[Span]) -> set[str]:
    """Characters that names in a query cut off Chinese words: 服 of 洗衣服, where 洗衣 is a name."""
    borders = {border for span in spans for border in span}
    found: set[str] = set()
    for run in _CHINESE.finditer(text):
        start = run.start()
        for word in longest_words(run.group()):
            end = start + len(word)
            inner = sorted(border for border in borders if start < border < end)
            edges = [start, *inner, end]
            found.update(text[a:b] for a, b in pairwise(edges) if inner and b - a == 1)
            start = end
    return found


def with_head(text: str, words: Sequence[Unit]) -> list[Unit]:
    """The words with the last one of the first noun phrase marked, which stands before the first function word.

    What ends with 的 (洗碗用的) says what the thing is for, and leaves out what it is.
    """
    if text.rstrip().endswith("的"):
        return list(words)
    first = min((at for word in words if (at := text.casefold().find(word.surface)) >= 0), default=0)
    end = next((turn.start() for turn in FUNCTION_WORDS.finditer(text) if turn.start() > first), len(text))
    places = [text.casefold().rfind(word.surface, 0, end) for word in words]
    head = max(range(len(words)), key=places.__getitem__, default=-1)
    return [
        replace(word, is_head=number == head and places[number] >= 0) for number, word in enumerate(words)
    ]


def compounds_of(index: ServingIndex, word: str) -> list[str]:
    """Names that titles of the catalogue have for kinds of a thing, written as one word: "stockpot" of "pot".

    English compounds are headed by their last part, as Chinese ones are, and what stands before it is a word as well. That
    is so of a few words that are no compounds ("carpet").
    """
    ending = stems(word)
    if len(ending) != 1 or len(ending[0]) < _SHORTEST_HEAD or not word.isascii() or not word.isalpha():
        return []
    return [
        term
        for term in index.postings.headed.ending_with(ending[0])
        if len(before := term.removesuffix(ending[0])) >= _SHORTEST_MODIFIER and is_known(before)
    ]


def _called(index: ServingIndex, word: str) -> Mask:
    """Products whose Chinese title ends with a word, which segmentation leaves inside a longer one, (n,)."""
    mask = np.zeros(len(index.ids), dtype=np.bool_)
    for ending in chinese_endings(word):
        for at in index.with_chinese_title(ending):
            mask[at] |= ends_chinese_run(fold_traditional(index.documents[at].title), ending)
        if mask.any():
            break
    return mask


def leaning_spans(text: str, query: Query) -> list[Span]:
    """Places of the words that ask for much or little of an attribute."""
    folded = text.casefold()
    surfaces = [leaning.surface.casefold() for leaning in query.understanding.leanings]
    return [(at, at + len(s)) for s in surfaces if (at := folded.find(s)) >= 0]


def _choice_spans(text: str, query: Query) -> Iterator[Span]:
    """Places of the options of a query's choices, and of the words that join them."""
    folded = text.casefold()
    for choice in query.understanding.choices:
        for option in choice.options:
            if (at := folded.find(option.surface.casefold())) >= 0:
                yield at, at + len(option.surface)
    if query.understanding.choices:
        yield from (joint.span() for joint in JOINT.finditer(text))
