"""Hot swap of index versions: a new one is opened beside the old one, which is closed after its last request.

A request holds the version that it began with until it is done. A new one serves those that come after the swap,
and the old one is closed when its last request has ended; so nothing is dropped and nothing waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from kms.artifacts import Version
from kms.errors import KmsError, StoreUnavailable
from kms.logs import get_logger

INTERVAL_S = 1.0
ADVANCE_S = 0.2
RETRY_EVERY = 30
"""A version that could not be opened is tried again after so many looks."""


class Closable(Protocol):
    """An opened version that can be closed."""

    def close(self) -> None:
        """Close the files."""


T = TypeVar("T", bound=Closable)


class _Held(Generic[T]):
    """An open version and the number of requests that use it; guarded by the owner's lock."""

    def __init__(self, version: Version, content: T) -> None:
        self.version = version
        self.content = content
        self.users = 0
        self.is_retired = False


class LiveVersion(Generic[T]):
    """Holder of the current version; safe to share between threads."""

    def __init__(
        self,
        current: Callable[[], Version | None],
        open_version: Callable[[Version], T],
        *,
        interval_s: float = INTERVAL_S,
        what: str = "index",
        is_incomplete: Callable[[T], bool] | None = None,
        advance: Callable[[T], T] | None = None,
        advance_s: float = ADVANCE_S,
    ) -> None:
        """Prepare; nothing is opened before ``refresh`` or ``start``.

        Args:
            current: Says which version is the live one.
            open_version: Opens it; may take seconds.
            interval_s: Time between two looks.
            what: Name in messages.
            is_incomplete: Whether an open version lacks a part that may come back; it is opened again after
                ``RETRY_EVERY`` looks.
            advance: Gives the newest state of an open version, the given one where nothing changed; each state is closed.
            advance_s: Time between two looks for changes.
        """
        self._current = current
        self._open = open_version
        self._interval_s = interval_s
        self._what = what
        self._is_incomplete = is_incomplete or (lambda _: False)
        self._advance = advance
        self._advance_s = advance_s
        self.advance_error: str | None = None
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._swapping = threading.Lock()
        """Held while the next state is made: never while a version is opened, which takes seconds."""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._held: _Held[T] | None = None
        self._failed: tuple[int, int] | None = None
        self.error: str | None = None
        self._log = get_logger(__name__)

    @property
    def version(self) -> Version | None:
        """The version that new requests get."""
        held = self._held
        return held.version if held else None

    @contextmanager
    def use(self) -> Iterator[T]:
        """The content of the current version, kept open until the block ends.

        Raises:
            StoreUnavailable: There is none yet.
        """
        with self._lock:
            held = self._held
            if held is None:
                detail = self.error or "build it with kms index build"
                raise StoreUnavailable(f"there is no {self._what} yet: {detail}")
            held.users += 1
        try:
            yield held.content
        finally:
            with self._lock:
                held.users -= 1
                is_last = held.is_retired and held.users == 0
            if is_last:
                self._close(held)

    def refresh(self) -> bool:
        """Look once, and take the live version over where it is another; returns whether it did.

        A version that cannot be opened leaves the old one serving; ``error`` says why.
        """
        with self._refreshing:
            try:
                wanted = self._current()
            except KmsError as error:
                self.error = str(error)
                return False
            held = self._held
            if wanted is None:
                return False
            if held is not None and held.version == wanted:
                if not self._is_incomplete(held.content):
                    return False
                self._failed = self._failed or (wanted.number, 0)
            if self._is_backing_off(wanted.number):
                return False
            try:
                content = self._open(wanted)
            except Exception as error:  # a broken version must not stop a server that has a good one
                self.error = f"version {wanted.number} cannot be opened: {error}"
                self._failed = (wanted.number, 0)
                self._log.error("version refused", what=self._what, version=wanted.number, error=str(error))
                return False
            with self._swapping:
                # What was changed while it was opened: no answer is older than one before it.
                newest = self._newest_state(content)
                self._swap(_Held(wanted, newest))
            if newest is not content:
                content.close()
            self.error = None
            self._failed = None
            self._log.info("version taken over", what=self._what, version=wanted.number)
            return True

    def advance(self) -> bool:
        """Bring the open version to its newest state; returns whether there was something new.

        Changes that cannot be read leave the state as it is; ``advance_error`` says why.
        """
        with self._swapping:
            held = self._held
            if held is None:
                return False
            content = self._newest_state(held.content)
            if content is held.content:
                return False
            self._swap(_Held(held.version, content))
            return True

    def _newest_state(self, content: T) -> T:
        if self._advance is None:
            return content
        try:
            newest = self._advance(content)
        except Exception as error:  # one wrong change must not stop a server that has a good state
            if self.advance_error is None:
                self._log.error("changes refused", what=self._what, error=str(error))
            self.advance_error = f"changes cannot be taken over: {error}"
            return content
        self.advance_error = None
        return newest

    def start(self) -> None:
        """Look now, and from then on every ``interval_s`` in a thread of its own."""
        self.refresh()
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._watch, name=f"live-{self._what}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop looking and close the version once nobody uses it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with self._swapping:
            self._swap(None)

    def _watch(self) -> None:
        pause = self._interval_s if self._advance is None else min(self._advance_s, self._interval_s)
        looked = time.monotonic()
        while not self._stop.wait(pause):
            try:
                self.advance()
                if time.monotonic() - looked >= self._interval_s:
                    looked = time.monotonic()
                    self.refresh()
            except Exception as error:
                self._log.error("watching failed", what=self._what, error=str(error))

    def _is_backing_off(self, number: int) -> bool:
        if self._failed is None or self._failed[0] != number:
            return False
        looks = self._failed[1] + 1
        self._failed = (number, looks)
        return looks < RETRY_EVERY

    def _swap(self, new: _Held[T] | None) -> None:
        with self._lock:
            old, self._held = self._held, new
            if old is not None:
                old.is_retired = True
            is_free = old is not None and old.users == 0
        if old is not None and is_free:
            self._close(old)

    def _close(self, held: _Held[T]) -> None:
        try:
            held.content.close()
        except Exception as error:
            self._log.warning(
                "closing failed", what=self._what, version=held.version.number, error=str(error)
            )
