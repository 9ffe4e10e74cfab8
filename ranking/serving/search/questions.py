"""Questions: queries that say in a sentence what somebody wants to do, answered by use and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from kms.lexical.analysis import STOP_WORDS, query_words, stem_ways
from ranking.models import Entity
from ranking.query.choices import JOINT
from ranking.query.function_words import FUNCTION_WORDS, FUNCTION_WORDS_ZH
from ranking.serving.index import ServingIndex
from ranking.serving.search.acted_on import find_class_acted_on, share_kept
from ranking.serving.search.match import all_of, relax, without_denied
from ranking.serving.search.stages import Mask, MatchSet, Query, Signals
from ranking.serving.search.ways import holding_any
from ranking.serving.search.word_units import compounds_of

LEAST_WORDS = 4
LEAST_NAMED = 2
"""Things that a Chinese question names at least where the encoder reads English alone: it is embedded by their labels."""
LEAST_LIKENESS = 0.18
"""Least likeness of the nearest product for a question to be answered."""
CALLED = 0.06
"""What it adds to a likeness that a title is about the very noun of a question."""
NEAR_THE_BEST = 0.8
"""Part of the nearest product's likeness from which a product matches."""


def is_question(query: Query, *, is_read: bool = False) -> bool:
    """Whether a query is built as a sentence: at least ``LEAST_WORDS`` words, of them a function word and two others.

    Args:
        query: As it was understood.
        is_read: Whether the encoder reads its language. Where it does not, the meaning of a Chinese question is that of the
            things that it names, of which there must be ``LEAST_NAMED``.
    """
    if query.task is not None and query.understanding.language != "zh":
        return True
    if query.understanding.language == "zh":
        named = [entity for entity in query.entities if entity.kind != "quantity"]
        written = query_words(query.understanding.text)
        is_sentence = len(written) >= LEAST_WORDS and not FUNCTION_WORDS_ZH.isdisjoint(written)
        is_enough = is_read or len(named) >= LEAST_NAMED
        return is_sentence and is_enough and not _asks_for_unknown(written, named)
    words = [word for word in query.understanding.text.casefold().split() if not JOINT.fullmatch(word)]
    telling = [word for word in words if word not in STOP_WORDS and not FUNCTION_WORDS.fullmatch(word)]
    return len(words) >= LEAST_WORDS and 2 <= len(telling) < len(words)


def _asks_for_unknown(words: Sequence[str], named: Sequence[Entity]) -> bool:
    """Whether a Chinese query ends in a thing that nothing known names: the printer of 办公室学生用的打印机."""
    last = words[-1]
    is_known = last in FUNCTION_WORDS_ZH or any(last in entity.surface for entity in named)
    return words[-2] == "的" and not is_known


def answer_question(
    index: ServingIndex, query: Query, matches: MatchSet, signals: Signals
) -> tuple[MatchSet, Signals]:
    """Match a question by meaning where no product has its words, and let meaning order the products.

    A class that is certainly asked for is kept, with the facts that some of its products have: then meaning only
    orders, and no product is left out for a word of the sentence.
    """
    is_open = matches.rule in ("relaxed", "nothing") and not matches.is_bounded_away
    if not is_open or signals.likeness is None:
        return matches, signals
    text = query.understanding.text
    if not is_question(query, is_read=index.encoder.can_read(text)):
        return matches, signals
    if find_class_acted_on(index, query).any():
        # The question is near to the names of those classes, and to all their products.
        meaning = np.maximum(signals.likeness.of_all, 0.0)
    else:
        meaning = index.meaning.score(signals.likeness.vector, signals.likeness.of_all)
    meaning = meaning * share_kept(index, query)
    meaning = meaning + CALLED * _is_called(index, matches) * (meaning > 0)
    signals = replace(signals, meaning=meaning)
    if matches.rule == "relaxed" and matches.units.class_rule == "certain":
        return _keep_facts(matches), signals
    allowed = np.where(matches.allowed, meaning, 0.0)
    best = float(allowed.max(initial=0.0))
    if best < LEAST_LIKENESS:
        return matches, signals
    mask = (allowed >= NEAR_THE_BEST * best) | (_states_what_is_named(matches) & (allowed >= LEAST_LIKENESS))
    return replace(matches, mask=mask, rule="meaning", dropped=()), signals


def _is_called(index: ServingIndex, matches: MatchSet) -> Mask:
    """Products whose title is about the noun that says what is asked for: kettles for "kettle for pour-over", (n,)."""
    head = next((unit for unit in matches.units.units if unit.is_head), None)
    if head is None:
        return np.zeros_like(matches.allowed)
    ways = [*stem_ways(head.surface), *((compound,) for compound in compounds_of(index, head.surface))]
    return holding_any(index.postings.headed, ways)


def _states_what_is_named(matches: MatchSet) -> Mask:
    """Products that state every value, use or audience that a question names, (n,); none where it names none.

    A kettle for pour-over coffee answers "make pour over coffee", however near in meaning the coffee makers are.
    """
    named = [unit for unit in matches.units.units if not unit.is_word and unit.is_known]
    if not named:
        return np.zeros_like(matches.allowed)
    return reduce(np.logical_and, (unit.stated for unit in named), matches.allowed)


def _keep_facts(matches: MatchSet) -> MatchSet:
    units = matches.units.units
    kept = relax([unit for unit in units if not unit.is_word], matches.allowed)
    dropped = [unit for unit in units if unit not in kept]
    mask = all_of(kept, matches.allowed)
    possible = without_denied(dropped, mask)
    return replace(
        matches, mask=possible if possible.any() else mask, dropped=tuple(unit.surface for unit in dropped)
    )
