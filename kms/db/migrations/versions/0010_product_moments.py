"""Moments to come at which a product's price or publication becomes another by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from kms.db.tables import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PAGE = 1_000


def upgrade() -> None:
    op.create_table(
        "product_moments",
        sa.Column("product_id", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_product_moments_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", "at", name="pk_product_moments"),
    )
    op.create_index("ix_product_moments_at", "product_moments", ["at"])
    connection = op.get_bind()
    now = datetime.now(UTC)
    table = sa.table("product_moments", sa.column("product_id", sa.String), sa.column("at", UtcDateTime))
    after = ""
    while rows := connection.execute(
        sa.text(
            "SELECT id, details, variants FROM products WHERE id > :after AND (details IS NOT NULL OR variants IS NOT NULL) "
            f"ORDER BY id LIMIT {_PAGE}"
        ),
        {"after": after},
    ).all():
        after = rows[-1][0]
        found = [
            {"product_id": row[0], "at": at}
            for row in rows
            for at in sorted({each for stored in row[1:] for each in _moments(stored) if each > now})
        ]
        if found:
            connection.execute(table.insert(), found)


def _moments(stored: Any) -> Iterator[datetime]:
    """Dates of sales and publication in a product's details or its variants; SQLite gives JSON as text."""
    if isinstance(stored, str):
        stored = json.loads(stored)
    for offer in stored if isinstance(stored, list) else [stored or {}]:
        dates = {name: offer.get(name) for name in ("published_at", "unpublished_at")}
        dates |= {name: (offer.get("sale") or {}).get(name) for name in ("starts_at", "ends_at")}
        for name, value in dates.items():
            if value:
                at = datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC)
                yield at + timedelta(microseconds=1) if name == "ends_at" else at


def downgrade() -> None:
    op.drop_index("ix_product_moments_at", table_name="product_moments")
    op.drop_table("product_moments")
