"""The review queue: questions, their members, what people did, and words to ignore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ITEMS = ("kind", "field", "word", "assignee")
_MEMBERS = ("product_id", "class_id", "settled")
_ACTIONS = ("item_id", "kind", "batch")


def upgrade() -> None:
    op.create_table(
        "queue_items",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=128), nullable=False),
        sa.Column("class_id", sa.String(length=128), nullable=False),
        sa.Column("word", sa.String(length=500), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("belief", sa.Float(), nullable=False),
        sa.Column("uncertainty", sa.Float(), nullable=False),
        sa.Column("products", sa.Integer(), nullable=False),
        sa.Column("gain", sa.Float(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("assignee", sa.String(length=100), nullable=False),
        sa.Column("is_flagged", sa.Boolean(), nullable=False),
        sa.Column("skips", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("touched", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_queue_items"),
    )
    op.create_index("ix_queue_items_order", "queue_items", ["status", "skips", "gain"])
    op.create_table(
        "queue_members",
        sa.Column("item_id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("class_id", sa.String(length=128), nullable=False),
        sa.Column("belief", sa.Float(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("settled", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "key", name="pk_queue_members"),
    )
    op.create_index("ix_queue_members_open", "queue_members", ["item_id", "settled"])
    op.create_table(
        "queue_actions",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("item_id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.String(length=24), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_queue_actions"),
        sa.UniqueConstraint("id", name="uq_queue_actions_id"),
        sa.UniqueConstraint("undoes", name="uq_queue_actions_undoes"),
    )
    op.create_table(
        "ignored_words",
        sa.Column("word", sa.String(length=500), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_ignored_words"),
    )
    for table, names in (("queue_items", _ITEMS), ("queue_members", _MEMBERS), ("queue_actions", _ACTIONS)):
        for name in names:
            op.create_index(f"ix_{table}_{name}", table, [name])


def downgrade() -> None:
    for table in ("ignored_words", "queue_actions", "queue_members", "queue_items"):
        op.drop_table(table)
