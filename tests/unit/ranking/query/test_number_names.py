from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.ontology.load import load_ontology
from ranking.query.number_names import PRICE_NAMES, NumberNames

BATTERY = NumberNames.of_attribute(load_ontology().attributes["battery_life"])


@pytest.mark.parametrize(
    ("text", "number", "widened"),
    [
        ("30 hours battery", "30 hours", "30 hours battery"),
        ("30 hours of battery life headphones", "30 hours", "30 hours of battery life"),
        ("battery life of 30 hours", "30 hours", "battery life of 30 hours"),
        ("headphones 30 hours", "30 hours", "30 hours"),
        ("续航30小时的耳机", "30小时", "续航30小时"),
        ("30小时续航耳机", "30小时", "30小时续航"),
    ],
)
def test_names_beside_a_number(text: str, number: str, widened: str) -> None:
    start = text.index(number)
    begin, end = BATTERY.widen(text, (start, start + len(number)), [])
    assert text[begin:end] == widened


def test_what_means_something_else_stays() -> None:
    text = "30 hours battery"
    assert BATTERY.widen(text, (0, 8), [(9, 16)]) == (0, 8)


def test_names_of_prices() -> None:
    text = "price under 50"
    assert NumberNames(PRICE_NAMES).widen(text, (6, 14), []) == (0, 14)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_a_span_only_grows(text: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    begin, stop = BATTERY.widen(text, (start, end), [])
    assert 0 <= begin <= start and end <= stop <= len(text)
