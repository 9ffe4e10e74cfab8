"""Measures blocking on labelled pairs: how many of the pairs that are one product become candidates, and how many there are.

Usage: python scripts/blocking_recall.py FOLDER NAME [--vectors CACHE]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from extraction.matching.data import read_pairs
from kms.identity.blocking import between, pairs_by_keys, pairs_by_vectors
from kms.identity.features import WordWeights
from kms.identity.records import Record


def main() -> None:
    """Print recall by part, and the number of candidates between the two sides."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument(
        "--vectors", type=Path, help="Folder of the exported encoder: block by titles' vectors too."
    )
    given = parser.parse_args()
    data = read_pairs(given.folder, given.name)
    places: dict[tuple[str, Record], int] = {}
    records: list[Record] = []
    parts = {"train": data.train, "validation": data.valid, "test": data.test}
    gold: dict[str, set[tuple[int, int]]] = {name: set() for name in parts}
    for name, pairs in parts.items():
        for pair in pairs:
            ends = []
            for side, record in (("left", pair.left), ("right", pair.right)):
                key = (side, Record("", record.title, record.brand, record.text, price=record.price))
                if key not in places:
                    places[key] = len(records)
                    records.append(record)
                ends.append(places[key])
            if pair.match:
                gold[name].add((min(ends), max(ends)))
    sides = {at: side for (side, _), at in places.items()}
    candidates = between(pairs_by_keys(records, WordWeights(records)), sides)
    _print("keys", candidates, gold, len(records))
    if given.vectors:
        from kms.encoder.embeddings import TextEncoder

        vectors = TextEncoder(cache=given.vectors, threads=1).encode([record.title for record in records])
        near = between(pairs_by_vectors(vectors), sides)
        _print("vectors", near, gold, len(records))
        _print("both", candidates | near, gold, len(records))


def _print(
    name: str, candidates: set[tuple[int, int]], gold: dict[str, set[tuple[int, int]]], records: int
) -> None:
    recall = ", ".join(
        f"{part} {len(pairs & candidates) / max(1, len(pairs)):.3f}" for part, pairs in gold.items()
    )
    print(f"{name}: {len(candidates):,} candidate pairs of {records:,} records; recall {recall}")


if __name__ == "__main__":
    main()
