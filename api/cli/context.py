"""Shared parts of all commands: the installation they work on, and output to the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from api.wiring import Platform
    from kms.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bars.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="At most so many.")]


@contextmanager
def open_platform(
    *, quiet: bool = True, log_level: str | None = None, settings: Settings | None = None
) -> Iterator[Platform]:
    """The installation that the environment names, closed at the end.

    Args:
        quiet: No progress bars.
        log_level: In place of the settings'; batch commands show warnings only.
        settings: In place of the environment's.
    """
    from api.wiring import Platform
    from kms.logs import configure_logs
    from kms.progress import rich_progress, silent_progress
    from kms.settings import get_settings

    settings = settings or get_settings()
    configure_logs(format=settings.log_format, level=log_level or settings.log_level)
    platform = Platform(settings, progress=silent_progress if quiet else rich_progress)
    try:
        yield platform
    finally:
        platform.close()


def console() -> Console:
    """Standard output; tables keep their columns where it is no terminal."""
    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    return Console(width=None if is_terminal else 140, soft_wrap=not is_terminal, highlight=False)


def print_json(content: Any) -> None:
    """Print anything as JSON: models, dataclasses, dictionaries."""
    typer.echo(json.dumps(_plain(content), ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; numbers stand to the right."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title or None, title_justify="left", header_style="bold")
    for number, column in enumerate(columns):
        is_number = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(value)) for value in row))
    console().print(table)


def print_counts(title: str, counts: Mapping[str, int | float]) -> None:
    """Print names and numbers."""
    print_table(title, ("", "count"), [(name, number) for name, number in counts.items()])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.3f}"
    return "" if value is None else str(value)


def _plain(content: Any) -> Any:
    from dataclasses import asdict, is_dataclass

    from pydantic import BaseModel

    if isinstance(content, BaseModel):
        return content.model_dump(mode="json")
    if is_dataclass(content) and not isinstance(content, type):
        return asdict(content)
    if isinstance(content, list | tuple) and not hasattr(content, "_asdict"):
        return [_plain(item) for item in content]
    if hasattr(content, "_asdict"):
        return content._asdict()
    if isinstance(content, dict):
        return {name: _plain(value) for name, value in content.items()}
    return content
