"""The model that ships, on the sample catalogue: small, complete, and better than rules alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction.comparison import compare_readers, read_with_each
from extraction.infer.predictor import Predictor, load_predictor
from extraction.model import artifact
from extraction.quality import make_linker, read_gold
from extraction.reading import ModelReader
from extraction.train.data_sample import read_sample
from kms.ontology import load_ontology
from kms.sample.load import load_sample
from kms.text.normalise import clean_text

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
def test_model_and_rules_beat_rules_alone(tmp_path: Path) -> None:
    ontology = load_ontology()
    catalog = load_sample(clean=clean_text)
    gold = [item for item in read_gold(catalog, ontology) if item.split == "test"]
    readings = read_with_each(gold, ontology, ModelReader(MODEL, ontology, state=tmp_path))
    found = compare_readers(gold, readings, make_linker(catalog, ontology), "en")
    assert found["both"].spans[""].f1 > found["rules"].spans[""].f1 + 0.05
    assert found["both"].relations[""].f1 > found["rules"].relations[""].f1 + 0.05
    assert found["both"].opinions().f1 > found["rules"].opinions().f1 + 0.05
