from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from extraction.infer.onnx_engine import export_once
from extraction.infer.predictor import load_predictor
from extraction.model.config import Label, LoraSettings
from extraction.model.examples import Prediction, SpanExample
from extraction.train.run import train_model
from extraction.train.settings import TrainSettings
from kms.errors import ConfigurationError
from tests.unit.extraction.conftest import make_toy_settings


def structure(predictions: list[Prediction]) -> list[object]:
    return [
        ([(s.start, s.end, s.type) for s in p.spans], [(r.head, r.tail, r.type) for r in p.relations])
        for p in predictions
    ]


def confidences(predictions: list[Prediction]) -> list[float]:
    found = [item.confidence for p in predictions for item in p.spans]
    return found + [item.confidence for p in predictions for item in p.relations]


MORE = [
    SpanExample("the red bottle is great", "title"),
    SpanExample(""),
    SpanExample("  "),
    SpanExample("a blue lamp . the sound is poor . " * 9, "title"),
]


def test_onnx_gives_the_spans_of_torch(toy: list[SpanExample], toy_model: Path, tmp_path: Path) -> None:
    texts = [*toy, *MORE]
    reference = load_predictor(toy_model, "torch").predict(texts)
    found = load_predictor(toy_model, "onnx", state=tmp_path).predict(texts)
    assert structure(found) == structure(reference)
    assert np.allclose(confidences(found), confidences(reference), atol=1e-4)


@pytest.mark.parametrize("mode", ["pointer", "free"])
def test_onnx_equals_torch_in_other_modes_and_with_adapters(
    mode: str, toy: list[SpanExample], toy_settings: TrainSettings, tmp_path: Path
) -> None:
    changes = (
        {"span_mode": "pointer", "metric": "values"} if mode == "pointer" else {"relation_decoding": "free"}
    )
    if mode == "pointer":
        toy = [replace(example, relations=()) for example in toy]
    settings = toy_settings.model_copy(
        update={**changes, "tuning": "lora", "lora": LoraSettings(rank=8, alpha=16), "epochs": 6}
    )
    train_model(toy, toy, settings, tmp_path / "model")
    reference = load_predictor(tmp_path / "model", "torch").predict(toy)
    found = load_predictor(tmp_path / "model", "onnx", state=tmp_path / "state").predict(toy)
    assert structure(found) == structure(reference)
    assert any(p.spans for p in found)


def test_offsets_point_at_the_words_in_every_window(toy_model: Path) -> None:
    text = "a blue lamp . the sound is poor . " * 9
    (found,) = load_predictor(toy_model, "torch").predict([SpanExample(text, "title")])
    assert {text[s.start : s.end] for s in found.spans if s.type == "aspect"} == {"sound"}
    assert [s.start for s in found.spans] == sorted(s.start for s in found.spans)
    assert len(found.spans) > 9
    for link in found.relations:
        assert found.spans[link.tail].type == "opinion"
        assert link.head is None or found.spans[link.head].type == "aspect"


def test_the_document_is_the_head_of_opinions_without_aspect(toy: list[SpanExample], toy_model: Path) -> None:
    (found,) = load_predictor(toy_model, "torch").predict(toy[:1])
    heads = [link.head for link in found.relations]
    assert None in heads
    assert any(head is not None for head in heads)


def test_batching_does_not_change_the_answer(toy: list[SpanExample], toy_model: Path) -> None:
    one = load_predictor(toy_model, "torch", batch_size=1).predict([*toy, *MORE])
    many = load_predictor(toy_model, "torch", batch_size=64).predict([*toy, *MORE])
    assert structure(one) == structure(many)


def test_graphs_are_exported_once_per_model(toy_model: Path, tmp_path: Path) -> None:
    folder = export_once(toy_model, tmp_path)
    made = (folder / "spans.onnx").stat().st_mtime_ns
    assert export_once(toy_model, tmp_path) == folder
    assert (folder / "spans.onnx").stat().st_mtime_ns == made
    assert [p.name for p in tmp_path.iterdir()] == [folder.name]


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no extraction model"):
        load_predictor(tmp_path)


@pytest.fixture(scope="module")
def open_model(toy: list[SpanExample], tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pointer model whose labels are the encoder's reading of their names."""
    settings = make_toy_settings(tiny_encoder).model_copy(
        update={"span_mode": "pointer", "label_mode": "open", "metric": "values", "allow_overlaps": True}
    )
    folder = tmp_path_factory.mktemp("open-model")
    examples = [replace(example, relations=()) for example in toy]
    train_model(examples, examples, settings, folder)
    return folder


def test_open_labels_are_learnt_and_onnx_gives_the_spans_of_torch(
    toy: list[SpanExample], open_model: Path, tmp_path: Path
) -> None:
    reference = load_predictor(open_model, "torch").predict(toy)
    found = load_predictor(open_model, "onnx", state=tmp_path).predict(toy)
    assert structure(found) == structure(reference)
    assert np.allclose(confidences(found), confidences(reference), atol=1e-4)
    colours = [
        [example.text[s.start : s.end] for s in prediction.spans if s.type == "colour"]
        for example, prediction in zip(toy, found, strict=True)
    ]
    assert colours == [[e.text[s.start : s.end] for s in e.spans if s.type == "colour"] for e in toy]


def test_an_open_model_reads_a_label_by_its_name_alone(
    toy: list[SpanExample], open_model: Path, tmp_path: Path
) -> None:
    labels = [Label(name="tint", text="colour"), Label(name="other", text="lamp shoes")]
    asked = [replace(example, asked=("tint",)) for example in toy]
    found = load_predictor(open_model, "onnx", state=tmp_path, labels=labels).predict(asked)
    assert {span.type for prediction in found for span in prediction.spans} == {"tint"}
    surfaces = {e.text[s.start : s.end] for e, p in zip(toy, found, strict=True) for s in p.spans}
    assert surfaces <= {"red", "blue", "green", "black"}


def test_only_what_is_asked_is_read(toy: list[SpanExample], open_model: Path) -> None:
    asked = [
        replace(toy[0], asked=("aspect",)),
        replace(toy[1], asked=()),
        replace(toy[2], asked=("colour",)),
    ]
    found = load_predictor(open_model, "torch").predict(asked)
    assert [{span.type for span in prediction.spans} for prediction in found] == [
        {"aspect"},
        set(),
        {"colour"},
    ]


def test_a_model_with_fixed_labels_takes_no_others(toy_model: Path) -> None:
    with pytest.raises(ConfigurationError, match="no others"):
        load_predictor(toy_model, "torch", labels=[Label(name="tint", text="colour")])
