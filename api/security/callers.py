"""The caller of a request: who it is, what it may do, and for which shopper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.requests import HTTPConnection

from kms.access.models import ApiKey, Scope, SignedIn, allows

SCOPE_KEY = "kms_caller"
"""Under which name the caller stands in the ASGI scope."""


@dataclass(frozen=True)
class Caller:
    """The authenticated sender of a request.

    Attributes:
        kind: ``open``: doors are open and everybody may do everything.
        address: Network address, as far as it may be told; for rates and the audit.
        key: The API key.
        session: The sign-in session, and ``token``, its cookie.
        shopper: The shopper of a valid shopper token; requests are then held to that shopper.
    """

    kind: Literal["open", "anybody", "key", "session"]
    address: str = ""
    key: ApiKey | None = None
    session: SignedIn | None = None
    token: str = ""
    shopper: str | None = None

    @property
    def scopes(self) -> frozenset[Scope]:
        """Scopes of the caller."""
        from kms.access.models import ROLE_SCOPES

        if self.kind == "open":
            return frozenset({"admin"})
        if self.key is not None:
            return self.key.scopes
        return ROLE_SCOPES[self.session.role] if self.session is not None else frozenset()

    def may(self, scope: Scope) -> bool:
        """Whether the caller has a scope."""
        return allows(self.scopes, scope)

    @property
    def is_publishable(self) -> bool:
        """Whether the caller is a browser with a publishable key."""
        return self.key is not None and self.key.kind == "publishable"

    @property
    def name(self) -> str:
        """For logs and the audit: never a secret, never a shopper."""
        if self.key is not None:
            return f"key:{self.key.id}"
        return f"user:{self.session.user}" if self.session is not None else self.kind


OPEN = Caller("open")


def caller_of(request: HTTPConnection) -> Caller:
    """The sender of a request; without access control in front of the application every sender has all scopes."""
    caller: Caller = request.scope.get(SCOPE_KEY, OPEN)
    return caller
