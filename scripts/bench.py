#!/usr/bin/env python3
"""Benchmarks of ``make bench``: the measurements that take minutes, on the data that is there.

    python scripts/bench.py                    # all of them
    python scripts/bench.py parts http         # some
    python scripts/bench.py --list

They work on a state folder of their own (``.state/bench``), where the sample catalogue is read once. What
needs the public data sets (``KMS_DATASETS``) is named with its command and not run: it takes longer. Times
depend on what else the machine does; the load is printed. docs/benchmarks.md has the figures that were
kept.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

RECOMMENDATIONS = "python scripts/benchmark_recommendations.py --seed 0 --shoppers 6000"
LONG = {
    "chorus-search": "python scripts/benchmark_chorus.py --state .state/chorus",
    "attributes-oa-mine": "python scripts/benchmark_extraction.py oamine --tuning full",
    "opinions-aste-v2": "python scripts/benchmark_extraction.py aste --tuning full",
    "amazon-beauty": f"{RECOMMENDATIONS} --write docs/results",
}
"""Data set and the command that measures on it."""
REPEATS = 200
MODULE = [sys.executable, "-m", "api.cli.main"]


def main() -> int:
    """Run what is asked for; exit status 1 where one of them failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--state", type=Path, default=ROOT / ".state" / "bench", help="folder of the stores")
    parser.add_argument("--list", action="store_true", help="say what there is, and stop")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - set(BENCHES)):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    if given.list:
        for name, run in BENCHES.items():
            print(f"{name:16} {(run.__doc__ or '').splitlines()[0]}")
        name_long()
        return 0
    given.state.mkdir(parents=True, exist_ok=True)
    os.environ["KMS_STATE_DIR"] = str(given.state)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    call([*MODULE, "extract", "sample", "--quiet"])
    failed = []
    for name in given.names or BENCHES:
        print(f"\n== {name}", flush=True)
        began = time.perf_counter()
        try:
            BENCHES[name](given.state)
        except subprocess.CalledProcessError as error:
            failed.append(name)
            print(f"{name} failed with exit status {error.returncode}", file=sys.stderr)
        print(f"({time.perf_counter() - began:.0f} s)")
    name_long()
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def evaluate_search(state: Path) -> None:
    """Judged queries of the sample: scorers alone and fused, with paired tests."""
    call([*MODULE, "evaluate", "search"])


def evaluate_recommendations(state: Path) -> None:
    """Held-out behaviour of the sample's shoppers: behaviour models, graph paths, both."""
    call([*MODULE, "evaluate", "recommendations"])


def evaluate_extraction(state: Path) -> None:
    """Extraction on the sample's test split: rules, and the shipped model where there is one."""
    from kms.settings import read_settings

    model = read_settings().extractor_dir
    words = ["--model", str(model)] if (model / "config.json").is_file() else []
    script = [sys.executable, str(ROOT / "scripts" / "measure_extraction.py")]
    call([*script, *words, "--split", "test", "--state", str(state / "cache")])


