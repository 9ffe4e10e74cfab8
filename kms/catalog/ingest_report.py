"""Report of one ingest."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from kms.catalog.divergences import DivergenceReport
from kms.catalog.mapping import Kind
from kms.catalog.rows import Reject
from kms.types import Frozen


class IngestReport(Frozen):
    """Report of one ingest: rows that were read, and products, reviews or events that they made.

    Attributes:
        layout: How it was read: the layout or mapping, and why that one.
        rows: Number of rows that ``read`` models were made of, where several rows make one.
        left_out: Number of values that could not be used, by field; their rows were kept.
        first_left_out: The first few of them of each field, in words.
        missing: Rows of the feed that it names no more; ``deleted`` of them were deleted.
        is_dry: Nothing was written.
        rejects: Number of rows set aside, by reason.
        rejects_file: Where these rows are written; ``None`` where there are none or no folder was given.
        first_rejects: The first few, for a person to read.
        divergences: Rows on which the source and the catalogue did not agree, because they were changed since.
        note: Something that was not done, and why.
        warnings: What the feed as a whole shows: columns that nothing reads, ids and codes of several products, pictures
            that browsers block.
    """

    source: str
    kind: Kind
    layout: str = ""
    read: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    missing: int = 0
    rejected: int = 0
    rejects: dict[str, int] = Field(default_factory=dict)
    left_out: dict[str, int] = Field(default_factory=dict)
    first_left_out: tuple[str, ...] = ()
    rejects_file: Path | None = None
    first_rejects: tuple[Reject, ...] = ()
    divergences: DivergenceReport = DivergenceReport()
    note: str = ""
    warnings: tuple[str, ...] = ()
    is_dry: bool = False
    seconds: float = 0.0
