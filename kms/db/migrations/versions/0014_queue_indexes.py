"""Indexes of the review queue by which ten thousand open questions are counted, claimed and answered."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NEW = (
    ("ix_queue_items_by_kind", "queue_items", ["status", "kind"]),
    ("ix_queue_items_by_field", "queue_items", ["status", "field"]),
    ("ix_queue_items_by_assignee", "queue_items", ["status", "assignee"]),
    ("ix_queue_items_claimed_by", "queue_items", ["claimed_by"]),
    ("ix_queue_members_key", "queue_members", ["key"]),
    ("ix_queue_members_by_class", "queue_members", ["class_id", "settled", "item_id"]),
)
_OLD = (
    ("ix_queue_items_kind", "queue_items", ["kind"]),
    ("ix_queue_items_field", "queue_items", ["field"]),
    ("ix_queue_items_assignee", "queue_items", ["assignee"]),
    ("ix_queue_members_class_id", "queue_members", ["class_id"]),
)


def upgrade() -> None:
    for name, table, _ in _OLD:
        op.drop_index(name, table_name=table)
    for name, table, columns in _NEW:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _ in _NEW:
        op.drop_index(name, table_name=table)
    for name, table, columns in _OLD:
        op.create_index(name, table, columns)
