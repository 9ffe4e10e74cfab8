from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.state import PAGE_SIZE, SearchState, read_state
from kms.filters import Condition

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)
states = st.builds(
    SearchState,
    query=words,
    filters=st.lists(
        st.tuples(st.sampled_from(["brand", "category", "attr.colour"]), words), max_size=4, unique=True
    ).map(tuple),
    price_from=st.none() | st.integers(0, 9_999).map(float),
    price_to=st.none() | st.integers(0, 9_999).map(float),
    sort=st.sampled_from(["relevance", "price_asc", "price_desc", "rating", "popularity"]),
    page=st.integers(1, 100_000),
)


def read(url: str) -> SearchState:
    return read_state(parse_qs(urlsplit(url).query))


@given(states)
def test_an_address_reads_back(state: SearchState) -> None:
    assert read(state.url(page=state.page)) == state


def test_a_change_begins_at_the_first_page() -> None:
    state = SearchState(query="jacket", page=4)
    assert "page=" not in state.url(sort="rating")
    assert "page=5" in state.url(page=5)


def test_toggling_twice_changes_nothing() -> None:
    state = SearchState(query="jacket", filters=(("brand", "veldra"),))
    on = read(state.toggled("use", "rain"))
    assert on.filters == (("brand", "veldra"), ("use", "rain"))
    assert read(on.toggled("use", "rain")) == state


def test_values_of_a_field_are_alternatives_and_fields_add_up() -> None:
    state = SearchState(
        query="x", filters=(("brand", "a"), ("brand", "b"), ("use", "rain")), price_to=50.0, page=3
    )
    request = state.request(["brand"])
    assert request.filter.conditions == (
        Condition(field="brand", any_of=("a", "b")),
        Condition(field="use", any_of=("rain",)),
        Condition(field="price", lte=50.0),
    )
    assert request.offset == 2 * PAGE_SIZE
    assert request.explain


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?q=++a+++b+", SearchState(query="a b")),
        ("/?page=0", SearchState()),
        ("/?page=-3&sort=drop+table", SearchState()),
        ("/?page=9999999999", SearchState()),
        ("/?min=abc&max=inf", SearchState()),
        ("/?min=nan&max=-1", SearchState()),
        ("/?f=nocolon&f=:x&f=brand:&f=BAD:x&f=a%20b:x", SearchState()),
        ("/?q=" + "a" * 900, SearchState(query="a" * 500)),
    ],
)
def test_what_cannot_be_read_is_left_out(address: str, expected: SearchState) -> None:
    assert read(address) == expected


def test_every_state_can_be_asked() -> None:
    many = "&".join(f"f=brand:b{i}" for i in range(200))
    assert len(read(f"/?{many}&page=100").request([]).filter.conditions) == 1


def test_words_of_the_query_are_taken_out() -> None:
    state = SearchState(query="teapot on sale under 50", filters=(("brand", "fenn"),), page=3)
    assert state.without_words("on sale") == "/?q=teapot+under+50&f=brand%3Afenn"
    assert state.without_words("in stock") is None
    assert SearchState(query="sale").without_words("sale") is None
