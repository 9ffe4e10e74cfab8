#!/usr/bin/env python3
"""Processor time of reading a query by its length: nothing may grow faster than what is read.

    python scripts/benchmark_reading.py --state .state [--profile digits]

Each kind of text is read at 250 and 500 characters by the query understanding of the live version, and at 5,000 and 50,000
by the parts that also read products' texts: text analysis, label lookup and traditional Chinese.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

KINDS = {
    "digits": "1234567890",
    "numbers": "12 345 7.5 ",
    "Chinese": "蓝牙耳机续航长适合跑步的人用",
    "Chinese, traditional": "藍牙耳機續航長適合跑步的人用",
    "Chinese nonsense": "壳甲犬乙丙丁戊己",
    "one Chinese character": "壳",
    "words": "waterproof headphones for running ",
    "nonsense words": "qxzvb wkjrt plmgh ",
    "letters": "abcdefghij",
    "hyphens": "a-b_c/",
    "denials": "not without no ",
    "excluded things": "not kettle ",
    "ranges": "1-2 kg ",
    "dimensions": "1x2x3 cm ",
    "Chinese with units": "1.5升水壶2公斤帐篷",
}
QUERY = (250, 500)
TEXT = (5_000, 50_000)
REPEATS = 2


def main() -> int:
    """Measure and print; exit status 1 where a query of 500 characters takes more than the limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True, help="folder of an installation with an index")
    parser.add_argument("--limit-ms", type=float, default=50.0, help="for a query of 500 characters")
    parser.add_argument("--profile", choices=KINDS, help="print where the time of this kind goes, and stop")
    given = parser.parse_args()
    from kms.lexical.analysis import index_terms
    from scripts.benchmark_chorus import open_index

    index = open_index(given.state)
    read = index.reader.understand
    if given.profile:
        profile = cProfile.Profile()
        text = of_length(KINDS[given.profile], 500)
        read(text[:-1])  # what a first query loads is no part of it
        profile.runcall(read, text)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(35)
        return 0
    read("headphones")
    slow = []
    titles = ("query 250", "query 500", "terms 5k", "50k", "labels 5k", "50k")
    print("ms of processor time".ljust(24) + "".join(f"{title:>12}" for title in titles))
    for name, piece in KINDS.items():
        queries = [measure(read, of_length(piece, length)) for length in QUERY]
        terms = [measure(index_terms, of_length(piece, length)) for length in TEXT]
        labels = [measure(index.ontology.labels.find, of_length(piece, length)) for length in TEXT]
        figures = (*queries, *terms, *labels)
        print(f"{name:24}" + "".join(f"{figure:12.1f}" for figure in figures), flush=True)
        if queries[1] > given.limit_ms:
            slow.append(name)
    print(f"over {given.limit_ms:g} ms: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


def of_length(piece: str, length: int) -> str:
    """A piece repeated to a length, each time another by its number, so that nothing is remembered of it."""
    return (piece * (length // len(piece) + 1))[:length]


def measure(function: Callable[[str], object], text: str) -> float:
    """Least milliseconds of processor time over some calls, each with another last character."""
    times = []
    for repeat in range(REPEATS):
        other = text[:-1] + chr(ord("1") + repeat)
        began = time.process_time()
        function(other)
        times.append((time.process_time() - began) * 1_000)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