def measure_parts(state: Path) -> None:
    """Text index, vectors, encoder, graph and ranking, each alone in this process."""
    from api.wiring import INDEX, Platform
    from kms.lexical.analysis import query_terms
    from kms.sample.queries import load_queries
    from kms.settings import read_settings
    from ranking.models import SearchRequest
    from ranking.serving.service import RankingService

    queries = [query.text for query in load_queries()]
    platform = Platform(read_settings(state_dir=state))
    version = platform.artifacts.current(INDEX)
    assert version is not None, "kms extract made no index"
    index = platform.open_index(version)
    try:
        service = RankingService(index)
        vectors = [platform.encoder.encode_query(query) for query in queries]
        products = [f"product:{name}" for name in index.ids]
        store = index.vectors
        parts: dict[str, Callable[[int], object]] = {
            "words of a query, scored": lambda n: index.postings.affirmed.score(
                query_terms(queries[n % len(queries)])
            ),
            "encoder, one query": lambda n: platform.encoder.encode_query(f"{queries[n % len(queries)]} {n}"),
            "graph, one step around": lambda n: platform.graph.neighbourhood(
                products[n % len(products)], depth=1
            ),
            "graph, shortest path": lambda n: platform.graph.shortest_path(
                products[n % len(products)], products[-1 - n % len(products)], max_length=4
            ),
            "search, all of it": lambda n: service.search(SearchRequest(query=queries[n % len(queries)])),
            "search with reasons": lambda n: service.search(
                SearchRequest(query=queries[n % len(queries)], explain=True)
            ),
            "similar products": lambda n: service.similar(
                index.ids[n % len(index.ids)], limit=10, explain=False
            ),
            "similar with reasons": lambda n: service.similar(
                index.ids[n % len(index.ids)], limit=10, explain=True
            ),
        }
        if store is not None:
            parts["vectors, 10 nearest"] = lambda n: store.search(vectors[n % len(vectors)], limit=10)
        table = Table("part", "p50 ms", "p95 ms", title=f"{len(index.ids):,} products, {REPEATS} times each")
        for name, work in parts.items():
            times = _time(work)
            table.add_row(name, f"{times[len(times) // 2]:.2f}", f"{times[len(times) * 95 // 100]:.2f}")
        Console().print(table)
    finally:
        index.close()
        platform.close()


def measure_http(state: Path) -> None:
    """A server on the sample catalogue: p50 and p95 with one client and with eight."""
    from kms.graph.neo4j_local import find_free_port

    port = find_free_port()
    with _serve(port):
        script = [sys.executable, str(ROOT / "scripts" / "benchmark_http.py")]
        call([*script, "--base-url", f"http://127.0.0.1:{port}", "--clients", "1", "8"])


def measure_extractor(state: Path) -> None:
    """The span model in full weights and in 8 bits: F1, texts a second, memory."""
    script = [sys.executable, str(ROOT / "scripts" / "benchmark_extractor.py")]
    call([*script, "--state", str(state / "extractor")])


def measure_induction(state: Path) -> None:
    """An ontology induced out of the sample catalogue: processor seconds and most memory."""
    words = [*MODULE, "ontology", "induce", "--dry-run"]
    process = subprocess.Popen(words, cwd=ROOT)
    # Not of all children so far: what read the sample before takes more memory.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    print(f"{usage.ru_utime:.1f} s of processor time; {usage.ru_maxrss / 1024:.0f} MB at most")


def measure_changes(state: Path) -> None:
    """Updates by the minute while a client searches: seconds until a change is found."""
    script = [sys.executable, str(ROOT / "scripts" / "bench_changes.py")]
    call([*script, "--state", str(state)])


BENCHES: dict[str, Callable[[Path], None]] = {
    "search": evaluate_search,
    "recommendations": evaluate_recommendations,
    "extraction": evaluate_extraction,
    "parts": measure_parts,
    "extractor": measure_extractor,
    "induction": measure_induction,
    "changes": measure_changes,
    "http": measure_http,
}


def name_long() -> None:
    """Say what was not run, and how it is."""
    folder = Path(os.environ.get("KMS_DATASETS", ROOT.parent / "shared" / "datasets"))
    print("\nNot run here, because it takes longer:")
    for name, command in LONG.items():
        there = (
            ""
            if (folder / name).is_dir()
            else f"   (needs {name}; KMS_DATASETS names the folder of data sets)"
        )
        print(f"  {command}{there}")


def call(words: Sequence[str]) -> None:
    """Run a program with its output shown.

    Raises:
        CalledProcessError: It failed.
    """
    subprocess.run(words, cwd=ROOT, check=True)


def _time(work: Callable[[int], object]) -> list[float]:
    """Milliseconds of each repetition, sorted; the first twenty are not counted."""
    times = []
    for number in range(20 + REPEATS):
        began = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - began) * 1_000)
    return sorted(times[20:])


@contextmanager
def _serve(port: int) -> Iterator[None]:
    import httpx

    environment = {**os.environ, "KMS_LOG_LEVEL": "WARNING"}
    process = subprocess.Popen([*MODULE, "serve", "--port", str(port)], cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + 180
        while time.monotonic() < until and process.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
