"""Leases: work that one process of an installation does at a time; a lease ends by itself when its holder dies.

On Linux one whose holder was a process of this machine that is no more is free at once; of others it ends when it was not
renewed.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import delete, or_, select, update

from kms.db.session import Database
from kms.db.tables import LeaseRow
from kms.db.versions import insert_new
from kms.errors import StoreError, StoreUnavailable
from kms.logs import get_logger

LEASE_S = 20.0
_WAIT_S = 0.2


class Lease:
    """One kind of work of this process; safe to share between threads."""

    def __init__(self, database: Database, name: str, *, seconds: float = LEASE_S) -> None:
        """Prepare.

        Args:
            database: The operational store.
            name: Of the work.
            seconds: After so long without a renewal another process may take it.
        """
        self._database = database
        self._name = name
        self._seconds = seconds
        self.owner = f"{socket.gethostname()[:20]}:{_place()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def take(self) -> bool:
        """Take or renew the lease; whether it is this one's now."""
        now = datetime.now(UTC)
        until = now + timedelta(seconds=self._seconds)
        with self._database.write() as session:
            row = {"name": self._name, "owner": self.owner, "until": until}
            if insert_new(session, LeaseRow, [row], key="name"):
                return True
            holder = session.scalar(select(LeaseRow.owner).where(LeaseRow.name == self._name))
            owned = [self.owner] if holder is None or not _has_died(holder) else [self.owner, holder]
            taken = session.execute(
                update(LeaseRow)
                .where(LeaseRow.name == self._name, or_(LeaseRow.owner.in_(owned), LeaseRow.until <= now))
                .values(owner=self.owner, until=until)
            )
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    def give_back(self) -> None:
        """Let others have it."""
        with self._database.write() as session:
            session.execute(delete(LeaseRow).where(LeaseRow.name == self._name, LeaseRow.owner == self.owner))

    @contextmanager
    def held(self, *, wait_s: float | None = 0.0) -> Iterator[bool]:
        """Hold the lease for the length of the block, renewed by a thread; the block learns whether it has it.

        Args:
            wait_s: How long to wait for another holder; ``None``: as long as it takes.
        """
        end = None if wait_s is None else time.monotonic() + wait_s
        while not (is_mine := self.take()) and (end is None or time.monotonic() < end):
            time.sleep(_WAIT_S)
        if not is_mine:
            yield False
            return
        stop = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(stop,), name=f"lease-{self._name}", daemon=True)
        renewing.start()
        try:
            yield True
        finally:
            stop.set()
            renewing.join()
            try:
                self.give_back()
            except StoreUnavailable as error:  # it ends by itself
                get_logger(__name__).warning(
                    "a lease could not be given back", lease=self._name, error=str(error)
                )

    def _renew(self, stop: threading.Event) -> None:
        while not stop.wait(self._seconds / 4):
            try:
                self.take()
            except StoreError as error:
                get_logger(__name__).warning(
                    "a lease could not be renewed", lease=self._name, error=str(error)
                )


@cache
def _place() -> str:
    """Where a process's number means that process: this start of this machine and its list of processes; empty: unknown."""
    try:
        start = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{start[:8]}-{os.stat('/proc/self/ns/pid').st_ino}"
    except (OSError, UnicodeDecodeError):
        return ""


def _has_died(owner: str) -> bool:
    """Whether the holder of a lease was a process of this place that is no more."""
    _, place, process, _ = owner.rsplit(":", 3) if owner.count(":") >= 3 else ("", "", "", "")
    if not place or place != _place() or not process.isdecimal():
        return False
    try:
        state = Path(f"/proc/{process}/stat").read_bytes()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    # "4711 (python) Z …": ended, and its parent has not asked for it yet.
    return state.rpartition(b")")[2].split()[:1] == [b"Z"]
