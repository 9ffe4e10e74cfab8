"""Switching a SQLite file to its write-ahead log while other processes open it too."""

from __future__ import annotations

import sqlite3
import time

_PAUSE_S = 0.01


def use_write_ahead_log(connection: sqlite3.Connection, *, timeout_s: float) -> None:
    """Set ``journal_mode`` to WAL, waiting for processes that hold the file.

    SQLite's own busy timeout does not cover this one statement: it holds a read lock already when it asks for
    the exclusive one, and two processes that waited so would wait for each other. So the first openers of a new
    file fail at once without this.

    Raises:
        sqlite3.OperationalError: The file stayed locked for ``timeout_s`` seconds, or cannot be used at all.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The low byte is the code; the others tell kinds of it apart (sqlite.org/rescode.html).
            is_busy = (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE_S)
