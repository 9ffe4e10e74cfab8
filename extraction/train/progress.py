"""A progress bar for a training, and one line for each epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


class TrainProgress:
    """Shows steps on a terminal and writes epochs anywhere; silent without a console."""

    def __init__(self, epochs: int, console: Console | None) -> None:
        self._epochs = epochs
        self._console = console
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> TrainProgress:
        if self._console is not None and self._console.is_terminal:
            from rich.progress import Progress

            self._bar = Progress(console=self._console)
            self._bar.start()
            self._task = self._bar.add_task("training", total=self._epochs)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def on_step(self, epoch: int, step: int, steps: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(self._task, completed=epoch + step / steps)

    def on_epoch(self, epoch: int, loss: float, score: float, minutes: float) -> None:
        """Write the epoch's line."""
        if self._console is not None:
            self._console.print(
                f"epoch {epoch}/{self._epochs}  loss {loss:.3f}  "
                f"validation {100 * score:.2f}  {minutes:.2f} min"
            )


@contextmanager
def show_pretraining(steps: int, console: Console | None) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, and ten lines anywhere else; silent without a console or steps."""
    if console is None or not steps:
        yield lambda step, steps: None
    elif console.is_terminal:
        from rich.progress import Progress

        with Progress(console=console) as bar:
            task = bar.add_task("pre-training", total=steps)
            yield lambda step, steps: bar.update(task, completed=step)
    else:
        every = max(1, steps // 10)

        def write(step: int, steps: int) -> None:
            if step % every == 0:
                console.print(f"pre-training: step {step} of {steps}")

        yield write
