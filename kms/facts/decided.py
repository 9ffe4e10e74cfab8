"""Decisions of people, applied to the facts of one product: the one place where they take effect.

A decision outweighs every reader. Of decisions on the same fact the newest counts; quantities that agree within two percent
are the same fact. What was turned down is no fact any more and is kept beside the graph (``kms.facts.rejected``); what was
accepted is believed wholly, whatever is or is not read in the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kms.decisions.contexts import fold
from kms.decisions.models import Decision, FactName, MentionName
from kms.decisions.reasons import Verdict
from kms.errors import InputError, NotFoundError
from kms.evidence.models import Evidence
from kms.facts.linking import Linker
from kms.facts.models import Fact
from kms.facts.targets import Meant, find_target
from kms.graph.models import Node, Scalar
from kms.ontology.structure import HAS_VALUE
from kms.quantities.values import Quantity

PERSON = "person"
"""The extractor of what people decided, where readers have their own."""
Key = tuple[str, str, str]
_ACCEPTING = (Verdict.ACCEPT, Verdict.STATE)


@dataclass(frozen=True)
class Ruling:
    """What is decided of one fact.

    Attributes:
        meant: What the fact's target is; ``None`` where the release or the catalogue has no such thing.
        is_exact: It is about this number alone: of a correction from one number to another that agrees with it.
    """

    name: FactName
    is_accepted: bool
    decision: Decision
    meant: Meant | None
    is_exact: bool = False

    @property
    def quantity(self) -> Quantity | None:
        """What it measures."""
        return self.meant.quantity if self.meant else None

    def is_about(self, key: Key, quantity: Quantity | None) -> bool:
        """Whether a fact is the one that was decided on."""
        if key == self.name.key or self.is_exact:
            return key == self.name.key
        own = self.quantity
        is_same = key[:2] == self.name.key[:2] and own is not None and quantity is not None
        return is_same and own is not None and quantity is not None and own.agrees_with(quantity)


@dataclass(frozen=True)
class Rulings:
    """All that is decided of one product: rulings on facts, the newest first, and decisions on mentions by their key."""

    of_facts: tuple[Ruling, ...] = ()
    of_mentions: Mapping[tuple[str, ...], tuple[Decision, Meant | None]] = field(default_factory=dict)
    lost_mentions: tuple[tuple[FactName, Decision], ...] = ()
    """What mentions were corrected to, and the release or the catalogue does not have."""
    contexts: Mapping[str, str] = field(default_factory=dict)
    """Of the evidence of a product with decisions on mentions, by id."""

    def __bool__(self) -> bool:
        return bool(self.of_facts or self.of_mentions)

    def find(self, key: Key, quantity: Quantity | None = None) -> Ruling | None:
        """The ruling on a fact."""
        return next((each for each in self.of_facts if each.is_about(key, quantity)), None)

    def rejection_of(self, fact: Fact) -> Ruling | None:
        """The ruling that turns a fact down."""
        ruling = self.find((fact.relation, fact.attribute, fact.target.id), fact.quantity)
        return ruling if ruling is not None and not ruling.is_accepted else None

    def accepted(self) -> Iterator[Fact]:
        """The facts that people accepted, for those whose target there is."""
        for ruling in self.of_facts:
            if ruling.is_accepted and ruling.meant is not None:
                yield _decided_fact(ruling.name, ruling.meant, ruling.decision)

    def lost(self) -> Iterator[Fact]:
        """What people decided on, for or against, and the release or the catalogue does not have."""
        gone = [(each.name, each.decision) for each in self.of_facts if each.meant is None]
        for name, decision in (*gone, *self.lost_mentions):
            kind, _, key = name.target.partition(":")
            label = name.written or key
            node = Node(id=name.target, type=kind, key=key, label_en=label, label_zh=label)
            yield replace(_decided_fact(name, Meant(node), decision), decision=None)

    def on_mention(self, evidence: Evidence) -> tuple[Decision, Meant | None] | None:
        """The decision on a mention, and what it means instead where it was corrected."""
        context = self.contexts.get(evidence.id) if self.of_mentions else None
        if context is None:
            return None
        attribute = evidence.attribute if evidence.relation == HAS_VALUE else ""
        key = (evidence.relation, attribute, evidence.field, fold(evidence.surface), context)
        return self.of_mentions.get(key)


NO_RULINGS = Rulings()


def read_rulings(
    decisions: Sequence[Decision],
    linker: Linker,
    contexts: Callable[[], Mapping[str, str]] = dict,
) -> Rulings:
    """Read the decisions that hold of one product, in their order.

    Args:
        decisions: As ``DecisionStore.standing`` gives them.
        linker: Tells what targets are under its release.
        contexts: Of the product's evidence, by id; asked for only where a decision is about a mention.
    """
    if not decisions:
        return NO_RULINGS
    rulings: list[Ruling] = []
    mentions: dict[tuple[str, ...], tuple[Decision, Meant | None]] = {}
    lost: list[tuple[FactName, Decision]] = []
    for decision in sorted(decisions, key=lambda each: -each.number):
        about = decision.about
        if isinstance(about, MentionName):
            instead = _find(decision.corrected, linker) if decision.corrected else None
            if about.key not in mentions and decision.corrected is not None and instead is None:
                lost.append((decision.corrected, decision))
            mentions.setdefault(about.key, (decision, instead))
            continue
        newer = tuple(rulings)
        rulings += [
            ruling
            for ruling in _rulings_of(decision, about, linker)
            if not any(each.is_about(ruling.name.key, ruling.quantity) for each in newer)
        ]
    return Rulings(tuple(rulings), mentions, tuple(lost), contexts() if mentions else {})


def _rulings_of(decision: Decision, about: FactName, linker: Linker) -> list[Ruling]:
    """What one decision says of the fact that it is about, and of the one that is so instead."""
    first = Ruling(about, decision.verdict in _ACCEPTING, decision, _find(about, linker))
    if decision.corrected is None:
        return [first]
    second = Ruling(decision.corrected, True, decision, _find(decision.corrected, linker))
    if first.is_about(second.name.key, second.quantity):
        # What is turned down and what is so instead are told apart by their numbers, however near they are.
        return [replace(first, is_exact=True), replace(second, is_exact=True)]
    return [first, second]


def judge_mentions(facts: Iterable[Fact], rulings: Rulings) -> tuple[list[Fact], list[tuple[Fact, Decision]]]:
    """Apply the decisions on mentions: the facts that are left, and those turned down with their decisions."""
    kept: list[Fact] = []
    refused: list[tuple[Fact, Decision]] = []
    for fact in facts:
        found = rulings.on_mention(fact.evidence)
        if found is None:
            kept.append(fact)
            continue
        decision, instead = found
        if decision.verdict is Verdict.REJECT:
            refused.append((fact, decision))
        elif decision.corrected is None:
            kept.append(replace(fact, confidence=1.0, decision=None if fact.negated else decision))
        else:
            refused.append((fact, decision))
            if instead is not None:
                stated = _decided_fact(decision.corrected, instead, decision)
                evidence = fact.evidence.model_copy(update={"surface": stated.evidence.surface})
                kept.append(replace(stated, evidence=evidence))
    return kept, refused


def decision_marks(decision: Decision) -> dict[str, Scalar]:
    """What an edge says of the decision that it rests on."""
    marks: dict[str, Scalar] = {
        "decision": decision.id,
        "decided_by": decision.by,
        "decided_at": _moment(decision.at),
        "reason": decision.reason.value,
        "release": decision.release,
    }
    if decision.note:
        marks["note"] = decision.note
    if decision.valid_until is not None:
        marks["valid_until"] = _moment(decision.valid_until)
    return marks


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _find(name: FactName, linker: Linker) -> Meant | None:
    try:
        return find_target(name, linker)
    except (InputError, NotFoundError):
        return None


def _decided_fact(name: FactName, meant: Meant, decision: Decision) -> Fact:
    evidence = Evidence.model_construct(
        document_id=f"decision:{decision.id}",
        document_hash="",
        product_id=decision.product_id,
        field="shop",
        language="en",
        start=0,
        end=0,
        surface=name.written or meant.node.label_en,
        relation=name.relation,
        attribute=name.attribute,
        value="",
        polarity=None,
        negated=False,
        opinion=None,
        sentence=(0, 0),
        confidence=1.0,
        extractor=PERSON,
        extractor_version="",
        ontology_release=decision.release,
    )
    return Fact(
        evidence,
        meant.node,
        1.0,
        "decided",
        quantity=meant.quantity,
        relation=name.relation,
        attribute=name.attribute,
        decision=decision,
    )
