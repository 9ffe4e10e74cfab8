"""What a rule found, before it becomes evidence."""

from __future__ import annotations

from dataclasses import dataclass

from kms.evidence.models import Polarity, Relation


@dataclass(frozen=True)
class Mention:
    """A span with what it says; fields as in ``kms.evidence.models.Evidence``.

    Attributes:
        cue: Character span of the negation words.
    """

    start: int
    end: int
    relation: Relation | str
    attribute: str = ""
    value: str = ""
    polarity: Polarity | None = None
    negated: bool = False
    cue: tuple[int, int] | None = None
    opinion: tuple[int, int] | None = None
    confidence: float = 1.0
