"""The short memory of keys and sessions."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.security.lookups import Lookups
from kms.errors import StoreUnavailable


class Store:
    def __init__(self) -> None:
        self.known = {"a": 1}
        self.asked: list[str] = []
        self.is_away = False
        self.gate = threading.Event()
        self.gate.set()

    def find(self, secret: str) -> int | None:
        self.gate.wait(10)
        self.asked.append(secret)
        if self.is_away:
            raise StoreUnavailable("away")
        return self.known.get(secret)


def run(store: Store, clock: list[float], steps: object) -> None:
    async def main() -> None:
        with ThreadPoolExecutor(2) as executor:
            lookups = Lookups(store.find, executor, fresh_s=2, stale_s=300, clock=lambda: clock[0])
            await steps(lookups)  # type: ignore[operator]

    asyncio.run(main())


def test_what_was_found_is_believed_for_a_while() -> None:
    store, clock = Store(), [0.0]

    async def steps(lookups: Lookups[int]) -> None:
        assert not lookups.is_known("a")
        assert await lookups.get("a") == 1
        clock[0] = 1.9
        assert await lookups.get("a") == 1
        assert (store.asked, lookups.is_known("a")) == (["a"], True)
        store.known = {}
        clock[0] = 2.0
        assert await lookups.get("a") is None
        assert not lookups.is_known("a")

    run(store, clock, steps)


def test_what_is_unknown_is_not_remembered() -> None:
    store, clock = Store(), [0.0]

    async def steps(lookups: Lookups[int]) -> None:
        assert await lookups.get("b") is None
        store.known["b"] = 2
        assert await lookups.get("b") == 2
        lookups.forget("b")
        del store.known["b"]
        assert await lookups.get("b") is None

    run(store, clock, steps)


def test_many_at_once_ask_the_store_once() -> None:
    store, clock = Store(), [0.0]

    async def steps(lookups: Lookups[int]) -> None:
        store.gate.clear()
        waiting = [asyncio.ensure_future(lookups.get("a")) for _ in range(50)]
        await asyncio.sleep(0)
        waiting.pop().cancel()
        store.gate.set()
        assert await asyncio.gather(*waiting) == [1] * 49
        assert store.asked == ["a"]

    run(store, clock, steps)


def test_while_the_store_is_away_known_ones_go_on_for_five_minutes() -> None:
    store, clock = Store(), [0.0]

    async def steps(lookups: Lookups[int]) -> None:
        await lookups.get("a")
        store.is_away = True
        clock[0] = 299.0
        assert await lookups.get("a") == 1
        with pytest.raises(StoreUnavailable):
            await lookups.get("b")
        clock[0] = 301.0
        with pytest.raises(StoreUnavailable):
            await lookups.get("a")

    run(store, clock, steps)
