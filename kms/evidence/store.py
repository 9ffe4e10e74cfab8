"""Evidence store: evidence, pending documents, and the products that changed since the last build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, func, not_, or_, select, update

from kms.db.session import Database
from kms.db.tables import DocumentRow, DocumentStateRow, EvidenceRow, ProductVersionRow
from kms.db.versions import IN_LIST, in_chunks, refresh_versions, upsert
from kms.evidence.models import Document, Evidence

BuildKind = Literal["graph", "index"]
CountedColumn = Literal["relation", "attribute", "extractor", "extractor_version", "language", "field"]

_BUILT = {
    "graph": ProductVersionRow.graph_fingerprint,
    "index": ProductVersionRow.index_fingerprint,
}

# Plain columns instead of mapped objects: builds read hundreds of thousands of these.
_COLUMNS = [
    column for column in EvidenceRow.__table__.columns if column.name not in ("recorded_at", "retired_at")
]


MOST_ERROR_CHARACTERS = 1_000


_DOCUMENTS = DocumentRow.__table__
_IN_DOCUMENTS = (
    select(
        *_COLUMNS,
        _DOCUMENTS.c.text.label("document_text"),
        _DOCUMENTS.c.language.label("document_language"),
        _DOCUMENTS.c.review_id.label("document_review_id"),
        _DOCUMENTS.c.rating.label("document_rating"),
        _DOCUMENTS.c.content_hash.label("document_content_hash"),
    )
    .join(_DOCUMENTS, _DOCUMENTS.c.id == EvidenceRow.__table__.c.document_id)
    .where(EvidenceRow.__table__.c.id.in_(bindparam("ids", expanding=True)))
)


class ProductChange(NamedTuple):
    """A product whose state is not what was built; give ``fingerprint`` back to ``mark_built``."""

    product_id: str
    fingerprint: str
    is_deleted: bool


class NamedBy(NamedTuple):
    """What evidence of a product names: another product or a brand."""

    product_id: str
    relation: str
    value: str
    surface: str


class UnreadableDocument(NamedTuple):
    """A document that broke the reader: the error, under which extraction key, and when."""

    document_id: str
    product_id: str
    error: str | None
    extraction_key: str
    at: datetime


_IS_UNREADABLE = and_(
    DocumentStateRow.error.is_not(None), DocumentStateRow.content_hash == DocumentRow.content_hash
)


class EvidenceStore:
    """Evidence on the operational store. Every method is one transaction or a series of short ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending_documents(
        self, extraction_key: str, *, limit: int | None = None, page: int = 500
    ) -> Iterator[Document]:
        """Documents whose present content was not yet read under this key, product by product, ordered by id within one.

        By products, because ``record`` looks at everything of each product that it touches: a batch of some hundred
        reviews of as many products would cost as many whole products. No transaction stays open between pages, so the
        caller may record while it iterates.

        Args:
            extraction_key: Names everything that the reading depends on besides the text: extractor versions,
                ontology release, settings.
            limit: At most so many.
            page: Documents read at once.
        """
        left = limit
        product, name = "", ""
        while left is None or left > 0:
            size = page if left is None else min(page, left)
            statement = (
                select(DocumentRow)
                .outerjoin(DocumentStateRow, DocumentStateRow.document_id == DocumentRow.id)
                .where(
                    DocumentRow.product_id >= product,
                    or_(DocumentRow.product_id > product, DocumentRow.id > name),
                    _is_pending(extraction_key),
                )
                .order_by(DocumentRow.product_id, DocumentRow.id)
                .limit(size)
            )
            with self._database.read() as session:
                documents = [to_document(row) for row in session.scalars(statement)]
            yield from documents
            if len(documents) < size:
                return
            product, name = documents[-1].product_id, documents[-1].id
            left = None if left is None else left - len(documents)

    def count_pending(self, extraction_key: str) -> int:
        """Number of documents that ``pending_documents`` would give."""
        statement = (
            select(func.count())
            .select_from(DocumentRow)
            .outerjoin(DocumentStateRow, DocumentStateRow.document_id == DocumentRow.id)
            .where(_is_pending(extraction_key))
        )
        with self._database.read() as session:
            return session.scalar(statement) or 0

    def pending_of(self, product_ids: Sequence[str], extraction_key: str) -> list[Document]:
        """``pending_documents`` of some products, with their reviews', ordered by id."""
        documents: list[Document] = []
        with self._database.read() as session:
            for chunk in in_chunks(product_ids, IN_LIST):
                statement = (
                    select(DocumentRow)
                    .outerjoin(DocumentStateRow, DocumentStateRow.document_id == DocumentRow.id)
                    .where(DocumentRow.product_id.in_(chunk), _is_pending(extraction_key))
                )
                documents += [to_document(row) for row in session.scalars(statement)]
        return sorted(documents, key=lambda document: document.id)

    def done_documents(self, product_ids: Sequence[str], extraction_key: str) -> list[Document]:
        """Documents of products that were read in their present state under this key, ordered by id."""
        documents: list[Document] = []
        with self._database.read() as session:
            for chunk in in_chunks(product_ids, IN_LIST):
                statement = (
                    select(DocumentRow)
                    .join(DocumentStateRow, DocumentStateRow.document_id == DocumentRow.id)
                    .where(DocumentRow.product_id.in_(chunk), not_(_is_pending(extraction_key)))
                )
                documents += [to_document(row) for row in session.scalars(statement)]
        return sorted(documents, key=lambda document: document.id)

    def record(
        self,
        documents: Sequence[Document],
        evidence: Iterable[Evidence],
        extraction_key: str,
        *,
        failed: Mapping[str, str] | None = None,
    ) -> set[str]:
        """Store what was read in these documents, all of it or nothing.

        New evidence is added, older evidence of the same documents is retired, the documents are done. Doing
        it again changes nothing. A document that changed or went while it was read is left out, with its
        evidence.

        Args:
            documents: What was read, also documents in which nothing was found.
            evidence: What was found; evidence of documents that are not in ``documents`` is refused.
            extraction_key: As in ``pending_documents``.
            failed: Error by id of the documents that could not be read. They are set aside until their content or
                the key changes, and keep the evidence that an earlier reader found in them.

        Returns:
            Ids of the products whose state changed.

        Raises:
            ValueError: Evidence of a document that was not given.
        """
        errors = failed or {}
        evidence_of: dict[str, dict[str, Evidence]] = {document.id: {} for document in documents}
        for item in evidence:
            if item.document_id not in evidence_of:
                raise ValueError(
                    f"evidence of document {item.document_id}, which is not among the documents read"
                )
            evidence_of[item.document_id][item.id] = item
        read = {document.id: document for document in documents}
        now = datetime.now(UTC)
        with self._database.write(in_turn=True) as session:
            current: dict[str, str] = {}
            for chunk in in_chunks(read, IN_LIST):
                statement = select(DocumentRow.id, DocumentRow.content_hash).where(DocumentRow.id.in_(chunk))
                current.update({row[0]: row[1] for row in session.execute(statement)})
            valid = [name for name, document in read.items() if current.get(name) == document.content_hash]
            rows = [
                _to_row(item, identifier, now)
                for name in valid
                for identifier, item in evidence_of[name].items()
            ]
            keep = {row["id"] for row in rows}
            stale = []
            for chunk in in_chunks((name for name in valid if name not in errors), IN_LIST):
                active = select(EvidenceRow.id).where(
                    EvidenceRow.document_id.in_(chunk), EvidenceRow.retired_at.is_(None)
                )
                stale += [name for name in session.scalars(active) if name not in keep]
            for chunk in in_chunks(stale, IN_LIST):
                session.execute(update(EvidenceRow).where(EvidenceRow.id.in_(chunk)).values(retired_at=now))
            upsert(session, EvidenceRow, rows, key=("id",), update=("retired_at",))
            state = [
                {
                    "document_id": name,
                    "content_hash": read[name].content_hash,
                    "extraction_key": extraction_key,
                    "done_at": now,
                    "error": errors[name].replace("\x00", "")[:MOST_ERROR_CHARACTERS]
                    if name in errors
                    else None,
                }
                for name in valid
            ]
            upsert(session, DocumentStateRow, state, key=("document_id",))
            return refresh_versions(session, {read[name].product_id for name in valid})

    def unreadable_documents(self, *, limit: int | None = None) -> list[UnreadableDocument]:
        """Documents that were set aside because they broke the reader, the latest first."""
        statement = (
            select(
                DocumentStateRow.document_id,
                DocumentRow.product_id,
                DocumentStateRow.error,
                DocumentStateRow.extraction_key,
                DocumentStateRow.done_at,
            )
            .join(DocumentRow, DocumentRow.id == DocumentStateRow.document_id)
            .where(_IS_UNREADABLE)
            .order_by(DocumentStateRow.done_at.desc(), DocumentStateRow.document_id)
            .limit(limit)
        )
        with self._database.read() as session:
            rows: list[Any] = list(session.execute(statement))
        return [UnreadableDocument(*row) for row in rows]

    def count_unreadable(self) -> int:
        """Number of documents set aside because extraction failed on them."""
        statement = (
            select(func.count())
            .select_from(DocumentStateRow)
            .join(DocumentRow, DocumentRow.id == DocumentStateRow.document_id)
            .where(_IS_UNREADABLE)
        )
        with self._database.read() as session:
            return session.scalar(statement) or 0

    def active(self, product_id: str) -> list[Evidence]:
        """Evidence of a product that was not retired, ordered by document and place."""
        return self.active_many([product_id])[product_id]

    def active_many(self, product_ids: Sequence[str]) -> dict[str, list[Evidence]]:
        """``active`` of several products at once; every id that was asked for is a key."""
        rows: dict[str, list[Any]] = {product_id: [] for product_id in product_ids}
        with self._database.read() as session:
            for chunk in in_chunks(rows, IN_LIST):
                statement = select(*_COLUMNS).where(
                    EvidenceRow.product_id.in_(chunk), EvidenceRow.retired_at.is_(None)
                )
                for row in session.execute(statement):
                    rows[row.product_id].append(row)
        return {
            product_id: [_to_evidence(row) for row in sorted(its_rows, key=_by_place)]
            for product_id, its_rows in rows.items()
        }

    def by_ids(self, ids: Sequence[str]) -> list[Evidence]:
        """The evidence with these ids, retired or not, in the order of ``ids``; unknown ids are left out."""
        by_id: dict[str, Evidence] = {}
        with self._database.read() as session:
            for chunk in in_chunks(ids, IN_LIST):
                for row in session.execute(select(*_COLUMNS).where(EvidenceRow.id.in_(chunk))):
                    by_id[row.id] = _to_evidence(row)
        return [by_id[name] for name in ids if name in by_id]

    def in_documents(self, ids: Sequence[str]) -> list[tuple[Evidence, Document, str]]:
        """The evidence with these ids whose document is still there, with it and its present content hash.

        One statement on plain columns, because every search asks for some dozens of them.
        """
        by_id: dict[str, tuple[Evidence, Document, str]] = {}
        with self._database.read() as session:
            connection = session.connection()
            for chunk in in_chunks(ids, IN_LIST):
                for row in connection.execute(_IN_DOCUMENTS, {"ids": chunk}):
                    document = Document.model_construct(
                        id=row.document_id,
                        product_id=row.product_id,
                        field=row.field,
                        text=row.document_text,
                        language=row.document_language,
                        review_id=row.document_review_id,
                        rating=row.document_rating,
                    )
                    by_id[row.id] = (_to_evidence(row), document, row.document_content_hash)
        return [by_id[name] for name in ids if name in by_id]

    def documents(self, ids: Sequence[str]) -> dict[str, Document]:
        """The present documents with these ids, by id; to show evidence in its text."""
        by_id: dict[str, Document] = {}
        with self._database.read() as session:
            for chunk in in_chunks(ids, IN_LIST):
                for row in session.scalars(select(DocumentRow).where(DocumentRow.id.in_(chunk))):
                    by_id[row.id] = to_document(row)
        return by_id

    def changed_products(
        self, kind: BuildKind, *, release: str = "", page: int = 1_000
    ) -> Iterator[ProductChange]:
        """Products whose state is not what graph or index were last built from, ordered by id.

        Args:
            kind: What is to be built.
            release: Ontology release of the build; a new release makes every product changed.
            page: Products read at once; no transaction stays open between pages.
        """
        built = _BUILT[kind]
        wanted = ProductVersionRow.fingerprint + f":{release}"
        after = ""
        while True:
            statement = (
                select(ProductVersionRow.product_id, wanted, ProductVersionRow.is_deleted)
                .where(ProductVersionRow.product_id > after, or_(built.is_(None), built != wanted))
                .order_by(ProductVersionRow.product_id)
                .limit(page)
            )
            with self._database.read() as session:
                changes = [ProductChange(*row) for row in session.execute(statement)]
            yield from changes
            if len(changes) < page:
                return
            after = changes[-1].product_id

    def states_of(self, product_ids: Sequence[str], *, release: str = "") -> list[ProductChange]:
        """The present states of products, as ``changed_products`` gives them, whether they are built or not."""
        wanted = ProductVersionRow.fingerprint + f":{release}"
        states: list[ProductChange] = []
        with self._database.read() as session:
            for chunk in in_chunks(product_ids, IN_LIST):
                statement = select(ProductVersionRow.product_id, wanted, ProductVersionRow.is_deleted)
                rows = session.execute(statement.where(ProductVersionRow.product_id.in_(chunk)))
                states += [ProductChange(*row) for row in rows]
        return sorted(states)

    def named_by(self, relations: Sequence[str], product_ids: Sequence[str] | None = None) -> list[NamedBy]:
        """What active evidence of some relations names, of all products or of some."""
        named = select(
            EvidenceRow.product_id, EvidenceRow.relation, EvidenceRow.value, EvidenceRow.surface
        ).where(EvidenceRow.retired_at.is_(None), EvidenceRow.relation.in_(list(relations)))
        chunks = [None] if product_ids is None else list(in_chunks(product_ids, IN_LIST))
        result: list[NamedBy] = []
        with self._database.read() as session:
            for chunk in chunks:
                asked = named if chunk is None else named.where(EvidenceRow.product_id.in_(chunk))
                result += [NamedBy(*row) for row in session.execute(asked)]
        return result

    def mark_built(self, kind: BuildKind, fingerprints: Mapping[str, str]) -> None:
        """Remember the states products were built from (``ProductChange.fingerprint`` by product id)."""
        if not fingerprints:
            return
        statement = (
            update(ProductVersionRow)
            .where(ProductVersionRow.product_id == bindparam("built_id"))
            .values({_BUILT[kind]: bindparam("built_fingerprint")})
        )
        rows = [
            {"built_id": product_id, "built_fingerprint": fingerprint}
            for product_id, fingerprint in fingerprints.items()
        ]
        with self._database.write(in_turn=True) as session:
            session.connection().execute(statement, rows)

    def forget_built(self, kind: BuildKind) -> None:
        """Make every product changed again, for a rebuild from nothing."""
        with self._database.write(in_turn=True) as session:
            session.execute(update(ProductVersionRow).values({_BUILT[kind]: None}))

    def products_with(self, relations: Sequence[str]) -> list[str]:
        """Ids of products with active evidence of any of these relations, in order."""
        statement = (
            select(EvidenceRow.product_id)
            .where(EvidenceRow.retired_at.is_(None), EvidenceRow.relation.in_(list(relations)))
            .distinct()
            .order_by(EvidenceRow.product_id)
        )
        with self._database.read() as session:
            return list(session.scalars(statement))

    def counts_by(self, column: CountedColumn = "relation") -> dict[str, int]:
        """Number of active evidence by one of its columns."""
        counted = getattr(EvidenceRow, column)
        statement = (
            select(counted, func.count())
            .where(EvidenceRow.retired_at.is_(None))
            .group_by(counted)
            .order_by(counted)
        )
        with self._database.read() as session:
            return {str(row[0]): row[1] for row in session.execute(statement)}


