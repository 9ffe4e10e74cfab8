"""Context of a mention: the words around it, by which the same mention is known again after its text was read anew.

A mention has no lasting id: another reader gives its evidence another one, and another version of the text moves it. What
stays are its words, the field, and the words beside it in its line.
"""

from __future__ import annotations

import unicodedata

CHARACTERS = 48
"""Characters of the line that count on either side of the mention."""


def fold(text: str) -> str:
    """Text for comparison: composed, case folded, with single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def context_of(text: str, start: int, end: int) -> str:
    """The line around a mention, at most ``CHARACTERS`` on either side, folded.

    Args:
        text: The whole document.
        start: Offset of the mention's first character.
        end: Offset behind its last one.
    """
    before = text[max(text.rfind("\n", 0, start) + 1, start - CHARACTERS) : start]
    line_end = text.find("\n", end)
    after = text[end : min(len(text) if line_end < 0 else line_end, end + CHARACTERS)]
    return fold(f"{before}{text[start:end]}{after}")
