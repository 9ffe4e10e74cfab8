#!/usr/bin/env python3
"""How many of the true nearest each way of searching vectors finds, by filter, and how long it takes.

    python scripts/benchmark_vectors.py --points 120000
    python scripts/benchmark_vectors.py --state .state/chorus --queries ../shared/datasets/chorus-search/judgments.tsv

Vectors are those of a state's live indexes, or invented ones in clusters. Rows are filters on the price, which let a
tenth, a third, a half and all of the products through; columns are the graph of neighbours at several breadths,
the comparison with every point, and what is served. docs/results/search.md has the figures.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kms.filters import Condition, Filter
from kms.vectors.edge import EdgeVectorStore
from kms.vectors.port import SERVED, Approximation, Vector, VectorHit, VectorPoint, VectorSchema

NEAREST = 100
SHARES = (0.1, 0.33, 0.5, 1.0)
DIMENSIONS = 384
WAYS = {
    **{f"graph {breadth}": Approximation(0, breadth, breadth) for breadth in (64, 512, 2_048)},
    "exact": Approximation(exact_up_to=10**9),
    "served": SERVED,
}


@dataclass(frozen=True)
class Crowd:
    """Unit vectors (N, D) with prices (N,), and unit vectors of queries (Q, D)."""

    rows: Vector
    prices: Vector
    queries: Vector

    def points(self) -> Iterator[VectorPoint]:
        """What a store takes."""
        for number, (row, price) in enumerate(zip(self.rows, self.prices, strict=True)):
            yield VectorPoint(str(number), row, {}, {"price": float(price)} if np.isfinite(price) else {})

    def share_found(self, hits: Sequence[VectorHit], query: Vector, passing: NDArray[np.bool_]) -> float:
        """The share of the nearest among those that pass; of equally near ones any counts."""
        cosines = self.rows @ query
        best = np.sort(cosines[passing])[::-1][:NEAREST]
        near = sum(bool(cosines[int(hit.id)] >= best[-1] - 1e-6) for hit in hits)
        return min(near / len(best), 1.0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=60_000, help="how many vectors to invent")
    parser.add_argument("--state", type=Path, help="take the vectors of this state folder instead")
    parser.add_argument("--queries", type=Path, help="with --state: a file with a column query")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    if (given.state is None) != (given.queries is None):
        parser.error("--state and --queries go together")
    crowd = read_crowd(given.state, given.queries) if given.state else invent_crowd(given.points, given.seed)
    with tempfile.TemporaryDirectory(prefix="kms-vectors-") as name:
        folder = Path(name) / "vectors"
        began = time.perf_counter()
        schema = VectorSchema(crowd.rows.shape[1], keywords=(), numbers=("price",))
        with closing(EdgeVectorStore(folder, schema)) as store:
            store.upsert(crowd.points())
            store.optimize()
        print(
            f"{len(crowd.rows):,} vectors, {len(crowd.queries)} queries; built in {time.perf_counter() - began:.0f} s"
        )
        Console(width=140).print(measure(crowd, folder))


def measure(crowd: Crowd, folder: Path) -> Table:
    """Mean and least share of the nearest found, and the median time of a call, for each filter and way."""
    table = Table("price up to", "products", *WAYS)
    limits = [float(np.nanquantile(crowd.prices, share)) for share in SHARES]
    cells: dict[float, list[str]] = {limit: [] for limit in limits}
    for way in WAYS.values():
        with closing(EdgeVectorStore(folder, approximation=way)) as store:
            for limit in limits:
                cells[limit].append(_search(store, crowd, limit))
    for limit in limits:
        table.add_row(f"{limit:.2f}", f"{int((crowd.prices <= limit).sum()):,}", *cells[limit])
    return table


def _search(store: EdgeVectorStore, crowd: Crowd, limit: float) -> str:
    filter = Filter(conditions=(Condition(field="price", lte=limit),))
    passing = crowd.prices <= limit
    shares, times = [], []
    for query in crowd.queries:
        began = time.perf_counter()
        hits = store.search(query, limit=NEAREST, filter=filter)
        times.append(time.perf_counter() - began)
        shares.append(crowd.share_found(hits, query, passing))
    return f"{statistics.mean(shares):.3f}, {min(shares):.2f}; {1e3 * statistics.median(times):.1f} ms"


def invent_crowd(points: int, seed: int) -> Crowd:
    """Clusters of about a hundred, sixty queries near them, prices from 0 to 100 that have nothing to do with it."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(max(points // 100, 1), DIMENSIONS))

    def draw(count: int) -> Vector:
        near = centres[random.integers(len(centres), size=count)]
        return _unit(near + 0.6 * random.normal(size=near.shape))

    return Crowd(draw(points), random.uniform(0, 100, points).astype(np.float32), draw(60))


def read_crowd(state: Path, queries: Path) -> Crowd:
    """The vectors and prices of a state's live indexes, and encoded queries."""
    from scripts.benchmark_chorus import open_index
    from scripts.benchmark_http import read_lines

    with closing(open_index(state)) as index:
        if index.vectors is None:
            raise SystemExit(f"{state}: {index.vectors_error}")
        found = index.vectors.vectors(index.ids)
        prices = [index.documents[index.positions[key]].numbers.get("price", np.nan) for key in found]
        encoded = index.encoder.encode(read_lines(queries, "query"))
        return Crowd(_unit(np.stack(list(found.values()))), np.array(prices, np.float32), _unit(encoded))


def _unit(rows: NDArray[np.floating]) -> Vector:
    unit: Vector = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


if __name__ == "__main__":
    main()
