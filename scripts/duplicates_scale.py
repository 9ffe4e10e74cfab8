"""Measures finding duplicates at scale: products generated with a seed, a tenth of them described twice.

Usage: python scripts/duplicates_scale.py --products 100000 --seed 0
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from kms.identity.duplicates import find_duplicates
from kms.identity.records import Record
from kms.identity.rule import rule_scores
from kms.progress import rich_progress

_SYLLABLES = (
    "nor",
    "vik",
    "hal",
    "dern",
    "tor",
    "va",
    "ne",
    "bra",
    "nok",
    "vel",
    "dra",
    "sol",
    "mi",
    "ket",
    "ru",
    "zan",
)
_NOUNS = (
    "lamp",
    "kettle",
    "headphones",
    "jacket",
    "drill",
    "chair",
    "speaker",
    "mixer",
    "monitor",
    "printer",
)
_WORDS = (
    "compact",
    "wireless",
    "steel",
    "portable",
    "classic",
    "black",
    "white",
    "silver",
    "pro",
    "mini",
    "travel",
    "set",
)


def generate(count: int, seed: int) -> tuple[list[Record], set[tuple[str, str]]]:
    """Records, and the pairs of ids that are one product."""
    rng = np.random.default_rng(seed)
    brands = ["".join(rng.choice(_SYLLABLES, size=3)) for _ in range(max(20, count // 500))]
    records: list[Record] = []
    same: set[tuple[str, str]] = set()
    while len(records) < count:
        n = len(records)
        brand, noun = str(rng.choice(brands)), str(rng.choice(_NOUNS))
        code = f"{brand[:2]}-{rng.integers(100, 99_999)}{'abcdex'[int(rng.integers(6))]}"
        words = [str(w) for w in rng.choice(_WORDS, size=3, replace=False)]
        price = float(np.round(rng.lognormal(4, 1), 2))
        records.append(
            Record(f"a{n}", f"{brand} {code} {' '.join(words)} {noun}", brand, price=price, currency="EUR")
        )
        if rng.random() < 0.1:
            other = f"{noun} {brand} {' '.join(words[:2])} {code.replace('-', '')}"
            records.append(
                Record(
                    f"b{n}",
                    other,
                    brand,
                    price=round(price * float(rng.uniform(0.9, 1.1)), 2),
                    currency="EUR",
                )
            )
            same.add((f"a{n}", f"b{n}"))
    return records, same


def main() -> None:
    """Generate, find, and print time, memory, recall and precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    records, same = generate(given.products, given.seed)
    compared = 0

    def scorer(pairs: object, features: np.ndarray) -> np.ndarray:
        nonlocal compared
        compared += len(features)
        return rule_scores(features)

    began = time.perf_counter()
    found = find_duplicates(records, scorer, least=0.5, progress=rich_progress)
    seconds = time.perf_counter() - began
    pairs = {(min(p.left, p.right), max(p.left, p.right)) for p in found}
    right = len(pairs & same)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(
        f"{len(records):,} products, {compared:,} pairs compared in {seconds:.0f} s, {peak:,.0f} MB at most; "
        f"recall {right / max(1, len(same)):.3f}, precision {right / max(1, len(pairs)):.3f} of {len(pairs):,} proposals"
    )


if __name__ == "__main__":
    main()
