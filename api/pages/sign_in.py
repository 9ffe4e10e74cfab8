"""Sign-in and sign-out: plain HTML without scripts, served before anything of the other pages may be loaded."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.pages.i18n import Words
from api.pages.layout import STATIC_URL, read_words
from api.security.callers import caller_of
from api.security.gate import Gate
from api.security.rates import Exceeded
from kms.errors import StoreError

if TYPE_CHECKING:
    from kms.access.models import User

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
FORM_COOKIE = "kms_form"
_MOST_BYTES = 4_096
_FORM_TYPE = "application/x-www-form-urlencoded"


def mount_sign_in(app: FastAPI) -> None:
    """Add the addresses to an application; with open doors they lead to the first page."""
    app.router.add_route(SIGN_IN, _show, methods=["GET"], include_in_schema=False)
    app.router.add_route(SIGN_IN, _sign_in, methods=["POST"], include_in_schema=False)
    app.router.add_route(SIGN_OUT, _sign_out, methods=["POST"], include_in_schema=False)


def form_token(secret: str, purpose: str) -> str:
    """CSRF token of a form, derived from the cookie's ``secret``."""
    return hmac.new(secret.encode(), f"kms form: {purpose}".encode(), hashlib.sha256).hexdigest()


def next_page(wanted: str) -> str:
    """Where to go after signing in: an address of this site, or the first page."""
    is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\", SIGN_IN, SIGN_OUT))
    return wanted if is_local and wanted.isascii() and wanted.isprintable() and "\\" not in wanted else "/"


async def _show(request: Request) -> Response:
    gate = _gate_of(request)
    wanted = next_page(request.query_params.get("next", "/"))
    if gate.is_open or caller_of(request).session is not None:
        return RedirectResponse(wanted, status_code=303)
    return _form(request, wanted)


async def _sign_in(request: Request) -> Response:
    gate = _gate_of(request)
    if gate.is_open:
        return RedirectResponse("/", status_code=303)
    fields = await _read_form(request)
    wanted = next_page(fields.get("next", "/"))
    secret = request.cookies.get(FORM_COOKIE, "")
    if not secret or not hmac.compare_digest(
        fields.get("form", "").encode(), form_token(secret, "sign-in").encode()
    ):
        return _form(request, wanted, "sign_in_stale", status=403)
    address = caller_of(request).address
    try:
        gate.rates.spend(gate.rates.sign_in, "sign-in attempts of this address", address)
    except Exceeded as exceeded:
        answer = _form(request, wanted, "sign_in_wait", status=429)
        answer.headers["Retry-After"] = str(exceeded.retry_after_s)
        return answer
    try:
        token = await asyncio.get_running_loop().run_in_executor(
            gate.sign_in_threads,
            _open_session,
            gate,
            fields.get("name", ""),
            fields.get("password", ""),
            address,
        )
    except StoreError:
        return _form(request, wanted, "sign_in_away", status=503)
    if token is None:
        return _form(request, wanted, "sign_in_wrong", status=403)
    answer = RedirectResponse(wanted, status_code=303)
    is_secure = gate.settings.behind_tls
    answer.set_cookie(gate.cookie_name, token, httponly=True, secure=is_secure, samesite="lax", path="/")
    answer.delete_cookie(FORM_COOKIE, path=SIGN_IN)
    return answer


async def _sign_out(request: Request) -> Response:
    gate = _gate_of(request)
    caller = caller_of(request)
    if caller.session is None:
        return RedirectResponse("/", status_code=303)
    fields = await _read_form(request)
    expected = form_token(caller.token, "sign-out")
    if not hmac.compare_digest(fields.get("form", "").encode(), expected.encode()):
        return _page(request, read_words(request), "", "sign_in_stale", status=403)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(gate.sign_in_threads, gate.session_store.close, caller.token)
    gate.sessions.forget(caller.token)
    answer = RedirectResponse(SIGN_IN, status_code=303)
    answer.delete_cookie(
        gate.cookie_name, path="/", secure=gate.settings.behind_tls, httponly=True, samesite="lax"
    )
    return answer


def _open_session(gate: Gate, name: str, password: str, address: str) -> str | None:
    """A new session's token, or ``None``; checks the password, which takes a while on purpose."""
    user: User | None = gate.users.check(name, password, address=address)
    return gate.session_store.open(user) if user is not None else None


async def _read_form(request: Request) -> dict[str, str]:
    """The fields of a form; the first value of each. Nothing of a body that is too long or no form."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM_TYPE:
        return {}
    body = await request.body()
    if len(body) > _MOST_BYTES:
        return {}
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _form(request: Request, wanted: str, problem: str = "", *, status: int = 200) -> Response:
    words = read_words(request)
    secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)
    fields = (
        f'<form method="post" action="{SIGN_IN}" class="sign-in-form">'
        f'<input type="hidden" name="form" value="{form_token(secret, "sign-in")}">'
        f'<input type="hidden" name="next" value="{escape(wanted)}">'
        f'<label>{escape(words("sign_in_name"))}<input name="name" autocomplete="username" maxlength="64" '
        "required autofocus></label>"
        f'<label>{escape(words("sign_in_password"))}<input name="password" type="password" '
        'autocomplete="current-password" maxlength="256" required></label>'
        f'<button type="submit" class="button">{escape(words("sign_in"))}</button></form>'
    )
    answer = _page(request, words, fields, problem, status=status)
    is_secure = _gate_of(request).settings.behind_tls
    answer.set_cookie(FORM_COOKIE, secret, httponly=True, secure=is_secure, samesite="strict", path=SIGN_IN)
    return answer


def _page(request: Request, words: Words, content: str, problem: str = "", *, status: int = 200) -> Response:
    told = f'<p class="banner" role="alert">{escape(words(problem))}</p>' if problem else ""
    return HTMLResponse(
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(words('sign_in'))} · {escape(words('product_name'))}</title>"
        f'<link rel="stylesheet" href="{STATIC_URL}/pages.css"></head><body><main class="sign-in">'
        f'<h1 class="notice-title">{escape(words("sign_in_title"))}</h1>{told}{content}</main></body></html>',
        status_code=status,
    )


def _gate_of(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate
