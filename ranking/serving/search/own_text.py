"""Own text: products whose description says in one place, of the product itself, what the query asks for.

A description names much that the product is not: what it is for, what it goes with, what it is like. Only words count that
stand near each other in one sentence, that are not denied there and that no preposition, verb or word of comparison makes
something else's: the grip of "a soft triangular grip", not the wall of "a green like the side of a wall". Where the title
is headed by what is asked for, the rest may be said of its use as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from kms.lexical.analysis import stem_ways, stems
from kms.lexical.models import IndexedProduct
from kms.text.chinese import contains_chinese, fold_traditional
from kms.text.negation import find_cue, has_cue
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Positions, Query
from ranking.serving.search.unit import Unit, Units
from ranking.serving.search.ways import holding_any

_MOST_TEXTS = 100
"""Texts that are read for a query, those first that its words score highest: it bounds the cost."""
_MOST_BETWEEN = 30
"""Characters that may stand between two words of the query: some three words."""
_SENTENCE = re.compile(r"[^.!?;。！？；\n]+(?:\.(?=\S)[^.!?;。！？；\n]+)*")
_WORD = re.compile(r"[^\W_\u3400-\u9fff]+(?:[.'’][^\W_\u3400-\u9fff]+)*")
_CLAUSE_ZH = re.compile(r"[，,：:、（）()\s]")
_OF_ITS_OWN = (
    r"with|of|has|have|having|features?|featuring|includes?|including|comes?|plus|is|are|gets?|offers?|gives?"
)
_AT = (
    r"to|from|into|onto|on|in|at|under|over|between|near|off|per|beside|behind|before|after|during|through|across|beyond|by|"
    r"via|if|when|out of"
)
"""Prepositions of one phrase, which a comma ends; those below may have a list behind them."""
_OF_OTHERS = (
    r"for|like|than|as|against|about|(?:colou?r|shade|smell|scent|taste|size|shape|feel|look|side) of|"
    r"fits?|fitting|holds?|holding|stores?|storing|keeps?|keeping|takes?|charges?|"
    r"charging|protects?|protecting|supports?|suits?|replaces?|makes?|use|uses|using|your|any|every|most|other|others|no"
)
_TURN = re.compile(
    rf"(?<![\w-])(?:(?P<own>{_OF_ITS_OWN})|(?P<other>{_OF_OTHERS})|(?P<at>{_AT}))(?![\w-])", re.IGNORECASE
)
_NEW_ITEM = re.compile(r"(?:,|\band|\bor|:)\s+(?:an?|the|its|two|three|four|\d+)\s", re.IGNORECASE)
"""Behind a comma or "and" an article begins a further thing that the product has."""
_SEPARATE = re.compile(
    r"\b(?:sold|bought|available|ordered) separately|\b(?:not|never) (?:included|supplied)|\boptional\b|[另自][购售备配]",
    re.IGNORECASE,
)
_OTHERS_ZH = re.compile(
    r"像|比|如同|似|兼容|适配|适用于|搭配|配合|请|[可能][放装带塞]|[放装]得下|[塞挂放装收]进?[在到进]|(?<![现内])在|给(?=\S)"
)


def find_in_own_text(index: ServingIndex, query: Query, units: Units, allowed: Mask) -> Mask:
    """Products that have all units, those that nothing states in one place of their own text, (n,).

    Args:
        index: The version that is searched.
        query: As understood.
        units: Its units.
        allowed: Products that satisfy all of them, in whatever way.
    """
    found = np.zeros_like(allowed)
    if units.class_rule != "none" or not allowed.any():
        return found
    positions = np.flatnonzero(allowed)
    if len(positions) > _MOST_TEXTS:
        terms = [stem for unit in units.units for stem in stems(unit.surface)]
        scores = index.postings.affirmed.score(terms)[positions]
        positions = positions[np.argsort(-scores, kind="stable")[:_MOST_TEXTS]]
    head = next((unit for unit in units.units if unit.is_head), None)
    called = np.zeros_like(allowed)
    if head is not None:
        called = holding_any(index.postings.headed, stem_ways(head.surface))
    asks_denial = has_cue(query.understanding.text, query.understanding.language)
    phrases = [] if asks_denial else list(_phrases(query, units))
    for at in positions.tolist():
        if any(_only_denies(index.documents[at], phrase) for phrase in phrases):
            continue
        missing = [unit for unit in units.units if not unit.stated[at]]
        found[at] = not missing or _says(
            index.documents[at], missing, is_called=bool(called[at]), asks_denial=asks_denial
        )
    return found


def _says(product: IndexedProduct, missing: Sequence[Unit], *, is_called: bool, asks_denial: bool) -> bool:
    text = fold_traditional(product.description)
    return any(
        _is_said(text, match.span(), missing, is_called=is_called, asks_denial=asks_denial)
        for match in _SENTENCE.finditer(text)
    )


def _is_said(
    text: str, sentence: tuple[int, int], missing: Sequence[Unit], *, is_called: bool, asks_denial: bool
) -> bool:
    """Whether a sentence says all units near each other, of the product itself."""
    spans: list[tuple[int, int]] = []
    for unit in missing:
        own = list(_places(text, sentence, unit.surface))
        if not own:
            return False
        # Of several places the one nearest to the words before it.
        spans.append(min(own, key=lambda span: abs(span[0] - spans[-1][1])) if spans else own[0])
    spans.sort()
    if any(later[0] - earlier[1] > _MOST_BETWEEN for earlier, later in pairwise(spans)):
        return False
    language = "zh" if contains_chinese(text) else "en"
    if not asks_denial and any(find_cue(text, sentence, start, language, end) for start, end in spans):
        return False
    return is_called or not _is_of_another(text, sentence, spans[0][0])


def _places(text: str, sentence: tuple[int, int], surface: str) -> list[tuple[int, int]]:
    """Where a sentence has the words of a unit."""
    start, end = sentence
    if contains_chinese(surface):
        return [
            (m.start(), m.end())
            for m in re.finditer(re.escape(fold_traditional(surface)), text[:end])
            if m.start() >= start
        ]
    wanted = {stem for way in stem_ways(surface) for stem in way}
    words = [m for m in _WORD.finditer(text, start, end) if not wanted.isdisjoint(stems(m.group()))]
    parts = len(stems(surface))
    runs = (words[at : at + parts] for at in range(len(words) - parts + 1))
    return [
        (run[0].start(), run[-1].end())
        for run in runs
        if run and run[-1].start() - run[0].end() <= _MOST_BETWEEN
    ]


def _is_of_another(text: str, sentence: tuple[int, int], start: int) -> bool:
    """Whether what a sentence says at a place is no part or quality of the product."""
    if _SEPARATE.search(text, start, sentence[1]):
        return True
    if contains_chinese(text):
        clause = max((m.end() for m in _CLAUSE_ZH.finditer(text, sentence[0], start)), default=sentence[0])
        return _OTHERS_ZH.search(text, clause, start) is not None
    begin = max((m.start() for m in _NEW_ITEM.finditer(text, sentence[0], start)), default=sentence[0])
    turns = list(_TURN.finditer(text, begin, start))
    if not turns or turns[-1]["own"]:
        return False
    return turns[-1]["other"] is not None or "," not in text[turns[-1].end() : start]


def put_denying_last(index: ServingIndex, query: Query, units: Units, positions: Positions) -> Positions:
    """Products beside those that match, those that deny what is asked for behind the others of their kind.

    The order is otherwise as it was; what denies the words and is of another kind comes last of all.
    Of tents for storms one that is "not for storms" is no near one, though it has the words.
    """
    phrases = list(_phrases(query, units))
    denies = [
        at < _MOST_TEXTS
        and (
            any(unit.denied[position] for unit in units.units)
            or any(_only_denies(index.documents[position], phrase) for phrase in phrases)
        )
        for at, position in enumerate(positions.tolist())
    ]
    mask = np.array(denies, dtype=np.bool_)
    if not mask.any():
        return positions
    is_kind = np.zeros_like(units.units[0].stated)
    for unit in units.units:
        if unit.is_class or unit.is_head:
            is_kind |= unit.stated
    others, denying = positions[~mask], positions[mask]
    of_kind = is_kind[denying]
    last = int(np.flatnonzero(is_kind[others]).max(initial=-1)) + 1
    return np.concatenate([others[:last], denying[of_kind], others[last:], denying[~of_kind]])


def _phrases(query: Query, units: Units) -> Iterator[str]:
    """Words of a query, and two that stand together in it as one: the 防 of 防暴雨 is denied, and 暴雨 with it."""
    text = query.understanding.text
    surfaces = [unit.surface for unit in units.units if not unit.is_class]
    for surface in surfaces:
        yield surface
        for other in surfaces:
            if contains_chinese(surface) and f"{surface}{other}" in text:
                yield f"{surface}{other}"


def _only_denies(product: IndexedProduct, phrase: str) -> bool:
    """Whether a description has a phrase, and each time denies it."""
    text = fold_traditional(product.description)
    language = "zh" if contains_chinese(text) else "en"
    whole = (0, len(text))
    if (
        not has_cue(text, language)
        or fold_traditional(phrase).casefold() in fold_traditional(product.title).casefold()
    ):
        return False
    places = list(_places(text, whole, phrase))
    return bool(places) and all(find_cue(text, whole, start, language, end) for start, end in places)
