#!/usr/bin/env python3
"""Rate and memory of the extraction engines on many short texts, drawn with a seed and read by the rules alone.

    python scripts/benchmark_engines.py --texts 200000 --engine spark local --cores 2

A store is made with drawn reviews for each engine; then they are read as by ``kms extract --engine``. Printed are texts a
second, texts a second of CPU time over all processes, and the memory of each kind of process by tenths of the run. With
``--state`` the stores are kept, and a run that was ended (Ctrl-C, ``--minutes``) goes on where it stood.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from extraction.batch.reading import Engine, LocalEngine
from extraction.batch.run import extract_pending
from extraction.batch.spark import SparkEngine
from extraction.pipeline import Pipeline
from kms.catalog.models import Product, Review
from kms.catalog.store import CatalogStore
from kms.db.session import open_database
from kms.evidence.store import EvidenceStore
from kms.ontology import load_ontology

PRODUCTS = 1_000
_CHUNK = 5_000
_SAMPLE_S = 1.0
CLASSES = ("electric_kettle", "over_ear_headphones", "jacket", "desk_lamp")
WHAT = ("battery", "sound", "zip", "handle", "cable", "light", "fit", "lid", "case", "colour")
HOW = (
    "is great",
    "is too short",
    "feels cheap",
    "broke",
    "is not waterproof",
    "works well",
    "is loud",
    "is fine",
)
MORE = (
    "weighs 2 kg",
    "made of steel",
    "in black",
    "good for travel",
    "holds 1.5 l",
    "a gift for my father",
    "",
)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--engine", nargs="+", choices=("local", "spark"), default=["spark"])
    parser.add_argument("--cores", type=int, default=2, help="processes that read")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--state", type=Path, help="keep the stores here; default: nowhere")
    parser.add_argument("--minutes", type=float, help="end each engine's run after so many")
    parser.add_argument("--json", type=Path, help="also add the figures here, a line for each engine")
    options = parser.parse_args()
    for engine in options.engine:
        with tempfile.TemporaryDirectory() as scratch:
            figures = measure((options.state or Path(scratch)) / f"{engine}-{options.texts}", engine, options)
        for name, value in figures.items():
            print(f"{name}: {value}", flush=True)
        if options.json:
            with options.json.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(figures) + "\n")


def draw_text(rng: random.Random) -> str:
    """A short text as a hurried shopper writes it."""
    return (
        " ".join(filter(None, (f"The {rng.choice(WHAT)} {rng.choice(HOW)},", rng.choice(MORE)))).rstrip(",")
        + "."
    )


def draw_shop(catalog: CatalogStore, texts: int, seed: int) -> None:
    """Products, and so many texts of reviews without titles."""
    rng = random.Random(seed)
    catalog.put_products(
        [
            Product(id=f"P{number:04}", title=f"Model {number}", category=rng.choice(CLASSES))
            for number in range(PRODUCTS)
        ]
    )
    for start in range(0, texts, _CHUNK):
        catalog.put_reviews(
            [
                Review(
                    id=f"R{number:07}",
                    product_id=f"P{rng.randrange(PRODUCTS):04}",
                    text=draw_text(rng),
                    rating=4,
                )
                for number in range(start, min(start + _CHUNK, texts))
            ]
        )


def measure(folder: Path, name: str, options: argparse.Namespace) -> dict[str, object]:
    """Make the store where it is not there, read what was not read of it, and say what it took."""
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    ontology = load_ontology()
    catalog = CatalogStore(database)
    drawn = folder / "drawn"
    if not drawn.exists():
        draw_shop(catalog, options.texts, options.seed)
        drawn.touch()
    engine: Engine = SparkEngine(f"local[{options.cores}]") if name == "spark" else LocalEngine(options.cores)
    watch = Watch(options.minutes)
    began = time.monotonic()
    # Ctrl-C ends it early, and what was measured until then is printed.
    with watch, suppress(KeyboardInterrupt, TimeUp):
        extract_pending(
            catalog,
            EvidenceStore(database),
            Pipeline(ontology),
            ontology,
            engine=engine,
            progress=watch.progress,
        )
    seconds = time.monotonic() - began
    database.close()
    return {
        "engine": f"{name}, {options.cores} reading processes",
        "texts waiting": watch.total,
        "texts read": watch.done,
        "seconds": round(seconds, 1),
        "texts a second": round(watch.done / seconds, 1),
        "CPU seconds": {name: round(each, 1) for name, each in watch.cpu.items()},
        "texts a second of CPU time": round(watch.done / sum(watch.cpu.values()), 1),
        "MB by tenths of the run": watch.memory_by_tenths(),
    }


class TimeUp(Exception):
    """The minutes of a run are over."""


class Watch:
    """Memory and CPU time of this process and those that it started, sampled while it reads.

    Args:
        minutes: After which progress raises ``TimeUp``; ``None``: never.
    """

    def __init__(self, minutes: float | None = None) -> None:
        self._until = time.monotonic() + 60 * minutes if minutes else None
        self.done = self.total = 0
        self._samples: list[tuple[int, dict[str, int]]] = []
        self._cpu: dict[int, tuple[str, float]] = {}
        self._stop = threading.Event()
        me = psutil.Process()
        self._before = sum(me.cpu_times()[:2])
        # Spark's Java outlives its session.
        self._others = {each.pid for each in me.children(recursive=True)}

    @contextmanager
    def progress(self, description: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Counts what was read."""
        self.total = total or 0

        def advance(count: int) -> None:
            self.done += count
            if self._until is not None and time.monotonic() > self._until:
                raise TimeUp

        yield advance

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def cpu(self) -> dict[str, float]:
        """CPU seconds by kind of process."""
        sums: dict[str, float] = {}
        for name, seconds in self._cpu.values():
            sums[name] = sums.get(name, 0.0) + seconds
        return sums

    def memory_by_tenths(self) -> dict[str, list[int]]:
        """Most megabytes of each kind of process in each tenth of the texts; of several processes their sum."""
        result: dict[str, list[int]] = {name: [0] * 10 for name in ("driver", "java", "workers")}
        for done, memory in self._samples:
            tenth = min(9, 10 * done // max(1, self.done))
            for name, size in memory.items():
                result[name][tenth] = max(result[name][tenth], size // 1_000_000)
        return {name: sizes for name, sizes in result.items() if any(sizes)}

    def _run(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(_SAMPLE_S):
            memory: dict[str, int] = {}
            children = (each for each in me.children(recursive=True) if each.pid not in self._others)
            for each in (me, *children):
                try:
                    name = "driver" if each == me else "java" if each.name() == "java" else "workers"
                    seconds = sum(each.cpu_times()[:2]) - (self._before if each == me else 0.0)
                    memory[name] = memory.get(name, 0) + each.memory_info().rss
                    self._cpu[each.pid] = (name, seconds)
                except psutil.NoSuchProcess:
                    continue
            self._samples.append((self.done, memory))


if __name__ == "__main__":
    main()
