"""Codes of products and variants (SKU, GTIN, maker's number), by which reviews and events may name a product."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product_codes",
        sa.Column("code", sa.String(length=128), nullable=False),
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_product_codes_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", "product_id", name="pk_product_codes"),
    )
    op.create_index("ix_product_codes_product_id", "product_codes", ["product_id"])


def downgrade() -> None:
    op.drop_index("ix_product_codes_product_id", table_name="product_codes")
    op.drop_table("product_codes")
