"""SQL tables: rows, documents, evidence, journal, curation, runs.

The same tables serve SQLite and PostgreSQL. Truth is in ``products``, ``reviews``, ``events``, ``evidence``
and ``proposals``; ``documents`` and ``product_versions`` are derived in the same transaction as what they
follow.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Naive values are read as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite returns naive values; they are UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ProductRow(Base):
    """A product as the shop states it, cleaned. ``price_amount`` is a decimal number in writing.

    ``variants`` and ``details`` (what the other columns lack, by field of the model) are null where there are none.
    ``added_at`` is when the product first came, and stays when its row changes.
    """

    __tablename__ = "products"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(500))
    price_amount: Mapped[str | None] = mapped_column(String(40))
    price_currency: Mapped[str | None] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(2))
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON)
    related: Mapped[dict[str, Any]] = mapped_column(JSON)
    image_url: Mapped[str | None] = mapped_column(Text)
    variants: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    row_hash: Mapped[str] = mapped_column(String(24))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProductCodeRow(Base):
    """A code by which others name a product: SKU, GTIN or maker's number, its own or a variant's; as an id, case-folded."""

    __tablename__ = "product_codes"

    code: Mapped[str] = mapped_column(String(128), primary_key=True)
    product_id: Mapped[str] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ProductMomentRow(Base):
    """A moment to come at which a product's price or publication becomes another by itself, as when a sale ends."""

    __tablename__ = "product_moments"

    product_id: Mapped[str] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True, index=True)


class ReviewRow(Base):
    """A review; goes with its product."""

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    rating: Mapped[float | None] = mapped_column(Float)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shopper_id: Mapped[str | None] = mapped_column(String(128))
    row_hash: Mapped[str] = mapped_column(String(24))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EventRow(Base):
    """Something a shopper did. Kept when its product goes, with ``is_product_deleted`` set."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "shopper_id", "timestamp"),)

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    type: Mapped[str] = mapped_column(String(16))
    shopper_id: Mapped[str] = mapped_column(String(128))
    timestamp: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    product_id: Mapped[str | None] = mapped_column(String(128), index=True)
    session_id: Mapped[str | None] = mapped_column(String(128))
    query: Mapped[str | None] = mapped_column(String(1000))
    query_id: Mapped[str | None] = mapped_column(String(128))
    position: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[float | None] = mapped_column(Float)
    is_product_deleted: Mapped[bool] = mapped_column(Boolean)


class DocumentRow(Base):
    """One text that extraction reads."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(160), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    rating: Mapped[float | None] = mapped_column(Float)
    content_hash: Mapped[str] = mapped_column(String(24))


class DocumentStateRow(Base):
    """Content hash of a document that was read, and the reader's key; a document without the current pair is pending.

    ``error``: why it could not be read; it waits for another content or another reader.
    """

    __tablename__ = "document_state"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(24))
    extraction_key: Mapped[str] = mapped_column(String(200))
    done_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)


