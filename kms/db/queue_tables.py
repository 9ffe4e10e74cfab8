"""SQL tables of the review queue: questions, the products that each is about, what people did, words that are ignored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kms.db.tables import Base, UtcDateTime


class QueueItemRow(Base):
    """A question of the review queue, computed; what people noted of it stays when it is computed anew.

    ``status``: open, or done where no member is open. ``content`` is what it asks, ``gain`` the order. ``touched`` is the
    number of the last action on it, which tells whether somebody did something since it was looked at.
    """

    __tablename__ = "queue_items"
    __table_args__ = (
        Index("ix_queue_items_order", "status", "skips", "gain"),
        Index("ix_queue_items_by_kind", "status", "kind"),
        Index("ix_queue_items_by_field", "status", "field"),
        Index("ix_queue_items_by_assignee", "status", "assignee"),
    )

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    field: Mapped[str] = mapped_column(String(128))
    class_id: Mapped[str] = mapped_column(String(128))
    word: Mapped[str] = mapped_column(String(500), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    belief: Mapped[float] = mapped_column(Float)
    uncertainty: Mapped[float] = mapped_column(Float)
    products: Mapped[int] = mapped_column(Integer)
    gain: Mapped[float] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(8))
    assignee: Mapped[str] = mapped_column(String(100))
    is_flagged: Mapped[bool] = mapped_column(Boolean)
    skips: Mapped[int] = mapped_column(Integer)
    comments: Mapped[int] = mapped_column(Integer)
    touched: Mapped[int] = mapped_column(Integer)
    claimed_by: Mapped[str] = mapped_column(String(100), index=True)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class QueueMemberRow(Base):
    """What one product has to do with a question; ``settled`` is the action that answered it, empty while it is open."""

    __tablename__ = "queue_members"
    __table_args__ = (
        Index("ix_queue_members_open", "item_id", "settled"),
        Index("ix_queue_members_by_class", "class_id", "settled", "item_id"),
    )

    item_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    key: Mapped[str] = mapped_column(String(24), primary_key=True, index=True)
    product_id: Mapped[str] = mapped_column(String(128), index=True)
    class_id: Mapped[str] = mapped_column(String(128))
    belief: Mapped[float] = mapped_column(Float)
    used: Mapped[int] = mapped_column(Integer)
    mentions: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    settled: Mapped[str] = mapped_column(String(24), index=True)


class QueueActionRow(Base):
    """What a person did with a question. Append-only: an undoing is a row that names the one that it undoes.

    ``batch`` joins the actions of one bulk decision; ``content`` holds what undoing needs.
    """

    __tablename__ = "queue_actions"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(24), unique=True)
    item_id: Mapped[str] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(String(400))
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    batch: Mapped[str] = mapped_column(String(24), index=True)
    title: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes: Mapped[str | None] = mapped_column(String(24), unique=True)


class IgnoredWordRow(Base):
    """A word, folded, that no proposal is made of any more, and the action that said so."""

    __tablename__ = "ignored_words"

    word: Mapped[str] = mapped_column(String(500), primary_key=True)
    action: Mapped[str] = mapped_column(String(24))
