"""Schema migration of a store with Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
"""The last migration; their files begin with their revisions."""

# Any constant: processes that upgrade the same PostgreSQL database wait for each other on it.
_LOCK = 7_250_311


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that are due, in one transaction; does nothing where none is.

    Two processes may call this at once: the second waits and finds nothing to do.
    """
    if revision == "head" and _is_current(engine):  # without Alembic, whose import takes longer than all else
        return
    from alembic import command

    with engine.execution_options(kms_begin="BEGIN IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_configure(connection), revision)


def current_revision(engine: Engine) -> str | None:
    """The last migration that ran, or ``None`` on an empty store."""
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _is_current(engine: Engine) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == NEWEST)


def _configure(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
