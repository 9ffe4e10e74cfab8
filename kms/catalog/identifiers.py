"""Product ids out of a shop's own codes: ids stand in addresses, so they have no blanks, slashes, ``#`` or ``?``."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from kms.types import ID_PATTERN, ID_SIGN, MOST_ID_CHARACTERS

_ID = re.compile(ID_PATTERN)
_OTHER_SIGNS = re.compile(f"{ID_SIGN.replace('[^', '[', 1)}+")
_HASH_CHARACTERS = 6
_WORD_SIGNS = re.compile(r"[^\w]+")


def to_identifier(code: str) -> str:
    """An id for a code: the code itself where it can be one.

    Else its other signs become ``_`` and six signs of its hash follow, so that ``A/B 12`` and ``A_B_12`` stay two products:
    ``A/B 12`` is ``A_B_12~`` and the hash. The same code always gives the same id.
    """
    code = unicodedata.normalize("NFC", code.strip())
    if len(code) <= MOST_ID_CHARACTERS and _ID.fullmatch(code):
        return code
    # Of the folded code, so that ids of codes that differ in letter case alone are alike but for it.
    digest = hashlib.blake2b(code.casefold().encode("utf-8", "replace"), digest_size=4).hexdigest()[
        :_HASH_CHARACTERS
    ]
    kept = _OTHER_SIGNS.sub("_", code)[: MOST_ID_CHARACTERS - _HASH_CHARACTERS - 1]
    return f"{kept}~{digest}"


def code_key(code: str) -> str:
    """A form in which codes are compared: as an id, without letter case; of a GTIN without the zeros before it."""
    folded = to_identifier(code).casefold()
    return folded.lstrip("0") or folded if folded.isdecimal() else folded


def handle_of(title: str) -> str:
    """A handle as shop systems make it from a title: lower case, words joined by hyphens; Chinese stays."""
    return _WORD_SIGNS.sub("-", unicodedata.normalize("NFKC", title).casefold()).strip("-_")
