"""Writes of single products and reviews that search shows at once: row, documents and log entry in one transaction.

A change of price, stock or publication needs nothing more. New or other texts are noted as pending in the same
transaction; ``kms.indexing`` knows nothing of how they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from kms.access.audit import append
from kms.catalog.identifiers import code_key
from kms.catalog.json_models import ReadProduct, patch_offer, patch_product
from kms.catalog.models import Product, Review
from kms.catalog.rows import RowProblem
from kms.catalog.store import (
    Changes,
    read_products,
    remove_products,
    remove_reviews,
    write_products,
    write_reviews,
)
from kms.db.session import Database
from kms.db.tables import ProductCodeRow, ProductVersionRow, ReviewRow
from kms.db.versions import IN_LIST, in_chunks
from kms.errors import StoreError
from kms.evidence.store import EvidenceStore
from kms.facts.build import product_node
from kms.graph.models import GraphChanges
from kms.identity.store import groups_in
from kms.indexing.change_log import (
    NewChange,
    Pending,
    append_changes,
    clear_pending,
    mark_pending,
    waiting_among,
)
from kms.indexing.changes import ProductFacts
from kms.indexing.live_documents import DocumentMaker
from kms.logs import get_logger

Outcome = Literal["created", "changed", "unchanged", "deleted", "refused"]
_MOST_NAMED = 20


class Written(NamedTuple):
    """Result of one row.

    Attributes:
        sequence: Number of the change in the log; 0 where nothing changed.
        is_pending: Whether its texts are still to be read.
        fingerprint: Of the product's state that the change was made of.
    """

    id: str
    outcome: Outcome
    problem: RowProblem | None = None
    left_out: tuple[RowProblem, ...] = ()
    sequence: int = 0
    is_pending: bool = False
    fingerprint: str = ""


class OfferRow(NamedTuple):
    """A change of an offer: the code that names it (product id, or a code of a product or variant) and what changes."""

    code: str
    body: Mapping[str, Any]


class LiveWriter:
    """Writes to the operational store; safe to share between threads."""

    def __init__(
        self,
        database: Database,
        documents: DocumentMaker,
        *,
        on_pending: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            database: Rows and log.
            documents: Makes the documents of changed products.
            on_pending: Called when products wait to be read.
        """
        self._database = database
        self._documents = documents
        self._on_pending = on_pending
        self._evidence = EvidenceStore(database)
        self._log = get_logger(__name__)

    def put_products(self, rows: Sequence[ReadProduct], *, actor: str) -> list[Written]:
        """Insert or replace products; of rows with equal ids the last one counts."""
        last = {row.product.id: row for row in rows}
        with self._database.write(in_turn=True) as session:
            before = self._before(session, list(last))
            changes = write_products(session, [row.product for row in last.values()])
            written = self._append(session, changes, before)
            results = _results([row.product.id for row in rows], changes, written)
            _audit(session, actor, "products.put", results)
        self._follow_up(written, before)
        return [result._replace(left_out=row.left_out) for result, row in zip(results, rows, strict=True)]

    def patch_product(
        self, product_id: str, body: Any, *, actor: str, shop_currency: str | None = None
    ) -> Written | None:
        """Change some fields of a product; ``None`` where nobody knows it.

        Raises:
            RowProblem: What is wrong with the change.
        """
        with self._database.write(in_turn=True) as session:
            before = self._before(session, [product_id])
            if product_id not in before.products:
                return None
            read = patch_product(before.products[product_id], body, shop_currency=shop_currency)
            changes = write_products(session, [read.product])
            written = self._append(session, changes, before)
            result = _results([product_id], changes, written)[0]
            _audit(session, actor, "products.patch", [result])
        self._follow_up(written, before)
        return result._replace(left_out=read.left_out)

    def patch_offers(
        self, rows: Sequence[OfferRow], *, actor: str, shop_currency: str | None = None
    ) -> list[Written]:
        """Change prices, stock and publication; a row that is wrong is refused, and the others are written."""
        with self._database.write(in_turn=True) as session:
            places = _find_offers(session, [row.code for row in rows])
            before = self._before(session, list({place[0] for place in places.values() if place}))
            current = dict(before.products)
            results: list[Written | str] = []
            for row in rows:
                place = places[row.code]
                if place is None:
                    message = f"{row.code!r} is no id of a product, and no code of one product or variant"
                    problem = RowProblem("code", "unknown_product", message)
                    results.append(Written(row.code, "refused", problem))
                    continue
                product = current[place[0]]
                try:
                    variant = _variant_of(product, row.code) if place[1] else None
                    current[product.id] = patch_offer(
                        product, variant, dict(row.body), shop_currency=shop_currency
                    )
                except RowProblem as problem:
                    results.append(Written(row.code, "refused", problem))
                    continue
                results.append(product.id)
            touched = [current[each] for each in dict.fromkeys(r for r in results if isinstance(r, str))]
            changes = write_products(session, touched)
            written = self._append(session, changes, before)
            of_products = {each.id: each for each in _results([p.id for p in touched], changes, written)}
            final = [
                of_products[each]._replace(id=row.code) if isinstance(each, str) else each
                for row, each in zip(rows, results, strict=True)
            ]
            _audit(session, actor, "offers.patch", list(of_products.values()))
        self._follow_up(written, before)
        return final

    def delete_products(self, product_ids: Sequence[str], *, actor: str) -> list[Written]:
        """Delete products with their reviews; returns results of those that existed."""
        with self._database.write(in_turn=True) as session:
            before = self._before(session, product_ids)
            groups = groups_in(session, product_ids)
            gone = remove_products(session, product_ids)
            # What the shop sells under one of their other rows is shown under that from now on.
            left = {member for each in gone for member in groups.get(each, ())}.difference(gone)
            rest = read_products(session, sorted(left))
            made = self._documents.make(session, rest).values()
            entries = {each: NewChange(each, None, ProductFacts()) for each in gone}
            entries |= {each.shown_as: NewChange(each.shown_as, each.document, each.facts) for each in made}
            sequence = append_changes(session, list(entries.values()))
            mark_pending(session, [*gone, *(row.id for row in rest)], sequence, _names_before((), before))
            written = {each: Written(each, "deleted", sequence=sequence, is_pending=True) for each in gone}
            _audit(session, actor, "products.delete", list(written.values()))
        self._follow_up(written, before)
        return list(written.values())

    def put_reviews(self, reviews: Sequence[Review], *, actor: str) -> list[Written]:
        """Insert or replace reviews; of rows with equal ids the last one counts, and one of no known product is refused."""
        last = {review.id: review for review in reviews}
        with self._database.write(in_turn=True) as session:
            touched = {review.product_id for review in last.values()}
            touched |= _products_of(session, list(last))
            before = self._before(session, list(touched))
            changes = write_reviews(session, list(last.values()))
            written = self._append(session, changes, before)
            results = [
                result
                if result.outcome == "refused"
                or (by_product := written.get(last[result.id].product_id)) is None
                else result._replace(sequence=by_product.sequence, is_pending=by_product.is_pending)
                for result in _results([review.id for review in reviews], changes, {})
            ]
            _audit(session, actor, "reviews.put", results)
        self._follow_up(written, before)
        return results

    def delete_reviews(self, review_ids: Sequence[str], *, actor: str) -> list[Written]:
        """Delete reviews; returns results of those that existed."""
        with self._database.write(in_turn=True) as session:
            before = self._before(session, list(_products_of(session, review_ids)))
            gone, touched = remove_reviews(session, review_ids)
            written = self._append(session, Changes(products=touched, unread=set(touched)), before)
            sequence = max((each.sequence for each in written.values()), default=0)
            results = [Written(each, "deleted", sequence=sequence, is_pending=True) for each in gone]
            _audit(session, actor, "reviews.delete", results)
        self._follow_up(written, before)
        return results

    def _before(self, session: Session, product_ids: Sequence[str]) -> _Before:
        built: set[str] = set()
        fits = ProductVersionRow.fingerprint + f":{self._documents.ontology.graph_version}"
        for chunk in in_chunks(product_ids, IN_LIST):
            built.update(
                session.scalars(
                    select(ProductVersionRow.product_id).where(
                        ProductVersionRow.product_id.in_(chunk), ProductVersionRow.graph_fingerprint == fits
                    )
                )
            )
        return _Before({p.id: p for p in read_products(session, list(product_ids))}, built)

    def _append(self, session: Session, changes: Changes, before: _Before) -> dict[str, Written]:
        """Put the changed products into the log; returns what came of each."""
        ids = sorted(changes.products)
        if not ids:
            return {}
        now = datetime.now(UTC)
        products = read_products(session, ids)
        made = self._documents.make(session, products, now)
        unread = set(changes.unread)
        # A new row may come before the ones that stood for it.
        entries = {
            member: NewChange(member, None, ProductFacts())
            for group in groups_in(session, changes.new).values()
            for member in group
        }
        for product in products:
            document, facts, shown_as = made[product.id]
            was = before.products.get(product.id)
            appears = document is not None and (was is None or not was.is_public_at(now))
            if appears:  # the version may know nothing of it
                unread.add(product.id)
            earlier = entries.get(shown_as)
            known = facts if appears else earlier.facts if earlier and earlier.document else None
            entries[shown_as] = NewChange(shown_as, document, known)
        sequence = append_changes(session, list(entries.values()))
        # What waits for its texts goes on waiting, also where a batch has brought its part of the graph up to date.
        unread |= waiting_among(session, ids)
        # All wait at first, so that one whose graph node cannot be written now is not forgotten.
        mark_pending(session, ids, sequence, _names_before(products, before))
        is_new = set(changes.new)
        versions = _fingerprints(session, ids)
        return {
            each: Written(
                each,
                "created" if each in is_new else "changed",
                sequence=sequence,
                is_pending=each in unread or each not in before.built,
                fingerprint=versions.get(each, ""),
            )
            for each in ids
        }

    def _follow_up(self, written: Mapping[str, Written], before: _Before) -> None:
        """Bring the graph's nodes up to date where no text is to be read; what fails here is left to who reads texts."""
        done = {each.id: each for each in written.values() if not each.is_pending}
        try:
            if done:
                self._write_nodes(done)
        except StoreError as error:
            self._log.warning("graph nodes wait for the next reading", error=str(error))
        if len(done) < len(written):
            self._on_pending()

    def _write_nodes(self, done: Mapping[str, Written]) -> None:
        with self._database.read() as session:
            products = read_products(session, list(done))
            grouped = groups_in(session, done)
        # A product that another one stands for has no node.
        own = [product for product in products if grouped.get(product.id, (product.id,))[0] == product.id]
        self._documents.graph.apply(GraphChanges(nodes=tuple(product_node(product) for product in own)))
        release = self._documents.ontology.graph_version
        self._evidence.mark_built(
            "graph", {each.id: f"{each.fingerprint}:{release}" for each in done.values()}
        )
        with self._database.write(in_turn=True) as session:
            current = _fingerprints(session, list(done))
            fresh = [each for each in done.values() if current.get(each.id) == each.fingerprint]
            clear_pending(session, [Pending(each.id, each.sequence) for each in fresh])
            # Changed or deleted since, and perhaps read already: the node that was just written may be the older state.
            # The number is this change's, so that a reading that is under way does not count as having seen it.
            overtaken = done.keys() - {each.id for each in fresh}
            if overtaken:
                mark_pending(session, overtaken, max(done[each].sequence for each in overtaken))
        if overtaken:
            self._on_pending()


