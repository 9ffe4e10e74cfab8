"""Rate limits: how often a key, an address or a shopper may ask, counted in this process with the library limits."""

from __future__ import annotations

import math
import re
import threading
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

import limits
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from kms.settings import Settings

MOST_COUNTERS = 200_000
_WITH_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}|\[([0-9A-Fa-f:.]{2,45})\](?::\d{1,5})?")


class BoundedStorage(Storage):
    """Counters in memory that end by themselves; at most ``MOST_COUNTERS`` at a time.

    The library's own storage starts a thread for each request to look through all counters. Here the ended ones go
    when the number of counters has doubled since the last time.
    """

    STORAGE_SCHEME = ["kms-memory"]  # noqa: RUF012  # declared so by the base class

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        """Start with no counters."""
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._counters: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._clean_at = 1_024

    @property
    def base_exceptions(self) -> type[Exception]:
        """Exceptions that this storage may raise."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a counter; a new one ends after ``expiry`` seconds."""
        now = time.time()
        with self._lock:
            count, ends = self._counters.get(key, (0, 0.0))
            if ends <= now:
                count, ends = 0, now + expiry
            self._counters[key] = (count + amount, ends)
            if len(self._counters) > self._clean_at:
                self._clean(now)
            return count + amount

    def get(self, key: str) -> int:
        """A counter's value."""
        count, ends = self._counters.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When a counter ends."""
        return self._counters.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """That the storage can be used."""
        return True

    def reset(self) -> int | None:
        """Forget all counters."""
        with self._lock:
            count = len(self._counters)
            self._counters.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._lock:
            self._counters.pop(key, None)

    def _clean(self, now: float) -> None:
        self._counters = {key: value for key, value in self._counters.items() if value[1] > now}
        excess = len(self._counters) - MOST_COUNTERS
        for key in list(self._counters)[: max(excess, 0)]:
            del self._counters[key]
        self._clean_at = max(1_024, 2 * len(self._counters))


@dataclass(frozen=True)
class Exceeded(Exception):
    """A rate is used up."""

    rate: str
    what: str
    retry_after_s: int


@dataclass(frozen=True)
class NeverFits(Exception):
    """Something counts more than its rate allows at any time, so that sending it again would be refused again."""

    what: str
    cost: int
    most: int
    rate: str


class Rates:
    """All rates of a server."""

    def __init__(self, settings: Settings) -> None:
        """Take the rates of the settings; an empty one counts nothing."""
        self._limiter = FixedWindowRateLimiter(BoundedStorage())
        self._parsed: dict[str, limits.RateLimitItem] = {}
        self.per_key = settings.rate_per_key
        self.per_address = settings.rate_per_address
        self.sign_in = settings.rate_sign_in
        self.refused = settings.rate_refused
        self.events_per_key = settings.rate_events_per_key
        self.events_per_shopper = settings.rate_events_per_shopper
        self.changes_per_key = settings.rate_changes_per_key

    def spend(self, rate: str, what: str, who: str, *, cost: int = 1) -> None:
        """Count something against a rate.

        Args:
            rate: ``600/minute``; empty: nothing is counted.
            what: What is counted, in words for the caller; also keeps counters of different things apart.
            who: Key, address or shopper.
            cost: How much it counts.

        Raises:
            Exceeded: The rate is used up.
            NeverFits: ``cost`` is more than the whole rate.
        """
        if not rate:
            return
        item = self._item(rate)
        if cost > item.amount:
            raise NeverFits(what, cost, item.amount, rate)
        # Looked at first, so that what is refused uses nothing up.
        if not (
            self._limiter.test(item, what, who, cost=cost) and self._limiter.hit(item, what, who, cost=cost)
        ):
            raise self._exceeded(rate, what, who)

    def check(self, rate: str, what: str, who: str) -> None:
        """The same without counting.

        Raises:
            Exceeded: The rate is used up.
        """
        if rate and not self._limiter.test(self._item(rate), what, who):
            raise self._exceeded(rate, what, who)

    def _exceeded(self, rate: str, what: str, who: str) -> Exceeded:
        ends = self._limiter.get_window_stats(self._item(rate), what, who).reset_time
        return Exceeded(rate, what, max(1, math.ceil(ends - time.time())))

    def _item(self, rate: str) -> limits.RateLimitItem:
        item = self._parsed.get(rate)
        if item is None:
            item = self._parsed[rate] = limits.parse(rate)
        return item


def address_group(address: str) -> str:
    """The address that is counted: of IPv6 the network of 64 bits, which one customer commonly has.

    Some proxies write the port behind the address; it is left out, or each connection would be counted by itself.
    """
    port = _WITH_PORT.fullmatch(address)
    address = (port[1] or port[2]) if port else address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
