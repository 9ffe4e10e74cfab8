from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

import api.pages.i18n as i18n
from api.pages.i18n import TEXTS, Words, choose_language
from kms.evidence.models import DocumentField, Evidence
from kms.types import EventType
from ranking.models import Sort
from ranking.models import Source as ReasonSource

PAGES = Path(i18n.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_have_the_same_places(key: str) -> None:
    en, zh = TEXTS[key]
    assert en
    assert zh
    assert places(en) == places(zh)
    assert not CHINESE.search(en)


def test_every_text_that_a_page_names_exists() -> None:
    named = set()
    for path in PAGES.glob("*.py"):
        source = path.read_text("utf-8")
        named |= {(path.name, key) for key in re.findall(r'\bwords\("([a-z_]+)"', source)}
        named |= {(path.name, key) for key in re.findall(r'words\.count\("([a-z_]+)"', source)}
    assert named
    assert {(name, key) for name, key in named if key not in TEXTS} == set()


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("field_", get_args(DocumentField)),
        ("read_", get_args(Evidence.model_fields["extractor"].annotation)),
        ("event_", get_args(EventType)),
        ("sort_", get_args(Sort)),
        ("source_", get_args(ReasonSource)),
        ("kind_", ["class", "brand", "value", "quantity", "word", "product"]),
        ("part_", ["vectors", "graph", "catalog", "evidence", "journal", "index", "database"]),
        ("facet_", ["category", "brand", "use", "audience"]),
    ],
)
def test_every_kind_that_the_platform_knows_has_a_name(prefix: str, names: list[str]) -> None:
    assert [name for name in names if prefix + name not in TEXTS] == []


def test_singular_and_thousands() -> None:
    words = Words("en")
    assert words.count("results", 1) == "1 product"
    assert words.count("results", 1_234) == "1,234 products"
    assert Words("zh").count("results", 2) == "2 件商品"


def test_a_missing_label_falls_back_to_the_other_language() -> None:
    assert Words("zh").pick("Veldra", "") == "Veldra"
    assert Words("en").pick("", "耳机") == "耳机"


def test_an_unknown_text_is_an_error() -> None:
    with pytest.raises(KeyError):
        Words("en")("nothing_like_it")


def test_braces_in_values_stay_as_they_are() -> None:
    assert "{x}" in Words("en")("unknown_text", id="{x}")


@pytest.mark.parametrize(
    ("chosen", "remembered", "accepted", "expected"),
    [
        ("zh", "en", "en", "zh"),
        (None, "zh", "en-US,en", "zh"),
        (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "en;q=0.5,zh-TW;q=0.8", "zh"),
        (None, None, "de-DE,zh", "zh"),
        (None, None, "zh;q=0,en", "en"),
        (None, None, "zh;q=much", "en"),
        ("klingon", None, None, "en"),
    ],
)
def test_the_address_wins_over_the_cookie_over_the_browser(
    chosen: str | None, remembered: str | None, accepted: str | None, expected: str
) -> None:
    assert choose_language(chosen, remembered, accepted) == expected


@pytest.mark.parametrize("accepted", [None, "", "*", "de-DE,fr;q=0.8"])
def test_who_wants_no_language_of_the_pages_gets_the_shops(accepted: str | None) -> None:
    assert choose_language(None, None, accepted, "zh") == "zh"
    assert choose_language(None, None, accepted, "en") == "en"


def test_texts_in_another_language_than_the_page_say_which() -> None:
    assert (Words("en").lang_of("zh"), Words("zh").lang_of("en")) == ("zh-CN", "en-US")
    assert Words("zh").lang_of("zh") is None