class EvidenceRow(Base):
    """Evidence from extraction. Append-only: a row is never changed but for ``retired_at``."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "product_id", "retired_at"),)

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(160), index=True)
    document_hash: Mapped[str] = mapped_column(String(24))
    product_id: Mapped[str] = mapped_column(String(128))
    field: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    surface: Mapped[str] = mapped_column(Text)
    relation: Mapped[str] = mapped_column(String(32))
    attribute: Mapped[str] = mapped_column(String(128))
    value: Mapped[str] = mapped_column(Text)
    polarity: Mapped[str | None] = mapped_column(String(8))
    negated: Mapped[bool] = mapped_column(Boolean)
    opinion_start: Mapped[int | None] = mapped_column(Integer)
    opinion_end: Mapped[int | None] = mapped_column(Integer)
    sentence_start: Mapped[int] = mapped_column(Integer)
    sentence_end: Mapped[int] = mapped_column(Integer)
    confidence: Mapped[float] = mapped_column(Float)
    extractor: Mapped[str] = mapped_column(String(16))
    extractor_version: Mapped[str] = mapped_column(String(64))
    ontology_release: Mapped[str] = mapped_column(String(32))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProductVersionRow(Base):
    """Fingerprint of a product's rows and active evidence, and the fingerprints that graph and indexes were built from.

    Outlives its product, so that builders learn of a deletion.
    """

    __tablename__ = "product_versions"

    product_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[str] = mapped_column(String(24))
    is_deleted: Mapped[bool] = mapped_column(Boolean)
    graph_fingerprint: Mapped[str | None] = mapped_column(String(80))
    index_fingerprint: Mapped[str | None] = mapped_column(String(80))


class ProposalRow(Base):
    """A reading that could not be linked, for curation. ``status``: open, accepted or rejected."""

    __tablename__ = "proposals"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    attribute: Mapped[str] = mapped_column(String(128))
    surface: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProposalMentionRow(Base):
    """Mentions of a proposal: the evidence and its product."""

    __tablename__ = "proposal_mentions"

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    evidence_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(128), index=True)


class IdentityRow(Base):
    """Two names or products that may be one: proposed, or decided.

    ``kind``: ``brand_alias``, ``sub_brand`` or ``product``; ``status``: open, accepted or rejected. ``left`` is another name
    of ``right``, a line of it, or the same product.
    """

    __tablename__ = "identities"
    __table_args__ = (Index(None, "kind", "status"),)

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    left: Mapped[str] = mapped_column(String(200))
    right: Mapped[str] = mapped_column(String(200))
    score: Mapped[float] = mapped_column(Float)
    evidence: Mapped[list[Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProductGroupRow(Base):
    """Products that are one by the accepted decisions; ``rank`` orders a group, the first that exists stands for it."""

    __tablename__ = "product_groups"

    product_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    group_id: Mapped[str] = mapped_column(String(128), index=True)
    rank: Mapped[int] = mapped_column(Integer)


class DecisionRow(Base):
    """What a person said of a fact or a mention. Append-only: an undoing is a row that names the one that it undoes.

    ``subject`` is a hash of what it is about (``about``, by ``kind``: edge or mention); ``number`` is its place in the
    history.
    """

    __tablename__ = "decisions"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(24), unique=True)
    subject: Mapped[str] = mapped_column(String(24), index=True)
    product_id: Mapped[str] = mapped_column(String(128), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)
    corrected: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    release: Mapped[str] = mapped_column(String(32))
    undoes: Mapped[str | None] = mapped_column(String(24), unique=True)


class RowFeedRow(Base):
    """Which feeds name a product or review, and what they said of it last.

    ``row_hash`` is that of the feed's row; ``content`` is the row as JSON once the catalogue has another one, and null while
    the two are the same. An entry whose row is not in the catalogue: it was deleted by other means than its feed.
    ``said_at`` is when the feed first said it.
    """

    __tablename__ = "row_feeds"
    __table_args__ = (Index(None, "kind", "row_id"),)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    feed: Mapped[str] = mapped_column(String(200), primary_key=True)
    row_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    row_hash: Mapped[str | None] = mapped_column(String(24))
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JournalRevisionRow(Base):
    """Number of changes of the journal, in slots that are summed; triggers on ``events`` count.

    Migrations that make the table ``events`` anew on SQLite must make its triggers anew as well.
    """

    __tablename__ = "journal_revisions"

    slot: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(BigInteger)


class ChangeHeadRow(Base):
    """The log of product changes as a whole; one row.

    ``sequence`` is the last number that was given out, ``trimmed`` that through which entries may have been dropped.
    """

    __tablename__ = "change_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    trimmed: Mapped[int] = mapped_column(BigInteger)


class ProductChangeRow(Base):
    """The newest change of a product in the log; ``content`` is a ``ProductChange`` as JSON.

    ``fingerprint`` is that of ``product_versions`` which the change was made of.
    """

    __tablename__ = "product_changes"

    product_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, unique=True)
    fingerprint: Mapped[str] = mapped_column(String(24))
    content: Mapped[str] = mapped_column(Text)


class PendingProductRow(Base):
    """A product whose texts, facts or vector are still to be made anew.

    ``sequence`` is that of the change that said so, ``names_before`` what it was called before: who names it so has to be
    linked again.
    """

    __tablename__ = "pending_products"

    product_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, index=True)
    names_before: Mapped[list[str]] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(Text)


class LeaseRow(Base):
    """Work that one process does at a time: who does it, and until when nobody else may."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class BuildStateRow(Base):
    """A note of a build on what it was made of."""

    __tablename__ = "build_states"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)


class RunRow(Base):
    """One run of a batch command with its report. ``status``: running, done or failed."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    command: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class ApiKeyRow(Base):
    """A key of the HTTP API. Only the SHA-256 of its secret is kept; a revoked key stays, for the audit."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    origins: Mapped[list[str]] = mapped_column(JSON)
    rate: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaced_by: Mapped[str | None] = mapped_column(String(16))


class UserRow(Base):
    """A person who may sign in to the pages. ``failed_attempts`` and ``locked_until`` are the lock-out."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(255))
    is_disabled: Mapped[bool] = mapped_column(Boolean)
    failed_attempts: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A signed-in browser. ``digest`` is the SHA-256 of the cookie, which is kept nowhere."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_name: Mapped[str] = mapped_column(ForeignKey("users.name", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AuditRow(Base):
    """An entry of the audit log. Append-only: a trigger refuses changes, and ``hash`` covers the row before."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(160))
    detail: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The number and hash of the newest audit entry, so that a missing end of the log is noticed; one row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
