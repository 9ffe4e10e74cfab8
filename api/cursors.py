"""Opaque cursors: the start of the next page of a search, bound to that search."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from kms.errors import InputError

MOST_CHARACTERS = 200


class CursorError(InputError):
    """A cursor that the server did not make, or made for another search."""


def write_cursor(offset: int, question: str) -> str:
    """A cursor for ``question`` (everything that the search was asked but its place)."""
    content = json.dumps([1, offset, _digest(question)], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read_cursor(cursor: str, question: str) -> int:
    """The offset that a cursor holds.

    Raises:
        CursorError: It was not given out by ``write_cursor``, or for another question.
    """
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        version, offset, digest = content
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise CursorError("the cursor cannot be read; give back next_cursor as it was answered") from None
    if version != 1 or not isinstance(offset, int) or isinstance(offset, bool) or offset < 0:
        raise CursorError("the cursor cannot be read; give back next_cursor as it was answered")
    if digest != _digest(question):
        raise CursorError("the cursor belongs to another search; ask without it for the first page")
    return offset


def _digest(question: str) -> str:
    return hashlib.blake2b(question.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
