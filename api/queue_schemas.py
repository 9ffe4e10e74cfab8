"""Answers of the routes of the review queue."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas import Answer, EvidenceOut


class OptionOut(Answer):
    """A value that may be right; of a pair, one of its sides."""

    target: str
    label_en: str
    label_zh: str


class QueueItemOut(Answer):
    """A question of the review queue.

    Attributes:
        kind: ``doubtful``, ``contradiction``, ``violation``, ``implausible``, ``word``, ``merge`` or ``brand``.
        field: Attribute or relation; of a word without an attribute what it was read as.
        belief: How far it is believed, or how often people said yes on its kind.
        uncertainty: Bits that an answer tells.
        products: Products whose facts an answer changes.
        gain: Uncertainty times products, by which questions are ordered.
        seen: Number of the last action on it; send it with an answer, which is refused where somebody else was faster.
        claimed_by: Who looks at it now.
    """

    id: str
    kind: str
    field: str
    field_en: str
    field_zh: str
    class_id: str = ""
    class_en: str = ""
    class_zh: str = ""
    word: str = ""
    cause: str = ""
    question_en: str
    question_zh: str
    options: tuple[OptionOut, ...] = ()
    why: tuple[str, ...] = ()
    belief: float
    uncertainty: float
    products: int
    gain: float
    status: str
    assignee: str = ""
    is_flagged: bool = False
    skips: int = 0
    comments: int = 0
    seen: int = 0
    claimed_by: str = ""


class SampleOut(Answer):
    """One product that a question is about, with what is said of it and where."""

    product_id: str
    title: str
    image_url: str | None = None
    language: str = "en"
    values: tuple[OptionOut, ...] = ()
    belief: float
    is_used: bool = False
    mentions: int = 1
    evidence: tuple[EvidenceOut, ...] = ()


class ReasonOutOfList(Answer):
    """A reason of the closed list."""

    reason: str
    en: str
    zh: str


class ActionOut(Answer):
    """What a person did with a question."""

    id: str
    item: str
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


class QueueItemDetail(QueueItemOut):
    """A question with examples, with what each answer would change, and with what people did so far.

    Attributes:
        reasons: By action, the usual one first.
        effects_en: By action, what it would change.
    """

    members: int = 0
    used: int = 0
    mentions: int = 0
    reasons: dict[str, tuple[ReasonOutOfList, ...]] = Field(default_factory=dict)
    effects_en: dict[str, str] = Field(default_factory=dict)
    effects_zh: dict[str, str] = Field(default_factory=dict)
    samples: tuple[SampleOut, ...] = ()
    history: tuple[ActionOut, ...] = ()


class QueuePage(Answer):
    """Some questions in the order of gain, how many there are, and how many by kind, field and assignee."""

    total: int
    kinds: dict[str, int] = Field(default_factory=dict)
    fields: dict[str, int] = Field(default_factory=dict)
    assignees: dict[str, int] = Field(default_factory=dict)
    items: tuple[QueueItemOut, ...] = ()


class NextOut(Answer):
    """The question that is most worth asking now; nothing where none is left."""

    item: QueueItemDetail | None = None
    left: int = 0


class ActionsOut(Answer):
    """Actions, the newest first; those of one request in its order."""

    actions: tuple[ActionOut, ...]


class BulkAnswered(Answer):
    """How many questions a filter lets through, the products behind them, a sample, and what was done."""

    total: int
    products: int = 0
    done: int = 0
    batch: str = ""
    sample: tuple[QueueItemOut, ...] = ()
