"""Passwords: rules for new ones, and hashing with Argon2id (RFC 9106)."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kms.errors import InputError

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 256

_HASHER = PasswordHasher()  # Argon2id with the second recommended option of RFC 9106: 64 MiB, 3 passes


def check_password(password: str, name: str) -> None:
    """Refuse a new password that is too short, too long or the user's own name.

    Raises:
        InputError: What is wrong with it.
    """
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise InputError(f"a password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters")
    if len(set(password)) < 5 or name in password.casefold():
        raise InputError(
            "this password is easily guessed: take one of more different signs, without the name"
        )


def hash_password(password: str) -> str:
    """The hash that is stored, with its salt and parameters."""
    return _HASHER.hash(password)


def is_password(password: str, stored: str | None) -> bool:
    """Whether a password fits a stored hash; without one it takes as long and is never right."""
    if len(password) > MOST_CHARACTERS:
        return False
    try:
        return _HASHER.verify(stored or _dummy_hash(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return _HASHER.hash("nobody's password")
