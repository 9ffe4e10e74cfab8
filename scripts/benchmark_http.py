#!/usr/bin/env python3
"""Latency of a running server over HTTP: search, recommendations, products; one client and several.

    kms serve &
    python scripts/benchmark_http.py --clients 1 8
    python scripts/benchmark_http.py --queries judgments.tsv --invent-shoppers 200 --output http.json

A client is a thread with one kept-alive connection that asks again as soon as it is answered; its own
processor time (``client ms`` a request) is taken from the machine that the server runs on. Queries come
from a file (one a line, or a table with a column ``query``), or from the sample catalogue. ``search`` asks
each of them with a word of another one behind it, so that no query comes twice and nothing is remembered of
it; ``search-again`` asks them as they are, again and again; ``suggest`` asks what is typed on the way to them.
 Recommendations are asked for shoppers of
``--shoppers`` (ids, one a line), for invented ones, or for the sample's. The seed decides the order of
everything.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import platform
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlencode, urlsplit

import httpx
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SHARE_OF_HITS = 5
"""Of how many hits of each of the first searches the products are asked for."""
KINDS = ("search", "search-again", "suggest", "recommendations", "similar", "product")
LONGEST_TYPED = 20
SHARE_MISTYPED = 0.2
VIEWS = (3, 30)
"""Least and most views of an invented shopper."""
COLUMNS = {
    "kind": "request", "clients": "clients", "requests": "requests", "p50_ms": "p50 ms", "p95_ms": "p95 ms",
    "p99_ms": "p99 ms", "max_ms": "max ms", "server_p50_ms": "server p50", "per_second": "per s",
    "client_ms": "client ms",
}  # fmt: skip


@dataclass
class Timing:
    """What the clients of one kind of request saw; ``milliseconds`` are of answers with status 200 only.

    ``client_seconds`` is the processor time of this process while they asked.
    """

    kind: str
    clients: int
    milliseconds: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    client_seconds: float = 0.0
    degraded: int = 0
    server: list[float] = field(default_factory=list)

    def read_answers(self) -> None:
        """Take what the answers say of themselves; not done while the clock runs, for it costs processor time."""
        for body in self.bodies:
            answer = json.loads(body)
            self.degraded += bool(answer.get("degraded"))
            if "took_ms" in answer:
                self.server.append(answer["took_ms"])
        self.bodies.clear()

    def summary(self) -> dict[str, Any]:
        """Figures for a table or a file."""
        requests = len(self.milliseconds) + self.errors.total()
        return {
            "kind": self.kind,
            "clients": self.clients,
            "requests": requests,
            "errors": dict(self.errors),
            "degraded": self.degraded,
            "p50_ms": percentile(self.milliseconds, 50),
            "p95_ms": percentile(self.milliseconds, 95),
            "p99_ms": percentile(self.milliseconds, 99),
            "max_ms": percentile(self.milliseconds, 100),
            "server_p50_ms": percentile(self.server, 50),
            "per_second": round(len(self.milliseconds) / self.seconds, 1) if self.seconds else 0.0,
            "client_ms": round(self.client_seconds * 1_000 / requests, 2) if requests else None,
        }


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that at least ``percent`` of the values do not exceed, to a hundredth; ``None`` of none."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, -(-len(ordered) * int(percent) // 100) - 1)], 2)


def main() -> int:
    """Measure, print, keep; exit status 1 where a request failed."""
    given = _arguments().parse_args()
    random_ = random.Random(given.seed)
    with httpx.Client(base_url=given.base_url, timeout=given.timeout) as client:
        ready = client.get("/readyz").json()
        queries = read_lines(given.queries, "query") if given.queries else sample_queries()
        random_.shuffle(queries)
        products = (
            read_lines(given.products, "product_id") if given.products else find_products(client, queries)
        )
        if given.invent_shoppers:
            shoppers = invent_shoppers(client, products, given.invent_shoppers, random_)
        else:
            shoppers = read_lines(given.shoppers, "shopper_id") if given.shoppers else sample_shoppers()
    random_.shuffle(products)
    random_.shuffle(shoppers)
    options = {"limit": given.limit, "explain": "true" if given.explain else "false"}
    asked: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "search": [
            ("/v1/search", {"q": query, **options})
            for query in new_queries(queries, given.warm_up + given.requests * len(given.clients), random_)
        ],
        "suggest": [("/v1/suggest", {"q": typed}) for typed in typed_beginnings(queries, random_)],
        "search-again": [("/v1/search", {"q": query, **options}) for query in queries],
        "recommendations": [(f"/v1/shoppers/{name}/recommendations", options) for name in shoppers],
        "similar": [(f"/v1/products/{name}/similar", options) for name in products],
        "product": [(f"/v1/products/{name}", {}) for name in products],
    }
    timings: list[Timing] = []
    for turn, clients in enumerate(given.clients):
        for kind in given.kinds:
            if not asked[kind]:
                print(f"{kind}: nothing to ask; give --queries, --shoppers or --products", file=sys.stderr)
                continue
            # The first requests pay for what is made on demand; they are asked and not counted.
            first, rest = asked[kind][: given.warm_up], asked[kind]
            if kind == "search":
                begin = given.warm_up + turn * given.requests
                rest = asked[kind][begin : begin + given.requests]
            measure(given.base_url, kind, first, 1, given.warm_up, given.timeout)
            timings.append(measure(given.base_url, kind, rest, clients, given.requests, given.timeout))
    show(timings, ready)
    if given.output:
        keep(given.output, timings, ready, given.seed)
    return 1 if any(timing.errors for timing in timings) else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="of the server (%(default)s)")
    parser.add_argument("--queries", type=Path, help="one a line, or a table with a column query; also .gz")
    parser.add_argument("--shoppers", type=Path, help="ids, one a line")
    parser.add_argument(
        "--invent-shoppers", type=int, default=0, metavar="N", help="send views of N new shoppers"
    )
    parser.add_argument(
        "--products", type=Path, help="ids, one a line; default: what the first searches find"
    )
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of requests (default: all)")
    parser.add_argument(
        "--clients", type=int, nargs="+", default=[1, 8], help="at the same time (%(default)s)"
    )
    parser.add_argument("--requests", type=int, default=500, help="of each kind, in all (%(default)s)")
    parser.add_argument("--warm-up", type=int, default=20, help="requests that are not counted (%(default)s)")
    parser.add_argument("--limit", type=int, default=10, help="products an answer (%(default)s)")
    parser.add_argument("--explain", action="store_true", help="ask for reasons with sentences")
    parser.add_argument("--timeout", type=float, default=30, help="seconds (%(default)s)")
    parser.add_argument("--seed", type=int, default=20_261_121, help="of the order (%(default)s)")
    parser.add_argument("--output", type=Path, help="JSON, such as docs/results/http.json; runs are appended")
    return parser


def measure(
    base_url: str,
    kind: str,
    asked: Sequence[tuple[str, dict[str, Any]]],
    clients: int,
    requests: int,
    timeout: float,
) -> Timing:
    """Ask ``requests`` times, the list again and again, shared between ``clients`` threads."""
    timing = Timing(kind, clients)
    lock = threading.Lock()
    begin = threading.Barrier(clients + 1)

    def work(first: int) -> None:
        address = urlsplit(base_url)
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=timeout)
        connection.request("GET", "/healthz")  # connected before the clock runs
        connection.getresponse().read()
        begin.wait()
        for number in range(first, requests, clients):
            path, parameters = asked[number % len(asked)]
            _ask(connection, f"{address.path}{path}?{urlencode(parameters)}", timing, lock)
        connection.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in range(clients)]
    for thread in threads:
        thread.start()
    begin.wait()
    began, began_work = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    timing.seconds, timing.client_seconds = time.perf_counter() - began, time.process_time() - began_work
    timing.read_answers()
    return timing


def _ask(connection: HTTPConnection, target: str, timing: Timing, lock: threading.Lock) -> None:
    began = time.perf_counter()
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        body = response.read()
    except (OSError, HTTPException) as error:
        connection.close()  # the next request connects again
        with lock:
            timing.errors[type(error).__name__] += 1
        return
    milliseconds = (time.perf_counter() - began) * 1_000
    with lock:
        if response.status == 200:
            timing.milliseconds.append(milliseconds)
            timing.bodies.append(body)
        else:
            timing.errors[str(response.status)] += 1


def read_lines(path: Path, column: str) -> list[str]:
    """Distinct values of a column, or the lines of a file without header, in the file's order."""
    with _open(path) as lines:
        first = lines.readline()
        separator = "\t" if "\t" in first else ","
        names = [name.strip() for name in first.rstrip("\n").split(separator)]
        if column in names:
            rows = csv.DictReader(lines, fieldnames=names, delimiter=separator, quoting=csv.QUOTE_MINIMAL)
            found = [row[column] for row in rows]
        else:
            found = [first.rstrip("\n"), *(line.rstrip("\n") for line in lines)]
    return [value for value in dict.fromkeys(found) if value]


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def new_queries(queries: Sequence[str], count: int, random_: random.Random) -> list[str]:
    """Different queries, each one of the given with a word of another behind it."""
    words = sorted({word for query in queries for word in query.split()})
    found: dict[str, None] = {}
    for attempt in range(count * 20):
        found[f"{queries[attempt % len(queries)]} {random_.choice(words)}"] = None
        if len(found) == count:
            break
    return list(found)


