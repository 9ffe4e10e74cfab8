"""Scopes of negation: what both languages share."""

from __future__ import annotations

import re
from bisect import bisect_left

Span = tuple[int, int]
REACH = 160
"""Characters that a cue reaches at most, in either direction."""


class Cues:
    """The cues of a text, in its order."""

    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        """Find them."""
        self._matches = tuple(pattern.finditer(text))
        self._starts = [match.start() for match in self._matches]

    def before(self, begin: int, start: int) -> list[re.Match[str]]:
        """Those between two places, the last one first."""
        first, last = bisect_left(self._starts, begin), bisect_left(self._starts, start)
        return [match for match in reversed(self._matches[first:last]) if match.end() <= start]

    def beginning_at(self, place: int) -> re.Match[str] | None:
        """The one that begins at a place."""
        at = bisect_left(self._starts, place)
        return self._matches[at] if at < len(self._starts) and self._starts[at] == place else None
