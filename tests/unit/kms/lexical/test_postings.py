from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.analysis import TextTerms
from kms.lexical.models import IndexedProduct
from kms.lexical.postings import K1, B, Postings, build_postings
from kms.lexical.product_postings import ProductPostings, write_postings
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()
WORDS = st.lists(st.sampled_from("abcde"), max_size=6)


def _words(*words: str) -> TextTerms:
    return TextTerms(list(words), [])


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_scores_are_bm25f_of_the_fields(texts: list[tuple[list[str], list[str]]]) -> None:
    weights = {"title": 2.0, "description": 0.5}
    documents = [dict(zip(weights, (_words(*title), _words(*text)), strict=True)) for title, text in texts]
    postings = build_postings(documents, weights)
    means = [np.mean([len(field) for field in fields if field] or [1]) for fields in zip(*texts, strict=True)]
    for stem in "abcde":
        holding = [stem in title or stem in text for title, text in texts]
        rarity = np.log1p((len(texts) - sum(holding) + 0.5) / (sum(holding) + 0.5))
        frequencies = [
            sum(
                weight * field.count(stem) / (1 - B + B * len(field) / mean)
                for field, weight, mean in zip(fields, weights.values(), means, strict=True)
            )
            for fields in texts
        ]
        expected = [rarity * frequency * (K1 + 1) / (frequency + K1) for frequency in frequencies]
        assert postings.score([stem]) == pytest.approx(expected, rel=1e-5)
        assert postings.holding([stem]).tolist() == holding
        assert postings.frequency(stem) == sum(holding)


def test_a_word_is_as_rare_as_the_products_that_have_it_in_any_field() -> None:
    """A category is known of one product: its words are no rarer for it than in the titles of the others."""
    documents = [{"title": _words("usb", "cable")}] * 3 + [
        {"title": _words("hub"), "category": _words("usb")}
    ]
    scores = build_postings(documents, {"title": 1.0, "category": 1.0}).score(["usb"])
    assert scores[3] < 1.2 * scores[0]


def test_other_forms_are_found_and_do_not_lengthen_a_text() -> None:
    plain = [{"t": _words("wi", "fi", "camera")}, {"t": _words("camera")}]
    with_forms = [{"t": TextTerms(["wi", "fi", "camera"], ["wifi"])}, {"t": _words("camera")}]
    before, after = (build_postings(documents, {"t": 1.0}) for documents in (plain, with_forms))
    assert after.score(["camera", "wi"]).tolist() == before.score(["camera", "wi"]).tolist()
    assert after.holding(["wifi"]).tolist() == [True, False]


def test_all_stems_must_be_there_and_none_is_nowhere() -> None:
    postings = build_postings([{"t": _words("a", "b")}, {"t": _words("a")}, {}], {"t": 1.0})
    assert postings.holding(["a", "b", "a"]).tolist() == [True, False, False]
    assert postings.holding(["a", "zzz"]).tolist() == [False, False, False]
    assert postings.holding([]).tolist() == [False, False, False]


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    postings = build_postings([{"t": _words("a", "防水")}, {"t": _words("a")}], {"t": 1.0})
    postings.save(tmp_path / "p")
    loaded = Postings.load(tmp_path / "p")
    assert loaded.score(["a", "防水"]) == pytest.approx(postings.score(["a", "防水"]))
    empty = build_postings([], {"t": 1.0})
    empty.save(tmp_path / "empty")
    assert Postings.load(tmp_path / "empty").score(["a"]).tolist() == []


def test_titles_outweigh_descriptions_and_short_texts_long_ones(tmp_path: Path) -> None:
    texts = (
        ("red kettle", "boils water"),
        ("kettle", "a red kettle that boils water in a red kitchen"),
        ("blue mug", "for a kettle"),
        ("pan", "fries"),
    )
    products = [IndexedProduct(id=str(n), title=t, description=d) for n, (t, d) in enumerate(texts)]
    write_postings(tmp_path, products, ONTOLOGY)
    scores = ProductPostings(tmp_path).affirmed.score(["kettl"])
    assert scores[0] > scores[2] > scores[3] == 0
    assert ProductPostings(tmp_path).affirmed.score(["red", "kettl"]).argmax() == 0


def test_denied_words_score_nothing_and_are_kept_apart(tmp_path: Path) -> None:
    product = IndexedProduct(
        id="1", title="Trail lamp", description="Bright. Not waterproof, no plastic inside."
    )
    write_postings(tmp_path, [product], ONTOLOGY)
    postings = ProductPostings(tmp_path)
    assert not postings.affirmed.holding(["waterproof"])[0] and not postings.affirmed.holding(["plastic"])[0]
    assert postings.affirmed.holding(["bright"])[0]
    assert postings.denied.holding(["waterproof"])[0] and postings.denied.holding(["plastic"])[0]
    assert postings.denied.holding(["value:water_resistance/waterproof"])[0]
    assert postings.about.holding(["lamp"])[0] and not postings.about.holding(["bright"])[0]


def test_cells_that_are_no_names_are_found_and_say_not_what_a_product_is(tmp_path: Path) -> None:
    product = IndexedProduct(id="1", title="Trail lamp", labels=("waterproof",), table=("earbuds",))
    write_postings(tmp_path, [product], ONTOLOGY)
    postings = ProductPostings(tmp_path)
    assert postings.affirmed.holding(["earbud"])[0]
    assert postings.about.holding(["waterproof"])[0] and not postings.about.holding(["earbud"])[0]


def test_stems_that_end_with_letters_are_found() -> None:
    words = [{"title": TextTerms(["teapot", "pot"], [])}, {"title": TextTerms(["stockpot"], [])}]
    postings = build_postings(words, {"title": 1.0})
    assert postings.ending_with("pot") == ["teapot", "stockpot"]
    assert postings.ending_with("kettl") == []
