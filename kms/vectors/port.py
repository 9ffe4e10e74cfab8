"""The port that every vector store implements; ``tests/contract/test_vector_store.py`` is its conformance suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kms.errors import FilterError
from kms.filters import NUMBER_FIELDS, VALUE_FIELDS, Filter

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Approximation:
    """When points are compared one by one, and how broadly the graph of neighbours is searched otherwise.

    A scan of 20,000 takes 2 ms where the graph takes 1 and, for some queries, loses nine of the ten nearest; with a
    filter, which takes nodes out of the graph, it may lose nearly all (docs/results/search.md, "Exact and
    approximate").

    Attributes:
        exact_up_to: Compare one by one up to so many points: all, or those that a filter lets through.
        breadth: ``hnsw_ef`` above that.
        filtered_breadth: The same with a filter.
    """

    exact_up_to: int = 50_000
    breadth: int = 512
    filtered_breadth: int = 2_048

    def choose(self, size: int, count_passing: Callable[[], int] | None) -> tuple[int, bool]:
        """``hnsw_ef``, and whether to compare one by one.

        Args:
            size: All points.
            count_passing: Estimates how many pass the filter; asked only where it matters. ``None``: no filter.
        """
        if count_passing is None:
            return self.breadth, size <= self.exact_up_to
        return self.filtered_breadth, size <= self.exact_up_to or count_passing() <= self.exact_up_to


SERVED = Approximation()


MOST_PAYLOAD_INDEXES = 100
"""Fields of each kind that get a payload index: one takes a tenth of a second and megabytes, and a shop's tables may have
thousands of columns. A filter on another field is answered by looking at the points."""
LEAST_INDEXED = 1_000
"""Points from which on their fields are worth a payload index. Looking at 1,000 takes a millisecond
(docs/results/search.md, "Exact and approximate"); making 120 indexes some thousand synchronous writes."""


@dataclass(frozen=True)
class VectorSchema:
    """Schema of a vector store.

    Attributes:
        dimensions: Length of every vector.
        keywords: Fields that can be filtered by value, those that most products have first.
        numbers: Fields that can be filtered by range, likewise.
        payload_indexes: Fields of each kind that get a payload index. It decides how fast a filter is, not what it finds.
    """

    dimensions: int
    keywords: tuple[str, ...] = VALUE_FIELDS
    numbers: tuple[str, ...] = NUMBER_FIELDS
    payload_indexes: int = field(default=MOST_PAYLOAD_INDEXES, compare=False)

    @property
    def indexed_keywords(self) -> tuple[str, ...]:
        """Fields by value that get a payload index."""
        return self.keywords[: self.payload_indexes]

    @property
    def indexed_numbers(self) -> tuple[str, ...]:
        """Fields by range that get a payload index."""
        return self.numbers[: self.payload_indexes]

    def check(self, filter: Filter | None) -> None:
        """Refuse a filter on a field that the points do not have.

        Raises:
            FilterError: Names the field and those that can be used.
        """
        for condition in filter.conditions if filter else ():
            by_value = bool(condition.any_of or condition.none_of)
            allowed = self.keywords if by_value else self.numbers
            if condition.field not in allowed:
                kind = "value" if by_value else "range"
                raise FilterError(
                    f"field {condition.field!r} has no index for filters by {kind}; "
                    f"fields that do: {', '.join(allowed)}"
                )


@dataclass(frozen=True)
class VectorPoint:
    """A product's vector (float32, any length above zero) with the fields that filters use.

    A number that is a range has its lower end in ``numbers`` and its upper in ``highs``; a condition is met by any value
    in between.
    """

    id: str
    vector: Vector
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    highs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class VectorHit:
    """A product and the cosine of its vector to the query's, from -1 to 1."""

    id: str
    score: float


@runtime_checkable
class VectorStore(Protocol):
    """Dense vectors by product id, compared by cosine. One process owns an embedded store."""

    schema: VectorSchema

    def upsert(self, points: Iterable[VectorPoint]) -> int:
        """Add or replace; returns how many.

        Raises:
            StoreError: A vector has the wrong length or holds a value that is not finite; nothing is written
                of its batch.
        """

    def delete(self, ids: Sequence[str]) -> None:
        """Remove; unknown ids are ignored."""

    def search(self, vector: Vector, *, limit: int = 100, filter: Filter | None = None) -> list[VectorHit]:
        """Nearest first.

        Raises:
            FilterError: A condition's field has no index.
        """

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """The stored unit vectors of those ids that exist."""

    def count(self) -> int:
        """Number of points."""

    def optimize(self) -> None:
        """Build the search graph now instead of in passing."""

    def close(self) -> None:
        """Write everything to disk and let go."""
