"""Answers of routes that change products, reviews and offers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas import Answer, FieldProblem
from kms.catalog.rows import RowProblem
from kms.indexing.live_writes import Written

ChangeOutcome = Literal["created", "changed", "unchanged", "deleted"]
RowOutcome = Literal["created", "changed", "unchanged", "refused"]


class ChangeOut(Answer):
    """Result of a change.

    ``sequence`` numbers the changes; searches show them in that order, and 0 means that nothing changed. ``is_pending``:
    the new texts are still to be read; until then the product is found by its row. ``left_out``: values that could not be
    used and without which the row was taken.
    """

    id: str
    outcome: ChangeOutcome
    sequence: int = 0
    is_pending: bool = False
    left_out: tuple[FieldProblem, ...] = ()


class RowOut(Answer):
    """Result of one row of several: its place, counted from 1, and what came of it; ``errors`` say why it was refused."""

    row: Annotated[int, Field(ge=1)]
    id: str | None = None
    outcome: RowOutcome
    sequence: int = 0
    is_pending: bool = False
    errors: tuple[FieldProblem, ...] = ()
    left_out: tuple[FieldProblem, ...] = ()


class RowsOut(Answer):
    """Results of rows, in their order."""

    results: tuple[RowOut, ...]
    counts: dict[str, int]


def show_problems(*problems: RowProblem) -> tuple[FieldProblem, ...]:
    """What is wrong with a row."""
    return tuple(FieldProblem(field=each.field, message=each.json_message) for each in problems)


def show_change(written: Written) -> ChangeOut:
    """The result of a change that was not refused."""
    assert written.outcome != "refused"
    return ChangeOut(
        id=written.id,
        outcome=written.outcome,
        sequence=written.sequence,
        is_pending=written.is_pending,
        left_out=show_problems(*written.left_out),
    )


def show_row(row: int, written: Written) -> RowOut:
    """The result of a row."""
    assert written.outcome != "deleted"
    return RowOut(
        row=row,
        id=written.id,
        outcome=written.outcome,
        sequence=written.sequence,
        is_pending=written.is_pending,
        errors=show_problems(written.problem) if written.problem else (),
        left_out=show_problems(*written.left_out),
    )
