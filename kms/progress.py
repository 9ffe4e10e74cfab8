"""Progress bars for long work; library functions take a ``ProgressFactory`` and print nothing themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Advance = Callable[[int], None]
ProgressFactory = Callable[[str, int | None], AbstractContextManager[Advance]]


@contextmanager
def silent_progress(description: str, total: int | None = None) -> Iterator[Advance]:
    """Shows nothing; the default of library functions."""
    yield lambda _count: None


@contextmanager
def rich_progress(description: str, total: int | None = None) -> Iterator[Advance]:
    """A bar with count, rate and time on standard error; nothing where that is no terminal.

    Args:
        description: What is being done.
        total: Number of steps, or ``None`` where it is not known.

    Yields:
        A function that takes the number of steps done since the last call.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(description, total=total)
        yield lambda count: progress.advance(task, count)