def typed_beginnings(queries: Sequence[str], random_: random.Random) -> list[str]:
    """Every beginning of the queries, as a box asks while they are typed; one in five has a letter replaced."""
    found: dict[str, None] = {}
    for query in queries:
        for length in range(1, min(len(query), LONGEST_TYPED) + 1):
            typed = query[:length]
            if random_.random() < SHARE_MISTYPED:
                at = random_.randrange(length)
                typed = typed[:at] + random_.choice("abcdefghijklmnopqrstuvwxyz") + typed[at + 1 :]
            found[typed] = None
    beginnings = list(found)
    random_.shuffle(beginnings)
    return beginnings


def sample_queries() -> list[str]:
    """The judged queries of the sample catalogue."""
    from kms.sample.queries import load_queries

    return [query.text for query in load_queries()]


def sample_shoppers() -> list[str]:
    """Shoppers of the sample's events."""
    from kms.sample.source import sample_events

    return sorted({event.shopper_id for event in sample_events()})


def find_products(client: httpx.Client, queries: Sequence[str]) -> list[str]:
    """Products that the first searches find."""
    found: dict[str, None] = {}
    for query in queries[:50]:
        answer = client.get("/v1/search", params={"q": query, "limit": SHARE_OF_HITS}).json()
        found.update(dict.fromkeys(hit["product"]["id"] for hit in answer.get("hits", ())))
    return list(found)


