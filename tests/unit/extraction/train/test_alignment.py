from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.train.alignment import Cell, ChanceFilter, find_cell, fold_pair, is_same_value, is_telling


def places(text: str, value: str, unit: str | None = None) -> list[str]:
    cell = Cell("p", "a", value, unit)
    return [text[start:end] for start, end in find_cell(text, cell)]


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ("Kettle, Brushed Steel, brushed steel lid", "brushed steel", ["Brushed Steel", "brushed steel"]),
        ("Hose 15 m, half inch", "15 m", ["15 m"]),
        ("Hose 1500 cm, half inch", "15 m", ["1500 cm"]),
        ("Drill with 2-speed gear", "2 speed", ["2-speed"]),
        ("Rope of hemp and jute", "Hemp, Jute", ["hemp", "jute"]),
        ("Model 150 of 1500", "150", ["150"]),
        ("Model A-150", "150", []),
        ("Sharpening stone", "sharp", []),
        ("Bag of 2.5 kg", "5 kg", []),
        ("红色水壶", "红色", ["红色"]),
    ],
)
def test_a_value_is_found_as_a_whole_or_as_the_same_quantity(text: str, value: str, found: list[str]) -> None:
    assert places(text, value) == found


def test_a_columns_unit_makes_a_bare_number_a_quantity() -> None:
    assert places("Plank of 240 cm", "2400", "millimeter") == ["240 cm"]


@pytest.mark.parametrize(
    ("value", "unit", "telling"),
    [
        ("Birch", None, True),
        ("yes", None, False),
        ("否", None, False),
        ("4", None, False),
        ("4", "kilogram", True),
        ("2300", None, True),
        ("L", None, False),
        ("", None, False),
        ("one two three four five six seven eight nine ten eleven", None, False),
    ],
)
def test_what_a_text_can_say_in_other_words_tells_nothing(
    value: str, unit: str | None, telling: bool
) -> None:
    assert is_telling(Cell("p", "a", value, unit)) is telling


def test_a_reading_is_the_cells_value_in_any_writing() -> None:
    assert is_same_value("birch", Cell("p", "a", "Birch"))
    assert is_same_value("beech", Cell("p", "a", "Birch / Beech"))
    assert is_same_value("240 cm", Cell("p", "a", "2.4 m"))
    assert not is_same_value("24 cm", Cell("p", "a", "2.4 m"))


def test_values_that_stand_as_often_where_another_is_stated_are_chance() -> None:
    texts, cells = [], []
    for number in range(40):
        origin = "Italy" if number % 2 else "Spain"
        # Every text speaks of the shop in Italy; the colour stands where it is true.
        colour = ("red", "blue", "green", "white")[number % 4]
        texts.append((str(number), f"A {colour} cup from our shop in Italy"))
        cells += [Cell(str(number), "origin", origin), Cell(str(number), "colour", colour)]
    by_id = dict(texts)
    aligned = [cell for cell in cells if find_cell(by_id[cell.product_id], cell)]
    chosen = ChanceFilter(texts).chosen(aligned, cells)
    assert ("origin", "italy") not in chosen
    assert {value for attribute, value in chosen if attribute == "colour"} == {
        "red",
        "blue",
        "green",
        "white",
    }
    assert {fold_pair(cell) for cell in aligned} - chosen == {("origin", "italy")}


@given(
    st.text(alphabet="abcde ", min_size=3, max_size=20).filter(
        lambda v: len(v.split()) > 0 and len(v.strip()) > 1
    )
)
def test_a_value_between_other_words_is_found_where_it_stands(value: str) -> None:
    text = f"zz {value.strip()} zz"
    assert (3, 3 + len(value.strip())) in find_cell(text, Cell("p", "a", value))
