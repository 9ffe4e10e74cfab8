"""The queue as rows of a spreadsheet, and answers read back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from api.queue_desk import QueueAnswer
from api.queue_wanted import Wanted
from api.schemas import Answer
from kms.decisions.reasons import Reason
from kms.errors import InputError, KmsError
from kms.queue.models import SETTLING, Action, Kind, hash_of, reasons_of

if TYPE_CHECKING:
    from api.queue_desk import QueueDesk
    from api.queue_schemas import QueueItemDetail

ANSWERS = ("decision", "option", "to", "reason", "note")
"""Columns that people fill in; the others say what is asked, and are not read."""
COLUMNS = (
    "id", "seen", "kind", "question", "field", "class", "products", "belief", "gain", "values", "example", "sentence",
    *ANSWERS, "assignee",
)  # fmt: skip
_MEANT: Mapping[str, Action] = {
    "yes": Action.ACCEPT,
    "y": Action.ACCEPT,
    "no": Action.REJECT,
    "n": Action.REJECT,
    "是": Action.ACCEPT,
    "否": Action.REJECT,
    "更正": Action.CORRECT,
    "忽略": Action.IGNORE,
    **{each.value: each for each in (*SETTLING, Action.SKIP, Action.FLAG, Action.COMMENT, Action.ASSIGN)},
}


class SheetChange(Answer):
    """What a row does, or would do; ``line`` is its place in the file, the head being 1."""

    line: int
    item: str
    action: str
    question: str
    value: str = ""
    products: int = 0


class SheetRefused(Answer):
    """A row that is not done, and why."""

    line: int
    problem: str


class SheetReport(Answer):
    """What a spreadsheet did, or would do; ``repeated``: rows with notes that an earlier import did."""

    changes: tuple[SheetChange, ...]
    refused: tuple[SheetRefused, ...]
    unanswered: int
    repeated: int = 0


def export_queue(desk: QueueDesk, wanted: Wanted, *, limit: int = 10_000) -> list[list[str]]:
    """Rows of the questions that a filter lets through, the head first, in the order of gain."""
    rows = [list(COLUMNS)]
    for item, sample in desk.with_examples(wanted, limit=limit):
        sentence = sample.evidence[0].sentence if sample is not None and sample.evidence else ""
        rows.append(
            [
                item.id,
                str(item.seen),
                item.kind,
                item.question_en,
                item.field,
                item.class_id,
                str(item.products),
                f"{item.belief:.3f}",
                f"{item.gain:.3f}",
                " | ".join(f"{n}: {each.label_en}" for n, each in enumerate(item.options, 1)) or item.word,
                f"{sample.product_id}: {sample.title}" if sample is not None else "",
                " ".join(sentence.split())[:500],
                *("" for _ in ANSWERS),
                item.assignee,
            ]
        )
    return rows


def import_queue(
    desk: QueueDesk, rows: Sequence[Sequence[str]], *, by: str, is_dry: bool = False
) -> SheetReport:
    """Do what the column ``decision`` says, row by row; a row that is refused does not keep the others back.

    Args:
        desk: The queue.
        rows: The head first.
        by: Who does it.
        is_dry: Say what would be done, and do nothing.

    Raises:
        InputError: The file has no head, or lacks a column.
    """
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    missing = [name for name in ("id", "decision") if name not in head]
    if missing:
        raise InputError(f"the first row has no column {' and no '.join(missing)}; export the queue again")
    changes: list[SheetChange] = []
    refused: list[SheetRefused] = []
    unanswered = repeated = 0
    answered: dict[str, int] = {}
    for line, row in enumerate(rows[1:], 2):
        cells = {name: row[place].strip() for place, name in enumerate(head) if name and place < len(row)}
        if not cells.get("decision"):
            unanswered += any(cell.strip() for cell in row)
            continue
        try:
            answer, item = _read(desk, cells)
            if (before := answered.get(item.id)) is not None:
                raise InputError(f"line {before} answers the same question")
            if answer.id and desk.is_done(answer.id):
                answered[item.id] = line
                repeated += 1
                continue
            order = desk.order(answer)
            desk.check(order, by=by)
            if not is_dry:
                desk.act([answer], by=by)
            answered[item.id] = line
        except KmsError as error:
            refused.append(SheetRefused(line=line, problem=str(error)))
            continue
        value = (
            answer.to or (cells.get("option", "") if item.kind == Kind.CONTRADICTION else "") or answer.value
        )
        changes.append(
            SheetChange(
                line=line,
                item=item.id,
                action=answer.action.value,
                question=item.question_en,
                value=value,
                products=item.products,
            )
        )
    return SheetReport(
        changes=tuple(changes), refused=tuple(refused), unanswered=unanswered, repeated=repeated
    )


def _read(desk: QueueDesk, cells: Mapping[str, str]) -> tuple[QueueAnswer, QueueItemDetail]:
    said = cells["decision"].casefold()
    action = _MEANT.get(said)
    if action is None:
        raise InputError(
            f"{cells['decision'][:40]!r} is no decision; write yes, no, correct, ignore, skip or flag"
        )
    if not cells.get("id"):
        raise InputError("the column id is empty; it says which question is meant")
    item = desk.get(cells["id"])
    reason = cells.get("reason", "")
    known = reasons_of(Kind(item.kind), action)
    if reason and reason not in list(known):
        names = ", ".join(known) or "there are none"
        raise InputError(f"{reason[:40]!r} is no reason to {action.value} this; the reasons: {names}")
    assignee = cells.get("assignee", "")
    if action is Action.ASSIGN and not assignee and not item.assignee:
        raise InputError("the column assignee is empty; it says who is to answer this")
    try:
        answer = QueueAnswer.model_validate(
            {
                "item": item.id,
                "action": action,
                "reason": Reason(reason) if reason else None,
                "note": cells.get("note", ""),
                "option": cells.get("option") or 1,
                "to": cells.get("to", ""),
                "id": _id_of(item.id, action, cells),
                "value": assignee if action is Action.ASSIGN else "",
                "seen": cells.get("seen") or None,
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{first['loc'][0]}: {first['msg']}") from None
    return answer, item


def _id_of(item: str, action: Action, cells: Mapping[str, str]) -> str:
    """An id for what leaves a question open, the same whenever the same row is read again; answers need none."""
    if action in SETTLING:
        return ""
    return hash_of(
        "sheet", item, action.value, *(cells.get(name, "") for name in ("seen", "note", "assignee"))
    )
