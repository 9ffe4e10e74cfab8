from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.models import Suggestion
from ranking.suggest.index import Completion, SuggestionIndex, write_suggestions

TITLES = {
    "AUD-001": "Veldra Hush over-ear headphones",
    "AUD-002": "Norvik Wi-Fi speaker T-80",
    "KIT-010": "Haldern kettle 1.7 litre",
    "KIT-011": "不锈钢电热水壶",
    "AUD-020": "头戴式蓝牙耳机 黑色",
}
ENTITIES = {
    "category:headphones": ("headphones", 40),
    "category:kettle": ("kettle", 12),
    "brand:veldra": ("Veldra", 5),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SuggestionIndex:
    folder = tmp_path_factory.mktemp("suggestions")
    completions = [
        Completion(Suggestion(text=text, kind="class", id=node), float(weight))
        for node, (text, weight) in ENTITIES.items()
    ]
    completions += [
        Completion(
            Suggestion(text=title, kind="product", id=key, image_url=f"https://shop.example/{key}.jpg"), 0.1
        )
        for key, title in TITLES.items()
    ]
    write_suggestions(folder, completions)
    return SuggestionIndex.load(folder)


def ids(index: SuggestionIndex, typed: str) -> list[str]:
    return [suggestion.id for suggestion in index.suggest(typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("head", "category:headphones"),
        ("HEADP", "category:headphones"),
        ("veldra h", "AUD-001"),
        ("hush vel", "AUD-001"),
        ("over-ear", "AUD-001"),
        ("wifi", "AUD-002"),
        ("wi-fi sp", "AUD-002"),
        ("t80", "AUD-002"),
        ("t-8", "AUD-002"),
        ("aud-001", "AUD-001"),
        ("AUD002", "AUD-002"),
        ("电热", "KIT-011"),
        ("水壶", "KIT-011"),
        ("電熱水", "KIT-011"),
        ("蓝牙耳", "AUD-020"),
        ("耳机蓝牙", "AUD-020"),
        ("erji", "AUD-020"),
        ("lanya er", "AUD-020"),
        ("lan ya", "AUD-020"),
        ("lyej", "AUD-020"),
    ],
)
def test_what_is_being_typed_is_completed(index: SuggestionIndex, typed: str, first: str) -> None:
    assert ids(index, typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("haedph", "category:headphones"),
        ("jeadphones", "category:headphones"),
        ("hedpho", "category:headphones"),
        ("kettel", "category:kettle"),
        ("veldra hussh", "AUD-001"),
    ],
)
def test_a_typing_error_is_forgiven(index: SuggestionIndex, typed: str, first: str) -> None:
    assert ids(index, typed)[0] == first


@pytest.mark.parametrize("typed", ["", " ", "-", "zzzz", "aud-999", "head zzzz", "壳壳壳"])
def test_what_begins_nothing_gives_nothing(index: SuggestionIndex, typed: str) -> None:
    assert ids(index, typed) == []


def test_products_have_their_pictures_and_entities_come_first(index: SuggestionIndex) -> None:
    suggestions = index.suggest("veldra")
    assert [s.kind for s in suggestions] == ["class", "product"]
    assert suggestions[1].image_url == "https://shop.example/AUD-001.jpg"


def test_the_limit_holds_and_the_best_stay(index: SuggestionIndex) -> None:
    assert [s.id for s in index.suggest("h", limit=1)] == ["category:headphones"]


def test_an_empty_catalogue_suggests_nothing(tmp_path: Path) -> None:
    write_suggestions(tmp_path, [])
    assert SuggestionIndex.load(tmp_path).suggest("a") == []


@given(st.text(max_size=120))
def test_any_text_may_be_typed(index: SuggestionIndex, typed: str) -> None:
    found = index.suggest(typed, limit=3)
    assert len(found) <= 3


@given(st.sampled_from(sorted(TITLES.values())), st.integers(min_value=1, max_value=40))
def test_every_beginning_of_a_title_finds_it(index: SuggestionIndex, title: str, length: int) -> None:
    typed = title[:length]
    assert typed.strip() == "" or title in [s.text for s in index.suggest(typed, limit=20)]
