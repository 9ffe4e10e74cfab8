"""Security headers of every answer: what a browser may load, frame, guess and remember."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.security.scopes import is_api

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# NiceGUI compiles its components in the browser, which needs eval, and writes its start script into the page.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SIGN_IN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Adds the headers that an answer does not carry yet."""

    def __init__(self, app: ASGIApp, *, is_behind_tls: bool, is_private: bool) -> None:
        """Wrap ``app``.

        Args:
            app: The application.
            is_behind_tls: Whether browsers are told to come by TLS only.
            is_private: Whether what is answered depends on who asks, so that no cache may keep it.
        """
        self._app = app
        more = {"Strict-Transport-Security": HSTS} if is_behind_tls else {}
        self._headers = [(n.lower().encode(), v.encode()) for n, v in {**_COMMON, **more}.items()]
        self._is_private = is_private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", ())}
                added = [*self._headers, (b"content-security-policy", policy_of(path).encode())]
                if self._is_private and not path.startswith(("/static/", "/_nicegui/")):
                    added.append((b"cache-control", b"no-store"))
                headers = [*message.get("headers", ()), *(h for h in added if h[0] not in present)]
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def policy_of(path: str) -> str:
    """The content security policy of an address."""
    if is_api(path) or path == "/openapi.json":
        return API_POLICY
    if path == "/docs" or path.startswith("/docs/"):
        return DOCS_POLICY
    return SIGN_IN_POLICY if path == "/sign-in" else PAGE_POLICY
