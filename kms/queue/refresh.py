"""Computing the queue: anew after a build of the graph, or for the products that changed.

A question is found again by its id, so what people noted of it stays. Members that an action settled stay settled until it
is taken back; members whose fact somebody decided by other means are not asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from kms.db.queue_tables import IgnoredWordRow, QueueItemRow, QueueMemberRow
from kms.db.session import Database
from kms.db.tables import EvidenceRow, IdentityRow, ProductRow, ProposalMentionRow, ProposalRow
from kms.db.versions import IN_LIST, in_chunks
from kms.decisions.contexts import fold
from kms.decisions.models import Decision
from kms.decisions.reasons import Reason, Verdict
from kms.decisions.store import standing_in
from kms.facts.outliers import Size, find_implausible, sizes_of
from kms.graph.models import REJECTED, Edge
from kms.graph.port import GraphStore
from kms.ontology.model import Ontology
from kms.queue.collect import Found, class_of, is_settled, of_product, of_sizes
from kms.queue.models import MOST_EVIDENCE, PAIR_KINDS, Content, Item, Kind, Member, hash_of
from kms.queue.rows import recount, write_items, write_members
from kms.queue.words import is_worth_asking, word_key
from kms.types import Frozen

_MOST = 1_000_000
_PRODUCT = "product:"


class RefreshReport(Frozen):
    """Questions and members that were found."""

    items: int
    members: int


class QueueRefresh:
    """Computes the questions of an installation."""

    def __init__(self, database: Database, graph: GraphStore, ontology: Ontology) -> None:
        self._database = database
        self._graph = graph
        self._ontology = ontology

    def run(self) -> RefreshReport:
        """Compute all questions anew.

        Raises:
            StoreUnavailable: A store does not answer.
        """
        classes: dict[str, str] = {}
        found = list(self._of_graph(classes))
        with self._database.write(in_turn=True) as session:
            found += _of_words(session, classes)
            found += _of_identities(session)
            session.execute(delete(QueueMemberRow).where(QueueMemberRow.settled == ""))
            count = _write(session, found)
            recount(session)
        return RefreshReport(items=len({item.id for item, _ in found}), members=count)

    def run_products(self, product_ids: Sequence[str]) -> None:
        """Compute the questions about some products anew.

        Whether a size is implausible depends on all products, so such questions only end here, and begin with ``run``.

        Raises:
            StoreUnavailable: A store does not answer.
        """
        found: list[Found] = []
        classes: dict[str, str] = {}
        keys: set[str] = set()
        for product_id in product_ids:
            node = f"{_PRODUCT}{product_id}"
            edges = self._graph.edges_of(node, direction="out", limit=_MOST)
            rejected = self._graph.edges_of(node, relations=[REJECTED], direction="out", limit=_MOST)
            found += of_product(edges, rejected)
            classes[product_id] = class_of(edges)
            keys.update(
                hash_of(product_id, e.relation, e.attribute, e.target) for e in edges if not is_settled(e)
            )
        with self._database.write(in_turn=True) as session:
            found += _of_words(session, classes, product_ids)
            touched = {item.id for item, _ in found}
            for chunk in in_chunks(product_ids, IN_LIST):
                is_open = (QueueMemberRow.product_id.in_(chunk), QueueMemberRow.settled == "")
                members = session.execute(
                    select(QueueMemberRow.item_id, QueueMemberRow.key).where(*is_open)
                ).all()
                sizes = set(session.scalars(_ids_of([row[0] for row in members], Kind.IMPLAUSIBLE)))
                kept = {(row[0], row[1]) for row in members if row[0] in sizes and row[1] in keys}
                pairs = set(session.scalars(_ids_of([row[0] for row in members], *PAIR_KINDS)))
                for item_id, key in members:
                    if (item_id, key) in kept or item_id in pairs:
                        continue
                    touched.add(item_id)
                    session.execute(
                        delete(QueueMemberRow).where(
                            QueueMemberRow.item_id == item_id, QueueMemberRow.key == key
                        )
                    )
            _write(session, found)
            recount(session, touched)

    def _of_graph(self, classes: dict[str, str]) -> Iterator[Found]:
        """The questions about facts; fills ``classes`` by product on the way."""
        rejected: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._graph.iter_edges([REJECTED]):
            rejected[edge.source].append(edge)
        sizes: list[Size] = []
        numbers: dict[tuple[str, str, str], Edge] = {}
        for source, edges in _by_source(self._graph.iter_edges()):
            yield from of_product(edges, rejected.pop(source, ()))
            product_id = source.removeprefix(_PRODUCT)
            classes[product_id] = class_of(edges)
            own, _ = sizes_of(edges)
            sizes += own
            of_size = {(each.attribute, each.target) for each in own}
            numbers.update(
                {(e.source, e.attribute, e.target): e for e in edges if (e.attribute, e.target) in of_size}
            )
        for source, edges in rejected.items():
            if source.startswith(_PRODUCT):
                yield from of_product((), edges)
        class_by_node = {f"{_PRODUCT}{product}": each for product, each in classes.items() if each}
        yield from of_sizes(find_implausible(sizes, class_by_node, self._ontology), numbers)


def _by_source(edges: Iterable[Edge]) -> Iterator[tuple[str, list[Edge]]]:
    """The edges of each product; stores give them by key, which begins with the source."""
    source = ""
    own: list[Edge] = []
    for edge in edges:
        if edge.source != source:
            if own and source.startswith(_PRODUCT):
                yield source, own
            source, own = edge.source, []
        own.append(edge)
    if own and source.startswith(_PRODUCT):
        yield source, own


def _write(session: Session, found: Sequence[Found]) -> int:
    """Write what was found, without what people decided on by other means; returns how many members there are."""
    found = without_decided(session, found)
    items = {item.id: item for item, _ in found}
    write_items(session, items.values())
    members = {(item.id, member.key): member for item, member in found}
    write_members(session, ((item_id, member) for (item_id, _), member in members.items()))
    return len(members)


def without_decided(session: Session, found: Sequence[Found]) -> list[Found]:
    """Questions without the members that somebody decided on, whether the graph has taken that over or not.

    A member is decided on by a decision on one of its facts; of a contradiction by any value that was accepted in its place.
    """
    products = sorted({member.product_id for _, member in found if member.product_id})
    decided: set[str] = set()
    accepted: set[tuple[str, str, str]] = set()
    for product, decisions in standing_in(session, products, datetime.now(UTC)).items():
        for each in decisions:
            decided.add(each.subject)
            right = each.corrected or (each.about if each.verdict is not Verdict.REJECT else None)
            if right is not None:
                accepted.add((product, right.relation, right.attribute))

    def is_open(item: Item, member: Member) -> bool:
        place = (member.product_id, item.content.relation, item.content.attribute)
        is_chosen = item.kind is Kind.CONTRADICTION and place in accepted
        return not is_chosen and not any(subject in decided for subject in _subjects_of(member))

    return [each for each in found if is_open(*each)] if decided else list(found)


def _subjects_of(member: Member) -> Iterator[str]:
    """What decisions on the facts of a member are about."""
    for fact in member.facts:
        yield Decision.model_construct(
            product_id=member.product_id, about=fact, verdict=Verdict.ACCEPT, reason=Reason.SAYS_SO
        ).subject


def _of_words(
    session: Session, classes: dict[str, str], product_ids: Sequence[str] | None = None
) -> Iterator[Found]:
    """The questions about words that the ontology does not have, by word, and by what it was read as."""
    ignored = set(session.scalars(select(IgnoredWordRow.word)))
    groups: dict[tuple[str, str, str], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in _word_rows(session, product_ids):
        key = word_key(row.surface, row.kind)
        if key not in ignored and is_worth_asking(row.surface, row.kind):
            groups[(row.kind, row.attribute, key)][row.product_id].append(row)
    for (what, attribute, word), by_product in groups.items():
        field = attribute or what
        first = next(iter(by_product.values()))[0]
        item = Item(
            id=hash_of(Kind.WORD, what, attribute, word),
            kind=Kind.WORD,
            field=field,
            word=word,
            content=Content(
                relation=first.relation,
                attribute=attribute,
                cause=what,
                written=(first.surface,),
                language=first.language,
            ),
        )
        for product_id, rows in by_product.items():
            rows.sort(key=lambda row: (row.negated, -row.confidence, row.evidence_id))
            yield (
                item,
                Member(
                    key=hash_of(product_id, what, attribute, word),
                    product_id=product_id,
                    class_id=classes.get(product_id, ""),
                    belief=max(row.confidence for row in rows),
                    evidence=tuple(row.evidence_id for row in rows[:MOST_EVIDENCE]),
                    proposals=tuple(sorted({row.id for row in rows})),
                    mentions=len(rows),
                ),
            )


def _word_rows(session: Session, product_ids: Sequence[str] | None) -> Iterator[Any]:
    statement: Any = (
        select(
            ProposalRow.id,
            ProposalRow.kind,
            ProposalRow.attribute,
            ProposalRow.surface,
            ProposalRow.language,
            ProposalMentionRow.product_id,
            ProposalMentionRow.evidence_id,
            EvidenceRow.relation,
            EvidenceRow.negated,
            EvidenceRow.confidence,
        )
        .join(ProposalMentionRow, ProposalMentionRow.proposal_id == ProposalRow.id)
        .join(EvidenceRow, EvidenceRow.id == ProposalMentionRow.evidence_id)
        .where(ProposalRow.status == "open")
        .order_by(ProposalRow.id, ProposalMentionRow.evidence_id)
    )
    if product_ids is None:
        yield from session.execute(statement)
        return
    for chunk in in_chunks(product_ids, IN_LIST):
        yield from session.execute(statement.where(ProposalMentionRow.product_id.in_(chunk)))


def _of_identities(session: Session) -> Iterator[Found]:
    """The questions whether two products, or two names of brands, are one; a brand reaches the products that state it."""
    rows = list(session.scalars(select(IdentityRow).where(IdentityRow.status == "open")))
    stated: dict[str, list[str]] = defaultdict(list)
    for chunk in in_chunks({row.left for row in rows if row.kind != "product"}, IN_LIST):
        statement = select(ProductRow.brand, ProductRow.id).where(ProductRow.brand.in_(chunk))
        for brand, product_id in session.execute(statement):
            stated[str(brand)].append(product_id)
    for row in rows:
        kind = Kind.MERGE if row.kind == "product" else Kind.BRAND
        item = Item(
            id=row.id,
            kind=kind,
            field=row.kind,
            word=fold(f"{row.left} {row.right}")[:500],
            content=Content(options=(row.left, row.right), why=tuple(str(each) for each in row.evidence)),
        )
        for product_id in (row.left, row.right) if kind is Kind.MERGE else stated[row.left] or ("",):
            yield item, Member(key=hash_of(row.id, product_id), product_id=product_id, belief=row.score)


def _ids_of(item_ids: Sequence[str], *kinds: Kind) -> Select[Any]:
    """Those of some questions that are of some kinds."""
    return select(QueueItemRow.id).where(
        QueueItemRow.id.in_(item_ids), QueueItemRow.kind.in_([each.value for each in kinds])
    )
