"""Quantisation of an encoder's graph, on a small BERT with one large channel that a common scale would drown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from transformers import BertConfig, BertModel

from kms.encoder import graphs, quantization

VOCABULARY, HIDDEN, HEADS, LAYERS = 1_000, 128, 4, 2
CONFIG = BertConfig(
    vocab_size=VOCABULARY, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
    intermediate_size=4 * HIDDEN, initializer_range=0.1,
)  # fmt: skip
LARGE = 7


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full graph of an encoder in which one channel of every layer's output is sixty times the others."""
    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(5)
    model = BertModel(CONFIG)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if name.endswith("LayerNorm.weight"):
                weights[LARGE] = 60.0
    model.save_pretrained(folder)
    graphs.export_graph(folder, folder / "full.onnx")
    return folder / "full.onnx"


def vectors(path: Path, seed: int = 1) -> np.ndarray:
    """Mean vectors of random texts, without the large channel, which would hide the others."""
    ids = np.random.default_rng(seed).integers(0, VOCABULARY, size=(6, 9)).astype(np.int64)
    (hidden,) = graphs.open_graph(path, 1).run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    mean = np.delete(hidden.mean(axis=1), LARGE, axis=1)
    return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True))


def quantize(full: Path, target: Path, seed: int = 0) -> Path:
    quantization.quantize(full, target, heads=HEADS, hidden=HIDDEN, vocabulary=VOCABULARY, seed=seed)
    return target


def test_smoothing_leaves_the_graph_what_it_computes(full: Path, tmp_path: Path) -> None:
    model = onnx.load(full)
    names = quantization._smooth(model, quantization._random_tokens(VOCABULARY, 0))
    assert names
    onnx.save(model, tmp_path / "smooth.onnx")
    assert np.allclose(vectors(tmp_path / "smooth.onnx"), vectors(full), atol=1e-4)


def test_layers_that_narrow_keep_their_activations(full: Path, tmp_path: Path) -> None:
    kinds = [node.op_type for node in onnx.load(quantize(full, tmp_path / "q.onnx")).graph.node]
    assert kinds.count("MatMulNBits") == LAYERS
    assert kinds.count("DynamicQuantizeLinear") == 3 * LAYERS  # attention, its output, the wide layer


def test_a_large_channel_does_not_drown_the_others(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smooth = (vectors(quantize(full, tmp_path / "smooth.onnx")) * vectors(full)).sum(axis=1)
    monkeypatch.setattr(
        quantization, "_factors", lambda activations, _weights: np.ones_like(activations, dtype=np.float32)
    )
    rough = (vectors(quantize(full, tmp_path / "rough.onnx")) * vectors(full)).sum(axis=1)
    assert smooth.min() > 0.995
    assert (1 - smooth).mean() < 0.5 * (1 - rough).mean()


def test_the_seed_decides_the_graph(full: Path, tmp_path: Path) -> None:
    one, same, other = (quantize(full, tmp_path / f"{n}.onnx", seed) for n, seed in enumerate((3, 3, 4)))
    assert one.read_bytes() == same.read_bytes() != other.read_bytes()