class _Before(NamedTuple):
    """Products as they were, and those of them whose graph was up to date."""

    products: dict[str, Product]
    built: set[str]


def _names_before(products: Sequence[Product], before: _Before) -> dict[str, list[str]]:
    """What others may have called the products that changed their names, came or went."""
    now = {product.id: product for product in products}
    names: dict[str, list[str]] = {}
    for each in now.keys() | before.products.keys():
        was, after = before.products.get(each), now.get(each)
        called = (was.title if was else None, after.title if after else None)
        made_by = (was.brand if was else None, after.brand if after else None)
        names[each] = [name for pair in (called, made_by) if pair[0] != pair[1] for name in pair if name]
        if was is None or after is None:
            names[each].append(each)
    return names


def _results(ids: Sequence[str], changes: Changes, written: Mapping[str, Written]) -> list[Written]:
    is_new, is_changed = set(changes.new), set(changes.changed)
    refused = set(changes.unknown_product)
    results = []
    for each in ids:
        if each in refused:
            message = f"review {each} is of a product that is not in the catalogue"
            problem = RowProblem("product_id", "unknown_product", message)
            results.append(Written(each, "refused", problem))
        elif each in written:
            results.append(written[each])
        else:
            outcome: Outcome = (
                "created" if each in is_new else "changed" if each in is_changed else "unchanged"
            )
            results.append(Written(each, outcome))
    return results


