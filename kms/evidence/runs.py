"""Runs of batch commands with their reports."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from kms.db.session import Database
from kms.db.tables import RunRow


class RunStore:
    """What ran, when, and what it reported."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, command: str) -> str:
        """Record that a command started; returns the run's id."""
        run_id = uuid.uuid4().hex
        with self._database.write() as session:
            session.add(
                RunRow(
                    id=run_id,
                    command=command,
                    status="running",
                    started_at=datetime.now(UTC),
                    finished_at=None,
                    report={},
                )
            )
        return run_id

    def finish(self, run_id: str, report: Mapping[str, Any], *, is_done: bool = True) -> None:
        """Record how it ended."""
        with self._database.write() as session:
            session.execute(
                update(RunRow)
                .where(RunRow.id == run_id)
                .values(
                    status="done" if is_done else "failed",
                    finished_at=datetime.now(UTC),
                    report=dict(report),
                )
            )

    def last_report(self, command: str) -> dict[str, Any] | None:
        """The report of the newest run of a command that ended well."""
        statement = (
            select(RunRow.report)
            .where(RunRow.command == command, RunRow.status == "done")
            .order_by(RunRow.finished_at.desc())
            .limit(1)
        )
        with self._database.read() as session:
            return session.scalar(statement)
