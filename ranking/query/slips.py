"""Error model of typing: how likely a word was typed for another, by the kind of slip that makes the difference."""

from __future__ import annotations

from itertools import groupby
from typing import Literal

from rapidfuzz.distance import OSA

# "brushed": a neighbouring key was pressed as well; "neighbour": instead; "misdoubled": another letter was doubled ("woll").
Slip = Literal[
    "doubled", "swapped", "misdoubled", "omitted", "neighbour", "brushed", "vowel", "inserted", "replaced", "several"
]  # fmt: skip

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")
LOG_LIKELIHOOD: dict[Slip, float] = {
    "doubled": -0.7,
    "swapped": -1.0,
    "misdoubled": -1.0,
    "omitted": -1.3,
    "neighbour": -1.5,
    "brushed": -1.9,
    "vowel": -2.2,
    "inserted": -2.2,
    "replaced": -2.3,
    "several": -4.0,
}
"""Decimal logarithms, set by hand: a doubled letter and two exchanged ones are taken for the commonest slips."""
FIRST_LETTER = -0.6
"""Added where the first letter differs: people rarely miss it."""


def _neighbours() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row, letters in enumerate(_ROWS):
        for column, letter in enumerate(letters):
            beside = [(row, column - 1), (row, column + 1), (row - 1, column), (row - 1, column + 1)]
            beside += [(row + 1, column - 1), (row + 1, column)]
            found[letter] = {_ROWS[r][c] for r, c in beside if 0 <= r < len(_ROWS) and 0 <= c < len(_ROWS[r])}
    return {letter: frozenset(letters) for letter, letters in found.items()}


NEIGHBOURS = _neighbours()
"""Keys beside each key of a QWERTY keyboard."""


def slip_between(typed: str, meant: str) -> Slip:
    """The kind of slip that makes ``typed`` of ``meant``; ``several`` where it takes more than one."""
    if OSA.distance(typed, meant, score_cutoff=1) > 1:
        return "several"
    at = next(
        (i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant))
    )
    if len(typed) == len(meant):
        if typed[at : at + 2] == meant[at : at + 2][::-1]:
            return "swapped"
        if _without_doubles(typed) == _without_doubles(meant):
            return "misdoubled"
        if meant[at] in NEIGHBOURS.get(typed[at], ()):
            return "neighbour"
        return "vowel" if {typed[at], meant[at]} <= _VOWELS else "replaced"
    longer = typed if len(typed) > len(meant) else meant
    letter, beside = (
        longer[at],
        {longer[at - 1] if at else "", longer[at + 1] if at + 1 < len(longer) else ""},
    )
    if letter in beside:
        return "doubled"
    if longer is meant:
        return "omitted"
    return "brushed" if any(letter in NEIGHBOURS.get(other, ()) for other in beside) else "inserted"


def _without_doubles(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))


def log_likelihood(typed: str, meant: str) -> float:
    """Decimal logarithm of how likely ``typed`` is a slip for ``meant``, up to a constant."""
    return LOG_LIKELIHOOD[slip_between(typed, meant)] + (FIRST_LETTER if typed[:1] != meant[:1] else 0.0)
