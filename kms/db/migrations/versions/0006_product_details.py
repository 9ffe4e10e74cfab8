"""Products as shops have them: variants, and what else a row states (codes, sale, stock, pictures, dates)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("products") as batch:
        batch.add_column(sa.Column("variants", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("details", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("products") as batch:
        batch.drop_column("details")
        batch.drop_column("variants")
