from __future__ import annotations

import gzip
import json
import random
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scripts import benchmark_http


class Shop(BaseHTTPRequestHandler):
    """Answers like the API: hits for searches, 404 for the product ``GONE``."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status = 404 if self.path.startswith("/v1/products/GONE") else 200
        hits = [{"product": {"id": name}} for name in ("A-1", "GONE")]
        self._answer(status, {"hits": hits, "degraded": ["graph"], "took_ms": 1.5, "products": 2})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, {"stored": 1})

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([4.0, 1.0, 3.0, 2.0], 50, 2.0), ([float(n) for n in range(1, 101)], 95, 95.0), ([7.0], 99, 7.0)],
)
def test_percentile(values: list[float], percent: float, expected: float) -> None:
    assert benchmark_http.percentile(values, percent) == expected


def test_percentile_of_nothing() -> None:
    assert benchmark_http.percentile([], 50) is None


def test_lines_of_a_table(tmp_path: Path) -> None:
    table = tmp_path / "judgments.tsv"
    table.write_text("query\tproduct\tgrade\nusb hub\t1\t3\nusb hub\t2\t0\n耳机\t3\t1\n", encoding="utf-8")
    assert benchmark_http.read_lines(table, "query") == ["usb hub", "耳机"]


def test_lines_without_a_header(tmp_path: Path) -> None:
    packed = tmp_path / "queries.txt.gz"
    packed.write_bytes(gzip.compress(b"kettle\n\nred, warm scarf\nkettle\n"))
    assert benchmark_http.read_lines(packed, "query") == ["kettle", "red, warm scarf"]


def test_new_queries_never_repeat() -> None:
    given = ["usb hub", "red scarf", "kettle"]
    made = benchmark_http.new_queries(given, 12, random.Random(3))
    assert len(made) == len(set(made)) == 12
    assert not set(made) & set(given)
    assert made == benchmark_http.new_queries(given, 12, random.Random(3))


@pytest.mark.parametrize("clients", [1, 4])
def test_all_requests_are_counted(address: str, clients: int) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [("/v1/products/A-1", {}), ("/v1/products/GONE", {})]
    figures = benchmark_http.measure(address, "product", asked, clients, 40, 10).summary()
    assert figures["requests"] == 40
    assert figures["errors"] == {"404": 20}
    assert figures["degraded"] == 20
    assert figures["server_p50_ms"] == 1.5


def test_a_server_that_is_gone_is_an_error() -> None:
    timing = benchmark_http.Timing("search", 1)
    connection = HTTPConnection("127.0.0.1", 9, timeout=1)
    benchmark_http._ask(connection, "/v1/search?q=x", timing, threading.Lock())
    assert timing.errors == {"ConnectionRefusedError": 1}


def test_a_whole_run(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = tmp_path / "queries.txt"
    queries.write_text("usb hub\nred scarf\nkettle steel\n", encoding="utf-8")
    output = tmp_path / "http.json"
    words = ["--base-url", address, "--queries", str(queries), "--invent-shoppers", "3", "--requests", "5",
             "--warm-up", "1", "--clients", "1", "2", "--output", str(output)]  # fmt: skip
    monkeypatch.setattr("sys.argv", ["benchmark_http.py", *words])
    assert benchmark_http.main() == 1  # products that are gone are errors
    (run,) = json.loads(output.read_text("utf-8"))
    assert {(r["kind"], r["clients"]) for r in run["requests"]} == {
        (kind, clients) for kind in benchmark_http.KINDS for clients in (1, 2)
    }
    assert "p95 ms" in capsys.readouterr().out


def test_what_is_typed_on_the_way_to_queries() -> None:
    typed = benchmark_http.typed_beginnings(["kettle", "耳机"], random.Random(1))
    assert typed == benchmark_http.typed_beginnings(["kettle", "耳机"], random.Random(1))
    assert len(set(typed)) == len(typed) <= 8
    assert max(map(len, typed)) == 6
