"""Limits on a request: size, kind and time of its body, and the time that an answer may take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from api.problems import RETRY_AFTER_S, make_problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000
MOST_BULK_BYTES = 100_000_000
BULK_PATHS = frozenset({"/v1/products/bulk", "/v1/reviews/bulk"})
"""Routes that read their body line by line, and watch its size and time themselves."""
LINES_TYPES = frozenset(
    {b"application/x-ndjson", b"application/ndjson", b"application/jsonl", b"application/x-jsonlines"}
)
BODY_TIMEOUT_S = 10.0
REQUEST_TIMEOUT_S = 30.0
PREFIX = "/v1/"


class BodyLimit:
    """Reads the body before a route does, and refuses what is too large (413), too slow (408) or not JSON (415)."""

    def __init__(
        self, app: ASGIApp, *, most_bytes: int = MOST_BYTES, timeout_s: float = BODY_TIMEOUT_S
    ) -> None:
        """Guard ``app``; the limits hold for bodies that do not declare their length, too."""
        self._app = app
        self._most_bytes = most_bytes
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        declared = headers.get(b"content-length", b"0")
        has_body = declared.strip() != b"0" or b"transfer-encoding" in headers
        is_bulk = scope["path"] in BULK_PATHS and scope["method"] == "POST"
        most = MOST_BULK_BYTES if is_bulk else self._most_bytes
        if not declared.isdigit() or int(declared[:20]) > most:
            await self._refuse_size(scope, receive, send, most)
            return
        if is_bulk:
            if headers.get(b"content-type", b"").split(b";")[0].strip().lower() in LINES_TYPES:
                await self._app(scope, receive, send)
                return
            detail = "the body must be lines of JSON and be declared so: Content-Type: application/x-ndjson"
            await _refuse(scope, receive, send, 415, detail)
            return
        if has_body and scope["path"].startswith(PREFIX) and not _is_json(headers.get(b"content-type", b"")):
            detail = "the body must be JSON and be declared so: Content-Type: application/json"
            await _refuse(scope, receive, send, 415, detail)
            return
        # Read here, so that a body that is too large never reaches a route halfway.
        try:
            async with asyncio.timeout(self._timeout_s):
                body, is_too_large = await self._read(receive)
        except TimeoutError:
            detail = f"the body was not there after {self._timeout_s:g} s"
            await _refuse(scope, receive, send, 408, detail)
            return
        if is_too_large:
            await self._refuse_size(scope, receive, send, most)
            return
        is_given = False

        async def replay() -> Message:
            nonlocal is_given
            if is_given:
                return await receive()
            is_given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    async def _read(self, receive: Receive) -> tuple[bytes, bool]:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b"".join(parts), False
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._most_bytes:
                return b"", True
            if not message.get("more_body", False):
                return b"".join(parts), False

    async def _refuse_size(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        await _refuse(scope, receive, send, 413, f"a body may have {most:,} bytes")


class TimeLimit:
    """Answers 503 when the application takes too long; what it began goes on, and its answer is dropped."""

    def __init__(self, app: ASGIApp, *, timeout_s: float = REQUEST_TIMEOUT_S) -> None:
        """Guard what is below ``/v1``."""
        self._app = app
        self._timeout_s = timeout_s
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        has_started = is_over = False

        async def send_in_time(message: Message) -> None:
            nonlocal has_started
            if not is_over:
                has_started = True
                await send(message)

        async def answer_in_time() -> None:
            await self._app(scope, receive, send_in_time)

        task = asyncio.create_task(answer_in_time())
        try:
            done, _ = await asyncio.wait({task}, timeout=self._timeout_s)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done or has_started:
            await task
            return
        is_over = True
        # A thread cannot be ended from outside, so the work is left to end by itself.
        self._late.add(task)
        task.add_done_callback(self._forget)
        answer = make_problem(
            status=503,
            detail=f"there was no answer after {self._timeout_s:g} s",
            path=scope["path"],
            request_id=str(scope.get("kms_request_id", "")),
            code="timed_out",
            headers={"Retry-After": str(RETRY_AFTER_S)},
        )
        await answer(scope, receive, send)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()  # it was answered already; asking keeps asyncio from complaining


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
    answer = make_problem(
        status=status,
        detail=detail,
        path=scope["path"],
        request_id=str(scope.get("kms_request_id", "")),
        headers={"Connection": "close"},
    )
    await answer(scope, receive, send)


def _is_json(content_type: bytes) -> bool:
    kind = content_type.split(b";")[0].strip().lower()
    return kind == b"application/json" or (kind.startswith(b"application/") and kind.endswith(b"+json"))
