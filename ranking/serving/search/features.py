"""Features: each scorer's value for a product, before weighting."""

from __future__ import annotations

import numpy as np

from ranking.models import FeatureName
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Features, MatchSet, Positions, Query, Scores, Signals


def compute_features(
    index: ServingIndex, query: Query, matches: MatchSet, signals: Signals, positions: Positions
) -> Features:
    """Feature values of the products at ``positions``, (m,) each."""
    text = signals.text[positions]
    none = np.zeros(len(positions), dtype=np.float32)
    vector = none
    if signals.likeness is not None and len(positions):
        # The encoder speaks where the words do not: among products that match the query's words as well as any,
        # likeness to a word or two says little.
        likeness = np.maximum(signals.likeness.of(positions), 0.0)
        vector = np.asarray(likeness * (1.0 - text * share_satisfied(matches, positions)), dtype=np.float32)
    leanings = place_by_leanings(index, query, matches, positions) if "graph" in query.sources else {}
    values: dict[FeatureName, Scores] = {
        "text": text,
        "name": none if signals.name is None else signals.name[positions],
        "vector": vector,
        "meaning": none if signals.meaning is None else signals.meaning[positions],
        "graph": signals.graph[positions],
        "leaning": np.asarray(sum(leanings.values(), none), dtype=np.float32),
        "popularity": index.popularity[positions] if "popularity" in query.sources else none,
    }
    return Features(
        tuple(map(index.ids.__getitem__, positions.tolist())), values, matches.mask[positions], leanings
    )


def share_satisfied(matches: MatchSet, positions: Positions) -> float:
    """Largest part of the query's information that one of the products at ``positions`` satisfies, from 0 to 1.

    The best of collars by their words has all of these that any collar has: of "collar with light", where none says
    "light", it still has only one of two words.
    """
    units = matches.units.units
    whole = sum(unit.information for unit in units)
    if whole <= 0:
        return 1.0
    held = sum(unit.information * unit.satisfied[positions] for unit in units)
    return float(np.max(held, initial=0.0)) / whole


def place_by_leanings(
    index: ServingIndex, query: Query, matches: MatchSet, positions: Positions
) -> dict[str, Scores]:
    """Rank of each product, 0 to 1, in each field that a leaning of the query names.

    Compared are products of the kinds that the query names, or those that match; the others, and those
    of which nothing is known, get 0.
    """
    compared = matches.mask
    if matches.units.classes:
        compared = np.zeros(len(index.ids), dtype=np.bool_)
        for class_id in matches.units.classes:
            compared[index.columns.holding("category", class_id)] = True
    places: dict[str, Scores] = {}
    for leaning in query.understanding.leanings:
        numbers = index.columns.numbers(leaning.field)
        known = np.flatnonzero(compared & ~np.isnan(numbers))
        place = np.zeros(len(index.ids), dtype=np.float32)
        if len(known) > 1:
            values = numbers[known] if leaning.direction == "more" else -numbers[known]
            ordered = np.sort(values)
            behind = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") - 1
            place[known] = behind / (2.0 * (len(known) - 1))
        places[leaning.field] = place[positions]
    return places
