from __future__ import annotations

from pathlib import Path

import pytest

from kms.errors import FilterError
from kms.filters import Condition, Filter
from kms.lexical.index import LexicalIndex
from kms.lexical.models import IndexedProduct

PRODUCTS = [
    IndexedProduct(
        id="AUD-1",
        title="Veldra Hush 2 over-ear headphones",
        description="Quiet on planes, 30 hours of battery",
        brand="Veldra",
        category="Headphones",
        labels=("noise cancelling", "降噪"),
        facets={"brand": ("veldra",), "category": ("headphones", "audio"), "attr.colour": ("grey",)},
        numbers={"price": 129.0, "attr.weight": 0.264},
    ),
    IndexedProduct(
        id="AUD-2",
        title="Norvik Drift headphone",
        brand="Norvik",
        facets={"brand": ("norvik",), "category": ("headphones", "audio"), "attr.colour": ("black", "grey")},
        numbers={"price": 89.0},
    ),
    IndexedProduct(
        id="KIT-1",
        title="无线电热水壶 1.7升",
        description="不锈钢内胆，烧水快",
        brand="Brannok",
        language="zh",
        facets={"brand": ("brannok",), "category": ("kettles", "kitchen")},
        numbers={"price": 39.5},
    ),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    made = LexicalIndex(tmp_path / "text", number_fields=["attr.weight"])
    made.upsert(PRODUCTS)
    return made


def found(index: LexicalIndex, text: str, *conditions: Condition) -> list[str]:
    return [hit.id for hit in index.search(text, filter=Filter(conditions=conditions))]


def test_stems_join_singular_and_plural(index: LexicalIndex) -> None:
    assert set(found(index, "headphones")) == {"AUD-1", "AUD-2"}


def test_chinese_words_are_found_inside_longer_ones(index: LexicalIndex) -> None:
    assert found(index, "热水壶") == ["KIT-1"]
    assert found(index, "降噪 耳机") == ["AUD-1"]


def test_title_outweighs_description(index: LexicalIndex) -> None:
    index.upsert(
        [PRODUCTS[1].model_copy(update={"id": "AUD-3", "title": "Stand", "description": "for the Drift"})]
    )
    assert found(index, "drift") == ["AUD-2", "AUD-3"]


@pytest.mark.parametrize("typo", ["hedphones", "headphnes", "haedphones", "vledra"])
def test_typos_of_one_or_two_edits_are_forgiven(index: LexicalIndex, typo: str) -> None:
    assert "AUD-1" in found(index, typo)


def test_typos_can_be_turned_off(index: LexicalIndex) -> None:
    assert index.search("hedphones", typos=False) == []


def test_words_that_nobody_wrote_find_nothing(index: LexicalIndex) -> None:
    assert found(index, "xyzzy qwert") == []


def test_empty_text_lists_everything_that_passes(index: LexicalIndex) -> None:
    assert found(index, "") == ["AUD-1", "AUD-2", "KIT-1"]
    assert found(index, "", Condition(field="price", lte=90.0)) == ["AUD-2", "KIT-1"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(field="brand", any_of=("veldra", "brannok")), {"AUD-1", "KIT-1"}),
        (Condition(field="brand", none_of=("veldra",)), {"AUD-2", "KIT-1"}),
        (Condition(field="attr.colour", any_of=("black",)), {"AUD-2"}),
        (Condition(field="attr.weight", lte=0.3), {"AUD-1"}),
        (Condition(field="category", any_of=("audio",)), {"AUD-1", "AUD-2"}),
    ],
)
def test_filters(index: LexicalIndex, condition: Condition, expected: set[str]) -> None:
    assert set(found(index, "", condition)) == expected


@pytest.mark.parametrize(
    "condition", [Condition(field="size", any_of=("x",)), Condition(field="attr.height", gte=1.0)]
)
def test_filter_without_an_index_is_refused(index: LexicalIndex, condition: Condition) -> None:
    with pytest.raises(FilterError, match=condition.field.replace(".", r"\.")):
        found(index, "", condition)


def test_filters_do_not_change_scores(index: LexicalIndex) -> None:
    plain = {hit.id: hit.score for hit in index.search("headphones")}
    narrowed = index.search("headphones", filter=Filter(conditions=(Condition(field="price", lte=1_000.0),)))
    assert {hit.id: hit.score for hit in narrowed} == pytest.approx(plain)


def test_a_number_with_its_unit_is_no_slip_for_another(index: LexicalIndex) -> None:
    assert found(index, "1.7 litres") == ["KIT-1"]
    assert found(index, "1.6l") == []
    assert found(index, "veldre") == ["AUD-1"]


def test_completion(index: LexicalIndex) -> None:
    assert index.complete("head") == [("headphone", 1), ("headphones", 1)]
    assert index.complete("") == []


def test_update_and_delete_are_seen_at_once(index: LexicalIndex) -> None:
    index.upsert([PRODUCTS[0].model_copy(update={"title": "Veldra Murmur"})])
    assert found(index, "hush") == []
    assert found(index, "murmur") == ["AUD-1"]
    index.delete(["AUD-1", "nobody"])
    assert index.count() == 2


def test_a_range_is_found_by_any_value_in_it(tmp_path: Path) -> None:
    field = "attr.voltage"
    index = LexicalIndex(tmp_path / "ranges", number_fields=(field,))
    index.upsert(
        [
            IndexedProduct(id="wide", title="Charger", numbers={field: 100.0}, highs={field: 240.0}),
            IndexedProduct(id="one", title="Charger", numbers={field: 230.0}),
        ]
    )
    assert found(index, "", Condition(field=field, gte=110.0, lte=120.0)) == ["wide"]
    assert found(index, "", Condition(field=field, gte=235.0)) == ["wide"]
    assert found(index, "", Condition(field=field, lte=99.0)) == []
    assert sorted(found(index, "charger", Condition(field=field, gte=220.0))) == ["one", "wide"]


def test_reopening_keeps_documents_and_number_fields(index: LexicalIndex, tmp_path: Path) -> None:
    again = LexicalIndex(tmp_path / "text")
    assert found(again, "", Condition(field="attr.weight", gte=0.1)) == ["AUD-1"]
