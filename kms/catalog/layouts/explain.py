"""Explanation of a layout: which column becomes what, for the first rows of a file; and the layout as a mapping."""

from __future__ import annotations

from itertools import islice
from typing import Any

import yaml

from kms.catalog.layouts.base import Layout, Rows, Sample, Shop
from kms.catalog.layouts.mapped import MappedRows
from kms.catalog.layouts.plain import PlainProducts
from kms.catalog.layouts.plain_columns import currency_beside
from kms.catalog.mapping import Mapping, mappable_fields
from kms.catalog.prices import read_currency
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.values import is_empty
from kms.errors import CatalogError
from kms.types import Frozen

SHOWN_ROWS = 5
_LOOKED_AT = 100
_SHOWN_CHARACTERS = 60


class ExplainedCell(Frozen):
    """A column's first content in a row, and the field that it became; ``None``: it was not used."""

    column: str
    value: str
    field: str | None


class ExplainedRow(Frozen):
    """A model, or the reason why there is none, with the cells of its first row that has each column.

    Attributes:
        joined_by: The column by which its rows were joined.
        remarks: What was decided of the whole file against the names of its columns.
    """

    line: int
    id: str | None = None
    rows: int = 1
    cells: tuple[ExplainedCell, ...] = ()
    problems: tuple[str, ...] = ()
    joined_by: str = ""
    remarks: tuple[str, ...] = ()


def explain_rows(layout: Layout, rows: Rows, shop: Shop, *, limit: int = SHOWN_ROWS) -> list[ExplainedRow]:
    """What the first models of a file are made of."""
    explained = []
    cells = {row.line: row for row in islice(rows(), 10_000) if isinstance(row, RawRow)}
    for reading in islice(layout.read(rows, shop), limit):
        if isinstance(reading, BadRow):
            problem = f"line {reading.line}: {reading.problem.message}; set aside"
            explained.append(ExplainedRow(line=reading.line, id=reading.id, problems=(problem,)))
            continue
        row = cells.get(reading.line)
        shown = [
            ExplainedCell(
                column=column, value=_first_value(column, row, cells), field=reading.used.get(column)
            )
            for column in (*reading.used, *reading.unused)
        ]
        shown = [cell for cell in shown if cell.value]
        explained.append(
            ExplainedRow(
                line=reading.line,
                id=reading.model.id,
                rows=reading.rows,
                cells=tuple(shown),
                problems=tuple(f"line {line}: {p.message}; left out" for line, p in reading.problems),
                joined_by=reading.joined_by,
                remarks=reading.remarks,
            )
        )
    return explained


def _first_value(column: str, row: RawRow | None, cells: dict[int, RawRow]) -> str:
    """The cell of the model's first row, else that of the next row that has one."""
    later = (other for line, other in cells.items() if row is not None and line >= row.line)
    for each in (*([row] if row else []), *islice(later, 50)):
        value = each.repeated.get(column) or each.values.get(column)
        if not is_empty(value):
            text = " ".join(str(value).split())
            return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return ""


def write_as_mapping(layout: Layout, rows: Rows, shop: Shop) -> str:
    """A layout as the YAML of a mapping, to be changed.

    Raises:
        CatalogError: A mapping cannot say what the layout does: it reads one row as one product.
    """
    sample = Sample.of(list(islice(rows(), _LOOKED_AT)))
    if isinstance(layout, MappedRows) and not _has_names_of_its_own(layout, sample):
        content = layout.mapping_for(sample.columns).model_dump(mode="json", exclude_defaults=True)
        return f"# {layout.title}\n" + yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    if grouping := layout.grouping(sample):
        raise CatalogError(
            f"{layout.title} cannot be written as a mapping, which makes one {layout.kind} of each row. "
            f"Here {grouping}. Read it with --layout {layout.name}, or change the export"
        )
    columns: dict[str, list[str]] = {}
    table: dict[str, str] = {}
    unsaid: dict[str, None] = {}
    known = mappable_fields(layout.kind)
    for reading in islice(layout.read(rows, shop), _LOOKED_AT):
        if isinstance(reading, BadRow):
            continue
        for column, field in reading.used.items():
            name = field.partition(".")[0]
            if name == "attributes":
                table.setdefault(column.replace("_", " "), column)
            elif name in known:
                named = columns.setdefault(name, [])
                named += [] if column in named else [column]
            elif not field.startswith("left out"):
                unsaid[f"{column} ({field})"] = None
    fields = {name: _rule(name, each, shop) for name, each in columns.items()}
    if isinstance(layout, PlainProducts) and columns["id"] != ["id"]:
        # Here a code may stand for the id, and is the SKU as well.
        fields["id"] = {"columns": columns["id"], "code": True}
        fields.setdefault("sku", columns["id"][0])
    content = {"kind": layout.kind, "fields": fields, **({"attributes": {"columns": table}} if table else {})}
    Mapping.model_validate(content)
    head = f"# Made from the layout {layout.name}.\n"
    if unsaid:
        head += f"# What the layout reads and a mapping cannot say: {', '.join(unsaid)}.\n"
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _has_names_of_its_own(layout: MappedRows, sample: Sample) -> bool:
    """Whether a plain table names its columns so that the ready mapping cannot read it."""
    missing = layout.mapping.missing_columns([row.values for row in sample.rows])
    return isinstance(layout, PlainProducts) and any(column.is_required for column in missing)


def _rule(field: str, columns: list[str], shop: Shop) -> Any:
    rule: dict[str, Any] = {"column": columns[0]} if len(columns) == 1 else {"columns": columns}
    if len(columns) > 1 and field in ("pictures", "tags", "category_paths", "description"):
        rule["join"] = "\n"
    if field == "price" and (beside := currency_beside(columns[0])):
        rule["currency"] = read_currency(field, beside, shop_currency=shop.currency)
    elif field == "price" and shop.currency:
        rule["currency"] = shop.currency
    return columns[0] if rule == {"column": columns[0]} else rule
