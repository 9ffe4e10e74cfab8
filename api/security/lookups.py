"""Cache of keys and sessions, so that a request rarely waits for the store.

What was found is believed for two seconds: a revoked key or an ended session is refused at the latest then. While the
store does not answer, what was valid before goes on being believed for five minutes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, TypeVar

from kms.access.keys import digest_of
from kms.errors import StoreUnavailable

FRESH_S = 2.0
STALE_S = 300.0
MOST_ENTRIES = 10_000

T = TypeVar("T")


class Lookups(Generic[T]):
    """Looks secrets up in threads of its own; used from one event loop."""

    def __init__(
        self,
        find: Callable[[str], T | None],
        executor: Executor,
        *,
        fresh_s: float = FRESH_S,
        stale_s: float = STALE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look up with ``find``, which may block."""
        self._find = find
        self._executor = executor
        self._fresh_s = fresh_s
        self._stale_s = stale_s
        self._clock = clock
        self._entries: dict[str, tuple[T, float]] = {}
        self._running: dict[str, asyncio.Future[T | None]] = {}

    async def get(self, secret: str) -> T | None:
        """The entry of a secret; ``None`` for an unknown one, which is not cached.

        Raises:
            StoreUnavailable: The store does not answer, and nothing was known before.
        """
        digest = digest_of(secret)
        entry = self._entries.get(digest)
        if entry is not None and self._clock() - entry[1] < self._fresh_s:
            return entry[0]
        running = self._running.get(digest)
        if running is None:
            running = asyncio.ensure_future(self._look_up(digest, secret))
            self._running[digest] = running
            running.add_done_callback(lambda _: self._running.pop(digest, None))
        return await asyncio.shield(running)

    def is_known(self, secret: str) -> bool:
        """Whether it was found before, however long ago."""
        return digest_of(secret) in self._entries

    def forget(self, secret: str) -> None:
        """Look it up anew the next time."""
        self._entries.pop(digest_of(secret), None)

    async def _look_up(self, digest: str, secret: str) -> T | None:
        asked_at = self._clock()
        try:
            value = await asyncio.get_running_loop().run_in_executor(self._executor, self._find, secret)
        except StoreUnavailable:
            entry = self._entries.get(digest)
            if entry is None or self._clock() - entry[1] >= self._stale_s:
                raise
            return entry[0]
        if value is None:
            self._entries.pop(digest, None)
        else:
            if len(self._entries) >= MOST_ENTRIES:
                self._entries.clear()
            self._entries[digest] = (value, asked_at)
        return value
