"""Scopes of negation: what both languages share."""

from __future__ import annotations

Span = tuple[int, int]
REACH = 160
"""Characters that a cue reaches at most, in either direction."""
