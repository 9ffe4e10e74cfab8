"""API keys: made, listed, rotated, revoked and looked up; only the hash of a secret is stored.

A key reads ``kms_sk_<id>_<secret>`` (``kms_pk_…`` for browsers). The id is public: it stands in lists, logs and the
audit. The secret is 32 random bytes, so a plain SHA-256 of the whole key is enough; there is nothing to guess that a
slow hash would protect.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from kms.access.audit import append
from kms.access.models import PUBLISHABLE_SCOPES, SCOPES, ApiKey, KeyKind, Scope
from kms.db.session import Database
from kms.db.tables import ApiKeyRow
from kms.errors import InputError, NotFoundError
from kms.settings import RATE_PATTERN

SECRET_BYTES = 32
_PREFIXES: dict[KeyKind, str] = {"secret": "kms_sk_", "publishable": "kms_pk_"}
_KEY = re.compile(r"kms_[sp]k_(?P<id>[a-z0-9]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?", re.ASCII)
MOST_ORIGINS = 50


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class KeyStore:
    """API keys on the operational store."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now

    def create(
        self,
        name: str,
        scopes: Iterable[str],
        *,
        actor: str,
        kind: KeyKind = "secret",
        origins: Iterable[str] = (),
        rate: str | None = None,
        lifetime: timedelta | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key; the second value is the key itself, which cannot be shown again.

        Args:
            name: For people, 1 to 100 characters.
            scopes: What it may do.
            actor: Who makes it, for the audit.
            kind: ``publishable`` keys need origins and may have the scopes search, events and recommend only.
            origins: Sites whose pages may use it, for instance ``https://shop.example``.
            rate: Its own rate in place of the setting's.
            lifetime: How long it is valid; ``None``: until it is revoked.

        Raises:
            InputError: What is wrong with the name, a scope, an origin or the rate.
        """
        sites = list(dict.fromkeys(origin.lower() for origin in origins))
        checked = check_key(name, scopes, kind, sites)
        check_rate(rate)
        now = self._now()
        row, key = _make_row(name, kind, checked, sites, rate, now)
        row.expires_at = now + lifetime if lifetime is not None else None
        with self._database.write() as session:
            session.add(row)
            append(session, actor, "key.create", row.id, {"name": name, "kind": kind, "scopes": row.scopes})
            return _key_of(row), key

    def rotate(self, key_id: str, *, actor: str, overlap: timedelta) -> tuple[ApiKey, str]:
        """Make a successor with the same name, scopes, origins, rate and lifetime; the old key ends after ``overlap``.

        Raises:
            NotFoundError: No such key.
            InputError: It is revoked or expired.
        """
        now = self._now()
        with self._database.write() as session:
            old = _require(session.get(ApiKeyRow, key_id, with_for_update=True), key_id)
            if not _key_of(old).is_valid(now):
                raise InputError(f"key {key_id} is revoked or expired; make a new one with kms keys create")
            row, key = _make_row(old.name, _key_of(old).kind, old.scopes, old.origins, old.rate, now)
            if old.expires_at is not None:
                row.expires_at = now + (old.expires_at - old.created_at)
            old.expires_at = min(old.expires_at or now + overlap, now + overlap)
            old.replaced_by = row.id
            session.add(row)
            detail = {"successor": row.id, "until": old.expires_at.isoformat()}
            append(session, actor, "key.rotate", key_id, detail)
            return _key_of(row), key

    def revoke(self, key_id: str, *, actor: str) -> ApiKey:
        """Refuse the key from now on; revoking it again changes nothing.

        Raises:
            NotFoundError: No such key.
        """
        with self._database.write() as session:
            row = _require(session.get(ApiKeyRow, key_id, with_for_update=True), key_id)
            if row.revoked_at is None:
                row.revoked_at = self._now()
                append(session, actor, "key.revoke", key_id, {"name": row.name})
            return _key_of(row)

    def all(self) -> list[ApiKey]:
        """Every key, revoked ones too, the newest first."""
        statement = select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id)
        with self._database.read() as session:
            return [_key_of(row) for row in session.scalars(statement)]

    def has_any(self) -> bool:
        """Whether a key was ever made; revoking the last one does not change it."""
        with self._database.read() as session:
            return bool(session.scalar(select(func.count()).select_from(ApiKeyRow)))

    def find(self, key: str) -> ApiKey | None:
        """The key that a text is, or ``None``; whether it is still valid is for the caller to ask."""
        match = _KEY.fullmatch(key)
        if match is None:
            return None
        with self._database.read() as session:
            row = session.get(ApiKeyRow, match["id"])
        # Compared in constant time, so that no answer tells how much of a guessed key is right.
        if not hmac.compare_digest(row.digest if row is not None else "0" * 64, digest_of(key)):
            return None
        return _key_of(row) if row is not None else None

    def note_use(self, key_id: str, at: datetime) -> None:
        """Remember that a key was used."""
        statement = update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=at)
        with self._database.write() as session:
            session.execute(statement)


def digest_of(secret: str) -> str:
    """SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def check_rate(rate: str | None) -> None:
    """Refuse a rate that cannot be read.

    Raises:
        InputError: What a rate looks like.
    """
    if rate is not None and not re.fullmatch(RATE_PATTERN, rate):
        raise InputError(f"{rate!r} is no rate; expected for instance 600/minute or 20/second")


def check_key(name: str, scopes: Iterable[str], kind: KeyKind, origins: Iterable[str]) -> list[Scope]:
    """The scopes of a key in their usual order, after everything about it was checked.

    Raises:
        InputError: What is wrong.
    """
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise InputError("a key's name has 1 to 100 printable characters")
    wanted = set(scopes)
    unknown = sorted(wanted - set(SCOPES))
    if unknown or not wanted:
        shown = f"unknown scope {unknown[0]!r}" if unknown else "a key needs at least one scope"
        raise InputError(f"{shown}; there are {', '.join(SCOPES)}")
    sites = list(origins)
    if kind == "publishable":
        if extra := sorted(wanted - PUBLISHABLE_SCOPES):
            raise InputError(
                f"a publishable key stands in a page's source, so it cannot have the scope {extra[0]}; "
                f"it may have {', '.join(sorted(PUBLISHABLE_SCOPES))}"
            )
        if not sites:
            raise InputError("a publishable key needs the origins of the sites that use it")
    elif sites:
        raise InputError("only publishable keys have origins")
    if len(sites) > MOST_ORIGINS:
        raise InputError(f"a key has at most {MOST_ORIGINS} origins")
    for site in sites:
        if not _ORIGIN.fullmatch(site):
            raise InputError(
                f"{site!r} is no origin; expected for instance https://shop.example, without a path"
            )
    return [scope for scope in SCOPES if scope in wanted]


def _make_row(
    name: str, kind: KeyKind, scopes: Iterable[str], origins: Iterable[str], rate: str | None, now: datetime
) -> tuple[ApiKeyRow, str]:
    key_id = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    key = f"{_PREFIXES[kind]}{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
    row = ApiKeyRow(
        id=key_id,
        name=name,
        kind=kind,
        digest=digest_of(key),
        scopes=list(scopes),
        origins=list(origins),
        rate=rate,
        created_at=now,
    )
    return row, key


def _require(row: ApiKeyRow | None, key_id: str) -> ApiKeyRow:
    if row is None:
        raise NotFoundError(f"there is no key {key_id!r}; kms keys list shows all")
    return row


def _key_of(row: ApiKeyRow) -> ApiKey:
    return ApiKey.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "kind": row.kind,
            "scopes": row.scopes,
            "origins": row.origins,
            "rate": row.rate,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "revoked_at": row.revoked_at,
            "last_used_at": row.last_used_at,
            "replaced_by": row.replaced_by,
        }
    )
