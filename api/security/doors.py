"""Access control middleware: admits a request or websocket, or answers it with a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from api.problems import RETRY_AFTER_S, make_problem
from api.security.callers import SCOPE_KEY, Caller
from api.security.gate import Gate, Refusal
from api.security.origins import header_values
from api.security.scopes import is_api
from kms.errors import StoreUnavailable
from kms.logs import get_logger

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY_VIOLATION = 1008


class DoorKeeper:
    """Checks each request with the gate before its body is read."""

    def __init__(self, app: ASGIApp, *, gate: Gate) -> None:
        """Stand before ``app``."""
        self._app = app
        self._gate = gate
        self._log = get_logger("api.doors")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or websocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        try:
            caller = await self._gate.admit(scope)
        except StoreUnavailable as error:
            self._log.warning("nobody can be admitted", error=str(error))
            detail = "the store of keys and sessions does not answer"
            refusal = Refusal(503, "store_unavailable", detail, {"Retry-After": str(RETRY_AFTER_S)})
            await self._refuse(scope, receive, send, refusal)
            return
        except Refusal as refusal:
            self._log.info("refused", status=refusal.status, code=refusal.code)
            await self._refuse(scope, receive, send, refusal)
            return
        scope[SCOPE_KEY] = caller
        if scope["type"] == "websocket":
            await self._app(scope, self._watched(receive, caller), send)
        else:
            await self._app(scope, receive, send)

    def _watched(self, receive: Receive, caller: Caller) -> Receive:
        """Messages of a websocket for as long as its session lasts; then it looks like a connection that was lost."""

        async def receive_while_valid() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                try:
                    is_valid = await self._gate.is_still_valid(caller)
                except StoreUnavailable:
                    is_valid = False
                if not is_valid:
                    return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}
            return message

        return receive_while_valid

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.code})
            return
        answer: Response
        if refusal.location and scope["method"] == "GET" and _is_page_wanted(scope):
            query = scope["query_string"].decode("latin-1")
            wanted = quote(scope["path"], safe="/") + (f"?{query}" if query else "")
            answer = RedirectResponse(f"{refusal.location}?next={quote(wanted, safe='')}", status_code=303)
        else:
            answer = make_problem(
                status=refusal.status,
                detail=refusal.detail,
                path=scope["path"],
                request_id=str(scope.get("kms_request_id", "")),
                code=refusal.code,
                # The body was not read: the connection cannot be used again.
                headers={**refusal.headers, **({} if scope["method"] == "GET" else {"Connection": "close"})},
            )
        await answer(scope, receive, send)


def _is_page_wanted(scope: Scope) -> bool:
    return not is_api(scope["path"]) and any(
        "text/html" in value for value in header_values(scope, b"accept")
    )
