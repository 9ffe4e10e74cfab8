"""Blocking: the pairs of records that are worth comparing, found in time that grows with the number of records.

Two records are a candidate pair where they share a key: a trade item or maker's number, a model number, the beginning of
one, two rare words of their titles; or where their vectors fall into one small cell of several random splits of the space.
A key that too many records share tells nothing and is left out, so each record meets a bounded number of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kms.identity.features import WordWeights
from kms.identity.records import Record

MOST_IN_BLOCK = 40
_RARE_WORDS = 6
_LEAST_CODE = 5
_BEGINNING = 6
_LEAST_WORD = 2
CELL = 24
TREES = 6
NEIGHBOURS = 5
_ALIKE = 0.6

Pair = tuple[int, int]
Progress = Callable[[int], object]


def keys_of(record: Record, weights: WordWeights) -> Iterator[str]:
    """The keys of one record."""
    for gtin in record.gtins:
        yield f"gtin:{gtin}"
    codes = record.codes | record.joined
    for code in codes:
        if len(code) >= _LEAST_CODE:
            yield f"code:{code}"
        if len(code) > _BEGINNING:
            yield f"begins:{code[:_BEGINNING]}"
    words = sorted(
        (word for word in record.title_set if len(word) >= _LEAST_WORD),
        key=lambda word: (-weights.weight(word), word),
    )
    # A word that no other title has joins nothing.
    shared = [word for word in words if weights.holders(word) > 1][:_RARE_WORDS]
    for word in shared[:3]:
        yield f"word:{word}"
    for pair in combinations(sorted(shared), 2):
        yield "words:" + " ".join(pair)


def pairs_by_keys(
    records: Sequence[Record],
    weights: WordWeights,
    *,
    most: int = MOST_IN_BLOCK,
    advance: Progress = lambda _count: None,
) -> set[Pair]:
    """Pairs of positions, the smaller first, that share a key which at most ``most`` records have."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for position, record in enumerate(records):
        for key in keys_of(record, weights):
            block = blocks[key]
            if len(block) <= most:
                block.append(position)
        advance(1)
    pairs: set[Pair] = set()
    for block in blocks.values():
        if 1 < len(block) <= most:
            pairs.update(combinations(block, 2))
    return pairs


def pairs_by_vectors(
    vectors: NDArray[np.float32],
    *,
    seed: int = 0,
    trees: int = TREES,
    cell: int = CELL,
    neighbours: int = NEIGHBOURS,
    least: float = _ALIKE,
    advance: Progress = lambda _count: None,
) -> set[Pair]:
    """Pairs of positions whose unit vectors are near: each with its nearest ones in a cell of at most ``cell``.

    As in Annoy: a tree splits the space by the plane between two random points until cells are small, and several trees
    make up for neighbours that one of them parts. The time is that of ``trees`` sorts.
    """
    rng = np.random.default_rng(seed)
    best: dict[int, dict[int, float]] = defaultdict(dict)
    for _ in range(trees):
        for rows in _cells(vectors, np.arange(len(vectors)), rng, cell):
            likeness = vectors[rows] @ vectors[rows].T
            np.fill_diagonal(likeness, -1.0)
            for at, row in enumerate(rows):
                order = np.argsort(-likeness[at])[:neighbours]
                for other in order:
                    if likeness[at, other] >= least:
                        best[int(row)][int(rows[other])] = float(likeness[at, other])
        advance(len(vectors))
    pairs: set[Pair] = set()
    for row, near in best.items():
        for other in sorted(near, key=lambda each: -near[each])[:neighbours]:
            pairs.add((min(row, other), max(row, other)))
    return pairs


def _cells(
    vectors: NDArray[np.float32], rows: NDArray[np.int64], rng: np.random.Generator, cell: int
) -> Iterator[NDArray[np.int64]]:
    waiting = [rows]
    while waiting:
        part = waiting.pop()
        if len(part) <= cell:
            if len(part) > 1:
                yield part
            continue
        first, second = rng.choice(part, size=2, replace=False)
        side = vectors[part] @ (vectors[first] - vectors[second])
        middle = np.partition(side, len(part) // 2)[len(part) // 2]
        left = side < middle
        if not left.any() or left.all():  # equal vectors: any halves will do
            left = np.arange(len(part)) < len(part) // 2
        waiting += [part[left], part[~left]]


def between(pairs: Sequence[Pair] | set[Pair], sides: Mapping[int, str]) -> set[Pair]:
    """Those pairs whose records are on different sides."""
    return {pair for pair in pairs if sides[pair[0]] != sides[pair[1]]}
