"""Types of access control: scopes, roles, keys, users, sessions and audit entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from kms.types import Frozen

Scope = Literal[
    "search", "events", "recommend", "shopper", "catalogue", "write", "curate", "metrics", "admin",
]  # fmt: skip
"""What a key or role may do.

``shopper``: read the data of any shopper. ``catalogue``: read products and graph; ``write``: change products, reviews and
offers, which no key could that was made to read. ``admin`` includes all others.
"""

KeyKind = Literal["secret", "publishable"]
"""``secret``: for servers. ``publishable``: for browsers of given origins; it is no secret."""

Role = Literal["viewer", "analyst", "curator", "reviewer", "admin"]

SCOPES: tuple[Scope, ...] = get_args(Scope)
ROLES: tuple[Role, ...] = get_args(Role)
PUBLISHABLE_SCOPES: frozenset[Scope] = frozenset({"search", "events", "recommend"})
"""All that a publishable key may have; events and a shopper's recommendations need that shopper's token as well."""

_VIEWER: frozenset[Scope] = frozenset({"search", "catalogue", "recommend"})
_ANALYST: frozenset[Scope] = _VIEWER | {"shopper", "metrics"}
_CURATOR: frozenset[Scope] = _VIEWER | {"curate"}
ROLE_SCOPES: Mapping[Role, frozenset[Scope]] = {
    "viewer": _VIEWER,
    "analyst": _ANALYST,
    "curator": _CURATOR,
    "reviewer": _CURATOR | _ANALYST,
    "admin": frozenset(SCOPES),
}
"""What each role may do on the pages. Only analysts, reviewers and admins see shoppers' histories."""


def allows(granted: frozenset[Scope], needed: Scope) -> bool:
    """Whether scopes include one that is needed; ``admin`` includes every scope."""
    return needed in granted or "admin" in granted


class ApiKey(Frozen):
    """An API key without its secret.

    Attributes:
        id: Public part, also the visible prefix of the secret.
        rate: Requests in a time (``"600/minute"``), or ``None`` for the setting's rate.
        expires_at: From then on it is refused; ``None``: it does not expire.
        revoked_at: Since when it is refused.
        replaced_by: Id of the key that a rotation made in its place.
    """

    id: str
    name: str
    kind: KeyKind
    scopes: frozenset[Scope]
    origins: tuple[str, ...] = ()
    rate: str | None = None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    replaced_by: str | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether the key is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class User(Frozen):
    """A person who may sign in to the pages."""

    name: str
    role: Role
    is_disabled: bool = False
    locked_until: datetime | None = None
    created_at: datetime
    signed_in_at: datetime | None = None


class SignedIn(Frozen):
    """A valid sign-in session and whose it is."""

    user: str
    role: Role
    created_at: datetime
    expires_at: datetime


class AuditEntry(Frozen):
    """One entry of the audit log; ``hash`` covers all other fields, among them the hash of the entry before."""

    number: int
    at: datetime
    actor: str
    action: str
    target: str
    detail: dict[str, Any]
    previous_hash: str
    hash: str
