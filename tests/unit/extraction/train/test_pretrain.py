"""Masked language modelling on texts whose next word is known by construction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from extraction.model import artifact
from extraction.model.config import LoraSettings, ModelConfig
from extraction.model.features import SubtokenReader
from extraction.model.network import SpanNetwork, build_network
from extraction.train.data import derive_schema
from extraction.train.pretrain import cut_pieces, mask_pieces, pretrain
from extraction.train.run import make_config, train_model
from extraction.train.settings import TrainSettings
from tests.unit.extraction.conftest import make_toy, make_toy_settings

TEXTS = [
    f"the {colour} bottle is of {material} and the {colour} lamp is of {material}"
    for colour, material in (("red", "cotton"), ("blue", "steel"), ("green", "wool"))
    for _ in range(2)
]


@pytest.fixture(scope="module")
def settings(tiny_encoder: Path) -> TrainSettings:
    return make_toy_settings(tiny_encoder).model_copy(
        update={"pretrain_steps": 60, "tuning": "lora", "lora": LoraSettings(rank=4), "lora_encoder_lr": 1e-2}
    )


@pytest.fixture(scope="module")
def config(settings: TrainSettings) -> ModelConfig:
    return make_config(settings, derive_schema(make_toy(8)))


@pytest.fixture(scope="module")
def reader(config: ModelConfig) -> SubtokenReader:
    return artifact.load_reader(config)


def fresh(config: ModelConfig) -> SpanNetwork:
    torch.manual_seed(1)
    return build_network(config)


def test_what_stands_beside_a_word_is_learnt(settings: TrainSettings, reader: SubtokenReader) -> None:
    whole = settings.model_copy(update={"tuning": "full", "pretrain_steps": 150})
    network = fresh(make_config(whole, derive_schema(make_toy(8))))
    steps: list[int] = []
    report = pretrain(network, reader, TEXTS, whole, on_step=lambda step, _: steps.append(step))
    assert report is not None
    assert report.last < 0.5 * report.first
    assert steps == list(range(1, 151))


def test_only_what_training_may_change_changes(
    settings: TrainSettings, config: ModelConfig, reader: SubtokenReader
) -> None:
    network, before = fresh(config), fresh(config).state_dict()
    pretrain(network, reader, TEXTS, settings)
    changed = {name for name, weight in network.state_dict().items() if not torch.equal(weight, before[name])}
    assert changed
    assert all("lora_" in name for name in changed)


def test_a_seed_decides_all(settings: TrainSettings, config: ModelConfig, reader: SubtokenReader) -> None:
    one, two, other = fresh(config), fresh(config), fresh(config)
    few = settings.model_copy(update={"pretrain_steps": 5})
    assert pretrain(one, reader, TEXTS, few) == pretrain(two, reader, TEXTS, few)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    pretrain(other, reader, TEXTS, few.model_copy(update={"seed": 99}))
    assert any(not torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_a_finished_one_is_taken_up_and_one_of_other_texts_is_not(
    settings: TrainSettings, config: ModelConfig, reader: SubtokenReader, tmp_path: Path
) -> None:
    few = settings.model_copy(update={"pretrain_steps": 5})
    one, two = fresh(config), fresh(config)
    assert pretrain(one, reader, TEXTS, few, tmp_path) is not None
    assert pretrain(two, reader, TEXTS, few, tmp_path) is None
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert pretrain(two, reader, TEXTS[2:], few, tmp_path) is not None


def test_nothing_is_done_without_steps_or_texts(
    settings: TrainSettings, config: ModelConfig, reader: SubtokenReader
) -> None:
    network, before = fresh(config), fresh(config)
    assert pretrain(network, reader, TEXTS, settings.model_copy(update={"pretrain_steps": 0})) is None
    assert pretrain(network, reader, ["red"], settings) is None
    assert all(torch.equal(a, b) for a, b in zip(network.parameters(), before.parameters(), strict=True))


def test_pieces_hold_every_subtoken_once(reader: SubtokenReader) -> None:
    text = " ".join(["the red bottle is of steel"] * 60)
    pieces = list(cut_pieces([text, text], reader))
    assert all(piece[0] == reader.cls_id and piece[-1] == reader.sep_id for piece in pieces)
    assert max(map(len, pieces)) <= 96
    read = [int(i) for piece in pieces for i in piece[1:-1]]
    assert read == [i for word in text.split() for i in reader.ids_of(word)]


def test_masking_leaves_what_is_not_guessed(reader: SubtokenReader) -> None:
    pieces = list(cut_pieces(TEXTS * 40, reader))
    batch = [pieces[i % len(pieces)] for i in range(200)]
    ids, mask, gold = mask_pieces(batch, reader, 60, np.random.default_rng(0))
    asked = gold != -100
    for row, piece in enumerate(batch):
        assert mask[row].sum() == len(piece)
        assert asked[row].any()
        kept = ~asked[row][: len(piece)].numpy()
        assert (ids[row][: len(piece)].numpy()[kept] == piece[kept]).all()
        assert (gold[row][: len(piece)].numpy()[~kept] == piece[~kept]).all()
        assert not asked[row][len(piece) :].any()
        assert not asked[row][0]
    assert 0.12 < float(asked.sum() / (mask.sum() - 2 * len(batch))) < 0.19
    assert 0.7 < float((ids[asked] == reader.mask_id).float().mean()) < 0.9


def test_a_training_begins_with_it(settings: TrainSettings, tmp_path: Path) -> None:
    few = settings.model_copy(update={"pretrain_steps": 3, "epochs": 1})
    report = train_model(make_toy(16), make_toy(8), few, tmp_path / "model", texts=TEXTS)
    assert report.settings.pretrain_steps == 3
    assert not (tmp_path / "model" / "checkpoint").exists()
