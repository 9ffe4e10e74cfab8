from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from extraction.infer.predictor import load_predictor
from extraction.model import artifact
from extraction.model.config import LoraSettings
from extraction.model.examples import Relation, Span, SpanExample
from extraction.model.network import build_network
from extraction.train.data import derive_schema
from extraction.train.run import fingerprint, make_config, read_data, train_model
from extraction.train.scores import score_relations, score_spans, score_values
from extraction.train.settings import TrainSettings, read_settings
from kms.errors import ConfigurationError


def test_toy_task_is_learnt_and_loss_falls(
    toy: list[SpanExample], toy_settings: TrainSettings, tmp_path: Path
) -> None:
    report = train_model(toy, toy, toy_settings, tmp_path)
    losses = [entry["loss"] for entry in report.history]
    assert losses[-1] < losses[0] / 5
    assert report.validation["spans"][""].f1 == 1.0
    assert report.validation["relations"][""].f1 == 1.0
    assert not (tmp_path / "checkpoint").exists()
    card = (tmp_path / artifact.CARD).read_text()
    assert "| seed | 13 |" in card
    assert "opinion_positive" in card


def test_free_decoding_learns_the_toy_task(
    toy: list[SpanExample], toy_settings: TrainSettings, tmp_path: Path
) -> None:
    settings = toy_settings.model_copy(update={"relation_decoding": "free", "metric": "relations"})
    report = train_model(toy, toy, settings, tmp_path)
    assert report.validation["relations"][""].f1 == 1.0


def test_pointer_model_learns_values(toy_settings: TrainSettings, tmp_path: Path) -> None:
    examples = []
    for colour in ("red", "blue", "green", "black"):
        for thing in ("bottle", "jacket", "lamp"):
            text = f"the {thing} , {colour} {thing}"
            at = text.index(colour)
            spans = (Span(4, 4 + len(thing), "kind"), Span(at, at + len(colour), "colour"),
                     Span(len(text) - len(thing), len(text), "kind"))  # fmt: skip
            examples.append(SpanExample(text, "shoes", spans))
    settings = toy_settings.model_copy(update={"span_mode": "pointer", "metric": "values"})
    report = train_model(examples, examples, settings, tmp_path)
    assert report.validation["values"][""].f1 == 1.0


def test_lora_leaves_the_base_alone_and_learns(
    toy: list[SpanExample], toy_settings: TrainSettings, tmp_path: Path
) -> None:
    settings = toy_settings.model_copy(
        update={"tuning": "lora", "lora": LoraSettings(rank=8, alpha=16, dropout=0.0), "epochs": 50}
    )
    report = train_model(toy, toy, settings, tmp_path)
    assert report.validation["spans"][""].f1 > 0.9
    loaded = artifact.load(tmp_path)
    trained = [name for name in loaded.network.trainable_state() if name.startswith("encoder.")]
    assert trained
    assert all("lora_" in name for name in trained)
    predictions = load_predictor(tmp_path, "torch").predict(toy)
    assert score_spans(toy, predictions) == report.validation["spans"]


def test_frozen_words_are_neither_trained_nor_stored(
    toy: list[SpanExample], toy_settings: TrainSettings, tmp_path: Path
) -> None:
    settings = toy_settings.model_copy(update={"frozen_words": True, "epochs": 1, "languages": ("zh", "en")})
    train_model(toy, toy, settings, tmp_path)
    loaded = artifact.load(tmp_path)
    trained = [name for name in loaded.network.trainable_state() if name.startswith("encoder.")]
    assert trained and not [name for name in trained if "word_embeddings" in name]
    assert loaded.config.languages == ("zh", "en")
    predictions = load_predictor(tmp_path, "torch").predict(toy)
    assert len(predictions) == len(toy)


def test_a_training_starts_from_the_encoder_of_another_model(
    toy: list[SpanExample], toy_settings: TrainSettings, tmp_path: Path
) -> None:
    lora = toy_settings.model_copy(
        update={"tuning": "lora", "lora": LoraSettings(rank=8, alpha=16), "epochs": 1}
    )
    train_model(toy, toy, lora, tmp_path / "first")
    first = artifact.load(tmp_path / "first").network
    config = artifact.read_config(tmp_path / "first")
    fresh = build_network(config)
    heads = {
        name: w.clone() for name, w in fresh.trainable_state().items() if not name.startswith("encoder.")
    }
    artifact.start_encoder(fresh, config, tmp_path / "first")
    for name, weight in fresh.trainable_state().items():
        expected = first.trainable_state()[name] if name.startswith("encoder.") else heads[name]
        assert torch.equal(weight, expected), name
    train_model(toy, toy, lora.model_copy(update={"starts_from": tmp_path / "first"}), tmp_path / "second")
    second = artifact.load(tmp_path / "second").network.trainable_state()
    assert any(not torch.equal(second[n], w) for n, w in first.trainable_state().items() if "lora_" in n)
    with pytest.raises(ConfigurationError, match="both must be the same"):
        train_model(
            toy, toy, toy_settings.model_copy(update={"starts_from": tmp_path / "first"}), tmp_path / "x"
        )


