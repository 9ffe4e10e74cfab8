"""Raw rows of a file, and rows that were set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from kms.types import Frozen

RejectReason = Literal[
    "encoding",  # bytes that are not of the file's encoding
    "syntax",  # no JSON object, or cells that do not fit the header
    "missing",  # a field that must be there is empty
    "invalid",  # a value of the wrong type or range
    "too_long",  # a value beyond its field's limit
    "duplicate_id",  # the id was seen before in the same file
    "unknown_product",  # a review of a product that is not in the catalogue
]

EXCERPT_LENGTH = 300


class RowProblem(Exception):
    """The reason why a row is refused; caught by the ingest, never seen by a caller.

    Attributes:
        message: To who gives a file.
        json_message: To who sends JSON, which has neither cells nor mappings.
    """

    def __init__(
        self, field: str, reason: RejectReason, message: str, *, in_file: str = "", in_json: str = ""
    ) -> None:
        """Say what is wrong.

        Args:
            field: That is wrong; empty: the row.
            reason: Kind of fault.
            message: What is wrong.
            in_file: What to do about it in a file or its mapping.
            in_json: What to send instead.
        """
        self.message = f"{message}; {in_file}" if in_file else message
        self.json_message = f"{message}; {in_json}" if in_json else message
        super().__init__(self.message)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class RawRow:
    """One row as the file has it.

    Attributes:
        line: Counts from 1 (Parquet and JSON lists: the row's number).
        values: Column to value.
        repeated: The cells of columns that the file's header names more than once; ``values`` lacks these.
    """

    line: int
    values: dict[str, Any]
    repeated: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class BadRow:
    """A row that could not be taken; ``id`` is its product's where that much can be told."""

    line: int
    problem: RowProblem
    excerpt: str
    id: str | None = None


class Reject(Frozen):
    """One line of a rejects file; ``is_row_kept``: only the field was left out."""

    file: str
    line: int
    field: str
    reason: RejectReason
    message: str
    excerpt: str
    is_row_kept: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def shorten(value: object, length: int = 60) -> str:
    """A value for a message, quoted and cut."""
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return repr(text if len(text) <= length else text[: length - 1] + "…")


def cut_excerpt(raw: bytes) -> str:
    """The start of a row's bytes, for a rejects file."""
    return raw[: EXCERPT_LENGTH * 4].decode("utf-8", "backslashreplace").strip()[:EXCERPT_LENGTH]
