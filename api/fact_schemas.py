"""Answers of routes that list facts and decide on them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.product_schemas import FactOut
from api.schemas import Answer


class ListedFact(Answer):
    """A fact with its life.

    Attributes:
        status: ``proposed`` (read, and nobody decided), ``accepted``, ``rejected``, or ``superseded`` by an accepted one.
        reason: Of the decision or of the rule that it is against; of a doubt where it is held.
        rule: The rule of the ontology that it is against.
        decision: Id of the decision that it rests on.
        usual: Of a doubtful size: the median of its kind, in the SI unit.
    """

    product_id: str
    product_title: str
    status: str
    reason: str = ""
    rule: str = ""
    decided_by: str = ""
    decided_at: str = ""
    decision: str = ""
    note: str = ""
    usual: float | None = None
    fact: FactOut


class FactTrace(Answer):
    """A fact with all that it rests on, down to sentences.

    Attributes:
        follows: ``rule`` where a rule infers it, ``implication`` where the ontology implies it, empty where it is said.
        rule: Id of the rule, or the key of the fact that implies it.
        note: Why the rule may be believed.
        sources: The facts that it rests on.
    """

    fact: ListedFact
    follows: str = ""
    rule: str = ""
    note: str = ""
    sources: tuple[FactTrace, ...] = ()


class FactPage(Answer):
    """Some facts, and how many there are in all, by status, and by reason."""

    total: int
    statuses: dict[str, int] = Field(default_factory=dict)
    reasons: dict[str, int] = Field(default_factory=dict)
    facts: tuple[ListedFact, ...] = ()


class BulkDecided(Answer):
    """How many facts a filter lets through, how many of them were decided on, and a sample as they were before."""

    total: int
    decided: int
    sample: tuple[ListedFact, ...] = ()


class DecisionOut(Answer):
    """A decision on a fact, or on one mention (``kind``), and whether it was taken back."""

    id: str
    product_id: str
    kind: str
    relation: str
    attribute: str = ""
    target: str = ""
    surface: str = ""
    context: str = ""
    verdict: str
    reason: str
    reason_en: str
    reason_zh: str
    note: str = ""
    to_relation: str = ""
    to_attribute: str = ""
    to_target: str = ""
    by: str
    at: datetime
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    release: str = ""
    undoes: str = ""
    undone_by: str = ""
    undone_at: datetime | None = None


class DecisionsOut(Answer):
    """Decisions, the newest first."""

    decisions: tuple[DecisionOut, ...]
