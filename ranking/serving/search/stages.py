"""Values that pass between the steps of a search; arrays are aligned with product positions or candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kms.filters import Filter
from ranking.models import Entity, FeatureName, MatchRule, Source, Understanding
from ranking.query.tasks import Task

if TYPE_CHECKING:
    from ranking.serving.search.likeness import Likeness
    from ranking.serving.search.unit import Units

Scores = NDArray[np.float32]
Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]
FEATURES: tuple[FeatureName, ...] = ("text", "name", "vector", "meaning", "graph", "leaning", "popularity")
SOURCE_OF: Mapping[FeatureName, Source] = {
    "text": "text",
    "name": "text",
    "vector": "vector",
    "meaning": "vector",
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
        filter_without_constraints: The same without the constraints.
        named: Position of the product whose id the query is.
        entities: What the query asks for, each graph node once.
        sources: Scorers that take part.
        task: What is to be done to something, where the query says that and not what it asks for.
    """

    understanding: Understanding
    filter: Filter
    filter_without_constraints: Filter
    named: int | None
    entities: tuple[Entity, ...]
    sources: frozenset[Source]
    task: Task | None = None

    @property
    def is_unreadable(self) -> bool:
        """Whether there are words of which nothing can be searched."""
        understanding = self.understanding
        states = (
            understanding.constraints
            or understanding.leanings
            or understanding.excluded_words
            or understanding.lacking
        )
        return bool(understanding.query.strip()) and not states and not understanding.entities


@dataclass(frozen=True)
class MatchSet:
    """Products that satisfy the request; totals, facets, sorts and pages are of these.

    Attributes:
        mask: The products that match, (n,).
        allowed: Those that satisfy filter, constraints and exclusions, whatever the words say, (n,).
        rule: By which rule the words were matched.
        units: The parts of the query that were matched.
        dropped: Parts that were given up.
    """

    mask: Mask
    allowed: Mask
    rule: MatchRule
    units: Units
    dropped: tuple[str, ...] = ()

    @property
    def is_bounded_away(self) -> bool:
        """Whether filter, constraints or exclusions leave no product at all."""
        return not self.allowed.any()


@dataclass(frozen=True)
class Alternatives:
    """Products to show where nothing matches, (n,), and the parts of the request that they do not satisfy."""

    mask: Mask
    given_up: tuple[str, ...]


@dataclass(frozen=True)
class Signals:
    """Signals of every product from words and graph, before candidates are chosen.

    Attributes:
        text: BM25 as a share of the best, (n,).
        graph: Confidence-weighted share of the query's entities that each product has, (n,).
        entity_shares: What each entity adds to ``graph`` at confidence 1, by node.
        name: How far each product is called what the query asks for, (n,); only where no class says what that is.
        likeness: Of the query's embedding to products, where the encoder takes part.
        meaning: Likeness of a question to each product by use and meaning, (n,); only where the words do not decide.
        characters: Likeness of titles to Chinese words that no product has, (n,); see ``search.characters``.
    """

    text: Scores
    graph: Scores
    entity_shares: Mapping[str, float]
    likeness: Likeness | None
    meaning: Scores | None = None
    name: Scores | None = None
    characters: Scores | None = None


@dataclass(frozen=True)
class Candidates:
    """Products in the order of the cheap signals: the first ``scored`` of them get all features.

    Attributes:
        positions: All products of the set, (m,).
        scored: How many of them the ranker orders; the others follow as they are.
    """

    positions: Positions
    scored: int


@dataclass(frozen=True)
class Features:
    """Feature values of some products before any weight, each (m,) and from 0 to 1.

    Attributes:
        values: By feature name; every name of ``FEATURES`` is present.
        leanings: Each product's place by a leaning's field, from 0 to 1.
        matches: Which of them match; the others are related, and stand behind all that match.
    """

    product_ids: tuple[str, ...]
    values: Mapping[FeatureName, Scores]
    matches: Mask
    leanings: Mapping[str, Scores] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """Scores of products: ``total`` (m,), and each feature's part of it."""

    total: Scores
    parts: Mapping[FeatureName, Scores]
