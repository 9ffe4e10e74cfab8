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
    return next(iter(nearest_names(name, names, limit=1)), None)


def nearest_names(name: str, names: Iterable[str], *, limit: int) -> list[str]:
    """The names that are most like another one, the nearest first; none where none is near.

    Args:
        name: What was written.
        names: What there is.
        limit: At most so many.
    """
    best = process.extract(
        name,
        tuple(names),
        scorer=fuzz.ratio,
        processor=str.casefold,
        score_cutoff=LEAST_LIKENESS,
        limit=limit,
    )
    return [each[0] for each in best]
