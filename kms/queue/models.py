"""Questions of the review queue, their members, and what people do with them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from kms.decisions.models import FactName
from kms.decisions.reasons import REASONS, Reason, Verdict
from kms.types import Frozen

MOST_OPTIONS = 6
MOST_EVIDENCE = 5


class Kind(StrEnum):
    """What a question is about."""

    DOUBTFUL = "doubtful"
    """Facts that are held with little belief."""
    CONTRADICTION = "contradiction"
    """Values of one product that cannot all be right."""
    VIOLATION = "violation"
    """Facts that texts state and the ontology does not allow."""
    IMPLAUSIBLE = "implausible"
    """Numbers far from those of other products of the kind."""
    WORD = "word"
    """Words of texts that the ontology does not have."""
    MERGE = "merge"
    """Two products that may be one."""
    BRAND = "brand"
    """Two names that may be one brand, or a brand and a line of it."""


FACT_KINDS = (Kind.DOUBTFUL, Kind.CONTRADICTION, Kind.VIOLATION, Kind.IMPLAUSIBLE)
PAIR_KINDS = (Kind.MERGE, Kind.BRAND)


class Action(StrEnum):
    """What a person does with a question."""

    ACCEPT = "accept"
    """It is so; of a contradiction one of its values is right; of a word: the ontology should have it."""
    REJECT = "reject"
    """It is not so; of a contradiction none of its values is right."""
    CORRECT = "correct"
    """Something else is right; of a word: it means a value that the ontology has."""
    IGNORE = "ignore"
    """The word is never asked about again, whatever it was read as."""
    SKIP = "skip"
    """Not now: it comes again behind all others."""
    FLAG = "flag"
    """Somebody should look at it; the second time takes the flag away."""
    COMMENT = "comment"
    """A remark that others see."""
    ASSIGN = "assign"
    """Somebody is to answer it; an empty name takes that back."""
    UNDO = "undo"
    """An earlier action is taken back."""


SETTLING = (Action.ACCEPT, Action.REJECT, Action.CORRECT, Action.IGNORE)
"""Actions that answer a question; the others leave it open."""

_WORD_REASONS = (Reason.MISREAD, Reason.TOO_VAGUE, Reason.OF_ANOTHER, Reason.OTHER)
_PAIR_REASONS = (Reason.CHECKED, Reason.OTHER)


def reasons_of(kind: Kind, action: Action) -> tuple[Reason, ...]:
    """The closed list of reasons for an action on a question, the usual one first; empty where it needs none."""
    if action not in (Action.ACCEPT, Action.REJECT, Action.CORRECT):
        return ()
    if kind in PAIR_KINDS:
        return () if action is Action.CORRECT else _PAIR_REASONS
    if kind is Kind.WORD and action is Action.REJECT:
        return _WORD_REASONS
    if kind is Kind.IMPLAUSIBLE and action is Action.REJECT:
        others = [each for each in REASONS[Verdict.REJECT] if each is not Reason.IMPLAUSIBLE]
        return (Reason.IMPLAUSIBLE, *others)
    if kind is Kind.WORD:
        return REASONS[Verdict.STATE]
    return REASONS[Verdict(action.value)]


class Content(Frozen):
    """What a question asks.

    Attributes:
        relation: Of the facts; of a word: of the evidence that was read so.
        attribute: Of values.
        options: Of facts: the targets that may be right, the preferred one first. Of a pair: its two sides.
        written: Of quantities, how each option was written.
        cause: Why it is asked: a rule of the ontology, ``above`` or ``below`` for a size, what a word was read as.
        usual: Of a size: the median of the kind, in the SI unit.
        times: Of a size: by which factor it is off.
        why: Of a pair: the evidence in words.
        language: Of a word.
    """

    relation: str = ""
    attribute: str = ""
    options: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    cause: str = ""
    usual: float | None = None
    times: float | None = None
    why: tuple[str, ...] = ()
    language: str = "en"


class Member(Frozen):
    """What one product has to do with a question.

    Attributes:
        key: Tells it from the other members of the question.
        belief: How far the graph believes it, from 0 to 1.
        facts: The facts between which the question is, in the order of the options.
        evidence: Ids, the strongest first.
        is_used: Whether filters use the first fact.
        proposals: Of a word: ids of the proposals that it was read as.
    """

    key: str
    product_id: str
    class_id: str = ""
    belief: float = 0.5
    facts: tuple[FactName, ...] = ()
    evidence: tuple[str, ...] = ()
    is_used: bool = False
    proposals: tuple[str, ...] = ()
    mentions: int = 1


class Item(Frozen):
    """A question, as it stands.

    Attributes:
        field: Attribute or relation; of a word without an attribute what it was read as.
        class_id: Of facts, the class of all its products; empty where they have several.
        belief: How far the graph believes it on the whole, or how often people said yes on its kind.
        uncertainty: Bits that an answer tells, from 0 to 1.
        products: Products with an open member.
        gain: ``uncertainty`` times ``products``, by which questions are ordered.
        touched: Number of the last action on it.
        claimed_by: Who looks at it now.
    """

    id: str
    kind: Kind
    field: str
    class_id: str = ""
    word: str = ""
    content: Content = Content()
    belief: float = 0.5
    uncertainty: float = 1.0
    products: int = 0
    gain: float = 0.0
    status: str = "open"
    assignee: str = ""
    is_flagged: bool = False
    skips: int = 0
    comments: int = 0
    touched: int = 0
    claimed_by: str = ""


class QueueFilter(Frozen):
    """Which questions are meant; what is left empty does not matter.

    Attributes:
        classes: Any of its products is of one of these.
        status: ``open``, ``done``, or empty for both.
    """

    kind: Kind | None = None
    field: str = ""
    classes: tuple[str, ...] = ()
    product: str = ""
    assignee: str = ""
    word: str = ""
    is_flagged: bool | None = None
    status: str = "open"

    @property
    def is_empty(self) -> bool:
        """Whether it lets all open questions through."""
        return self == QueueFilter(status=self.status)


class Order(Frozen):
    """An action on one question, as it is written.

    Attributes:
        id: Of the sender's making, so that an action that is sent twice is done once.
        option: Of a contradiction: which of its values is right, from 0.
        to: Of a correction: what is right.
        value: Of an assignment: who.
        seen: Number of the last action on the question that the person saw; a later one by somebody else refuses this.
        title: The question in words, for the history; else it is written with ids.
    """

    item: str
    action: Action
    id: str = ""
    reason: Reason | None = None
    note: str = Field(default="", max_length=1_000)
    option: int = Field(default=0, ge=0, lt=MOST_OPTIONS)
    to: FactName | None = None
    value: str = Field(default="", max_length=100)
    seen: int | None = None
    title: str = ""


class ActionDone(Frozen):
    """An action that was done.

    Attributes:
        count: Products whose facts it decided, or mentions that it settled.
        title: What the question was, in words.
        decisions: Ids of the decisions on facts that it made.
        undone_by: Who took it back.
    """

    id: str
    number: int
    item_id: str
    kind: str
    action: str
    reason: str = ""
    note: str = ""
    value: str = ""
    by: str
    at: datetime
    batch: str = ""
    title: str = ""
    count: int = 0
    decisions: tuple[str, ...] = ()
    undoes: str = ""
    undone_by: str = ""


class Candidate(Frozen):
    """A question with its members, as it is computed from the graph."""

    item: Item
    members: tuple[Member, ...]


def hash_of(*parts: str) -> str:
    """An id that is the same for the same question in every computation."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()


def to_json(model: Frozen) -> dict[str, Any]:
    """A model as it is stored: without what is as usual."""
    return model.model_dump(mode="json", exclude_defaults=True)


def title_of(item: Item) -> str:
    """A question in words for histories and audits."""
    content = item.content
    name = content.attribute or content.relation or item.field
    if item.kind is Kind.WORD:
        return f"{item.field}: {item.word}"
    if item.kind in PAIR_KINDS:
        return " = ".join(content.options)
    said = " | ".join(_spoken(content.written, number, each) for number, each in enumerate(content.options))
    return f"{name}: {said}" if said else f"{name}: {content.cause}"


def _spoken(written: Sequence[str], number: int, target: str) -> str:
    own = written[number] if number < len(written) else ""
    return own or target.partition(":")[2].rpartition("/")[2]
