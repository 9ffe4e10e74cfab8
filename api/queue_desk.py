"""The review queue for API, command line and pages: filters are named, questions shown in words, answers written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from pydantic import Field

from api.fact_desk import FactDesk
from api.queue_schemas import (
    ActionOut,
    ActionsOut,
    BulkAnswered,
    NextOut,
    OptionOut,
    QueueItemDetail,
    QueueItemOut,
    QueuePage,
    ReasonOutOfList,
    SampleOut,
)
from api.queue_wanted import Wanted, read_filter
from api.queue_wording import ask, name_class, name_field, name_option, tell_effects
from api.schemas import EvidenceOut
from api.sentences import pick, resolve_evidence
from kms.db.versions import in_chunks
from kms.decisions.models import FactName
from kms.decisions.reasons import REASON_LABELS, Reason
from kms.errors import InputError
from kms.graph.models import Node
from kms.queue.models import (
    FACT_KINDS,
    PAIR_KINDS,
    SETTLING,
    Action,
    ActionDone,
    Item,
    Kind,
    Member,
    Order,
    QueueFilter,
    reasons_of,
)
from kms.queue.write import QueueWriter
from kms.types import Frozen

if TYPE_CHECKING:
    from api.facts import Label
    from api.wiring import Platform
    from kms.catalog.models import Product
    from kms.ontology.model import Ontology

SAMPLES = 5
BULK_SAMPLE = 8
MOST_AT_ONCE = 10_000
_CHUNK = 500
_NO_ASSIGNEE = "an assignment says who is to answer it (value, --who); an empty name takes it back"


class QueueAnswer(Frozen):
    """An action on a question, as it is sent.

    Attributes:
        item: Id of the question.
        action: What to do.
        id: Of the sender's making, so that an action that is sent twice is done once.
        reason: Left out: the usual one.
        option: Of a contradiction: the number of the value that is right, from 1.
        to: Of a correction: what is right; of a word: what it means.
        to_field: Where that is another attribute or relation.
        value: Of an assignment: who is to answer it.
        seen: The question's ``seen`` when the person looked at it.
    """

    item: str = Field(min_length=1, max_length=24)
    action: Action
    id: str = Field(default="", max_length=24, pattern=r"^[A-Za-z0-9_-]*$")
    reason: Reason | None = None
    note: str = Field(default="", max_length=1_000)
    option: int = Field(default=1, ge=1, le=6)
    to: str = Field(default="", max_length=400)
    to_field: str = Field(default="", max_length=128)
    value: str = Field(default="", max_length=100)
    seen: int | None = Field(default=None, ge=0)


class QueueDesk:
    """The queue of one installation; safe to share between threads."""

    def __init__(
        self,
        platform: Platform,
        ontology: Callable[[], Ontology] | None = None,
        *,
        facts: Callable[[], FactDesk] | None = None,
        on_pending: Callable[[], None] = lambda: None,
    ) -> None:
        """Read from an installation's stores and write to them.

        Args:
            platform: The installation.
            ontology: Gives the release in force; default: the installation's.
            facts: Gives who names facts; default: one of its own.
            on_pending: Told that products wait to be read.
        """
        self._platform = platform
        self._ontology_of = ontology or (lambda: platform.ontology)
        self._facts = facts or cache(lambda: FactDesk(platform))
        self._writer = QueueWriter(platform.database, on_pending=on_pending)

    def filter(self, wanted: Wanted) -> QueueFilter:
        """The filter that was sent.

        Raises:
            InputError: There is no such field, class or product; the message names the nearest.
        """
        return read_filter(wanted, self._platform, self._ontology_of())

    def page(self, wanted: Wanted, *, limit: int = 20, offset: int = 0) -> QueuePage:
        """Some questions that a filter lets through, and how many there are."""
        store, chosen = self._platform.queue, self.filter(wanted)
        counts = store.counts(chosen)
        return QueuePage(
            total=store.count(chosen),
            kinds=counts["kind"],
            fields=counts["field"],
            assignees=counts["assignee"],
            items=tuple(self._show(store.items(chosen, limit=limit, offset=offset))),
        )

    def next(self, wanted: Wanted, by: str, *, after: str = "") -> NextOut:
        """The question that is most worth asking and that nobody else looks at, claimed for a person."""
        chosen = self.filter(wanted)
        item = self._platform.queue.next(chosen, by, after=after)
        left = self._platform.queue.count(chosen)
        return NextOut(item=self.detail(item, product=chosen.product) if item else None, left=left)

    def get(self, identifier: str, *, by: str = "", product: str = "") -> QueueItemDetail:
        """One question with examples; claimed for ``by`` where nobody else looks at it.

        Raises:
            NotFoundError: Nobody knows it.
        """
        item = self._platform.queue.get(identifier)
        if by and item.status == "open":
            self._platform.queue.claim(item.id, by)
        return self.detail(item, product=product)

    def detail(self, item: Item, *, product: str = "", samples: int = SAMPLES) -> QueueItemDetail:
        """A question with examples, what each answer would change, and its history."""
        store = self._platform.queue
        shown = self._show([item])[0]
        sums = store.sums(item.id)
        members = store.members(item.id, limit=samples, product=product)
        effects = tell_effects(item, sums)
        actions = [each for each in SETTLING if each in effects]
        return QueueItemDetail(
            **shown.model_dump(),
            members=sums.members,
            used=sums.used,
            mentions=sums.mentions,
            reasons={
                action.value: tuple(_reason(each) for each in reasons_of(item.kind, action))
                for action in actions
            },
            effects_en={action.value: effects[action][0] for action in actions},
            effects_zh={action.value: effects[action][1] for action in actions},
            samples=tuple(self._samples(members)),
            history=tuple(map(show_action, store.actions(item_id=item.id, limit=20))),
        )

    def with_examples(self, wanted: Wanted, *, limit: int) -> Iterator[tuple[QueueItemOut, SampleOut | None]]:
        """Questions that a filter lets through in the order of gain, each with one example."""
        store = self._platform.queue
        for items in in_chunks(store.items(self.filter(wanted), limit=limit), _CHUNK):
            members = store.first_members([each.id for each in items])
            ids = list(members)
            samples = dict(zip(ids, self._samples([members[each] for each in ids]), strict=True))
            for item, shown in zip(items, self._show(items), strict=True):
                yield shown, samples.get(item.id)

    def check(self, order: Order, *, by: str) -> None:
        """Refuse an action that could not be done now.

        Raises:
            ConflictError: Somebody answered the question since.
            InputError: It makes no sense for its question.
        """
        self._writer.check(order, by=by)

    def is_done(self, action_id: str) -> bool:
        """Whether an action with this id was done, taken back since or not."""
        return self._platform.queue.is_done(action_id)

    def act(self, answers: Sequence[QueueAnswer], *, by: str) -> ActionsOut:
        """Do some actions, all of them or none.

        Raises:
            ConflictError: Somebody else answered one meanwhile.
            InputError: One cannot be read or makes no sense.
            NotFoundError: One names a question or a value that nobody knows.
        """
        titles = self._titles([self._platform.queue.get(each.item) for each in answers])
        orders = [self.order(each, title) for each, title in zip(answers, titles, strict=True)]
        done = self._writer.act(orders, by=by, release=self._ontology_of().version)
        return ActionsOut(actions=tuple(map(show_action, done)))

    def order(self, answer: QueueAnswer, title: str = "") -> Order:
        """An action as it is written.

        Raises:
            InputError: It cannot be read.
            NotFoundError: It names a question or a value that nobody knows.
        """
        to = None
        if answer.action is Action.ASSIGN and "value" not in answer.model_fields_set:
            raise InputError(_NO_ASSIGNEE)
        if answer.to:
            to = self._meant(self._platform.queue.get(answer.item), answer)
        return Order(
            item=answer.item,
            action=answer.action,
            id=answer.id,
            reason=answer.reason,
            note=answer.note,
            option=answer.option - 1,
            to=to,
            value=answer.value,
            seen=answer.seen,
            title=title,
        )

    def bulk(
        self,
        wanted: Wanted,
        action: Action,
        *,
        by: str,
        reason: Reason | None = None,
        note: str = "",
        value: str | None = None,
        expected: int | None = None,
    ) -> BulkAnswered:
        """Count the questions that a filter lets through, and answer all of them where the number is the expected one.

        Raises:
            InputError: The filter is empty, lets too many or another number through, or the action needs a value each.
        """
        if action in (Action.CORRECT, Action.UNDO):
            raise InputError(
                f"to {action.value} many at once has no meaning; accept, reject, ignore, assign or flag them"
            )
        if action is Action.ASSIGN and value is None and expected is not None:
            raise InputError(_NO_ASSIGNEE)
        chosen = self.filter(wanted)
        if chosen.is_empty:
            raise InputError("a filter is needed: kind, field, class, product, word or assignee")
        store = self._platform.queue
        total = store.count(chosen)
        sample = tuple(self._show(store.items(chosen, limit=BULK_SAMPLE)))
        if expected is None:
            products = sum(each.products for each in store.items(chosen, limit=MOST_AT_ONCE))
            return BulkAnswered(total=total, products=products, sample=sample)
        if expected != total or total > MOST_AT_ONCE:
            raise InputError(
                f"the filter lets {total:,} questions through and {expected:,} were expected (at most "
                f"{MOST_AT_ONCE:,}); look at them again, and send that number"
            )
        items = store.items(chosen, limit=MOST_AT_ONCE)
        orders = [
            Order(item=each.id, action=action, reason=reason, note=note, value=value or "", title=title)
            for each, title in zip(items, self._titles(items), strict=True)
        ]
        done = self._writer.act(orders, by=by, release=self._ontology_of().version, is_bulk=True)
        return BulkAnswered(
            total=total,
            products=sum(each.count for each in done),
            done=len(done),
            batch=done[0].batch if done else "",
            sample=sample,
        )

    def undo(self, identifiers: Sequence[str], *, by: str, note: str = "") -> ActionsOut:
        """Take actions back, all of them or none; the id of a batch means all of its actions.

        Raises:
            NotFoundError: Nobody knows one of them.
            InputError: One was taken back already.
        """
        return ActionsOut(actions=tuple(map(show_action, self._writer.undo(identifiers, by=by, note=note))))

    def history(self, *, by: str = "", item: str = "", limit: int = 50) -> ActionsOut:
        """What people did, the newest first."""
        found = self._platform.queue.actions(item_id=item, by=by, limit=limit)
        return ActionsOut(actions=tuple(map(show_action, found)))

    def name_values(self, actions: Sequence[ActionOut]) -> dict[str, Label]:
        """The names of the values that actions chose or put in the place of others, by their ids."""
        chosen = (each.value for each in actions if each.action in (Action.ACCEPT, Action.CORRECT))
        ids = list(dict.fromkeys(each for each in chosen if each))
        nodes = {node.id: node for node in self._platform.graph.nodes(ids)} if ids else {}
        ontology = self._ontology_of()
        # The id of a number begins with its attribute.
        attributes = {each: each.partition(":")[2].partition("/")[0] for each in ids}
        return {each: name_option(each, "", nodes.get(each), attributes[each], ontology) for each in ids}

    def _meant(self, item: Item, answer: QueueAnswer) -> FactName:
        content = item.content
        field = answer.to_field or content.attribute or content.relation
        if not field or item.kind in PAIR_KINDS:
            raise InputError("nothing can be put in the place of this; accept or reject it")
        desk = self._facts()
        name = desk.name(field, answer.to)
        desk.check_stated(name, answer.to)
        return name

    def _show(self, items: Sequence[Item]) -> list[QueueItemOut]:
        ontology = self._ontology_of()
        facts = [item for item in items if item.kind in FACT_KINDS]
        forbidden = [item.id for item in facts if item.kind is Kind.VIOLATION]
        values = self._platform.queue.values(forbidden) if forbidden else {}
        targets = [each for item in facts for each in item.content.options]
        targets += [each.target for of_item in values.values() for each in of_item]
        ids = list(dict.fromkeys(targets))
        nodes = {node.id: node for node in self._platform.graph.nodes(ids)} if ids else {}
        pairs = [each for item in items if item.kind is Kind.MERGE for each in item.content.options]
        titles = {row.id: row.title for row in self._products(pairs).values()} if pairs else {}
        return [self._show_one(item, ontology, nodes, titles, values.get(item.id, ())) for item in items]

    def _show_one(
        self,
        item: Item,
        ontology: Ontology,
        nodes: Mapping[str, Node],
        titles: Mapping[str, str],
        values: Sequence[FactName] = (),
    ) -> QueueItemOut:
        content = item.content
        options = []
        for number, target in enumerate(content.options):
            written = content.written[number] if number < len(content.written) else ""
            if item.kind in PAIR_KINDS:
                label = (titles.get(target, target),) * 2
            else:
                label = name_option(target, written, nodes.get(target), content.attribute, ontology)
            options.append(OptionOut(target=target, label_en=label[0], label_zh=label[1]))
        field, kind_of = name_field(item, ontology), name_class(item.class_id, ontology)
        labels = tuple((each.label_en, each.label_zh) for each in options) or tuple(
            name_option(each.target, each.written, nodes.get(each.target), each.attribute, ontology)
            for each in values
        )
        question = ask(item, field, labels, ontology)
        return QueueItemOut(
            id=item.id,
            kind=item.kind.value,
            field=item.field,
            field_en=field[0],
            field_zh=field[1],
            class_id=item.class_id,
            class_en=kind_of[0],
            class_zh=kind_of[1],
            word=item.word if item.kind is Kind.WORD else "",
            cause=content.cause,
            question_en=question[0],
            question_zh=question[1],
            options=tuple(options),
            why=content.why,
            belief=round(item.belief, 4),
            uncertainty=round(item.uncertainty, 4),
            products=item.products,
            gain=round(item.gain, 4),
            status=item.status,
            assignee=item.assignee,
            is_flagged=item.is_flagged,
            skips=item.skips,
            comments=item.comments,
            seen=item.touched,
            claimed_by=item.claimed_by,
        )

    def _titles(self, items: Sequence[Item]) -> list[str]:
        """Questions in short, for histories."""
        titles = []
        for each in self._show(items):
            said = " | ".join(option.label_en for option in each.options) or each.word or each.cause
            kind_of = f" ({each.class_en})" if each.class_en else ""
            titles.append(f"{each.field_en}: {said}{kind_of}")
        return titles

    def _samples(self, members: Sequence[Member]) -> list[SampleOut]:
        rows = self._products([each.product_id for each in members])
        resolved: Mapping[str, EvidenceOut] = resolve_evidence(
            self._platform.evidence, [name for each in members for name in each.evidence]
        )
        ontology = self._ontology_of()
        targets = list(dict.fromkeys(fact.target for each in members for fact in each.facts))
        nodes = {node.id: node for node in self._platform.graph.nodes(targets)} if targets else {}
        shown = []
        for member in members:
            row = rows.get(member.product_id)
            picture = row.first_picture() if row is not None else None
            values = []
            for fact in member.facts:
                label = name_option(
                    fact.target, fact.written, nodes.get(fact.target), fact.attribute, ontology
                )
                values.append(OptionOut(target=fact.target, label_en=label[0], label_zh=label[1]))
            shown.append(
                SampleOut(
                    product_id=member.product_id,
                    title=row.title if row is not None else member.product_id,
                    image_url=picture.url if picture is not None else None,
                    language=row.language if row is not None else "en",
                    values=tuple(values),
                    belief=round(member.belief, 4),
                    is_used=member.is_used,
                    mentions=member.mentions,
                    evidence=pick(resolved, member.evidence, 6 if len(member.facts) > 1 else 3),
                )
            )
        return shown

    def _products(self, ids: Sequence[str]) -> dict[str, Product]:
        return {row.id: row for row in self._platform.catalog.products(list(dict.fromkeys(ids)))}


def show_action(done: ActionDone) -> ActionOut:
    """An action as it is answered."""
    return ActionOut(item=done.item_id, **done.model_dump(exclude={"item_id", "number"}))


def _reason(reason: Reason) -> ReasonOutOfList:
    en, zh = REASON_LABELS[reason]
    return ReasonOutOfList(reason=reason.value, en=en, zh=zh)
