from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.models import IndexedProduct
from kms.lexical.vocabulary import Vocabulary, count_words, write_vocabulary

PRODUCTS = [
    IndexedProduct(
        id="AUD-1",
        title="Veldra Hush 2 over-ear headphones, quiet headphones",
        description="Quiet on planes, 30 hours of battery",
        brand="Veldra",
        category="Headphones",
        labels=("noise cancelling", "降噪"),
    ),
    IndexedProduct(id="AUD-2", title="Norvik Drift headphone, café", brand="Norvik"),
    IndexedProduct(id="KIT-1", title="无线电热水壶 1.7升", brand="Brannok", language="zh"),
]


def test_each_product_counts_once_for_a_word() -> None:
    counts = count_words(PRODUCTS).counts
    assert (counts["headphones"], counts["headphone"], counts["veldra"]) == (1, 1, 1)
    assert counts["cafe"] == 1
    assert "planes" not in counts  # a word of a description
    assert {"降噪", "水壶"} <= set(counts)


def test_completion() -> None:
    vocabulary = Vocabulary({"head": 2, "headphone": 1, "headphones": 5, "heat": 9})
    assert vocabulary.complete("head") == [("headphones", 5), ("head", 2), ("headphone", 1)]
    assert vocabulary.complete("HEADP", limit=1) == [("headphones", 5)]
    assert vocabulary.complete("") == vocabulary.complete("x") == []


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_vocabulary(tmp_path / "text", PRODUCTS)
    assert Vocabulary.load(tmp_path / "text").counts == count_words(PRODUCTS).counts


@given(
    st.dictionaries(st.text("abcä语", min_size=1, max_size=4), st.integers(1, 9), max_size=20),
    st.text("abcä语", min_size=1, max_size=2),
)
def test_completions_are_the_words_with_the_prefix(counts: dict[str, int], prefix: str) -> None:
    expected = sorted(
        ((w, n) for w, n in counts.items() if w.startswith(prefix)), key=lambda p: (-p[1], p[0])
    )
    assert Vocabulary(counts).complete(prefix, limit=100) == expected
