"""Ranking processes of a server: started beside it, asked over pipes, started again when they die.

The server's own process speaks HTTP, judges keys and rates, writes events and serves the pages; only ranking, which
takes most of the processor's time, is given away. So nothing that must be counted or remembered once is spread
over processes.
A process answers from the version of the indexes that the server has live, or says that it serves another; then, and
while none is ready, the server answers by itself.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from api.answers import Answered, Asked
from api.ranking_process import Failed, OtherVersion, Question, Reply, run_ranking_process
from kms.logs import get_logger

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from kms.settings import Settings

MOST_AUTOMATIC = 4
"""Most processes where the setting leaves the number to the machine."""
SHARE_OF_MEMORY = 0.5
"""Part of the free memory that they may take together then."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
_STOP_S = 5.0


class _Worker:
    """A process and the server's end of its connection."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection

    def end(self, *, is_busy: bool = False) -> None:
        """End the process: an idle one by closing the connection, a busy one or one that goes on by a signal."""
        if is_busy:
            self.process.kill()  # whoever waits for its answer reads the end of the connection
            self.process.join()
        self.connection.close()
        self.process.join(_STOP_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class RankingProcesses:
    """A number of ranking processes; safe to share between threads."""

    def __init__(self, settings: Settings, count: int) -> None:
        """Prepare ``count`` processes of the installation that ``settings`` name."""
        self._settings = settings
        self._count = count
        self._context = get_context("spawn")
        self._changed = threading.Condition()
        self._idle: deque[_Worker] = deque()
        self._ready: set[_Worker] = set()
        self._is_stopping = threading.Event()
        self._keepers: list[threading.Thread] = []
        self._log = get_logger(__name__)

    @property
    def ready(self) -> int:
        """How many processes can be asked."""
        return len(self._ready)

    def start(self) -> None:
        """Start the processes; does not wait until they are ready."""
        for number in range(self._count):
            keeper = threading.Thread(target=self._keep, name=f"ranking-{number}", daemon=True)
            self._keepers.append(keeper)
            keeper.start()

    def stop(self) -> None:
        """End the processes; whoever is being answered is answered first."""
        with self._changed:
            self._is_stopping.set()
            self._changed.notify_all()
        for keeper in self._keepers:
            keeper.join()

    def ask(self, name: Asked, arguments: Mapping[str, Any], version: int) -> Answered | None:
        """Let a process answer, as soon as one has time.

        Returns:
            The answer; ``None`` where no process is ready, where it serves another version, or where it died.

        Raises:
            KmsError: As the service does.
            RuntimeError: The service failed; the message is its traceback.
        """
        worker = self._take()
        if worker is None:
            return None
        try:
            worker.connection.send(Question(name, arguments, version))
            reply: Reply = worker.connection.recv()
        except (EOFError, OSError):
            self._lose(worker)
            return None
        except Exception:
            self._give_back(worker)
            raise
        self._give_back(worker)
        if isinstance(reply, OtherVersion):
            return None
        if isinstance(reply, Failed):
            raise reply.error or RuntimeError(reply.traceback)
        return reply

    def _take(self) -> _Worker | None:
        with self._changed:
            while self._ready and not self._idle and not self._is_stopping.is_set():
                self._changed.wait()
            return self._idle.popleft() if self._idle and not self._is_stopping.is_set() else None

    def _give_back(self, worker: _Worker) -> None:
        with self._changed:
            self._idle.append(worker)
            self._changed.notify()

    def _lose(self, worker: _Worker) -> None:
        with self._changed:
            self._ready.discard(worker)
            self._changed.notify_all()

    def _is_busy(self, worker: _Worker) -> bool:
        return worker in self._ready and worker not in self._idle

    def _keep(self) -> None:
        """Start a process, wait for its end, and start it again, the later the sooner it died."""
        pause = FIRST_PAUSE_S
        while not self._is_stopping.is_set():
            began = time.monotonic()
            worker = self._start_one()
            if worker is not None:
                self._watch(worker)
            if self._is_stopping.is_set():
                return
            self._log.error("a ranking process ended; it is started again", after_s=pause)
            if time.monotonic() - began > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            self._is_stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _start_one(self) -> _Worker | None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=run_ranking_process, args=(theirs, self._settings), name="kms-ranking", daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        try:
            while not ours.poll(0.5):
                if self._is_stopping.is_set():
                    worker.end(is_busy=True)
                    return None
            ours.recv()
        except (EOFError, OSError):
            worker.end()
            return None
        with self._changed:
            self._ready.add(worker)
            self._idle.append(worker)
            self._changed.notify()
        self._log.info("ranking process ready", process=process.pid)
        return worker

    def _watch(self, worker: _Worker) -> None:
        """Wait until the process ends or the server stops."""
        while not self._is_stopping.is_set() and worker.process.is_alive():
            worker.process.join(0.5)
        with self._changed:
            deadline = time.monotonic() + _STOP_S
            while self._is_busy(worker) and worker.process.is_alive() and time.monotonic() < deadline:
                self._changed.wait(0.1)
            is_busy = self._is_busy(worker)
            self._ready.discard(worker)
            if worker in self._idle:
                self._idle.remove(worker)
            self._changed.notify_all()
        worker.end(is_busy=is_busy)


def choose_count(settings: Settings, host_cores: int, process_bytes: int, free_bytes: int) -> int:
    """How many ranking processes a server starts.

    Args:
        settings: ``serve_workers`` decides where it is set.
        host_cores: Cores that the server may use; with one alone it ranks by itself.
        process_bytes: Memory of the server with the live version open; each process takes about as much.
        free_bytes: Memory that is free.
    """
    if settings.serve_workers is not None:
        return settings.serve_workers
    if host_cores < 2:
        return 0
    fitting = int(SHARE_OF_MEMORY * free_bytes / max(process_bytes, 1))
    return max(0, min(host_cores, MOST_AUTOMATIC, fitting))


def start_processes(settings: Settings) -> RankingProcesses | None:
    """Start as many processes as settings and machine ask for; called when the live version is open."""
    import psutil

    count = choose_count(
        settings,
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        psutil.Process().memory_info().rss,
        psutil.virtual_memory().available,
    )
    if not count:
        return None
    processes = RankingProcesses(settings, count)
    processes.start()
    return processes
