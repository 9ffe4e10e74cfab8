"""Shopper tokens: short-lived statements of the shop's server that a browser belongs to one shopper.

A token is a JSON Web Token signed with HS256: ``sub`` is the shopper's id, ``aud`` is ``kms``, ``exp`` lies at most
a day ahead, and the header's ``kid`` names the secret (``KMS_SHOPPER_SECRETS``). Other algorithms, ``none`` among
them, are refused before anything of the token is believed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from kms.types import ID_SIGN, MOST_ID_CHARACTERS

AUDIENCE = "kms"
ALGORITHM = "HS256"
LONGEST_S = 86_400
LEEWAY_S = 30
MOST_CHARACTERS = 2_048
_SUBJECT = re.compile(f"{ID_SIGN}{{1,{MOST_ID_CHARACTERS}}}")


class TokenError(Exception):
    """A shopper token that is not valid; the message says why, without repeating it."""


class ShopperTokens:
    """Signs and checks shopper tokens."""

    def __init__(self, secrets: Mapping[str, str], *, now: Callable[[], float] = time.time) -> None:
        """Use secrets by their id; the first one signs, each is believed."""
        self._keys = {name: OctKey.import_key(secret.encode()) for name, secret in secrets.items()}
        self._now = now
        self._registry = JWSRegistry(algorithms=[ALGORITHM])

    @property
    def has_secrets(self) -> bool:
        """Whether tokens can be checked at all."""
        return bool(self._keys)

    def sign(self, shopper_id: str, *, lifetime_s: int = 3_600) -> str:
        """A token for one shopper."""
        kid, key = next(iter(self._keys.items()))
        now = int(self._now())
        claims = {"sub": shopper_id, "aud": AUDIENCE, "iat": now, "exp": now + lifetime_s}
        return jwt.encode({"alg": ALGORITHM, "kid": kid}, claims, key, registry=self._registry)

    def check(self, token: str) -> str:
        """The shopper that a token speaks of.

        Raises:
            TokenError: It is not signed by the shop, is meant for somebody else, or is over.
        """
        if not self._keys:
            raise TokenError("this server has no KMS_SHOPPER_SECRETS, so it believes no shopper token")
        if len(token) > MOST_CHARACTERS:
            raise TokenError(f"the shopper token has more than {MOST_CHARACTERS} characters")
        try:
            parsed = jwt.decode(token, self._key_of, algorithms=[ALGORITHM], registry=self._registry)
        except (JoseError, ValueError, KeyError, TypeError, RecursionError):
            raise TokenError("the shopper token is not signed with a secret of this server") from None
        claims = parsed.claims
        if not isinstance(claims, dict):
            raise TokenError("the shopper token holds no claims")
        return self._check_claims(claims)

    def _check_claims(self, claims: Mapping[str, object]) -> str:
        now = self._now()
        audience = claims.get("aud")
        if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
            raise TokenError(f"the shopper token's audience (aud) must be {AUDIENCE!r}")
        expires = _number(claims, "exp")
        if expires is None or now >= expires + LEEWAY_S:
            raise TokenError("the shopper token is over (exp); ask the shop's server for a new one")
        if expires > now + LONGEST_S + LEEWAY_S:
            raise TokenError("the shopper token is valid for more than a day (exp)")
        for name in ("nbf", "iat"):
            begins = _number(claims, name)
            if (begins is None and name in claims) or (begins is not None and begins > now + LEEWAY_S):
                raise TokenError(f"the shopper token is not valid yet ({name})")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
            raise TokenError("the shopper token's subject (sub) must be a shopper's id")
        return subject

    def _key_of(self, holder: object) -> OctKey:
        headers: Mapping[str, object] = getattr(holder, "headers", dict)()
        kid = headers.get("kid")
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise KeyError("kid")
        return key


def _number(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None
