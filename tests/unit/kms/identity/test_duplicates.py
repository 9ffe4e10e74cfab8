from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.identity.blocking import pairs_by_keys, pairs_by_vectors
from kms.identity.duplicates import certain_merges, find_duplicates, pairs_by_gtin
from kms.identity.features import FEATURES, PairReader, WordWeights
from kms.identity.merges import Merges
from kms.identity.records import Record, fold_word, is_code, record_of, words_of
from kms.identity.rule import rule_scores

EAN, EAN_8 = "4006381333931", "40063812"


def by_rule(_pairs: Sequence[tuple[Record, Record]], features: np.ndarray) -> np.ndarray:
    return rule_scores(features)


SHELF = [
    Record(
        "a1",
        "Norvik Drift wireless headphones NVK-D200B",
        "Norvik",
        "black, 30 hours",
        feeds=frozenset({"a"}),
    ),
    Record("b1", "Norvik NVKD200B Drift headphones black", "Norvik", feeds=frozenset({"b"})),
    Record("a2", "Norvik Drift wireless headphones NVK-D310B", "Norvik", feeds=frozenset({"a"})),
    Record("a3", "Haldern kettle 1.7 l", "Haldern", gtins=frozenset({EAN}), feeds=frozenset({"a"})),
    Record("b3", "Wasserkocher", "Haldern", gtins=frozenset({EAN}), feeds=frozenset({"b"})),
    Record("b4", "Torvane rain jacket", "Torvane", feeds=frozenset({"b"})),
]


def test_words_and_codes() -> None:
    assert words_of("Norvik PS-LX350H, 2.0 kg 红色") == ["norvik", "ps-lx350h", "2.0", "kg", "红", "色"]
    assert [fold_word(w) for w in ("ps-lx350h", "2.0", "2.50")] == ["pslx350h", "2", "2.5"]
    assert [is_code(w) for w in ("pslx350h", "2007", "226540", "cs3", "black")] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_a_record_has_the_codes_of_its_variants() -> None:
    product = Product(
        id="P",
        title="Mug",
        gtin=EAN,
        variants=(Variant(id="v", gtin=EAN_8, mpn="MU-1"),),
        attributes={"Colour": "red"},
    )
    record = record_of(product)
    assert record.gtins == {EAN, EAN_8}
    assert record.mpns == {"mu1"}
    assert "red" in record.text


def test_features_are_the_same_from_both_sides() -> None:
    reader = PairReader(WordWeights(SHELF))
    mirrored = [FEATURES.index("numbers_left"), FEATURES.index("numbers_right")]
    for left in SHELF:
        for right in SHELF:
            one, other = reader.compare(left, right), reader.compare(right, left)
            assert np.isfinite(one).all()
            assert one[mirrored] == pytest.approx(other[mirrored[::-1]])
            rest = [n for n in range(len(FEATURES)) if n not in mirrored and FEATURES[n] != "rare_missing"]
            assert one[rest] == pytest.approx(other[rest], abs=1e-5)


def test_the_rarest_words_and_words_that_are_about_the_same() -> None:
    shelf = [Record(str(n), f"Norvik lamp {word}") for n, word in enumerate(("oak", "oak", "ash", "birch"))]
    left, right = Record("l", "Norvik print shop deluxe", "Norvik"), Record("r", "Norvik printshop delux")
    reader = PairReader(WordWeights([*shelf, left, right]))

    def feature(name: str, one: Record, other: Record) -> float:
        return float(reader.compare(one, other)[FEATURES.index(name)])

    assert feature("rarest_shared", shelf[0], shelf[1]) > feature("rarest_shared", shelf[0], shelf[2]) > 0
    assert feature("rarest_alone_most", shelf[0], shelf[1]) == 0.0
    assert feature("rarest_alone_least", shelf[0], shelf[2]) > 0
    assert feature("alike_most", left, right) > 0.9, "shop stands in printshop, deluxe is nearly delux"
    assert (
        feature("alike_most", shelf[2], shelf[3])
        < feature("alike_most", shelf[0], shelf[1])
        == pytest.approx(1)
    )


def test_equal_numbers_and_alike_titles_are_found_and_others_are_not() -> None:
    found = find_duplicates(SHELF, by_rule, least=0.5)
    pairs = {(pair.left, pair.right): pair for pair in found}
    assert set(pairs) == {("b3", "a3"), ("b1", "a1")}
    assert pairs["b3", "a3"].score > 0.99
    assert any("4006381333931" in words and "feeds: a and b" in words for words in pairs["b3", "a3"].evidence)


def test_pairs_that_are_one_already_or_of_one_feed_are_left_out() -> None:
    assert len(find_duplicates(SHELF, by_rule, least=0.5, merges=Merges([("a3", "b3")]))) == 1
    of_one = [
        Record("x", "Norvik lamp L-4711", feeds=frozenset({"a"})),
        Record("y", "Norvik lamp L4711", feeds=frozenset({"a"})),
    ]
    assert len(find_duplicates(of_one, by_rule, least=0.1)) == 1
    assert find_duplicates(of_one, by_rule, least=0.1, is_between_feeds=True) == []


def test_only_wholly_equal_numbers_of_different_feeds_are_certain() -> None:
    assert [(pair.left, pair.right) for pair in certain_merges(SHELF)] == [("b3", "a3")]
    variants = Record("c", "Set", gtins=frozenset({EAN, EAN_8}), feeds=frozenset({"c"}))
    unfed = Record("d", "Kettle", gtins=frozenset({EAN}))
    assert certain_merges([SHELF[3], variants, unfed]) == []
    assert len(pairs_by_gtin([SHELF[3], variants, unfed])) == 3
    many = [Record(str(n), "x", gtins=frozenset({EAN})) for n in range(30)]
    assert pairs_by_gtin(many) == {}


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kms.identity.duplicates._CHUNK", 1)
    scored: list[str] = []

    def scorer(pairs: Sequence[tuple[Record, Record]], features: np.ndarray) -> np.ndarray:
        scored.extend(f"{a.id} {b.id}" for a, b in pairs)
        if len(scored) == 3:
            raise KeyboardInterrupt
        return rule_scores(features)

    whole = find_duplicates(SHELF, by_rule, least=0.0)
    with pytest.raises(KeyboardInterrupt):
        find_duplicates(SHELF, scorer, least=0.0, work=tmp_path / "work")
    before = list(scored)
    assert find_duplicates(SHELF, scorer, least=0.0, work=tmp_path / "work") == whole
    assert scored[len(before)] == before[-1]
    assert len(set(scored)) == len(scored) - 1
    assert not (tmp_path / "work").exists()


def test_a_key_that_many_records_share_joins_nothing() -> None:
    records = [Record(str(n), f"Norvik lamp number{n}") for n in range(100)]
    assert pairs_by_keys(records, WordWeights(records), most=10) == set()


def test_near_vectors_meet_in_some_cell() -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(200, 16))
    near = np.concatenate([centres, centres + 0.05 * rng.normal(size=centres.shape)])
    both = np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True), dtype=np.float32)
    pairs = pairs_by_vectors(both, seed=1)
    assert sum((n, n + 200) in pairs for n in range(200)) >= 195
    assert pairs == pairs_by_vectors(both, seed=1)
    assert len(pairs) <= 5 * len(both)
    same = np.full((60, 4), 0.5, dtype=np.float32)
    assert pairs_by_vectors(same)
