"""CORS: lets pages of the origins that the settings and publishable keys name call the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

from api.security.gate import SHOPPER_HEADER, Gate

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/v1/"


class CrossOrigin(CORSMiddleware):
    """Starlette's CORS with origins that follow the keys; without cookies, and not for pages."""

    def __init__(self, app: ASGIApp, *, gate: Gate, more: frozenset[str] = frozenset()) -> None:
        """Allow the gate's origins, and ``more``."""
        super().__init__(
            app,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Request-ID", SHOPPER_HEADER],
            expose_headers=["X-Request-ID", "Retry-After"],
        )
        self._gate = gate
        self._more = more
        self._allowed: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith((PREFIX, "/healthz")):
            await self.app(scope, receive, send)
            return
        if any(name == b"origin" for name, _ in scope["headers"]):
            self._allowed = await self._gate.origins() | self._more
        await super().__call__(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of an origin may call."""
        return origin in self._allowed
