"""Duplicates: pairs of products that may be one, found by equal trade item numbers, then by blocking and a score."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kms.catalog.models import Product
from kms.identity.blocking import Pair, pairs_by_keys, pairs_by_vectors
from kms.identity.features import FEATURES, PairReader, WordWeights
from kms.identity.merges import Merges
from kms.identity.records import Record, record_of
from kms.identity.rule import explain
from kms.identity.store import Identity
from kms.progress import ProgressFactory, silent_progress

Scores = NDArray[np.float64]
Scorer = Callable[[Sequence[tuple[Record, Record]], NDArray[np.float32]], Scores]
"""Gives the probability of each pair, (n,), from its records and features, (n, len(FEATURES))."""

BY_NUMBER = 0.995
_CHUNK = 5_000
_MOST_OF_ONE = 5
_MOST_OF_A_NUMBER = 20
_GTIN = FEATURES.index("gtin_same")


def records_of(products: Iterable[Product], feeds: Mapping[str, tuple[str, ...]]) -> list[Record]:
    """The records of products, with the feeds that name them, by product id."""
    return [record_of(product, feeds=frozenset(feeds.get(product.id, ()))) for product in products]


def pairs_by_gtin(records: Sequence[Record]) -> dict[Pair, str]:
    """Pairs of positions whose records have a valid trade item number in common, with the number.

    A number that many records have is no product's own, and is left out.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for position, record in enumerate(records):
        for gtin in record.gtins:
            holders[gtin].append(position)
    return {
        pair: gtin
        for gtin, positions in sorted(holders.items())
        if 1 < len(positions) <= _MOST_OF_A_NUMBER
        for pair in combinations(positions, 2)
    }


def certain_merges(records: Sequence[Record]) -> list[Identity]:
    """Pairs of different feeds with all trade item numbers equal: the only ones that may be merged unasked."""
    found = []
    for (first, second), gtin in pairs_by_gtin(records).items():
        left, right = records[first], records[second]
        if left.feeds and right.feeds and not left.feeds & right.feeds and left.gtins == right.gtins:
            found.append(_proposal(left, right, BY_NUMBER, _gtin_words(gtin, left, right)))
    return found


def find_duplicates(
    records: Sequence[Record],
    scorer: Scorer,
    *,
    least: float,
    merges: Merges | None = None,
    vectors: NDArray[np.float32] | None = None,
    is_between_feeds: bool = False,
    work: Path | None = None,
    scorer_key: str = "",
    seed: int = 0,
    progress: ProgressFactory = silent_progress,
) -> list[Identity]:
    """Proposals of pairs that may be one product, the likeliest first.

    Args:
        records: Of the catalogue, in a fixed order.
        scorer: The rule, or a trained classifier.
        least: Pairs with a smaller score are left out, unless they share a trade item number.
        merges: Pairs that are one product already are left out.
        vectors: Unit vectors of the records, (n, d); rows of zeros have none. Without them keys alone block.
        is_between_feeds: Only pairs of which no feed names both.
        work: Folder for what is scored on the way; a run that is killed goes on from there. It is removed at the end.
        scorer_key: Names the scorer; scores of another one are not taken up.
        seed: Of the random splits of the vectors.
        progress: Makes the bars.
    """
    weights = WordWeights(records)
    by_number = pairs_by_gtin(records)
    with progress("blocking by keys", len(records)) as advance:
        candidates = pairs_by_keys(records, weights, advance=advance)
    if vectors is not None and len(records):
        has_vector = np.flatnonzero(np.abs(vectors).sum(axis=1) > 0)
        with progress("blocking by vectors", None) as advance:
            near = pairs_by_vectors(vectors[has_vector], seed=seed, advance=advance)
        candidates |= {(int(has_vector[a]), int(has_vector[b])) for a, b in near}
    candidates |= set(by_number)
    known = (merges or Merges()).mains(lambda _id: True)
    pairs = [
        (a, b)
        for a, b in sorted(candidates)
        if not (is_between_feeds and records[a].feeds & records[b].feeds)
        and known.get(records[a].id, records[a].id) != known.get(records[b].id, records[b].id)
    ]
    kept = _Chunks(work, _fingerprint(records, pairs, scorer_key)) if work is not None else None
    reader = PairReader(weights)
    found: list[tuple[float, Pair, list[str]]] = []
    with progress("comparing", len(pairs)) as advance:
        for start in range(0, len(pairs), _CHUNK):
            chunk = pairs[start : start + _CHUNK]
            features, scores = _score(records, chunk, reader, scorer, kept, start)
            for at in np.flatnonzero((scores >= least) | (features[:, _GTIN] > 0)):
                pair, score = chunk[at], float(scores[at])
                words = explain(features[at])
                if pair in by_number:
                    score = max(score, BY_NUMBER)
                    words = [_gtin_words(by_number[pair], records[pair[0]], records[pair[1]]), *words]
                found.append((score, pair, words))
            advance(len(chunk))
    if kept is not None:
        kept.clear()
    return [_proposal(records[a], records[b], score, *words) for score, (a, b), words in _best_of_each(found)]


