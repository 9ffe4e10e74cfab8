"""Values that pass between the steps of a search; arrays are aligned with product positions or candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kms.filters import Filter
from ranking.models import Entity, FeatureName, Source, Understanding

Scores = NDArray[np.float32]
Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]
FEATURES: tuple[FeatureName, ...] = ("text", "vector", "graph", "leaning", "popularity")
SOURCE_OF: Mapping[FeatureName, Source] = {
    "text": "text",
    "vector": "vector",
    "graph": "graph",
    "leaning": "graph",
    "popularity": "popularity",
}
"""The source that a feature is shown under."""


@dataclass(frozen=True)
class Query:
    """Result of understanding a request.

    Attributes:
        understanding: What the words were taken to mean.
        filter: The request's filter together with the constraints and exclusions that the words state.
        named: Position of the product whose id the query is.
        entities: What the query asks for, each graph node once.
        sources: Scorers that take part.
    """

    understanding: Understanding
    filter: Filter
    named: int | None
    entities: tuple[Entity, ...]
    sources: frozenset[Source]


@dataclass(frozen=True)
class MatchSet:
    """Products that satisfy the request, ``mask`` (n,); totals, facets, sorts and pages are of these."""

    mask: Mask


@dataclass(frozen=True)
class Candidates:
    """Products that relevance orders, and the signals that found them.

    Attributes:
        positions: In ascending order, (m,).
        text: Text score of every product as a share of the best, (n,).
        graph: Confidence-weighted share of the query's entities that each product has, (n,).
        entity_shares: What each entity adds to ``graph`` at confidence 1, by node.
        query_vector: The query's embedding, where the encoder takes part.
        degraded: Parts that did not answer.
    """

    positions: Positions
    text: Scores
    graph: Scores
    entity_shares: Mapping[str, float]
    query_vector: Scores | None
    degraded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Features:
    """Feature values of the candidates before any weight, each (m,) and from 0 to 1.

    Attributes:
        values: By feature name; every name of ``FEATURES`` is present.
        leanings: Each candidate's place by a leaning's field, from 0 to 1.
    """

    product_ids: tuple[str, ...]
    values: Mapping[FeatureName, Scores]
    leanings: Mapping[str, Scores] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """Scores of the candidates: ``total`` (m,), and each feature's part of it."""

    total: Scores
    parts: Mapping[FeatureName, Scores]
