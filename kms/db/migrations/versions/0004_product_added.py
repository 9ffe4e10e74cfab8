"""When a product came into the catalogue; of rows from before, when they changed last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("products") as batch:
        batch.add_column(sa.Column("added_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE products SET added_at = updated_at")


def downgrade() -> None:
    with op.batch_alter_table("products") as batch:
        batch.drop_column("added_at")
