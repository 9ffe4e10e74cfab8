"""Rates: counted per key, address and shopper, and never endless in memory."""

from __future__ import annotations

import pytest

from api.security import rates
from api.security.rates import BoundedStorage, Exceeded, NeverFits, Rates, address_group
from kms.settings import read_settings


def test_a_rate_is_used_up_for_one_and_not_for_another() -> None:
    counted = Rates(read_settings())
    for _ in range(3):
        counted.spend("3/hour", "requests", "a")
    with pytest.raises(Exceeded) as told:
        counted.spend("3/hour", "requests", "a")
    assert 1 <= told.value.retry_after_s <= 3_600
    counted.spend("3/hour", "requests", "b")
    counted.spend("3/hour", "events", "a")
    counted.spend("3/hour", "events", "a", cost=2)
    with pytest.raises(Exceeded):
        counted.check("3/hour", "events", "a")
    counted.check("3/hour", "events", "b")


def test_an_empty_rate_counts_nothing() -> None:
    counted = Rates(read_settings())
    for _ in range(100):
        counted.spend("", "requests", "a", cost=1_000)
    counted.check("", "requests", "a")


def test_a_counter_starts_anew_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr("api.security.rates.time.time", lambda: now)
    storage = BoundedStorage()
    assert [storage.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert storage.get("a") == 3
    assert storage.get_expiry("a") == 1_060
    now = 1_060.0
    assert storage.get("a") == 0
    assert storage.incr("a", 60) == 1
    storage.clear("a")
    assert storage.get("a") == 0
    storage.incr("b", 60)
    assert storage.reset() == 1


def test_ended_counters_go(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr("api.security.rates.time.time", lambda: now)
    monkeypatch.setattr(rates, "MOST_COUNTERS", 2_000)
    storage = BoundedStorage()
    for number in range(1_500):
        storage.incr(f"old {number}", 10)
    now = 1_020.0
    for number in range(1_600):
        storage.incr(f"new {number}", 10)
    assert not any(key.startswith("old") for key in storage._counters)
    for number in range(20_000):
        storage.incr(f"flood {number}", 10)
    assert len(storage._counters) <= 4_001


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:51234", "198.51.100.7"),
        ("[2001:db8:1:2::7]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("x" * 1_000, "x" * 64),
    ],
)
def test_addresses_are_grouped(address: str, group: str) -> None:
    assert address_group(address) == group


def test_what_never_fits_is_told_from_what_is_used_up() -> None:
    counted = Rates(read_settings())
    with pytest.raises(NeverFits) as told:
        counted.spend("3/hour", "events", "a", cost=4)
    assert (told.value.cost, told.value.most) == (4, 3)
    counted.spend("3/hour", "events", "a", cost=3)  # it used nothing up
    with pytest.raises(Exceeded):
        counted.spend("3/hour", "events", "a", cost=3)
