"""Taking over a new version while requests run."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.live import RETRY_EVERY, LiveVersion
from kms.artifacts import Version
from kms.errors import StoreError, StoreUnavailable


class Opened:
    """What a version is opened as: it knows when it is used after it was closed."""

    def __init__(self, version: Version) -> None:
        self.number = version.number
        self.closed = 0
        self.is_partial = False

    def answer(self) -> int:
        assert not self.closed, f"version {self.number} was used after it was closed"
        return self.number

    def close(self) -> None:
        self.closed += 1


class Shelf:
    """Says which version is current, and opens versions."""

    def __init__(self) -> None:
        self.current: int | None = None
        self.opened: list[Opened] = []
        self.broken: set[int] = set()

    def look(self) -> Version | None:
        return None if self.current is None else Version("index", self.current, Path(f"v{self.current}"))

    def open(self, version: Version) -> Opened:
        if version.number in self.broken:
            raise StoreError("it is broken")
        self.opened.append(Opened(version))
        return self.opened[-1]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_without_a_version_nothing_is_served(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open)
    assert not live.refresh()
    with pytest.raises(StoreUnavailable, match="kms index build"), live.use():
        pass


def test_a_new_version_is_taken_over_and_the_old_one_closed_once(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open)
    shelf.current = 1
    assert live.refresh()
    assert not live.refresh()
    shelf.current = 2
    assert live.refresh()
    with live.use() as content:
        assert content.answer() == 2
    assert [o.closed for o in shelf.opened] == [1, 0]
    live.stop()
    assert [o.closed for o in shelf.opened] == [1, 1]


def test_going_back_is_a_take_over_as_well(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open)
    for number in (1, 2, 1):
        shelf.current = number
        assert live.refresh()
    assert live.version is not None
    assert live.version.number == 1


def test_a_request_keeps_the_version_that_it_began_with(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open)
    shelf.current = 1
    live.refresh()
    with live.use() as first:
        with live.use() as also_first:
            shelf.current = 2
            live.refresh()
            with live.use() as second:
                assert (first.answer(), also_first.answer(), second.answer()) == (1, 1, 2)
        assert not first.closed
        assert first.answer() == 1
    assert shelf.opened[0].closed == 1


def test_a_version_that_cannot_be_opened_leaves_the_old_one_serving(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open)
    shelf.current = 1
    live.refresh()
    shelf.broken = {2}
    shelf.current = 2
    assert not live.refresh()
    assert live.error == "version 2 cannot be opened: it is broken"
    with live.use() as content:
        assert content.answer() == 1
    shelf.current = 3
    assert live.refresh()
    assert live.error is None


def test_a_broken_version_is_tried_again_now_and_then(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open)
    shelf.broken = {1}
    shelf.current = 1
    live.refresh()
    shelf.broken = set()
    looks = [live.refresh() for _ in range(RETRY_EVERY)]
    assert looks == [False] * (RETRY_EVERY - 1) + [True]


def test_an_incomplete_version_is_opened_again(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open, is_incomplete=lambda content: content.is_partial)
    shelf.current = 1
    live.refresh()
    shelf.opened[0].is_partial = True
    assert any(live.refresh() for _ in range(RETRY_EVERY + 1))
    assert [o.closed for o in shelf.opened] == [1, 0]


def test_a_pointer_that_cannot_be_read_is_reported(shelf: Shelf) -> None:
    def look() -> Version | None:
        raise StoreError("the pointer names nothing")

    live: LiveVersion[Opened] = LiveVersion(look, shelf.open)
    assert not live.refresh()
    with pytest.raises(StoreUnavailable, match="the pointer names nothing"), live.use():
        pass


def test_no_request_is_dropped_while_versions_change_under_load(shelf: Shelf) -> None:
    live = LiveVersion(shelf.look, shelf.open, interval_s=0.001)
    shelf.current = 1
    live.start()
    is_over = threading.Event()

    def ask() -> tuple[int, list[int]]:
        asked, seen = 0, [0]
        while not is_over.is_set():
            with live.use() as content:
                before = content.answer()
                assert content.answer() == before
            asked += 1
            if before != seen[-1]:
                seen.append(before)
        return asked, seen

    with ThreadPoolExecutor(8) as pool:
        requests = [pool.submit(ask) for _ in range(8)]
        for number in range(2, 40):
            shelf.current = number
            until = threading.Event()
            for _ in range(2_000):
                if live.version and live.version.number == number:
                    break
                until.wait(0.001)
        is_over.set()
        results = [request.result() for request in requests]
    live.stop()
    assert all(asked for asked, _ in results)
    for _, seen in results:
        assert seen == sorted(seen), "a request got an older version than the one before it"
    assert [o.closed for o in shelf.opened] == [1] * len(shelf.opened)
    assert len(shelf.opened) == 39


class State(Opened):
    """A state of a version, with the changes that it shows."""

    def __init__(self, version: Version, changes: int = 0) -> None:
        super().__init__(version)
        self.version = version
        self.changes = changes


def test_changes_are_taken_over_and_the_state_before_is_closed_after_its_last_request() -> None:
    log = [0]
    states: list[State] = []

    def open_state(version: Version) -> State:
        states.append(State(version))
        return states[-1]

    def advance(state: State) -> State:
        if state.changes == log[0]:
            return state
        states.append(State(state.version, log[0]))
        return states[-1]

    shelf = Shelf()
    shelf.current = 1
    live = LiveVersion(shelf.look, open_state, advance=advance)
    assert not live.advance()
    live.refresh()
    assert not live.advance()
    with live.use() as before:
        log[0] = 3
        assert live.advance()
        with live.use() as after:
            assert (before.changes, after.changes) == (0, 3)
        assert [state.closed for state in states] == [0, 0]
    assert [state.closed for state in states] == [1, 0]
    shelf.current = 2  # what came after the version is there from its first request on
    live.refresh()
    with live.use() as state:
        assert (state.number, state.changes) == (2, 3)
    live.stop()
    assert [state.closed for state in states] == [1, 1, 1, 1]


def test_changes_that_cannot_be_read_leave_the_state_as_it_is() -> None:
    def advance(_state: Opened) -> Opened:
        raise StoreError("the log is away")

    shelf = Shelf()
    shelf.current = 1
    live = LiveVersion(shelf.look, shelf.open, advance=advance)
    live.refresh()
    assert not live.advance()
    assert "the log is away" in str(live.advance_error)
    with live.use() as state:
        assert state.answer() == 1
    live.stop()