def invent_shoppers(
    client: httpx.Client, products: Sequence[str], count: int, random_: random.Random
) -> list[str]:
    """Let shoppers that are not in any data view some products each; for catalogues without behaviour."""
    names = [f"bench-{number:04d}" for number in range(count)]
    for name in names:
        viewed = random_.sample(products, min(len(products), random_.randint(*VIEWS)))
        events = [
            {"event_id": f"{name}-{place}", "action_name": "view", "client_id": name,
             "event_attributes": {"object": {"object_id": product}}}
            for place, product in enumerate(viewed)
        ]  # fmt: skip
        client.post("/v1/events", json={"events": events}).raise_for_status()
    return names


def show(timings: Sequence[Timing], ready: dict[str, Any]) -> None:
    """Print the table."""
    table = Table(
        title=f"{ready.get('products', 0):,} products, {os.cpu_count()} cores", title_justify="left"
    )
    for title in (*COLUMNS.values(), "errors", "degraded"):
        table.add_column(title, justify="left" if title == "request" else "right")
    for timing in timings:
        row = timing.summary()
        errors = ", ".join(f"{n}: {count}" for n, count in timing.errors.items()) or "0"
        table.add_row(
            *("–" if row[name] is None else str(row[name]) for name in COLUMNS), errors, str(timing.degraded)
        )
    Console(width=None if sys.stdout.isatty() else 130).print(table)


def keep(path: Path, timings: Sequence[Timing], ready: dict[str, Any], seed: int) -> None:
    """Append this run to a file of runs."""
    runs = json.loads(path.read_text("utf-8")) if path.is_file() else []
    command = "python scripts/benchmark_http.py " + " ".join(sys.argv[1:])
    about = {
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "command": command,
        "seed": seed,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "products": ready.get("products"),
        "status": ready.get("status"),
    }
    runs.append({**about, "requests": [timing.summary() for timing in timings]})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
