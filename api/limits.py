"""The limit on a request's body, held while it streams in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.problems import make_problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 1_000_000


class BodyLimit:
    """Refuses bodies of more than ``most_bytes`` with 413, also those that do not declare their length."""

    def __init__(self, app: ASGIApp, *, most_bytes: int = MOST_BYTES, prefix: str = "/v1") -> None:
        """Guard what is below ``prefix``."""
        self._app = app
        self._most_bytes = most_bytes
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._most_bytes:
            await self._refuse(scope, receive, send)
            return
        # Read here, so that a body that is too large never reaches a route halfway.
        body, is_too_large = await self._read(receive)
        if is_too_large:
            await self._refuse(scope, receive, send)
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

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = make_problem(
            status=413,
            detail=f"a body may have {self._most_bytes:,} bytes",
            path=scope["path"],
            request_id=str(scope.get("kms_request_id", "")),
            headers={"Connection": "close"},
        )
        await answer(scope, receive, send)
