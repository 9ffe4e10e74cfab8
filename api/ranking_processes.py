"""Ranking processes of a server: started beside it, asked over pipes, started again when they die.

The server's own process speaks HTTP, judges keys and rates, writes events and serves the pages; only ranking, which
takes most of the processor's time, is given away. So nothing that must be counted or remembered once is spread
over processes.
A process answers from the version of the indexes that the server has live, or says that it serves another; then, and
while none is ready, the server answers by itself.
"""

from __future__ import annotations

import asyncio
import os
import sys
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
    """A process and the server's end of its connection; ``reply`` is what the one who asked it waits for."""

    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.reply: asyncio.Future[Reply | None] | None = None

    def end(self, *, is_busy: bool = False) -> None:
        """End the process: an idle one by closing the connection, a busy one or one that goes on by a signal."""
        if is_busy:
            self.process.kill()
            self.process.join()
        self.connection.close()
        self.process.join(_STOP_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class RankingProcesses:
    """A number of ranking processes, asked from the server's event loop.

    A thread for each process starts it and waits for its end. Who is asked and who is idle is known to the loop alone,
    so a question costs no change of threads.
    """

    def __init__(self, settings: Settings, count: int) -> None:
        """Prepare ``count`` processes of the installation that ``settings`` name."""
        self._settings = settings
        self._count = count
        self._context = get_context("spawn")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle: deque[_Worker] = deque()
        self._ready: set[_Worker] = set()
        self._waiting: deque[asyncio.Future[_Worker | None]] = deque()
        self._is_stopping = threading.Event()
        self._keepers: list[threading.Thread] = []
        self._log = get_logger(__name__)

    @property
    def ready(self) -> int:
        """How many processes can be asked."""
        return len(self._ready)

    def start(self) -> None:
        """Start the processes; called in the event loop that will ask them. Does not wait until they are ready."""
        self._loop = asyncio.get_running_loop()
        for number in range(self._count):
            keeper = threading.Thread(
                target=self._keep, args=(self._loop,), name=f"ranking-{number}", daemon=True
            )
            self._keepers.append(keeper)
            keeper.start()

    def stop(self) -> None:
        """End the processes; whoever is being answered is answered first. Called in a thread, while the loop runs."""
        self._is_stopping.set()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._send_away)
        for keeper in self._keepers:
            keeper.join()

    async def ask(
        self, name: Asked, arguments: Mapping[str, Any], version: int, sequence: int = 0
    ) -> Answered | None:
        """Let a process answer, as soon as one has time.

        Returns:
            The answer; ``None`` where no process is ready, where it serves another version, or where it died.

        Raises:
            KmsError: As the service does.
            RuntimeError: The service failed; the message is its traceback.
        """
        worker = await self._take()
        if worker is None:
            return None
        # The process reads as soon as it is idle, so this does not wait.
        worker.reply = asyncio.get_running_loop().create_future()
        try:
            worker.connection.send(Question(name, arguments, version, sequence))
        except OSError:
            self._lose(worker)
            return None
        except Exception:  # arguments that cannot be packed: nothing was sent
            worker.reply = None
            self._give_back(worker)
            raise
        reply = await worker.reply
        if reply is None or isinstance(reply, OtherVersion):
            return None
        if isinstance(reply, Failed):
            raise reply.error or RuntimeError(reply.traceback)
        return reply

    # in the loop

    async def _take(self) -> _Worker | None:
        if self._is_stopping.is_set() or not self._ready:
            return None
        if self._idle:
            return self._idle.popleft()
        turn: asyncio.Future[_Worker | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and (given := turn.result()) is not None:
                self._give_back(given)
            raise

    def _give_back(self, worker: _Worker) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _send_away(self) -> None:
        """Whoever waits for a process is answered by the server itself."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)

    def _add(self, worker: _Worker, loop: asyncio.AbstractEventLoop) -> None:
        loop.add_reader(worker.connection.fileno(), self._receive, worker)
        self._ready.add(worker)
        self._give_back(worker)

    def _receive(self, worker: _Worker) -> None:
        """Read a reply, which the process writes whole, and hand it on; who was cancelled meanwhile needs none."""
        reply: Reply | None = None
        problem: Exception | None = None
        try:
            reply = worker.connection.recv()
        except (EOFError, OSError):
            self._lose(worker)
            return
        except Exception as error:  # a reply that cannot be unpacked
            problem = error
        waiting, worker.reply = worker.reply, None
        if waiting is not None and not waiting.done():
            if problem is None:
                waiting.set_result(reply)
            else:
                waiting.set_exception(problem)
        self._give_back(worker)

    def _lose(self, worker: _Worker) -> None:
        """Ask a process no more; who waits for its answer gets none."""
        if worker in self._ready:
            self._ready.discard(worker)
            asyncio.get_running_loop().remove_reader(worker.connection.fileno())
        if worker in self._idle:
            self._idle.remove(worker)
        waiting, worker.reply = worker.reply, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        if not self._ready:
            self._send_away()

    async def _retire(self, worker: _Worker) -> bool:
        """Let a process finish its answer and ask it no more; whether it was still busy."""
        end = time.monotonic() + _STOP_S
        while worker.reply is not None and worker.process.is_alive() and time.monotonic() < end:
            await asyncio.sleep(0.05)
        is_busy = worker.reply is not None
        self._lose(worker)
        return is_busy

    # in a thread for each process

    def _keep(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start a process, wait for its end, and start it again, the later the sooner it died."""
        pause = FIRST_PAUSE_S
        while not self._is_stopping.is_set():
            began = time.monotonic()
            worker = self._start_one()
            if worker is not None:
                loop.call_soon_threadsafe(self._add, worker, loop)
                self._log.info("ranking process ready", process=worker.process.pid)
                while not self._is_stopping.is_set() and worker.process.is_alive():
                    worker.process.join(0.5)
                is_busy = asyncio.run_coroutine_threadsafe(self._retire(worker), loop).result()
                worker.end(is_busy=is_busy)
            if self._is_stopping.is_set():
                return
            self._log.error("a ranking process ended; it is started again", after_s=pause)
            if time.monotonic() - began > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            self._is_stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _start_one(self) -> _Worker | None:
        """A process that is ready; ``None`` where it died before, or the server stops."""
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
        return worker


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
    if host_cores < 2 or sys.platform == "win32":  # its event loop does not watch pipes
        return 0
    fitting = int(SHARE_OF_MEMORY * free_bytes / max(process_bytes, 1))
    return max(0, min(host_cores, MOST_AUTOMATIC, fitting))


def start_processes(settings: Settings) -> RankingProcesses | None:
    """Start as many processes as settings and machine ask for; called in the event loop, when the live version is open."""
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
