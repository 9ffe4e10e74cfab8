"""Runs of batch commands: when each began, how it ended, and its report."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import select

from kms.db.session import Database
from kms.db.tables import RunRow
from kms.errors import NotFoundError
from kms.types import Frozen

RunStatus = Literal["running", "done", "failed"]


class Run(Frozen):
    """One run; a run that was killed stays ``running``."""

    id: str
    command: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None = None
    report: dict[str, Any] = Field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """Duration in seconds; ``None`` while it runs."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else None


class RunStore:
    """Runs on the operational store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, command: str) -> str:
        """Remember that a command began; returns the run's id."""
        run_id = uuid.uuid4().hex
        with self._database.write() as session:
            session.add(
                RunRow(id=run_id, command=command, status="running", started_at=datetime.now(UTC), report={})
            )
        return run_id

    def finish(self, run_id: str, report: Mapping[str, Any], *, status: RunStatus = "done") -> None:
        """Remember how a run ended; ``report`` holds plain JSON values.

        Raises:
            NotFoundError: No such run.
        """
        with self._database.write() as session:
            row = session.get(RunRow, run_id)
            if row is None:
                raise NotFoundError(f"run {run_id!r} was never started")
            row.status = status
            row.finished_at = datetime.now(UTC)
            row.report = dict(report)

    def latest(self, *, command: str | None = None, limit: int = 20) -> list[Run]:
        """The newest runs first, of one command or of all."""
        statement = select(RunRow).order_by(RunRow.started_at.desc(), RunRow.id).limit(limit)
        if command is not None:
            statement = statement.where(RunRow.command == command)
        with self._database.read() as session:
            return [
                Run(
                    id=row.id,
                    command=row.command,
                    status=_as_status(row.status),
                    started_at=row.started_at,
                    finished_at=row.finished_at,
                    report=row.report,
                )
                for row in session.scalars(statement)
            ]


def _as_status(text: str) -> RunStatus:
    return "done" if text == "done" else "failed" if text == "failed" else "running"
