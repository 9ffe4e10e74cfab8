"""Decisions: what they are about, what they say, and since when."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kms.decisions.contexts import fold
from kms.decisions.reasons import REASONS, Reason, Verdict
from kms.errors import InputError
from kms.types import Frozen, Identifier, Moment

MOST_NOTE_CHARACTERS = 1_000
MOST_TARGET_CHARACTERS = 400

FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Of the dates from which and until which decisions hold."""


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Target = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*:.+$", max_length=MOST_TARGET_CHARACTERS)]


class FactName(Frozen):
    """A fact of a product, named as the graph names it.

    Attributes:
        relation: Of the ontology.
        attribute: Of ``has_value``; empty otherwise.
        target: Node id of what is said of the product.
        written: A quantity as it was written, to show it so.
    """

    relation: Name
    attribute: str = Field(default="", max_length=128)
    target: Target
    written: str = Field(default="", max_length=200)

    @property
    def key(self) -> tuple[str, str, str]:
        """Relation, attribute and target."""
        return self.relation, self.attribute, self.target


class MentionName(Frozen):
    """A mention, named so that it is known again after its text was read anew.

    Attributes:
        field: Of the document.
        surface: The words, folded.
        context: The line around them, as ``contexts.context_of`` gives it.
        target: What it was read as, to show it.
    """

    relation: Name
    attribute: str = Field(default="", max_length=128)
    field: str = Field(max_length=16)
    surface: str = Field(max_length=500)
    context: str = Field(max_length=800)
    target: str = Field(default="", max_length=MOST_TARGET_CHARACTERS)

    @model_validator(mode="before")
    @classmethod
    def _fold(cls, data: object) -> object:
        if isinstance(data, dict):
            folded = {n: fold(data[n]) for n in ("surface", "context") if isinstance(data.get(n), str)}
            return {**data, **folded}
        return data

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What two readings of the same mention have in common."""
        return self.relation, self.attribute, self.field, self.surface, self.context


class Decision(Frozen):
    """What a person said of one fact of one product, or of one mention in its texts. It is never changed.

    Attributes:
        number: Its place in the history of all decisions; 0 before it is written.
        about: What it is about; of an ``undo`` what the decision was about that it takes back.
        corrected: Of ``correct``: what is so instead.
        by: Who decided, as the audit log names people.
        valid_from: It has no effect before.
        valid_until: It has no effect from then on.
        release: Of the ontology under which it was decided.
        undoes: Of ``undo``: the decision that it takes back.
        undone_by: Who took it back; empty while it stands.
    """

    id: str = Field(default_factory=lambda: uuid.uuid4().hex[:16], max_length=24)
    number: int = 0
    product_id: Identifier
    about: FactName | MentionName
    verdict: Verdict
    reason: Reason
    note: str = Field(default="", max_length=MOST_NOTE_CHARACTERS)
    corrected: FactName | None = None
    by: str = Field(min_length=1, max_length=100)
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    release: str = Field(default="", max_length=32)
    undoes: str = ""
    undone_by: str = ""
    undone_at: datetime | None = None

    @property
    def kind(self) -> Literal["edge", "mention"]:
        """Whether it is about a fact or about one mention."""
        return "edge" if isinstance(self.about, FactName) else "mention"

    @property
    def subject(self) -> str:
        """Hash of what it is about: decisions on the same have the same."""
        parts = (self.kind, self.product_id, *self.about.key)
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()

    def holds_at(self, moment: datetime) -> bool:
        """Whether its time has come and is not over."""
        return (self.valid_from is None or self.valid_from <= moment) and (
            self.valid_until is None or moment < self.valid_until
        )


def check_decision(decision: Decision) -> None:
    """Refuse a decision that contradicts itself.

    Raises:
        InputError: Says what, and what to give instead.
    """
    allowed = REASONS[decision.verdict]
    if decision.reason not in allowed:
        raise InputError(
            f"{decision.reason.value} is no reason to {decision.verdict.value}; the reasons are {', '.join(allowed)}"
        )
    if decision.reason is Reason.OTHER and not decision.note.strip() and decision.verdict is not Verdict.UNDO:
        raise InputError("the reason 'other' needs a note that says what it is")
    if (decision.verdict is Verdict.CORRECT) != (decision.corrected is not None):
        raise InputError("a correction, and nothing else, says what is so instead: give the right value")
    if decision.corrected is not None and decision.corrected.key == decision.about.key:
        raise InputError("the correction says what the fact says already; accept it instead")
    itself = f"product:{decision.product_id}"
    if itself in (decision.about.target, decision.corrected.target if decision.corrected else ""):
        raise InputError(f"{itself!r} would be said of itself; name another product")
    for name, end in (("valid_from", decision.valid_from), ("valid_until", decision.valid_until)):
        if end is not None and not FIRST_YEAR <= end.year <= LAST_YEAR:
            raise InputError(f"{name} is a date of the years {FIRST_YEAR} to {LAST_YEAR}, not of {end.year}")
    ends = (decision.valid_from, decision.valid_until)
    if ends[0] is not None and ends[1] is not None and ends[0] >= ends[1]:
        raise InputError("valid_until must be later than valid_from")


def standing(decisions: Iterable[Decision], moment: datetime) -> list[Decision]:
    """Those that hold at a moment, in order: of several on the same thing the newest, none that was taken back."""
    newest: dict[str, Decision] = {}
    for each in sorted(decisions, key=lambda d: d.number):
        if each.verdict is not Verdict.UNDO and not each.undone_by and each.holds_at(moment):
            newest[each.subject] = each
    return sorted(newest.values(), key=lambda d: d.number)
