"""Build states: named JSON notes of the sources that something was built from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kms.db.session import Database
from kms.db.tables import BuildStateRow
from kms.db.versions import upsert


class BuildStates:
    """Notes on the operational store; each is one JSON object."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> dict[str, Any]:
        """The note of this name; empty where there is none."""
        with self._database.read() as session:
            row = session.get(BuildStateRow, name)
            return dict(row.value) if row else {}

    def put(self, name: str, value: Mapping[str, Any]) -> None:
        """Replace the note of this name."""
        with self._database.write() as session:
            upsert(session, BuildStateRow, [{"name": name, "value": dict(value)}], key=("name",))
