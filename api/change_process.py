"""The process that reads changed products for a server: started with it, and again at a change where it died.

Reading a text takes a tenth of a second of one core and hundreds of megabytes, which the process that answers should not
lose. It ends when the server's end of its connection closes, also where the server is killed.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import TYPE_CHECKING

from kms.errors import KmsError
from kms.logs import get_logger

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from multiprocessing.synchronize import Event

    from api.wiring import Platform
    from kms.settings import Settings

POLL_S = 0.3
_RETRY_S = 2.0
_STOP_S = 5.0
_LOOK_S = 0.2


class ReadingProcess:
    """A server's reading process; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Prepare for the installation that ``settings`` name."""
        self._settings = settings
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._has_begun: Event | None = None
        self._is_stopping = False

    def wake(self) -> None:
        """Let it read what waits; it is started where it does not run."""
        with self._lock:
            if self._is_stopping:
                return
            if self._process is None or not self._process.is_alive():
                self._end()
                self._start()

    def wait_until_begun(self, most_s: float) -> None:
        """Wait until it has got ready and read what waited, or has died, or is stopped."""
        end = time.monotonic() + most_s
        while time.monotonic() < end and not self._is_stopping:
            process, begun = self._process, self._has_begun
            if process is None or begun is None or not process.is_alive() or begun.wait(_LOOK_S):
                return

    def stop(self) -> None:
        """End it; what it was reading goes on waiting."""
        with self._lock:
            self._is_stopping = True
            self._end()

    def _start(self) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        begun = context.Event()
        process = context.Process(
            target=run_reading_process, args=(theirs, self._settings, begun), name="kms-changes", daemon=True
        )
        process.start()
        theirs.close()
        self._process, self._connection, self._has_begun = process, ours, begun

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.join(_STOP_S)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._process = self._connection = None


def run_reading_process(connection: Connection, settings: Settings, begun: Event) -> None:
    """Read what waits until the server closes its end of the connection; ``begun`` is set after the first look."""
    from api.threads import limit_numerical_threads
    from api.wiring import Platform
    from kms.logs import configure_logs

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends it
    configure_logs(format=settings.log_format, level=settings.log_level)
    limit_numerical_threads(settings)
    platform = Platform(settings, owns_vectors=False)
    try:
        follow_changes(platform, connection=connection, on_begun=begun.set)
    finally:
        platform.close()


def follow_changes(
    platform: Platform,
    *,
    connection: Connection | None = None,
    on_begun: Callable[[], None] = lambda: None,
) -> None:
    """Read what waits, again and again.

    Args:
        platform: The installation.
        connection: Ends when its other end closes.
        on_begun: Called after each look, of which the first got ready.
    """
    from api.change_reader import LEASE, ChangeReader
    from api.wiring import INDEX
    from kms.db.leases import Lease

    log = get_logger(__name__)
    reader, due = ChangeReader(platform), platform.due_changes()
    lease = Lease(platform.database, LEASE)
    is_prepared, was_of_other = False, False
    while True:
        pause = POLL_S
        try:
            with lease.held() as is_mine:
                # A server without an index has nothing to show; it need not load the models.
                if not is_prepared and platform.artifacts.current(INDEX) is not None:
                    reader.prepare()
                    is_prepared = True
                if is_mine and was_of_other:
                    reader.forget_names()
                was_of_other = not is_mine
                if was_of_other:
                    on_begun()
                while is_mine:
                    due.apply()
                    report = reader.apply(most=64, wait_s=0.0)
                    on_begun()
                    if report.products:
                        log.info(
                            "changes read",
                            products=report.products,
                            texts=report.documents,
                            seconds=report.seconds,
                        )
                    if _is_closed(connection, POLL_S if not report.products else 0.0):
                        return
        except KmsError as error:
            log.warning("changes could not be read; they are tried again", error=str(error))
            pause = _RETRY_S
            on_begun()
        if _is_closed(connection, pause):
            return


def _is_closed(connection: Connection | None, pause_s: float) -> bool:
    """Wait; whether the other end was closed meanwhile."""
    if connection is None:
        time.sleep(pause_s)
        return False
    try:
        if connection.poll(pause_s):
            connection.recv()
    except (EOFError, OSError):
        return True
    return False
