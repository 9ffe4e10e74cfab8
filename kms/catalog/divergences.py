"""Where a feed and the catalogue say different things: counted, named, and written to a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from kms.catalog.taking import Taken
from kms.errors import CatalogError
from kms.types import Frozen

Outcome = Literal["kept", "overruled", "still_deleted", "deleted_although_changed"]
SHOWN = 20
_SHOWN_FIELDS = 5


class Divergence(Frozen):
    """One row that a feed and the catalogue did not agree on; ``fields`` is empty where it is the whole row."""

    id: str
    outcome: Outcome
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        further = ", …" if len(self.fields) > _SHOWN_FIELDS else ""
        named = ", ".join(self.fields[:_SHOWN_FIELDS]) + further
        return f"{self.id} ({named})" if named else self.id


class DivergenceReport(Frozen):
    """Rows on which a feed and the catalogue did not agree.

    Attributes:
        counts: Number of rows by outcome.
        first: The first ``SHOWN`` of each outcome.
        file: Where all of them are written; ``None`` where there are none or nothing is written.
    """

    counts: dict[Outcome, int] = Field(default_factory=dict)
    first: tuple[Divergence, ...] = ()
    file: Path | None = None

    def lines(self) -> list[str]:
        """What there is to say, for people."""
        said = []
        for outcome, wording in _WORDING.items():
            if count := self.counts.get(outcome, 0):
                shown = [str(each) for each in self.first if each.outcome == outcome]
                further = ", …" if count > len(shown) else ""
                said.append(f"{wording} ({count:,}): {', '.join(shown)}{further}")
        if said and self.counts.keys() & {"kept", "still_deleted"}:
            said.append(
                "--overwrite takes the file's rows as they are, whatever was changed or deleted since"
            )
        if self.file is not None:
            said.append(f"all of these rows: {self.file}")
        return said


_WORDING: dict[Outcome, str] = {
    "kept": "changed since, and kept where the file says what it said before",
    "overruled": "changed since and in the file, whose values were taken",
    "still_deleted": "deleted since, and not brought back",
    "deleted_although_changed": "deleted, for the file names them no more, although they were changed since",
}


class Divergences:
    """Collects them over a run."""

    def __init__(self) -> None:
        self._all: list[Divergence] = []

    def add(self, taken: Taken) -> None:
        """Add those of a chunk."""
        self._all += [Divergence(id=each, outcome="kept", fields=f) for each, f in taken.kept.items()]
        self._all += [
            Divergence(id=each, outcome="overruled", fields=f) for each, f in taken.overruled.items()
        ]
        self._all += [Divergence(id=each, outcome="still_deleted") for each in taken.still_deleted]

    def add_deleted(self, row_ids: Sequence[str]) -> None:
        """Add rows that their feed deleted although they had been changed since."""
        self._all += [Divergence(id=each, outcome="deleted_although_changed") for each in row_ids]

    def report(self, path: Path | None) -> DivergenceReport:
        """Write all of them to ``path``, or remove the file of a run before; ``None``: write nothing.

        Raises:
            CatalogError: The file cannot be written.
        """
        counts: dict[Outcome, int] = {}
        first: list[Divergence] = []
        for each in self._all:
            counts[each.outcome] = counts.get(each.outcome, 0) + 1
            if counts[each.outcome] <= SHOWN:
                first.append(each)
        if path is not None:
            self._write(path)
        return DivergenceReport(counts=counts, first=tuple(first), file=path if self._all else None)

    def _write(self, path: Path) -> None:
        try:
            if not self._all:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = (json.dumps(each.model_dump(mode="json"), ensure_ascii=False) for each in self._all)
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        except OSError as error:
            raise CatalogError(f"{path} cannot be written: {error.strerror}") from None
