"""The small graph of an encoder, made from a full one that is built here."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from kms.encoder import graphs

CONFIG = BertConfig(
    vocab_size=1_000, hidden_size=128, num_hidden_layers=2, num_attention_heads=4, intermediate_size=256
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT with random weights, and its full graph."""
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(3)
    BertModel(CONFIG).save_pretrained(folder)
    graphs.export_graph(folder, folder / "full.onnx")
    return folder


def vectors(path: Path) -> np.ndarray:
    ids = np.arange(2, 12, dtype=np.int64).reshape(2, 5)
    (hidden,) = graphs.open_graph(path, 1).run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    mean = hidden.mean(axis=1)
    return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True))


def test_small_graph_gives_nearly_the_same_vectors_from_less(folder: Path) -> None:
    small = folder / "small.onnx"
    graphs.export_small_graph(folder / "full.onnx", small, folder)
    cosines = (vectors(folder / "full.onnx") * vectors(small)).sum(axis=1)
    assert cosines.min() > 0.995
    assert not np.array_equal(vectors(folder / "full.onnx"), vectors(small))
    assert small.stat().st_size < 0.8 * (folder / "full.onnx").stat().st_size


def test_export_leaves_log_and_module_path_as_they_were(folder: Path) -> None:
    before = (list(sys.path), logging.root.manager.disable)
    graphs.export_small_graph(folder / "full.onnx", folder / "again.onnx", folder)
    assert (list(sys.path), logging.root.manager.disable) == before


def test_encoder_that_8_bits_would_change_keeps_its_full_weights(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "LEAST_LIKENESS", 1.1)
    target = folder / "refused.onnx"
    graphs.export_small_graph(folder / "full.onnx", target, folder)
    assert target.read_bytes() == (folder / "full.onnx").read_bytes()


def test_encoder_that_the_library_cannot_make_small_keeps_its_full_weights(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise NotImplementedError("layers of another kind")

    monkeypatch.setattr(graphs, "_write_small", fail)
    target = folder / "unknown.onnx"
    graphs.export_small_graph(folder / "full.onnx", target, folder)
    assert target.read_bytes() == (folder / "full.onnx").read_bytes()


def test_failed_export_leaves_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "_write_small", lambda *_: None)
    with pytest.raises(FileNotFoundError):
        graphs.export_small_graph(tmp_path / "none.onnx", tmp_path / "small.onnx", folder)
    assert not list(tmp_path.iterdir())