def _is_pending(extraction_key: str) -> ColumnElement[bool]:
    return or_(
        DocumentStateRow.document_id.is_(None),
        DocumentStateRow.content_hash != DocumentRow.content_hash,
        DocumentStateRow.extraction_key != extraction_key,
    )


def to_document(row: DocumentRow) -> Document:
    """The model of a stored document; what is in the store was checked when it was written."""
    return Document.model_construct(
        id=row.id,
        product_id=row.product_id,
        field=row.field,
        text=row.text,
        language=row.language,
        review_id=row.review_id,
        rating=row.rating,
    )


def _to_row(item: Evidence, identifier: str, now: datetime) -> dict[str, Any]:
    return {
        "id": identifier,
        "document_id": item.document_id,
        "document_hash": item.document_hash,
        "product_id": item.product_id,
        "field": item.field,
        "language": item.language,
        "start": item.start,
        "end": item.end,
        "surface": item.surface,
        "relation": item.relation,
        "attribute": item.attribute,
        "value": item.value,
        "polarity": item.polarity,
        "negated": item.negated,
        "opinion_start": item.opinion[0] if item.opinion else None,
        "opinion_end": item.opinion[1] if item.opinion else None,
        "sentence_start": item.sentence[0],
        "sentence_end": item.sentence[1],
        "confidence": item.confidence,
        "extractor": item.extractor,
        "extractor_version": item.extractor_version,
        "ontology_release": item.ontology_release,
        "recorded_at": now,
        "retired_at": None,
    }


def _by_place(row: Any) -> tuple[str, int, int, str]:
    return (row.document_id, row.start, row.end, row.id)


def _to_evidence(row: Any) -> Evidence:
    opinion = None
    if row.opinion_start is not None and row.opinion_end is not None:
        opinion = (row.opinion_start, row.opinion_end)
    return Evidence.model_construct(
        document_id=row.document_id,
        document_hash=row.document_hash,
        product_id=row.product_id,
        field=row.field,
        language=row.language,
        start=row.start,
        end=row.end,
        surface=row.surface,
        relation=row.relation,
        attribute=row.attribute,
        value=row.value,
        polarity=row.polarity,
        negated=row.negated,
        opinion=opinion,
        sentence=(row.sentence_start, row.sentence_end),
        confidence=row.confidence,
        extractor=row.extractor,
        extractor_version=row.extractor_version,
        ontology_release=row.ontology_release,
    )
