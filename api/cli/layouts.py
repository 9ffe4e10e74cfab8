"""``kms ingest --explain`` and ``--write-mapping``: how a file would be read, without writing a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from api.cli.context import print_json

if TYPE_CHECKING:
    from api.inputs import BatchInput, Inputs
    from kms.catalog.layouts.base import Layout
    from kms.catalog.rows import BadRow, RawRow

_LINE_AND_VALUES = re.compile(r"^line [\d,]+: |'[^']*'")


def explain_inputs(inputs: Inputs, *, write_mapping: str, as_json: bool) -> None:
    """Print for the first rows of each file which column becomes what, or write the one file's mapping.

    Raises:
        CatalogError: A file cannot be read, is of no known layout, or its layout cannot be written as a mapping.
    """
    from kms.errors import CatalogError

    if write_mapping and len(inputs.taken) > 1:
        names = ", ".join(str(each.path) for each in inputs.taken)
        raise CatalogError(f"a mapping is of one file; give one of {names}")
    explained = [explain_file(each, write_mapping=write_mapping, as_json=as_json) for each in inputs.taken]
    if as_json and not write_mapping:
        print_json(explained[0] if len(explained) == 1 else {"files": explained})
        return
    for each in inputs.passed:
        typer.echo(f"\n{each.path}: passed over, {each.reason}", err=bool(write_mapping))


def explain_file(source: BatchInput, *, write_mapping: str, as_json: bool) -> dict[str, Any]:
    """How the first rows of a file are read; printed where no JSON is asked for.

    Raises:
        CatalogError: The file cannot be read, is of no known layout, or its layout cannot be written as a mapping.
    """
    from kms.catalog.layouts.base import Shop
    from kms.catalog.layouts.explain import explain_rows, write_as_mapping
    from kms.catalog.readers import read_rows
    from kms.errors import CatalogError
    from kms.settings import Settings

    path = source.path
    if path is None:
        raise CatalogError("the sample is not read from a file; give one")
    layout, why = _layout_of(source, path)
    mapping = getattr(layout, "mapping", None)

    def rows() -> Iterator[RawRow | BadRow]:
        return read_rows(
            path, encoding=mapping.encoding if mapping else None, rows=mapping.rows if mapping else None
        )

    shop = Shop(Settings().currency)
    if write_mapping:
        Path(write_mapping).write_text(write_as_mapping(layout, rows, shop), encoding="utf-8")
        typer.echo(f"{write_mapping}: {layout.title} as a mapping; use it with --mapping {write_mapping}")
        return {}
    explained = explain_rows(layout, rows, shop)
    result = {
        "file": str(path), "layout": layout.name, "why": why, "rows": [row.model_dump() for row in explained]
    }  # fmt: skip
    if as_json:
        return result
    typer.echo(f"{path}: {layout.title} ({layout.name}){f': {why}' if why else ''}")
    for remark in dict.fromkeys(remark for row in explained for remark in row.remarks):
        typer.echo(f"  {remark}")
    for row in explained:
        of_rows = f", of {row.rows} rows" if row.rows > 1 else ""
        of_rows += f" joined by column {row.joined_by!r}" if row.joined_by else ""
        typer.echo(f"\nline {row.line}: {row.id or 'nothing'}{of_rows}")
        width = min(40, max((len(cell.column) for cell in row.cells), default=0))
        for cell in row.cells:
            typer.echo(f"  {cell.column:<{width}}  {cell.field or 'not used':<24}  {cell.value}")
        for problem in group_problems(row.problems):
            typer.echo(f"  {problem}")
    typer.echo("")
    return result


def group_problems(problems: Sequence[str]) -> list[str]:
    """The first of the problems that differ in line and value alone, with the number of the others like it."""
    alike: dict[str, list[str]] = {}
    for problem in problems:
        alike.setdefault(_LINE_AND_VALUES.sub("", problem), []).append(problem)
    return [
        first if not others else f"{first} (and {len(others):,} more like this)"
        for first, *others in alike.values()
    ]


def _layout_of(source: BatchInput, path: Path) -> tuple[Layout, str]:
    from kms.catalog.ingest_run import check_needed
    from kms.catalog.layouts.base import Sample
    from kms.catalog.layouts.mapped import MappedRows
    from kms.catalog.layouts.missing_columns import ask_for_columns
    from kms.catalog.layouts.plain import PlainProducts
    from kms.catalog.layouts.recognise import (
        LOOKED_AT,
        layout_named,
        ready_layout,
        recognise,
    )
    from kms.catalog.mapping_files import load_mapping
    from kms.catalog.readers import read_rows
    from kms.catalog.rows import RawRow

    if source.layout:
        return layout_named(source.layout), "as asked for"
    if not source.is_given and (recognised := recognise(path, kind=source.kind)) is not None:
        return recognised.layout, recognised.match.reason
    mapping = load_mapping(source.mapping)
    layout = ready_layout(source.mapping) or MappedRows(source.mapping, mapping)
    first = list(islice(read_rows(path, encoding=mapping.encoding, rows=mapping.rows), LOOKED_AT))
    values = [row.values for row in first if isinstance(row, RawRow)]
    if isinstance(layout, PlainProducts):
        values = layout.name_columns(values)
    if values:
        unknown = "" if source.is_given else ask_for_columns(Sample.of(first), source.kind)
        check_needed(path.name, mapping, values, unknown)
    return layout, ""
