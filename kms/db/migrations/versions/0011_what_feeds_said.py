"""What each feed said of a row last, so that a feed which says the same again does not undo changes made since.

What feeds said before is not known: the row that the catalogue has is taken for it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("row_feeds", sa.Column("row_hash", sa.String(length=24), nullable=True))
    op.add_column("row_feeds", sa.Column("content", sa.JSON(), nullable=True))
    op.add_column("row_feeds", sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
    for kind, table in (("product", "products"), ("review", "reviews")):
        op.execute(
            f"UPDATE row_feeds SET row_hash = (SELECT row_hash FROM {table} WHERE {table}.id = row_feeds.row_id) "
            f"WHERE kind = '{kind}'"
        )
    # Reviews that were set aside, because nobody knew their product, had an entry as well.
    op.execute("DELETE FROM row_feeds WHERE kind = 'review' AND row_hash IS NULL")


def downgrade() -> None:
    for column in ("said_at", "content", "row_hash"):
        op.drop_column("row_feeds", column)
