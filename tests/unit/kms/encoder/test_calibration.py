"""Calibration: centring takes away what tells a text's language and leaves what tells its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kms.encoder.calibration import (
    Calibration,
    Matrix,
    Role,
    calibrate,
    calibration_texts,
    read_calibration,
    write_calibration,
)
from kms.text.language import detect_language

WIDTH = 64


class MadeEncoder:
    """Vectors of a thing's own direction, plus a large one of its language and a small one of its role."""

    def __init__(self, cone: float, seed: int = 4) -> None:
        draw = np.random.default_rng(seed)
        self.cone = cone
        self.things = draw.normal(size=(40, WIDTH)) / np.sqrt(WIDTH)
        self.languages = {each: draw.normal(size=WIDTH) / np.sqrt(WIDTH) for each in ("en", "zh")}
        self.roles = {each: draw.normal(size=WIDTH) / np.sqrt(WIDTH) for each in ("query", "passage")}
        self.noise = draw
        self.number = {
            text: n for pairs in calibration_texts().values() for n, pair in enumerate(pairs) for text in pair
        }

    def __call__(self, texts: Sequence[str], role: Role) -> Matrix:
        rows = [
            self.things[self.number[text]]
            + self.cone * (self.languages[detect_language(text)] + 0.5 * self.roles[role])
            + 0.2 * self.noise.normal(size=WIDTH) / np.sqrt(WIDTH)
            for text in texts
        ]
        vectors = np.array(rows)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def names(language: str) -> list[str]:
    return [name for each, pairs in calibration_texts().items() if each == language for name, _ in pairs]


def right_across(vectors: Matrix, others: Matrix) -> float:
    """Share of texts whose nearest among the other language's and its own is the same thing."""
    cosines = vectors @ np.concatenate([others, vectors]).T
    own = np.arange(len(vectors))
    cosines[own, len(others) + own] = -1.0  # itself
    return float((cosines.argmax(axis=1) == own).mean())


def test_texts_are_pairs_in_both_languages() -> None:
    texts = calibration_texts()
    assert set(texts) == {"en", "zh"}
    assert len(texts["en"]) == len(texts["zh"]) == len({name for name, _ in texts["en"]}) == 40
    for language, pairs in texts.items():
        assert {detect_language(text) for pair in pairs for text in pair} == {language}


def test_cone_of_a_language_is_taken_away() -> None:
    encode = MadeEncoder(cone=3.0)
    calibration = calibrate(encode, lambda text: True)
    assert calibration.signature
    assert {language for _, language in calibration.centres} == {"en", "zh"}
    raw = {each: encode(names(each), "query") for each in ("en", "zh")}
    centred = {each: calibration.centre(raw[each], names(each), "query") for each in raw}
    assert right_across(raw["zh"], raw["en"]) < 0.1
    assert right_across(centred["zh"], centred["en"]) > 0.9
    assert np.allclose(np.linalg.norm(centred["en"], axis=1), 1.0, atol=1e-5)
    assert calibration.landmarks[0] < 0.1 < calibration.landmarks[2]


def test_encoder_whose_texts_lie_apart_is_left_as_it_is() -> None:
    encode = MadeEncoder(cone=0.1)
    calibration = calibrate(encode, lambda text: True)
    assert not calibration.centres
    assert calibration.signature == ""
    vectors = encode(names("en"), "query")
    assert calibration.centre(vectors, names("en"), "query") is vectors


def test_language_that_cannot_be_read_takes_no_part() -> None:
    calibration = calibrate(MadeEncoder(cone=3.0), str.isascii)
    assert {language for _, language in calibration.centres} == {"en"}
    vector = np.ones((1, WIDTH), dtype=np.float32)
    assert np.array_equal(
        calibration.centre(vector, ["耳机"], "query"), calibration.centre(vector, ["headphones"], "query")
    )


def test_encoder_that_reads_nothing_has_the_standard_calibration() -> None:
    calibration = calibrate(MadeEncoder(cone=3.0), lambda text: False)
    assert calibration == Calibration()
    assert calibration.scale.is_standard


def test_no_texts_are_no_error() -> None:
    calibration = calibrate(MadeEncoder(cone=3.0), lambda text: True)
    assert calibration.centre(np.zeros((0, WIDTH), np.float32), [], "passage").shape == (0, WIDTH)


def test_stored_calibration_is_the_same(tmp_path: Path) -> None:
    calibration = calibrate(MadeEncoder(cone=3.0), lambda text: True)
    write_calibration(tmp_path / "sub" / "one.json", calibration)
    again = read_calibration(tmp_path / "sub" / "one.json")
    assert again is not None
    assert again.landmarks == calibration.landmarks
    assert all(np.array_equal(again.centres[key], vector) for key, vector in calibration.centres.items())


@pytest.mark.parametrize("content", ["", "[]", '{"landmarks": [1]}', '{"landmarks": [1, 2, 3]}', "\x00"])
def test_damaged_store_is_measured_again(tmp_path: Path, content: str) -> None:
    (tmp_path / "one.json").write_text(content, "utf-8")
    assert read_calibration(tmp_path / "one.json") is None
