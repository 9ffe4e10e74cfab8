"""Nearest names: for messages that say what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

LEAST_LIKENESS = 60.0


def nearest_name(name: str, names: Iterable[str]) -> str | None:
    """The name that is most like another one; ``None`` where none is near.

    Args:
        name: What was written.
        names: What there is.
    """
    best = process.extractOne(
        name, tuple(names), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=LEAST_LIKENESS
    )
    return best[0] if best else None
