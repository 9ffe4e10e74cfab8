"""The gate: finds out who sends a request, and whether that caller may send it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from starlette.requests import cookie_parser
from starlette.types import Scope

from api.security.callers import Caller
from api.security.lookups import Lookups
from api.security.origins import header_values, is_host_allowed, is_same_origin
from api.security.policy import Doors
from api.security.rates import Exceeded, Rates, address_group
from api.security.scopes import Rule, Rules, is_api
from api.security.tokens import ShopperTokens, TokenError
from kms.access.keys import KeyStore, utc_now
from kms.access.models import ApiKey, SignedIn
from kms.access.sessions import SessionStore
from kms.access.users import UserStore
from kms.db.session import Database
from kms.errors import KmsError
from kms.logs import get_logger
from kms.settings import Settings, split_list

SHOPPER_HEADER = "X-KMS-Shopper"
MOST_HEADER_BYTES = 16_384
MOST_HEADERS = 100
_ONCE = (
    b"host",
    b"authorization",
    b"cookie",
    b"origin",
    b"content-length",
    b"content-type",
    SHOPPER_HEADER.lower().encode(),
)
_FORWARDED = (b"forwarded", b"x-forwarded", b"x-real-ip", b"via", b"true-client-ip", b"cf-", b"x-original-")
"""How names of headers begin that proxies add."""
_NOTE_EVERY_S = 60.0
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass
class Refusal(Exception):
    """A request that is not let through; ``location``: where a person is sent instead."""

    status: int
    code: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    location: str = ""


class Gate:
    """Admits requests; one for each application."""

    def __init__(self, database: Database, settings: Settings, *, doors: Doors) -> None:
        """Judge by the keys, users and sessions of ``database``.

        Args:
            database: The operational store.
            settings: Rates, hosts, origins, secrets.
            doors: ``open``: everybody may do everything, but only from this machine.
        """
        self.doors = doors
        self.settings = settings
        self.rates = Rates(settings)
        self.tokens = ShopperTokens(
            {name: secret.get_secret_value() for name, secret in settings.shopper_secrets.items()}
        )
        # Threads of their own: a key check must not wait behind searches, nor guessed passwords fill all memory.
        self._store_threads = ThreadPoolExecutor(2, thread_name_prefix="access")
        self.sign_in_threads = ThreadPoolExecutor(2, thread_name_prefix="sign-in")
        self.users = UserStore(database)
        self.session_store = SessionStore(database)
        self._key_store = KeyStore(database)
        self._keys: Lookups[ApiKey] = Lookups(self._key_store.find, self._store_threads)
        self.sessions: Lookups[SignedIn] = Lookups(self.session_store.find, self._store_threads)
        self._rules = Rules()
        self._hosts = split_list(settings.allowed_hosts)
        self._origins = split_list(settings.cors_origins)
        self._noted: dict[str, float] = {}
        self._key_origins: frozenset[str] = frozenset()
        self._origins_at = float("-inf")
        self._log = get_logger(__name__)

    @property
    def is_open(self) -> bool:
        """Whether everybody on this machine may do everything."""
        return self.doors == "open"

    @property
    def cookie_name(self) -> str:
        """Name of the session's cookie; ``__Host-`` keeps other subdomains from setting it."""
        return "__Host-kms_session" if self.settings.behind_tls else "kms_session"

    def close(self) -> None:
        """Stop the threads."""
        self._store_threads.shutdown(wait=False, cancel_futures=True)
        self.sign_in_threads.shutdown(wait=False, cancel_futures=True)

    async def admit(self, scope: Scope) -> Caller:
        """Authenticate and authorise a request; returns its sender.

        Args:
            scope: Of HTTP or of a websocket.

        Raises:
            Refusal: It may not be sent.
            StoreUnavailable: Nobody can tell, because the store does not answer.
        """
        host = check_headers(scope)
        if not is_host_allowed(scope, host, self._hosts, is_open=self.is_open):
            raise Refusal(
                400, "bad_request", "the server does not answer to this Host; KMS_ALLOWED_HOSTS names others"
            )
        address = address_group(str((scope.get("client") or ("unknown",))[0]))
        if self.is_open:
            return self._admit_open(scope, host, address)
        method = scope.get("method", "GET")
        rule, params = self._rules.find(method, scope["path"])
        try:
            return await self._admit_closed(scope, rule, params, host, address)
        except Exceeded as exceeded:
            raise as_refusal(exceeded) from None

    async def is_still_valid(self, caller: Caller) -> bool:
        """Whether a session that was admitted may go on, with the same role."""
        if caller.session is None:
            return True
        session = await self.sessions.get(caller.token)
        return session is not None and session.role == caller.session.role

    async def origins(self) -> frozenset[str]:
        """Origins whose pages may call the API: those of the settings and of valid publishable keys."""
        if not self.is_open and time.monotonic() - self._origins_at > 5.0:
            self._origins_at = time.monotonic()
            try:
                loop = asyncio.get_running_loop()
                keys = await loop.run_in_executor(self._store_threads, self._key_store.all)
                now = utc_now()
                self._key_origins = frozenset(o for key in keys if key.is_valid(now) for o in key.origins)
            except KmsError as error:
                self._log.warning("origins of keys cannot be read", error=str(error))
        return self._key_origins | set(self._origins)

    def spend_events(self, caller: Caller, count: int) -> None:
        """Count events against the rates of who sends them.

        Raises:
            Exceeded: There were too many.
            NeverFits: There are more than the rate allows in one request.
        """
        who = caller.key.id if caller.key is not None else caller.address
        self.rates.spend(self.rates.events_per_key, "events", who, cost=count)
        if caller.shopper is not None:
            self.rates.spend(
                self.rates.events_per_shopper, "events of this shopper", caller.shopper, cost=count
            )

    def spend_changes(self, caller: Caller, count: int) -> None:
        """Count changed products and reviews against the rate of who sends them.

        Raises:
            Exceeded: There were too many.
            NeverFits: There are more than the rate allows in one request.
        """
        who = caller.key.id if caller.key is not None else caller.address
        self.rates.spend(self.rates.changes_per_key, "changes", who, cost=count)

    def _admit_open(self, scope: Scope, host: str, address: str) -> Caller:
        if any(name.startswith(_FORWARDED) for name, _ in scope["headers"]):
            raise Refusal(
                403,
                "not_open_to_others",
                "doors are open, which is for this machine alone, but the request came through a proxy; "
                "make a key with kms keys create and restart the server",
            )
        if scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS:
            self._check_origin(scope, host)
        return Caller("open", address)

    async def _admit_closed(
        self, scope: Scope, rule: Rule, params: Mapping[str, str], host: str, address: str
    ) -> Caller:
        bearer = _bearer_of(scope) if rule.who in {"key", "key or session"} or is_api(scope["path"]) else ""
        if bearer:
            return await self._admit_key(scope, rule, params, bearer, address)
        self.rates.spend(self.rates.per_address, "requests of this address", address)
        if not is_api(scope["path"]) and (
            scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        ):
            # Also before there is a session: another site must not sign somebody in.
            self._check_origin(scope, host)
        token = cookie_parser("; ".join(header_values(scope, b"cookie"))).get(self.cookie_name, "")
        if token and not is_api(scope["path"]):
            caller = await self._admit_session(scope, rule, token, host, address)
            if caller is not None:
                return caller
        if rule.who == "anybody":
            return Caller("anybody", address)
        if rule.who == "key":
            raise Refusal(
                401,
                "no_key",
                "an API key is needed: send it as 'Authorization: Bearer kms_sk_…' (kms keys create makes one)",
                {"WWW-Authenticate": 'Bearer realm="kms"'},
            )
        raise Refusal(
            401,
            "no_session",
            "sign in first, at /sign-in",
            {"WWW-Authenticate": 'Bearer realm="kms"'},
            "/sign-in",
        )

    async def _admit_key(
        self, scope: Scope, rule: Rule, params: Mapping[str, str], bearer: str, address: str
    ) -> Caller:
        if not self._keys.is_known(bearer):
            self.rates.check(self.rates.refused, "refused requests of this address", address)
        key = await self._keys.get(bearer)
        if key is None or not key.is_valid(utc_now()):
            self._count_refused(address)
            detail = "this API key is not known" if key is None else "this API key is revoked or expired"
            raise Refusal(401, "invalid_key", detail, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if key.kind == "publishable":
            self.rates.spend(self.rates.per_address, "requests of this address", address)
            if not set(header_values(scope, b"origin")) & set(key.origins):
                raise Refusal(
                    403,
                    "wrong_origin",
                    "this publishable key is for pages of other origins; the header Origin decides",
                )
        self.rates.spend(key.rate or self.rates.per_key, "requests of this key", key.id)
        self._note_use(key)
        caller = Caller("key", address, key=key)
        if rule.scope is not None and not caller.may(rule.scope):
            raise Refusal(403, "missing_scope", f"this key does not have the scope {rule.scope!r}")
        given = header_values(scope, SHOPPER_HEADER.lower().encode())
        if given:
            try:
                caller = Caller("key", address, key=key, shopper=self.tokens.check(given[0]))
            except TokenError as error:
                self._count_refused(address)
                raise Refusal(
                    401,
                    "invalid_shopper_token",
                    str(error),
                    {"WWW-Authenticate": 'Bearer error="invalid_token"'},
                ) from None
        _check_shopper(caller, rule, params)
        return caller

    async def _admit_session(
        self, scope: Scope, rule: Rule, token: str, host: str, address: str
    ) -> Caller | None:
        if not self.sessions.is_known(token):
            self.rates.check(self.rates.refused, "refused requests of this address", address)
        session = await self.sessions.get(token)
        if session is None:
            self._count_refused(address)
            return None
        caller = Caller("session", address, session=session, token=token)
        if rule.scope is not None and not caller.may(rule.scope):
            raise Refusal(403, "missing_scope", f"the role {session.role} may not see this page")
        return caller

    def _check_origin(self, scope: Scope, host: str) -> None:
        origins = header_values(scope, b"origin")
        if origins and not is_same_origin(scope, origins[0], host, self._origins):
            raise Refusal(
                403,
                "wrong_origin",
                "a page of another site sent this request (or a proxy does not pass on the Host); "
                "KMS_CORS_ORIGINS names friends",
            )

    def _count_refused(self, address: str) -> None:
        self.rates.spend(self.rates.refused, "refused requests of this address", address)

    def _note_use(self, key: ApiKey) -> None:
        """Remember the use of a key, at most once a minute and without making the request wait."""
        now = time.monotonic()
        if now - self._noted.get(key.id, float("-inf")) >= _NOTE_EVERY_S:
            self._noted[key.id] = now
            self._store_threads.submit(self._write_use, key.id)

    def _write_use(self, key_id: str) -> None:
        try:
            self._key_store.note_use(key_id, utc_now())
        except KmsError as error:
            self._log.warning("use of a key could not be noted", key=key_id, error=str(error))


def check_headers(scope: Scope) -> str:
    """The request's ``Host``, after its headers were found to be few and unambiguous.

    Raises:
        Refusal: They are too many, too large, or say two things where one is meant.
    """
    headers = scope["headers"]
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > MOST_HEADERS or size > MOST_HEADER_BYTES:
        raise Refusal(
            431,
            "headers_too_large",
            f"headers may be {MOST_HEADERS} and have {MOST_HEADER_BYTES:,} bytes together",
        )
    names = [name for name, _ in headers]
    for name in _ONCE:
        if names.count(name) > 1:
            raise Refusal(400, "bad_request", f"the header {name.decode()} stands there more than once")
    if b"content-length" in names and b"transfer-encoding" in names:
        raise Refusal(400, "bad_request", "content-length and transfer-encoding exclude each other")
    hosts = header_values(scope, b"host")
    if not hosts and scope.get("http_version") != "1.0":
        raise Refusal(400, "bad_request", "the header Host is missing")
    return hosts[0] if hosts else ""


def as_refusal(exceeded: Exceeded) -> Refusal:
    """A used-up rate as a refusal."""
    return Refusal(
        429,
        "rate_limited",
        f"{exceeded.what}: at most {exceeded.rate}; ask again in {exceeded.retry_after_s} s",
        {"Retry-After": str(exceeded.retry_after_s)},
    )


def _bearer_of(scope: Scope) -> str:
    values = header_values(scope, b"authorization")
    if not values:
        return ""
    scheme, _, key = values[0].partition(" ")
    if scheme.casefold() != "bearer" or not key.strip():
        raise Refusal(
            401,
            "no_key",
            "expected 'Authorization: Bearer kms_sk_…'",
            {"WWW-Authenticate": 'Bearer realm="kms"'},
        )
    return key.strip()


def _check_shopper(caller: Caller, rule: Rule, params: Mapping[str, str]) -> None:
    if rule.shopper is None:
        return
    needs_token = caller.is_publishable or (rule.shopper == "path" and not caller.may("shopper"))
    if caller.shopper is None:
        if needs_token:
            raise Refusal(
                403,
                "shopper_token_needed",
                f"send a shopper token of this shopper in {SHOPPER_HEADER}"
                + ("" if caller.is_publishable else ", or use a key with the scope 'shopper'"),
            )
    elif rule.shopper == "path" and params.get("shopper_id") != caller.shopper:
        raise Refusal(403, "wrong_shopper", "the shopper token is for another shopper")
