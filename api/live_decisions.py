"""Decisions on facts by API and pages: what was sent is named, checked, written and shown in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from api.fact_desk import FactDesk, FactFilter, Status
from api.fact_schemas import BulkDecided, DecisionsOut
from kms.decisions.models import Decision, FactName, MentionName
from kms.decisions.reasons import REASONS, Reason, Verdict
from kms.errors import InputError
from kms.graph.models import Edge
from kms.indexing.live_decisions import LiveDecisions
from kms.types import Frozen, Identifier, Moment

if TYPE_CHECKING:
    from api.services import Services

SAMPLE = 10
MOST_AT_ONCE = 10_000


class Choice(Frozen):
    """A decision as it is sent.

    Attributes:
        id: Of the sender's making, so that a decision that is sent twice is made once.
        product: Of the fact; a mention has its own.
        field: An attribute, or a relation.
        value: What is said: a name, a quantity, yes, no, or a node id.
        mention: Evidence id, to decide on that mention alone.
        reason: Left out: the usual one of the verdict.
        to: Of a correction: what is right.
        to_field: Of a correction: where another attribute or relation is meant.
    """

    id: str = Field(default="", max_length=24, pattern=r"^[A-Za-z0-9_-]*$")
    verdict: Literal["accept", "reject", "correct", "state"]
    product: Identifier | None = None
    field: str = Field(default="", max_length=128)
    value: str = Field(default="", max_length=400)
    mention: str = Field(default="", max_length=24)
    reason: Reason | None = None
    note: str = Field(default="", max_length=1_000)
    to: str = Field(default="", max_length=400)
    to_field: str = Field(default="", max_length=128)
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class BulkChoice(Frozen):
    """A decision on all facts that a filter lets through.

    Attributes:
        expected: How many there are, as an answer without it said.
    """

    verdict: Literal["accept", "reject"]
    reason: Reason | None = None
    note: str = Field(default="", max_length=1_000)
    product: Identifier | None = None
    field: str = Field(default="", max_length=128)
    value: str = Field(default="", max_length=400)
    status: Status | None = None
    why: str = Field(default="", max_length=32)
    expected: int | None = Field(default=None, ge=0, le=MOST_AT_ONCE)


class DecisionDesk:
    """Takes decisions of API and pages; safe to share between threads."""

    def __init__(self, services: Services, *, on_pending: Callable[[], None] = lambda: None) -> None:
        """Decide on the installation of ``services``; ``on_pending`` is told that products wait to be read."""
        self._services = services
        self._writer = LiveDecisions(services.platform.database, on_pending=on_pending)
        self._desk: FactDesk | None = None
        self._release = ""

    @property
    def desk(self) -> FactDesk:
        """Names and lists facts under the release that is served."""
        ontology = self._services.ontology
        if self._desk is None or self._release != ontology.graph_version:
            self._desk, self._release = FactDesk(self._services.platform, ontology), ontology.graph_version
        return self._desk

    def decide(self, choices: Sequence[Choice], *, actor: str) -> DecisionsOut:
        """Make decisions, all of them or none.

        Raises:
            InputError: One cannot be read or contradicts itself; the message says which.
            NotFoundError: One names a product, value or mention that nobody knows.
        """
        decisions = [self._read(each, actor) for each in choices]
        written = self._writer.decide(decisions)
        return self._show(written)

    def decide_many(self, bulk: BulkChoice, *, actor: str) -> BulkDecided:
        """Count what a filter lets through, and decide on it where the number is the expected one.

        Raises:
            InputError: The filter is empty, lets too many through, or another number than expected.
        """
        target = self.desk.name(bulk.field, bulk.value).target if bulk.value else ""
        wanted = FactFilter(
            product_id=bulk.product or "",
            field=bulk.field,
            target=target,
            status=bulk.status,
            reason=bulk.why,
        )
        if wanted.is_empty:
            raise InputError("a filter is needed: product, field, value, status or why")
        page = self.desk.page(wanted, limit=SAMPLE)
        if bulk.expected is None:
            return BulkDecided(total=page.total, decided=0, sample=page.facts)
        if bulk.expected != page.total or page.total > MOST_AT_ONCE:
            raise InputError(
                f"the filter lets {page.total:,} facts through and {bulk.expected:,} were expected (at most "
                f"{MOST_AT_ONCE:,}); look at them again, and send that number"
            )
        verdict = Verdict(bulk.verdict)
        decisions = [
            self._decision(
                edge.source.partition(":")[2], name_of_edge(edge), verdict, bulk.reason, bulk.note, actor
            )
            for edge, _ in self.desk.find(wanted)
        ]
        written = self._writer.decide(decisions)
        return BulkDecided(total=page.total, decided=len(written), sample=page.facts)

    def undo(self, identifiers: Sequence[str], *, actor: str, note: str = "") -> DecisionsOut:
        """Take decisions back, all of them or none.

        Raises:
            NotFoundError: Nobody knows one of them.
            InputError: One was taken back already.
        """
        return self._show(self._writer.undo(identifiers, by=actor, note=note))

    def history(self, product_id: str = "", *, limit: int = 50) -> DecisionsOut:
        """Decisions on a product, or on all, the newest first.

        Raises:
            NotFoundError: Nobody knows the product.
        """
        store = self._services.platform.decisions
        found = self.desk.history(product_id)[:limit] if product_id else store.latest(limit=limit)
        return self._show(found)

    def _read(self, choice: Choice, actor: str) -> Decision:
        about: FactName | MentionName
        if choice.mention:
            product_id, about = self.desk.mention(choice.mention)
        elif choice.product and choice.field and choice.value:
            product_id = self.desk.main_of(choice.product)
            about = self.desk.name(choice.field, choice.value)
            if choice.verdict == "state" or (
                choice.verdict == "accept" and not self.desk.is_said(product_id, about, exactly=True)
            ):
                self.desk.check_stated(about, choice.value)
        else:
            raise InputError("a decision names a fact by product, field and value, or a mention")
        corrected = None
        if choice.to:
            own = choice.to_field or choice.field or about.attribute or about.relation
            corrected = self.desk.name(own, choice.to)
            self.desk.check_stated(corrected, choice.to)
        verdict = Verdict(choice.verdict)
        return self._decision(
            product_id, about, verdict, choice.reason, choice.note, actor, corrected, choice
        )

    def _decision(
        self,
        product_id: str,
        about: FactName | MentionName,
        verdict: Verdict,
        reason: Reason | None,
        note: str,
        actor: str,
        corrected: FactName | None = None,
        choice: Choice | None = None,
    ) -> Decision:
        decision = Decision(
            product_id=product_id,
            about=about,
            verdict=verdict,
            reason=reason or REASONS[verdict][0],
            note=note,
            corrected=corrected,
            by=actor,
            valid_from=choice.valid_from if choice else None,
            valid_until=choice.valid_until if choice else None,
            release=self._services.ontology.version,
        )
        return decision.model_copy(update={"id": choice.id}) if choice and choice.id else decision

    def _show(self, decisions: Sequence[Decision]) -> DecisionsOut:
        return DecisionsOut(decisions=tuple(self.desk.show(each) for each in decisions))


def name_of_edge(edge: Edge) -> FactName:
    """The name of the fact that an edge is."""
    return FactName(
        relation=edge.relation,
        attribute=edge.attribute,
        target=edge.target,
        written=str(edge.properties.get("written", ""))[:200],
    )
