"""Features: what each scorer says of each candidate, before any weight."""

from __future__ import annotations

import numpy as np

from ranking.models import FeatureName
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Candidates, Features, Query, Scores


def compute_features(index: ServingIndex, query: Query, candidates: Candidates) -> Features:
    """Feature values of all candidates."""
    positions, text = candidates.positions, candidates.text
    none = np.zeros(len(positions), dtype=np.float32)
    vector = none
    if candidates.query_vector is not None and len(positions):
        # The encoder speaks where the words do not: among products that match the query's words as well as any,
        # likeness to a word or two says little.
        likeness = np.maximum(index.embeddings[positions] @ candidates.query_vector, 0.0)
        vector = likeness * (1.0 - text[positions])
    leanings = place_by_leanings(index, query, candidates) if "graph" in query.sources else {}
    values: dict[FeatureName, Scores] = {
        "text": text[positions],
        "vector": np.asarray(vector, dtype=np.float32),
        "graph": candidates.graph[positions],
        "leaning": np.asarray(sum(leanings.values(), none), dtype=np.float32),
        "popularity": index.popularity[positions] if "popularity" in query.sources else none,
    }
    return Features(tuple(index.ids[i] for i in positions), values, leanings)


def place_by_leanings(index: ServingIndex, query: Query, candidates: Candidates) -> dict[str, Scores]:
    """Where each candidate stands by what the query wants much or little of, 0 to 1, by field.

    Compared are products of the kinds that the query names, or those that its words find; the others, and those
    of which nothing is known, get 0.
    """
    classes = [e.node for e in query.entities if e.kind == "class"]
    of_kind = np.zeros(len(index.ids), dtype=np.bool_)
    for node in classes:
        of_kind[index.products_with(node)[0]] = True
    compared = of_kind if classes else candidates.text > 0
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
        places[leaning.field] = place[candidates.positions]
    return places
