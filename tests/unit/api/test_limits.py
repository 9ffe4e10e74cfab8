"""Limits on bodies and on the time of an answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from api.limits import BodyLimit, TimeLimit


def request(path: str = "/v1/x", **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "method": "POST", "headers": pairs}


async def echo(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message.get("body", b"")})


async def call(app: Any, scope: dict[str, Any], *parts: bytes, ends: bool = True) -> tuple[int, bytes]:
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if ends:
        messages.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        return None

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:])


def code_of(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], json.loads(answer[1])["code"]


def test_a_body_comes_through_in_one_piece() -> None:
    answer = asyncio.run(
        call(BodyLimit(echo), request(content_type="application/json", content_length="6"), b"abc", b"def")
    )
    assert answer == (200, b"abcdef")


@pytest.mark.parametrize("length", ["1000001", "-5", "abc", "9" * 5_000, "+5", "1e3", "٣"])
def test_a_length_that_is_too_large_or_none(length: str) -> None:
    answer = asyncio.run(
        call(BodyLimit(echo), request(content_type="application/json", content_length=length), b"{}")
    )
    assert code_of(answer) == (413, "payload_too_large")


def test_a_body_that_lies_about_its_length() -> None:
    scope = request(content_type="application/json", content_length="2")
    answer = asyncio.run(call(BodyLimit(echo, most_bytes=10), scope, b"x" * 6, b"x" * 6))
    assert code_of(answer) == (413, "payload_too_large")


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
                                  "text/json", "application/jsonp"])  # fmt: skip
def test_a_body_that_is_not_declared_as_json(kind: str) -> None:
    headers = {"content_type": kind} if kind else {}
    answer = asyncio.run(call(BodyLimit(echo), request(content_length="2", **headers), b"{}"))
    assert code_of(answer) == (415, "unsupported_media_type")
    chunked = asyncio.run(call(BodyLimit(echo), request(transfer_encoding="chunked", **headers), b"{}"))
    assert code_of(chunked) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.kms+json"]
)
def test_json_by_any_of_its_names(kind: str) -> None:
    answer = asyncio.run(call(BodyLimit(echo), request(content_length="2", content_type=kind), b"{}"))
    assert answer == (200, b"{}")


def test_forms_of_pages_need_not_be_json() -> None:
    answer = asyncio.run(call(BodyLimit(echo), request("/sign-in", content_length="3"), b"a=b"))
    assert answer == (200, b"a=b")


def test_a_body_that_does_not_come() -> None:
    scope = request(content_type="application/json", content_length="6")
    answer = asyncio.run(call(BodyLimit(echo, timeout_s=0.02), scope, b"abc", ends=False))
    assert code_of(answer) == (408, "slow_request")


def test_an_answer_that_takes_too_long_is_dropped() -> None:
    finished: list[str] = []

    async def main() -> tuple[int, bytes]:
        go_on = asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            await go_on.wait()
            await echo(scope, receive, send)
            finished.append("yes")

        limit = TimeLimit(slow, timeout_s=0.02)
        answer = await call(limit, request(), b"late")
        go_on.set()
        await asyncio.gather(*limit._late)
        return answer

    assert code_of(asyncio.run(main())) == (503, "timed_out")
    assert finished == ["yes"], "what was begun is ended, and nothing is sent twice"


def test_an_error_of_the_application_comes_through_in_time() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("broken")

    with pytest.raises(LookupError):
        asyncio.run(call(TimeLimit(broken), request(), b""))


def test_pages_have_limits_of_their_own() -> None:
    assert asyncio.run(call(TimeLimit(echo, timeout_s=1), request("/"), b"x"))[0] == 200
