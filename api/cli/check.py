"""Smoke test of a running server: sends a shop's requests and checks the answers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import httpx

    from api.jobs import BatchReport

START_S = 180
QUERY = "waterproof headphones"
ASKED_AGAIN = 20


def check_server(report: BatchReport) -> bool:
    """Start a server of its own process, ask it, print what it said; whether all of it is right."""
    import httpx

    results: list[bool] = []
    with _server() as (address, process), httpx.Client(base_url=address, timeout=30) as client:
        if not _wait(client, process):
            typer.echo("the server did not become ready")
            return False
        shopper = _shopper()
        checks: list[tuple[str, str, Callable[[Any], str]]] = [
            ("readiness", "/readyz", lambda a: _ready(a, report)),
            ("search", f"/v1/search?q={QUERY}&explain=true&facets=brand", _search),
            ("search in Chinese", "/v1/search?q=防水 耳机&explain=true", _search),
            ("recommendation", f"/v1/shoppers/{shopper}/recommendations?explain=true", _recommendation),
            ("new shopper", "/v1/shoppers/somebody-new/recommendations", _cold),
        ]
        product_id = ""
        for name, url, look in checks:
            answer = _ask(client, name, url, look, results)
            if name == "search" and answer:
                product_id = answer["hits"][0]["product"]["id"]
        _ask(client, "product", f"/v1/products/{product_id or 'AUD-001'}", _product, results)
        _ask(client, "similar", f"/v1/products/{product_id or 'AUD-001'}/similar", _hits, results)
        _ask(
            client,
            "graph",
            f"/v1/graph/nodes/product:{product_id or 'AUD-001'}/neighbourhood",
            _graph,
            results,
        )
        _ask(client, "unknown product", "/v1/products/nobody", _not_found, results, status=404)
    return all(results)


def _ask(
    client: httpx.Client,
    name: str,
    url: str,
    look: Callable[[Any], str],
    results: list[bool],
    *,
    status: int = 200,
) -> Any:
    times = []
    try:
        for _ in range(ASKED_AGAIN):
            began = time.perf_counter()
            response = client.get(url)
            times.append((time.perf_counter() - began) * 1_000)
        if response.status_code != status:
            raise _WrongAnswer(f"status {response.status_code}: {response.text[:200]}")
        answer = response.json()
        said = look(answer)
    except Exception as error:  # whatever it is, it is a failed check and not a crash of the command
        results.append(False)
        typer.echo(f"  WRONG  {name}: {error}")
        return None
    results.append(True)
    median = sorted(times)[len(times) // 2]
    typer.echo(f"  right  {name:<18} {median:6.1f} ms  {said}")
    return answer


class _WrongAnswer(Exception):
    """An answer of the server is not as expected; the message says how."""


def _must(condition: object, message: str) -> None:
    if not condition:
        raise _WrongAnswer(message)


def _ready(answer: Any, report: BatchReport) -> str:
    _must(answer["status"] == "ready", f"it is {answer['status']}: {answer['checks']}")
    _must(answer["products"] == report.products, f"it serves {answer['products']} products")
    return f"index version {answer['index_version']}, {answer['products']} products"


def _search(answer: Any) -> str:
    said = _hits(answer)
    _must(answer["understanding"]["entities"], "nothing of the query was understood")
    paths = [s for h in answer["hits"] for r in h["reasons"] for s in r["path"]]
    sentences = [e["sentence"] for step in paths for e in step["evidence"]]
    _must(sentences, "no reason opens to a sentence")
    return f"{answer['total']} found, {said}; {len(sentences)} sentences as evidence"


def _recommendation(answer: Any) -> str:
    said = _hits(answer)
    _must(answer["kind"] == "personal", f"it is {answer['kind']}")
    reasons = [r["text_en"] for r in answer["hits"][0]["reasons"]]
    _must(reasons, "there is no reason")
    return f"{said}; {reasons[0][:70]}"


def _cold(answer: Any) -> str:
    _must(answer["kind"] == "cold", f"it is {answer['kind']}")
    return _hits(answer)


def _product(answer: Any) -> str:
    with_sentence = [f for f in answer["facts"] if f["evidence"]]
    _must(with_sentence, "no fact has evidence")
    for fact in with_sentence:
        for item in fact["evidence"]:
            span = item["highlight"]
            shown = item["sentence"][span["start"] : span["end"]]
            _must(shown == item["surface"], f"{shown!r} is marked and not {item['surface']!r}")
    aspects = len(answer["reviews"]["aspects"])
    return f"{len(answer['facts'])} facts, {len(with_sentence)} with sentences, {aspects} aspects of reviews"


def _hits(answer: Any) -> str:
    _must(answer["hits"], "nothing was found")
    _must(not answer["degraded"], f"it went without {answer['degraded']}")
    return f"first {answer['hits'][0]['product']['title'][:50]}"


def _graph(answer: Any) -> str:
    _must(answer["edges"], "there are no edges")
    return f"{len(answer['nodes'])} nodes, {len(answer['edges'])} edges"


def _not_found(answer: Any) -> str:
    _must(answer["code"] == "not_found", f"the code is {answer.get('code')}")
    return str(answer["detail"])[:60]


def _shopper() -> str:
    from api.cli.context import open_platform

    with open_platform(log_level="ERROR") as platform:
        shoppers = platform.profiles.shoppers(limit=1)
    return shoppers[0].shopper_id if shoppers else "nobody"


@contextmanager
def _server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "api.cli.main", "serve", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "KMS_LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(command, env=environment)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> bool:
    import httpx

    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    return False