def _audit(session: Session, actor: str, action: str, results: Sequence[Written]) -> None:
    """One entry of the audit log for a request or chunk, in the same transaction; none where nothing changed."""
    counts: dict[str, int] = {}
    for result in results:
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    named = [r.id for r in results if r.outcome in ("created", "changed", "deleted")]
    if not named:
        return
    detail: dict[str, Any] = {"counts": counts}
    if len(named) > 1:
        detail["first"] = named[:_MOST_NAMED]
    append(
        session, actor, action, target=named[0] if len(named) == 1 else f"{len(named)} rows", detail=detail
    )


def _products_of(session: Session, review_ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for chunk in in_chunks(review_ids, IN_LIST):
        found.update(session.scalars(select(ReviewRow.product_id).where(ReviewRow.id.in_(chunk))))
    return found


def _fingerprints(session: Session, product_ids: Sequence[str]) -> dict[str, str]:
    versions: dict[str, str] = {}
    for chunk in in_chunks(product_ids, IN_LIST):
        statement = select(ProductVersionRow.product_id, ProductVersionRow.fingerprint)
        for row in session.execute(statement.where(ProductVersionRow.product_id.in_(chunk))):
            versions[row[0]] = row[1]
    return versions


def _find_offers(session: Session, codes: Sequence[str]) -> dict[str, tuple[str, bool] | None]:
    """By code the product's id, and whether the code is not that id; ``None`` for codes of none or several products."""
    found: dict[str, tuple[str, bool] | None] = dict.fromkeys(codes)
    for product in read_products(session, list(found)):
        found[product.id] = (product.id, False)
    keys = {code: code_key(code) for code, place in found.items() if place is None}
    named: dict[str, set[str]] = {}
    for chunk in in_chunks(set(keys.values()), IN_LIST):
        statement = select(ProductCodeRow.code, ProductCodeRow.product_id)
        for key, product_id in session.execute(statement.where(ProductCodeRow.code.in_(chunk))):
            named.setdefault(key, set()).add(product_id)
    for code, key in keys.items():
        if len(products := named.get(key, set())) == 1:
            found[code] = (next(iter(products)), True)
    return found


def _variant_of(product: Product, code: str) -> str | None:
    """The variant that a code names; ``None`` where it is a code of the product itself.

    Raises:
        RowProblem: Several variants have it.
    """
    key = code_key(code)
    if any(code_key(own) == key for own in product.codes()):
        return None
    fitting = [v.id for v in product.variants if any(code_key(c) == key for c in (v.id, *v.codes()))]
    if len(fitting) > 1:
        message = f"code {code!r} is of several variants of {product.id}: {', '.join(fitting[:5])}"
        raise RowProblem("code", "invalid", message)
    return fitting[0] if fitting else None