def _score(
    records: Sequence[Record],
    chunk: Sequence[Pair],
    reader: PairReader,
    scorer: Scorer,
    kept: _Chunks | None,
    start: int,
) -> tuple[NDArray[np.float32], Scores]:
    features = np.stack([reader.compare(records[a], records[b]) for a, b in chunk])
    scores = kept.load(start) if kept is not None else None
    if scores is None or len(scores) != len(chunk):
        scores = scorer([(records[a], records[b]) for a, b in chunk], features)
        if kept is not None:
            kept.put(start, scores)
    return features, scores


def _best_of_each(found: list[tuple[float, Pair, list[str]]]) -> list[tuple[float, Pair, list[str]]]:
    """The best few pairs of each record, so that a product with many likenesses does not fill the list."""
    taken: dict[int, int] = defaultdict(int)
    best = []
    for item in sorted(found, key=lambda each: (-each[0], each[1])):
        if all(taken[position] < _MOST_OF_ONE for position in item[1]):
            best.append(item)
            for position in item[1]:
                taken[position] += 1
    return best


def _proposal(left: Record, right: Record, score: float, *words: str) -> Identity:
    """The richer record stands for both; of equal ones that with the smaller id."""
    other, main = sorted((left, right), key=lambda each: (len(each.text), [-ord(c) for c in each.id]))
    titles = f'"{other.title[:150]}" and "{main.title[:150]}"'
    return Identity(
        kind="product",
        left=other.id,
        right=main.id,
        score=round(min(score, 1.0), 4),
        evidence=(titles, *words),
    )


def _gtin_words(gtin: str, left: Record, right: Record) -> str:
    feeds = " and ".join(", ".join(sorted(each.feeds)) or "no feed" for each in (left, right))
    return f"the same trade item number {gtin} (feeds: {feeds})"


class _Chunks:
    """Scores of the pairs that were compared so far, in files of one chunk each."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._all = folder
        self._folder = folder / fingerprint
        self._folder.mkdir(parents=True, exist_ok=True)
        for other in folder.iterdir():
            if other != self._folder:
                shutil.rmtree(other, ignore_errors=True)

    def load(self, start: int) -> Scores | None:
        path = self._folder / f"{start}.npy"
        try:
            return np.asarray(np.load(path), dtype=np.float64) if path.exists() else None
        except (OSError, ValueError, EOFError):
            return None

    def put(self, start: int, scores: Scores) -> None:
        scratch = self._folder / f"{os.getpid()}.tmp"
        with scratch.open("wb") as stream:
            np.save(stream, scores)
        os.replace(scratch, self._folder / f"{start}.npy")

    def clear(self) -> None:
        shutil.rmtree(self._all, ignore_errors=True)


def _fingerprint(records: Sequence[Record], pairs: Sequence[Pair], scorer_key: str) -> str:
    digest = hashlib.blake2b(scorer_key.encode(), digest_size=12)
    for each in records:
        digest.update(
            repr((each.id, each.title, each.brand, each.text, sorted(each.gtins), each.price)).encode()
        )
    digest.update(np.array(pairs, dtype=np.int64).tobytes())
    return digest.hexdigest()
