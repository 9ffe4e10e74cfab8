"""Feeds of rows, texts that could not be read, the journal's revision, and states of builds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SLOTS = 16
"""Rows that count changes of the journal: writers that come at once on PostgreSQL seldom meet at the same one."""
_INTERNAL_RUNS = ("graph changes", "graph links")


def upgrade() -> None:
    with op.batch_alter_table("document_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("error", sa.Text(), nullable=True))
    op.create_table(
        "row_feeds",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("feed", sa.String(length=200), nullable=False),
        sa.Column("row_id", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("kind", "feed", "row_id", name=op.f("pk_row_feeds")),
    )
    with op.batch_alter_table("row_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_row_feeds_kind_row_id"), ["kind", "row_id"], unique=False)
    op.create_table(
        "build_states",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_build_states")),
    )
    op.create_table(
        "journal_revisions",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_journal_revisions")),
    )
    op.execute("INSERT INTO journal_revisions VALUES " + ", ".join(f"({n}, 0)" for n in range(SLOTS)))
    if op.get_bind().dialect.name == "postgresql":
        _watch_events_on_postgresql()
    else:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_{verb.lower()}_counts AFTER {verb} ON events "
                "BEGIN UPDATE journal_revisions SET revision = revision + 1 WHERE slot = 0; END"
            )
    runs = sa.table("runs", sa.column("command", sa.String))
    op.execute(runs.delete().where(runs.c.command.in_(_INTERNAL_RUNS)))


def _watch_events_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION count_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM touched) THEN UPDATE journal_revisions SET revision = revision + 1 "
        f"WHERE slot = pg_backend_pid() % {SLOTS}; END IF; RETURN NULL; END $$"
    )
    for verb, state in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        op.execute(
            f"CREATE TRIGGER events_{verb.lower()}_counts AFTER {verb} ON events "
            f"REFERENCING {state} TABLE AS touched "
            "FOR EACH STATEMENT EXECUTE FUNCTION count_journal_change()"
        )
    op.execute(
        "CREATE FUNCTION count_journal_truncation() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "UPDATE journal_revisions SET revision = revision + 1 WHERE slot = 0; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_truncate_counts AFTER TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION count_journal_truncation()"
    )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for verb in ("insert", "update", "delete", *(("truncate",) if is_postgresql else ())):
        op.execute(f"DROP TRIGGER events_{verb}_counts" + (" ON events" if is_postgresql else ""))
    if is_postgresql:
        op.execute("DROP FUNCTION count_journal_change()")
        op.execute("DROP FUNCTION count_journal_truncation()")
    for table in ("journal_revisions", "build_states", "row_feeds"):
        op.drop_table(table)
    with op.batch_alter_table("document_state", schema=None) as batch_op:
        batch_op.drop_column("error")
