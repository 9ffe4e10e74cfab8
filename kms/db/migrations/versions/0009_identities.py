"""Who is who: names and products that may be one, and the groups of products that were decided to be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("left", sa.String(length=200), nullable=False),
        sa.Column("right", sa.String(length=200), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
    )
    op.create_index("ix_identities_kind_status", "identities", ["kind", "status"])
    op.create_table(
        "product_groups",
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("group_id", sa.String(length=128), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="pk_product_groups"),
    )
    op.create_index("ix_product_groups_group_id", "product_groups", ["group_id"])


def downgrade() -> None:
    op.drop_index("ix_product_groups_group_id", table_name="product_groups")
    op.drop_table("product_groups")
    op.drop_index("ix_identities_kind_status", table_name="identities")
    op.drop_table("identities")
