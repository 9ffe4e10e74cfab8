"""The model that ships, on the sample catalogue: small, complete, and better than rules alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction.infer.predictor import Predictor, load_predictor
from extraction.model import artifact
from extraction.train.compare import compare
from extraction.train.data_sample import read_sample

MODEL = Path(__file__).resolve().parents[2] / "extraction" / "model_default"
MEGABYTES = 5.0


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    return load_predictor(MODEL, "onnx", state=tmp_path_factory.mktemp("onnx"))


def test_the_shipped_model_is_small_and_has_its_card() -> None:
    size = sum((MODEL / name).stat().st_size for name in (artifact.ADAPTER, artifact.HEADS))
    assert size < MEGABYTES * 1e6
    card = (MODEL / artifact.CARD).read_text(encoding="utf-8")
    for word in ("seed", "command", "Test", "rules"):
        assert word in card


@pytest.mark.slow
def test_both_engines_read_the_same_spans_in_the_test_split(predictor: Predictor) -> None:
    texts = read_sample().tests["test"]
    reference = load_predictor(MODEL, "torch").predict(texts)
    found = predictor.predict(texts)
    for expected, given in zip(reference, found, strict=True):
        assert [(s.start, s.end, s.type) for s in given.spans] == [
            (s.start, s.end, s.type) for s in expected.spans
        ]
        assert [(r.head, r.tail, r.type) for r in given.relations] == [
            (r.head, r.tail, r.type) for r in expected.relations
        ]


@pytest.mark.slow
def test_model_and_rules_beat_rules_alone(predictor: Predictor) -> None:
    scores = compare(predictor, "test")["en"]
    for kind, margin in (("spans", 0.05), ("opinions", 0.05)):
        assert scores["both"][kind][""].f1 > scores["rules"][kind][""].f1 + margin