class Interrupted(Exception):
    pass


def test_resumed_training_equals_an_uninterrupted_one(
    toy: list[SpanExample], toy_settings: TrainSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = toy_settings.model_copy(
        update={
            "epochs": 4,
            "swap_probability": 0.5,
            "mask_probability": 0.1,
            "head_dropout": 0.2,
            "half": False,
        }
    )
    whole = train_model(toy, toy, settings, tmp_path / "whole")

    from extraction.train import progress

    def stop_after_two(self: object, epoch: int, *_: float) -> None:
        if epoch == 2:
            raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(progress.TrainProgress, "on_epoch", stop_after_two)
        with pytest.raises(Interrupted):
            train_model(toy, toy, settings, tmp_path / "parts")
    assert (tmp_path / "parts" / "checkpoint" / "last.pt").is_file()
    resumed = train_model(toy, toy, settings, tmp_path / "parts")

    assert [e["loss"] for e in resumed.history] == [e["loss"] for e in whole.history]
    expected = artifact.load(tmp_path / "whole").network.trainable_state()
    found = artifact.load(tmp_path / "parts").network.trainable_state()
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_checkpoint_of_other_settings_is_not_resumed(
    toy: list[SpanExample], toy_settings: TrainSettings
) -> None:
    schema = derive_schema(toy)
    other = toy_settings.model_copy(update={"head_lr": 1e-4})
    assert fingerprint(toy_settings, schema, toy) != fingerprint(other, schema, toy)
    assert fingerprint(toy_settings, schema, toy) != fingerprint(toy_settings, schema, toy[:-1])
    threads = toy_settings.model_copy(update={"threads": 2})
    assert fingerprint(toy_settings, schema, toy) == fingerprint(threads, schema, toy)


def test_saved_model_predicts_what_was_measured(
    toy: list[SpanExample], toy_model: Path, tmp_path: Path
) -> None:
    first = load_predictor(toy_model, "torch").predict(toy)
    loaded = artifact.load(toy_model)
    artifact.save(loaded.network, loaded.config, tmp_path)
    assert load_predictor(tmp_path, "torch").predict(toy) == first
    assert score_relations(toy, first)[""].f1 == 1.0
    assert score_values(toy, first)[""].f1 == 1.0


def test_broken_artifacts_say_what_is_wrong(toy_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="train one with"):
        artifact.load(tmp_path)
    shutil.copytree(toy_model, tmp_path / "model")
    (tmp_path / "model" / artifact.HEADS).unlink()
    with pytest.raises(ConfigurationError, match="heads"):
        artifact.load(tmp_path / "model")
    shutil.copy(tmp_path / "model" / artifact.ADAPTER, tmp_path / "model" / artifact.HEADS)
    with pytest.raises(ConfigurationError, match="does not fit"):
        artifact.load(tmp_path / "model")
    (tmp_path / "model" / artifact.CONFIG).write_text("{}")
    with pytest.raises(ConfigurationError, match="not a model of this version"):
        artifact.read_config(tmp_path / "model")


def test_hash_changes_with_the_config(toy_model: Path, tmp_path: Path) -> None:
    shutil.copytree(toy_model, tmp_path / "model")
    assert artifact.hash_model(tmp_path / "model") == artifact.hash_model(toy_model)
    path = tmp_path / "model" / artifact.CONFIG
    path.write_text(path.read_text().replace('"relation_threshold": 0.5', '"relation_threshold": 0.6'))
    assert artifact.hash_model(tmp_path / "model") != artifact.hash_model(toy_model)


def test_training_without_examples_is_refused(toy_settings: TrainSettings, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="needs examples"):
        train_model([], [], toy_settings, tmp_path)


def test_config_takes_lora_only_when_asked(toy_settings: TrainSettings) -> None:
    schema = derive_schema(
        [SpanExample("red", spans=(Span(0, 3, "a"),), relations=(Relation(None, 0, "r"),))]
    )
    assert make_config(toy_settings, schema).lora is None
    assert make_config(toy_settings.model_copy(update={"tuning": "lora"}), schema).lora is not None
    assert schema.relations[0].heads == ("",)
    with pytest.raises(ConfigurationError, match="use multiclass"):
        make_config(toy_settings.model_copy(update={"span_mode": "pointer"}), schema)


def test_settings_of_an_own_catalogue_need_one() -> None:
    with pytest.raises(ConfigurationError, match="--from-catalog"):
        read_data(read_settings("catalog"))
