from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.analysis import TextTerms
from kms.lexical.index import DEFAULT_WEIGHTS, TIE_BREAKER, LexicalIndex
from kms.lexical.models import IndexedProduct
from kms.lexical.postings import K1, B, Postings, build_postings
from kms.lexical.product_postings import ProductPostings, write_postings
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()
TEXTS = st.lists(st.lists(st.sampled_from("abcde"), max_size=6), min_size=1, max_size=8)


def _words(*words: str) -> TextTerms:
    return TextTerms(list(words), [])


@given(TEXTS)
def test_scores_are_bm25_of_one_field(texts: list[list[str]]) -> None:
    postings = build_postings([{"title": _words(*text)} for text in texts], {"title": 2.0}, 0.3)
    mean = max(sum(map(len, texts)) / len(texts), 1e-9)
    for stem in "abcde":
        holding = [text for text in texts if stem in text]
        rarity = np.log1p((len(texts) - len(holding) + 0.5) / (len(holding) + 0.5))
        expected = [
            2.0
            * rarity
            * text.count(stem)
            * (K1 + 1)
            / (text.count(stem) + K1 * (1 - B + B * len(text) / mean))
            if stem in text
            else 0.0
            for text in texts
        ]
        assert postings.score([stem]) == pytest.approx(expected, rel=1e-5)
        assert postings.holding([stem]).tolist() == [stem in text for text in texts]
        assert postings.frequency(stem) == len(holding)


def test_the_best_field_counts_whole_and_the_others_in_part() -> None:
    documents = [
        {"title": _words("pan"), "description": _words("pan")},
        {"title": _words("pot"), "description": _words("lid")},
    ]
    title = build_postings(documents, {"title": 2.0}, 0.0).score(["pan"])
    description = build_postings(documents, {"description": 0.5}, 0.0).score(["pan"])
    both = build_postings(documents, {"title": 2.0, "description": 0.5}, 0.3).score(["pan"])
    assert both == pytest.approx(title + 0.3 * description)


def test_other_forms_are_found_and_do_not_lengthen_a_text() -> None:
    plain = [{"t": _words("wi", "fi", "camera")}, {"t": _words("camera")}]
    with_forms = [{"t": TextTerms(["wi", "fi", "camera"], ["wifi"])}, {"t": _words("camera")}]
    before, after = (build_postings(documents, {"t": 1.0}, 0.0) for documents in (plain, with_forms))
    assert after.score(["camera", "wi"]).tolist() == before.score(["camera", "wi"]).tolist()
    assert after.holding(["wifi"]).tolist() == [True, False]


def test_all_stems_must_be_there_and_none_is_nowhere() -> None:
    postings = build_postings([{"t": _words("a", "b")}, {"t": _words("a")}, {}], {"t": 1.0}, 0.0)
    assert postings.holding(["a", "b", "a"]).tolist() == [True, False, False]
    assert postings.holding(["a", "zzz"]).tolist() == [False, False, False]
    assert postings.holding([]).tolist() == [False, False, False]


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    postings = build_postings([{"t": _words("a", "防水")}, {"t": _words("a")}], {"t": 1.0}, 0.0)
    postings.save(tmp_path / "p")
    loaded = Postings.load(tmp_path / "p")
    assert loaded.score(["a", "防水"]) == pytest.approx(postings.score(["a", "防水"]))
    empty = build_postings([], {"t": 1.0}, 0.0)
    empty.save(tmp_path / "empty")
    assert Postings.load(tmp_path / "empty").score(["a"]).tolist() == []


def test_the_order_is_that_of_tantivy(tmp_path: Path) -> None:
    products = [
        IndexedProduct(id=f"{n}", title=title, description=description)
        for n, (title, description) in enumerate(
            (
                ("red kettle", "boils water"),
                ("kettle", "a red kettle that boils water in a red kitchen"),
                ("blue mug", "for a kettle"),
                ("pan", "fries"),
            )
        )
    ]
    write_postings(tmp_path / "text", products, ONTOLOGY)
    index = LexicalIndex(tmp_path / "text")
    index.upsert(products)
    scores = ProductPostings(tmp_path / "text").affirmed.score(["red", "kettl"])
    hits = index.search("red kettle", typos=False, weights=DEFAULT_WEIGHTS)
    assert [int(hit.id) for hit in hits] == [int(i) for i in np.argsort(-scores) if scores[i] > 0]
    assert [hit.score for hit in hits] == pytest.approx([scores[int(hit.id)] for hit in hits], rel=0.05)
    assert TIE_BREAKER == 0.3


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
