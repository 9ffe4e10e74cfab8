"""Run by Alembic: migrations use the connection that ``kms.db.migrate.upgrade`` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

import kms.db.queue_tables  # noqa: F401 - tables of the metadata
from kms.db.tables import Base, UtcDateTime


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Migrations name plain types, so that they stay what they were when the project's own types change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
