"""The pair classifier on a made-up task that features alone cannot do, in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from extraction.matching import artifact
from extraction.matching.data import PairData, make_pairs, read_pairs
from extraction.matching.inputs import MARKS, Pair, PairInputs, choose_words
from extraction.matching.matcher import Matcher
from extraction.matching.own_pairs import own_pairs
from extraction.matching.scores import best_score, score_at
from extraction.matching.settings import MatcherConfig, MatchSettings
from extraction.matching.train import train_matcher
from kms.errors import ConfigurationError, InputError
from kms.identity.features import FEATURES
from kms.identity.records import Record

COLOURS = ("red", "blue", "green", "black", "white")


def shelf(count: int, seed: int) -> list[tuple[Record, Record, int]]:
    """Pairs of lamps: the same where the model numbers are."""
    rng = np.random.default_rng(seed)
    pairs = []
    for n in range(count):
        number, colour = int(rng.integers(100, 999)), COLOURS[n % len(COLOURS)]
        other = number if n % 3 == 0 else int(rng.integers(100, 999))
        left = Record(f"l{n}", f"Norvik lamp NV-{number}K {colour}", "Norvik")
        right = Record(f"r{n}", f"Norvik NV{other}K table lamp {colour}", "Norvik")
        pairs.append((left, right, int(number == other)))
    return pairs


@pytest.fixture(scope="module")
def data() -> PairData:
    return make_pairs(shelf(300, 0), shelf(90, 1), shelf(90, 2))


FAST = MatchSettings(use_text=False, plain_epochs=20)


def test_features_alone_learn_model_numbers(data: PairData, tmp_path: Path) -> None:
    report = train_matcher(data, FAST, tmp_path, command="kms train matcher")
    assert report.validation.f1 > 0.95
    assert report.test is not None
    assert report.test.f1 > 0.95
    assert "kms train matcher" in (tmp_path / artifact.CARD).read_text("utf-8")
    matcher = Matcher(tmp_path)
    pairs = [(p.left, p.right) for p in data.test]
    scores = matcher(pairs, np.stack([p.features for p in data.test]))
    assert score_at(scores, [p.match for p in data.test], matcher.threshold).f1 == report.test.f1
    again = train_matcher(data, FAST, tmp_path / "again")
    assert again.validation == report.validation


def test_what_cannot_be_trained_or_loaded(data: PairData, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="not"):
        train_matcher(PairData([p for p in data.train if p.match], data.valid, []), FAST, tmp_path)
    with pytest.raises(ConfigurationError, match="no pair classifier"):
        Matcher(tmp_path / "nothing")
    with pytest.raises(ConfigurationError, match=r"no lamps\.train"):
        read_pairs(tmp_path, "lamps")


def test_pairs_are_read_from_files(tmp_path: Path) -> None:
    import gzip

    line = (
        '{"left": {"name": "a", "price": "$ 1,299.50"}, "right": {"title": "b", "brand": "c"}, "match": 1}\n'
    )
    for split in ("train", "valid", "test"):
        with gzip.open(tmp_path / f"x.{split}.jsonl.gz", "wt") as stream:
            stream.write(line)
    read = read_pairs(tmp_path, "x")
    assert (read.train[0].left.price, read.train[0].right.brand, read.test[0].match) == (1299.5, "c", 1)
    with gzip.open(tmp_path / "x.test.jsonl.gz", "wt") as stream:
        stream.write(line + "{}\n")
    with pytest.raises(InputError, match=r"x\.test\.jsonl\.gz:2"):
        read_pairs(tmp_path, "x")


def test_words_are_marked_by_what_the_other_record_has(data: PairData) -> None:
    inputs = PairInputs(MatcherConfig(mean=(), deviation=()))
    left = Record("l", "Norvik lamp NV-123K", "Norvik")
    right = Record("r", "NV123K table lamp", "")
    side = inputs.side(left, right)
    assert len(side.ids) == len(side.marks)
    assert set(side.marks) == {1, 2, 4}
    assert max(side.marks) < MARKS
    batch = inputs.batch(data.train[:4])
    assert batch.ids.shape == batch.marks.shape == batch.mask.shape


def test_words_of_one_title_alone_have_weights_of_their_own(tmp_path: Path) -> None:
    """Every second pair has "upgrade" in one title alone, and all have the same features."""
    rng = np.random.default_rng(4)

    def editions(count: int) -> list[Pair]:
        pairs = []
        for n in range(count):
            name, is_upgrade = f"norvik suite {rng.integers(10, 99)}", n % 2
            left = Record(f"l{n}", name + " upgrade" * is_upgrade)
            features = np.zeros(len(FEATURES), dtype=np.float32)
            pairs.append(Pair(left, Record(f"r{n}", name), features, 1 - is_upgrade))
        return pairs

    data = PairData(editions(200), editions(80), [])
    with_words = train_matcher(data, FAST, tmp_path / "with")
    without = train_matcher(data, FAST.model_copy(update={"least_word": 10_000}), tmp_path / "without")
    assert with_words.validation.f1 > 0.99
    assert without.validation.f1 < 0.75
    _, config = artifact.load(tmp_path / "with")
    assert "upgrade" in config.words


def test_word_rows_tell_words_of_one_title_from_words_of_both() -> None:
    pair = Pair(
        Record("l", "norvik lamp red"), Record("r", "norvik lamp"), np.zeros(len(FEATURES), np.float32)
    )
    assert choose_words([pair, pair], 2) == ("lamp", "norvik", "red")
    assert choose_words([pair, pair], 3) == ()
    inputs = PairInputs(MatcherConfig(words=("lamp", "red")))
    assert inputs.word_rows([pair]).tolist() == [[2, 3]]
    assert PairInputs(MatcherConfig()).word_rows([pair]).shape == (1, 0)


def test_the_best_threshold_keeps_equal_scores_together() -> None:
    best = best_score([0.9, 0.9, 0.5, 0.1], [1, 0, 1, 0])
    assert best.f1 == pytest.approx(0.8)
    assert best.threshold == pytest.approx(0.3)
    assert score_at([], [], 0.5).f1 == 0.0


def test_a_shop_teaches_by_its_numbers_and_decisions() -> None:
    records = []
    for n, (left, right, match) in enumerate(shelf(400, 3)):
        gtin = str(10_000 + n)
        records += [
            Record(left.id, left.title, left.brand, gtins=frozenset({gtin})),
            Record(right.id, right.title, right.brand, gtins=frozenset({gtin if match else f"9{gtin}"})),
        ]
    made = own_pairs(records, {("l0", "r1"): False})
    assert not any(pair.left.gtins for pair in (*made.train, *made.valid))
    assert {pair.match for pair in made.train} == {pair.match for pair in made.valid} == {0, 1}
    trained = {record.id for pair in made.train for record in (pair.left, pair.right)}
    assert all(pair.left.id not in trained or pair.right.id not in trained for pair in made.valid)
    with pytest.raises(ConfigurationError, match="training needs"):
        own_pairs(records[:10], {})
