#!/usr/bin/env python3
"""Measure the review queue with many open questions: list, next question, answer, many at once, spreadsheet.

    python scripts/measure_queue.py --state .state --questions 10000

Works on a copy of an installation. Its own questions are copied under other ids, each about 1 to 20 of its products.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from api.queue_desk import QueueAnswer, QueueDesk
from api.queue_sheet import export_queue
from api.queue_wanted import Wanted
from api.wiring import Platform
from kms.queue.models import Action, Kind, QueueFilter, hash_of
from kms.queue.rows import recount, write_items, write_members
from kms.settings import read_settings

SPREAD = (1, 1, 2, 3, 5, 20)
"""Products of a question, each as likely."""
TIMES = 30


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--state", type=Path, default=Path(".state"), help="folder of the installation")
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("kms.db", "graph.db"):
            shutil.copy2(given.state / name, folder)
        platform = Platform(read_settings(state_dir=Path(folder), database_url=""))
        try:
            platform.queue_refresh().run()
            _fill(platform, given.questions, random.Random(given.seed))
            _measure(platform)
        finally:
            platform.close()


def _fill(platform: Platform, wanted: int, chance: random.Random) -> None:
    """Copy the installation's own questions until there are ``wanted``."""
    own = platform.queue.items(QueueFilter(), limit=100_000)
    first = platform.queue.first_members([item.id for item in own])
    products = [product.id for product in platform.catalog.iter_products()]
    items, members = [], []
    for number in range(wanted - len(own)):
        source = own[number % len(own)]
        item = source.model_copy(update={"id": hash_of("copy", str(number))})
        items.append(item)
        for product in chance.sample(products, min(len(products), chance.choice(SPREAD))):
            update = {
                "key": hash_of(str(number), product),
                "product_id": product,
                "belief": chance.uniform(0.3, 0.7),
            }
            members.append((item.id, first[source.id].model_copy(update=update)))
    with platform.database.write(in_turn=True) as session:
        write_items(session, items)
        write_members(session, members)
        recount(session)
    print(f"{platform.queue.count(QueueFilter()):,} questions, {len(members):,} members were added")


def _measure(platform: Platform) -> None:
    desk = QueueDesk(platform)
    wanted = Wanted(kind=Kind.DOUBTFUL)

    def answer() -> None:
        item = desk.next(wanted, "anna").item
        if item is not None:
            desk.act([QueueAnswer(item=item.id, action=Action.REJECT, seen=item.seen)], by="anna")

    _print("first page of the list", lambda: desk.page(Wanted(), limit=20))
    _print("next question with its examples", lambda: desk.next(Wanted(), "anna"))
    _print("answer and next question", answer)
    filter_ = Wanted(kind=Kind.WORD, field="aspect")
    total = desk.bulk(filter_, Action.REJECT, by="anna").total
    began = time.perf_counter()
    done = desk.bulk(filter_, Action.REJECT, by="anna", expected=total)
    print(f"{done.done:,} questions at once: {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    desk.undo([done.batch], by="anna")
    print(f"taken back: {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    rows = export_queue(desk, Wanted())
    print(f"{len(rows) - 1:,} questions as rows of a spreadsheet: {time.perf_counter() - began:.1f} s")


def _print(what: str, work: Callable[[], object]) -> None:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1_000)
    print(f"{what}: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms")


if __name__ == "__main__":
    main()
