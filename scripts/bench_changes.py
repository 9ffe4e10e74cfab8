#!/usr/bin/env python3
"""Time from an acknowledged change until a search shows it, on a real server under search load.

    python scripts/bench_changes.py --state .state --light 60 --full 20 --clients 2

The installation is copied. *Light* changes set the price of a product, and a search filters by that price. *Full* changes
write a new product, which is searched by a word of its title (found by its row) and by its brand, which is a fact of the
graph (found when its texts were read). Times count from the answer to the write.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

QUERIES = (
    "waterproof speaker",
    "desk lamp",
    "light backpack for hiking",
    "kettle 1.5 l",
    "耳机",
    "gift under 50",
)
WORDS = (
    "amber",
    "birch",
    "copper",
    "delta",
    "ember",
    "frost",
    "grove",
    "heron",
    "iris",
    "jade",
    "kelp",
    "linen",
)
POLL_S = 0.02
MOST_S = 60.0


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--state", type=Path, default=Path(".state"), help="folder of the installation")
    parser.add_argument("--light", type=int, default=60, help="changes of prices")
    parser.add_argument("--full", type=int, default=20, help="new products")
    parser.add_argument("--clients", type=int, default=2, help="clients that search meanwhile")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        shutil.copytree(options.state, state)
        figures = measure(state, options)
    for name, value in figures.items():
        print(f"{name}: {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(state: Path, options: argparse.Namespace) -> dict[str, object]:
    """Serve a copy of the installation and measure."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "KMS_STATE_DIR": str(state), "KMS_DOORS": "open", "KMS_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "api.cli.main", "serve", "--no-page", "--port", str(port)]
    began = time.perf_counter()
    server = subprocess.Popen(command, env=environment)
    stop = threading.Event()
    searched: list[float] = []
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60.0) as client:
            ready = wait_until_ready(client, server)
            ready_after = time.perf_counter() - began
            searchers = [
                threading.Thread(target=search, args=(port, stop, searched, options.seed + i), daemon=True)
                for i in range(options.clients)
            ]
            for searcher in searchers:
                searcher.start()
            rng = random.Random(options.seed)
            light = [light_change(client, rng, number) for number in range(options.light)]
            full = [full_change(client, rng, number) for number in range(options.full)]
            stop.set()
            for searcher in searchers:
                searcher.join()
    finally:
        stop.set()
        server.terminate()
        server.wait(60)
    return {
        "products": ready,
        "load of the machine over the last minute": round(os.getloadavg()[0], 1),
        "server ready after s": round(ready_after, 1),
        "clients that search": options.clients,
        "searches": len(searched),
        "search ms median / p95": describe([1_000 * each for each in searched], 0),
        "light: acknowledged after s": describe([each[0] for each in light]),
        "light: in search after s": describe([each[1] for each in light]),
        "full: acknowledged after s": describe([each[0] for each in full]),
        "full: found by its row after s": describe([each[1] for each in full]),
        "full: read, found by its brand after s": describe([each[2] for each in full]),
        "full: the first one, with the start of the reading process": round(full[0][2], 2) if full else None,
    }


def wait_until_ready(client: httpx.Client, server: subprocess.Popen[bytes]) -> int:
    """Wait for the server; returns how many products it has."""
    while server.poll() is None:
        try:
            answer = client.get("/readyz").json()
            if answer["status"] != "unavailable":
                return int(answer["products"])
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.2)
    raise SystemExit("the server ended")


def search(port: int, stop: threading.Event, seconds: list[float], seed: int) -> None:
    """Search without pause."""
    rng = random.Random(seed)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60.0) as client:
        while not stop.is_set():
            began = time.perf_counter()
            client.get("/v1/search", params={"q": rng.choice(QUERIES), "facets": "brand,category"})
            seconds.append(time.perf_counter() - began)


def light_change(client: httpx.Client, rng: random.Random, number: int) -> tuple[float, float]:
    """Set a price that no other product has; seconds until it is acknowledged and until a search shows it."""
    sort = rng.choice(["price_asc", "price_desc", "relevance"])
    hits = client.get("/v1/search", params={"limit": 100, "sort": sort}).json()["hits"]
    product_id = rng.choice(hits)["product"]["id"]
    price = 7_000 + number + rng.randrange(1, 99) / 100
    began = time.perf_counter()
    row = {"code": product_id, "price": price, "currency": "EUR", "sale": None, "availability": "in stock"}
    answer = client.patch("/v1/offers", json={"offers": [row]})
    if answer.status_code == 422:  # the prices of a product with variants are theirs
        return light_change(client, rng, number)
    answer.raise_for_status()
    acknowledged = time.perf_counter()
    filters = f"price.eur:{price - 0.001:.3f}..{price + 0.001:.3f}"
    shown = seconds_until(lambda: is_found(client, {"filter": filters}, product_id), acknowledged)
    return acknowledged - began, shown


def full_change(client: httpx.Client, rng: random.Random, number: int) -> tuple[float, float, float]:
    """Write a new product; seconds until it is acknowledged, found by its row, and read."""
    word = "".join(rng.choice("bcdfgklmnprstvz") + rng.choice("aeiou") for _ in range(5))
    product_id, brand = f"BENCH-{number}-{word}", word.capitalize()
    body = {
        "title": f"{brand} {rng.choice(WORDS)} desk lamp",
        "description": f"A {rng.choice(['black', 'white'])} lamp of steel that weighs {rng.randint(1, 9)} kg. Good for "
        "reading in bed. It is not waterproof.",
        "brand": brand,
        "price": f"{rng.randint(20, 90)} EUR",
        "attributes": {"Weight": f"{rng.randint(1, 9)} kg", "Material": "steel"},
        "stock": 4,
    }
    began = time.perf_counter()
    client.put(f"/v1/products/{product_id}", json=body).raise_for_status()
    acknowledged = time.perf_counter()
    by_row = seconds_until(lambda: is_found(client, {"q": word}, product_id), acknowledged)
    read = seconds_until(lambda: is_found(client, {"filter": f"brand:{word}"}, product_id), acknowledged)
    return acknowledged - began, by_row, read


def is_found(client: httpx.Client, params: dict[str, str], product_id: str) -> bool:
    """Whether a search gives a product; one that asks for a value that nothing has yet is refused."""
    answer = client.get("/v1/search", params={**params, "limit": "5"})
    return answer.is_success and product_id in [hit["product"]["id"] for hit in answer.json()["hits"]]


def seconds_until(holds: Callable[[], bool], since: float) -> float:
    """Ask again and again; seconds from a moment until it holds."""
    while not holds():
        if time.perf_counter() - since > MOST_S:
            raise SystemExit(f"not shown after {MOST_S:g} s")
        time.sleep(POLL_S)
    return time.perf_counter() - since


def describe(values: list[float], digits: int = 3) -> str:
    """Median, 95th percentile and maximum."""
    if not values:
        return "-"
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return (
        f"median {statistics.median(ordered):.{digits}f}, p95 {p95:.{digits}f}, max {ordered[-1]:.{digits}f}"
    )


if __name__ == "__main__":
    main()
