"""Reading of batches: a text that breaks the reader is set aside with its error, the others are read.

In this process, or in several that each have a pipeline of their own. Errors that are no text's fault (a store that
is away, a file that is missing, no memory left) are raised as they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import chain, repeat
from multiprocessing import get_context
from typing import Protocol

from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.errors import KmsError
from kms.evidence.models import Document, Evidence

Work = Sequence[tuple[Document, ProductContext]]

NOT_OF_A_TEXT = (KmsError, OSError, MemoryError, ImportError)


class ExtractionError(KmsError):
    """The reader fails on every text, not only on some."""


@dataclass
class Reading:
    """Result of reading a batch: evidence, and by document id the error of each document that could not be read."""

    evidence: list[Evidence] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def __iadd__(self, other: Reading) -> Reading:
        """Add what was read in another part of the batch."""
        self.evidence += other.evidence
        self.failed.update(other.failed)
        return self


def read_batch(pipeline: Pipeline, work: Work) -> Reading:
    """Read a batch; where it fails, its halves, down to the documents that make it fail."""
    try:
        return Reading(pipeline.extract(work))
    except NOT_OF_A_TEXT:
        raise
    except Exception as error:
        if len(work) == 1:
            return Reading(failed={work[0][0].id: describe_error(error)})
    middle = len(work) // 2
    result = read_batch(pipeline, work[:middle])
    result += read_batch(pipeline, work[middle:])
    return result


def describe_error(error: BaseException) -> str:
    """An error as the report shows it: its type and its first line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


class Engine(Protocol):
    """Place where texts are read; every engine gives the same evidence."""

    def read(
        self, batches: Iterator[Work], pipeline: Pipeline
    ) -> Generator[tuple[Work, Reading], None, None]:
        """Read batches, in their order; what was begun ends when the generator is closed.

        Batches are taken as they can be read, not all at once, so memory does not grow with their number.

        Raises:
            ExtractionError: The reading itself broke down; what came before stands.
            ConfigurationError: The engine cannot be started.
        """


class LocalEngine:
    """Reads in this process, or in several of this machine that each have a pipeline of their own."""

    def __init__(self, workers: int = 1) -> None:
        """Read in so many processes.

        Raises:
            ValueError: ``workers`` is below one.
        """
        if workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        self._workers = workers

    def read(
        self, batches: Iterator[Work], pipeline: Pipeline
    ) -> Generator[tuple[Work, Reading], None, None]:
        """Read batches; see ``Engine``."""
        if self._workers == 1:
            for batch in batches:
                yield batch, read_batch(pipeline, batch)
            return
        yield from _read_in_pool(batches, pipeline, self._workers)


def _read_in_pool(
    batches: Iterator[Work], pipeline: Pipeline, workers: int
) -> Generator[tuple[Work, Reading], None, None]:
    pool = _start_pool(pipeline, workers)
    waiting: deque[tuple[Work, Future[Reading]]] = deque()
    # None: nothing more to hand out, only to collect.
    rest: Iterable[Work | None] = chain(batches, repeat(None, workers + 1))
    try:
        for work in rest:
            if work is not None:
                waiting.append((work, pool.submit(_read_in_worker, work)))
            if not waiting or (work is not None and len(waiting) <= workers):
                continue
            done, future = waiting.popleft()
            yield done, future.result()
    except BrokenProcessPool as error:
        raise ExtractionError(
            "a process that reads texts died, for want of memory perhaps; what was read before is kept: run it again "
            "with fewer KMS_WORKERS"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_pool(pipeline: Pipeline, workers: int) -> ProcessPoolExecutor:
    # spawn: the models' own threads do not survive a fork.
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start_worker, initargs=(pipeline,))


_pipeline_of_worker: Pipeline | None = None


def _start_worker(pipeline: Pipeline) -> None:
    global _pipeline_of_worker
    _pipeline_of_worker = pipeline


def _read_in_worker(work: Work) -> Reading:
    assert _pipeline_of_worker is not None
    return read_batch(_pipeline_of_worker, work)
