"""Log of product changes, products that wait to be read, and leases of work that one process does at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    heads = op.create_table(
        "change_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("trimmed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change_head"),
    )
    op.bulk_insert(heads, [{"id": 1, "sequence": 0, "trimmed": 0}])
    op.create_table(
        "product_changes",
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=24), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="pk_product_changes"),
        sa.UniqueConstraint("sequence", name="uq_product_changes_sequence"),
    )
    op.create_table(
        "pending_products",
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("names_before", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("product_id", name="pk_pending_products"),
    )
    op.create_index("ix_pending_products_sequence", "pending_products", ["sequence"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def downgrade() -> None:
    for table in ("leases", "pending_products", "product_changes", "change_head"):
        op.drop_table(table)
