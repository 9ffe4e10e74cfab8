"""Raw bytes on a real socket: heads that are too large, too slow, or say two things at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from api.limits import BodyLimit
from api.security import protocol
from api.security.protocol import GuardedHttp


class Quick(GuardedHttp):
    """Times short enough for a test."""

    head_timeout_s = 0.3


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Says what was asked."""
    if scope["type"] == "lifespan":
        return
    message = await receive()
    text = f"{scope['method']} {scope['path']} {len(message.get('body', b''))}".encode()
    length = (b"content-length", str(len(text)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": text})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    config = uvicorn.Config(
        BodyLimit(application, timeout_s=0.3),
        host="127.0.0.1",
        port=number,
        http=Quick,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield number
    server.should_exit = True
    thread.join()


def send(port: int, *parts: bytes, wait: bool = True) -> bytes:
    """All that comes back until the server closes or says nothing more."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for part in parts:
            with contextlib.suppress(ConnectionError):
                connection.sendall(part)
        with contextlib.suppress(ConnectionError, TimeoutError):
            connection.settimeout(5 if wait else 0.5)
            while chunk := connection.recv(65_536):
                received += chunk
    return received


HEAD = b"GET /a HTTP/1.1\r\nHost: x\r\n"
CLOSE = b"Connection: close\r\n"


def test_an_ordinary_request(port: int) -> None:
    assert send(port, HEAD, CLOSE, b"\r\n").endswith(b"GET /a 0")


def test_two_requests_on_one_connection(port: int) -> None:
    answers = send(port, HEAD + b"\r\n", HEAD.replace(b"/a", b"/b") + CLOSE + b"\r\n")
    assert answers.count(b"HTTP/1.1 200") == 2
    assert answers.endswith(b"GET /b 0")


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"X-Big: " + b"a" * (protocol.MOST_HEAD_BYTES + 10_000),
        HEAD + b"".join(b"X-%d: a\r\n" % number for number in range(protocol.MOST_HEADERS + 10)),
        b"GET /" + b"a" * (protocol.MOST_HEAD_BYTES + 10_000),
        HEAD + b"a" * (protocol.MOST_HEAD_BYTES * 4),
    ],
    ids=["one header", "many headers", "address", "name of a header"],
)
def test_a_giant_head_is_refused(port: int, head: bytes) -> None:
    answer = send(port, head, b"\r\n\r\n")
    assert not answer or answer.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))
    assert b"200 OK" not in answer


@pytest.mark.parametrize(
    "start", [b"", b"G", HEAD, HEAD + b"X: "], ids=["nothing", "one byte", "half", "in a header"]
)
def test_a_slow_head_is_ended(port: int, start: bytes) -> None:
    assert send(port, start).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(
    ("start", "code"),
    [(b"\x16\x03\x01\r\n\r\n", "bad_request"), (HEAD, "slow_request")],
    ids=["no HTTP", "slow"],
)
def test_a_refusal_of_a_head_is_a_problem(port: int, start: bytes, code: str) -> None:
    head, _, body = send(port, start).partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["code"] == code


def test_a_second_slow_head_on_the_connection_is_ended(port: int) -> None:
    answer = send(port, HEAD + b"\r\n", b"GET /second HT")
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"HTTP/1.1 408" in answer


def test_a_slow_body_is_ended(port: int) -> None:
    post = b"POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    assert send(port, post + b"Content-Length: 100\r\n\r\n{").startswith(b"HTTP/1.1 408")
    assert send(port, post + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n").startswith(b"HTTP/1.1 408")


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 60\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 0x4\r\n",
        b" Content-Length: 4\r\n",
        b"X: a\nContent-Length: 4\r\n",
        b"X\x00Y: a\r\n",
        b"X: a\x00b\r\n",
    ],
)
def test_a_request_that_says_two_things_is_refused(port: int, headers: bytes) -> None:
    post = b"POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    answer = send(port, post + headers + b"\r\n" + b"0\r\n\r\n" + SMUGGLED)
    assert b"/smuggled" not in answer
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413", b"HTTP/1.1 408"))


@pytest.mark.parametrize(
    "noise", [b"\x16\x03\x01\x02\x00", b"\x00" * 100, b"SSH-2.0-x\r\n", b"GET\r\n\r\n", b"\r\n" * 50_000]
)
def test_noise_is_no_request(port: int, noise: bytes) -> None:
    assert b"200 OK" not in send(port, noise)
