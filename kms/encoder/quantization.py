"""Quantisation of an encoder's graph for single queries: fused layers, and 8 bits for weights and most activations."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 128
"""Weights that share one scale where the activations are not quantised."""
SMOOTHING = 0.65
"""How much of the activations' range goes into the weights, 0 to 1."""
CALIBRATION_TEXTS, CALIBRATION_LENGTH = 128, 12
LAYERS = ("MatMul", "Attention")

Array = NDArray[np.float32]


def quantize(full: Path, target: Path, *, heads: int, hidden: int, vocabulary: int, seed: int = 0) -> None:
    """Write the quantised graph of a BERT.

    Weights are stored in 8 bits. Activations are quantised to 8 bits as they come (one scale for all tokens of a
    layer), after their large channels were scaled down and the weights' rows scaled up by the same factor
    (SmoothQuant, Xiao et al. 2023, section 4). The layer that follows the activation function keeps its activations:
    their range differs too much from token to token.

    Args:
        full: The graph with full weights: token ids and mask in.
        target: Where the quantised one goes.
        heads: Attention heads of a layer.
        hidden: Width of the layers' output.
        vocabulary: Number of tokens; the ranges of the activations are measured on random ones.
        seed: Of these tokens.
    """
    with _without_its_log():
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic
        from onnxruntime.quantization.matmul_nbits_quantizer import (
            DefaultWeightOnlyQuantConfig,
            MatMulNBitsQuantizer,
        )
        from onnxruntime.transformers import optimizer

        fused = optimizer.optimize_model(
            str(full), model_type="bert", num_heads=heads, hidden_size=hidden, opt_level=0
        )
        fused.save_model_to_file(str(target))
        model = onnx.load(target)
        names = _smooth(model, _random_tokens(vocabulary, seed))
        onnx.save(model, target)
        if names:
            quantize_dynamic(
                target,
                target,
                per_channel=True,
                weight_type=QuantType.QInt8,
                nodes_to_quantize=names,
                op_types_to_quantize=list(LAYERS),
                extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
            )
            model = onnx.load(target)
        settings = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=8)
        rest = MatMulNBitsQuantizer(model, algo_config=settings)
        rest.process()
        rest.model.save_model_to_file(str(target))


def _smooth(model: Any, tokens: Mapping[str, NDArray[np.int64]]) -> list[str]:
    """Scale inputs and weights of the layers whose activations are quantised; returns the names of these layers."""
    from onnx import helper, numpy_helper

    graph = model.graph
    weights = {stored.name: stored for stored in graph.initializer}
    layers = [
        node for node in graph.node
        if node.op_type in LAYERS and node.input[1] in weights and _keeps_width(weights[node.input[1]].dims)
    ]  # fmt: skip
    ranges = _ranges(model, sorted({node.input[0] for node in layers}), tokens)
    for number, node in enumerate(layers):
        weight = numpy_helper.to_array(weights[node.input[1]])
        factors = _factors(ranges[node.input[0]], np.abs(weight).max(axis=1))
        scaled, inverse, product = (f"smooth_{number}_{name}" for name in ("weight", "inverse", "input"))
        graph.initializer.append(
            numpy_helper.from_array(np.asarray(weight * factors[:, None], np.float32), scaled)
        )
        graph.initializer.append(numpy_helper.from_array(1 / factors, inverse))
        scaling = helper.make_node("Mul", [node.input[0], inverse], [product], name=f"smooth_{number}")
        graph.node.insert(list(graph.node).index(node), scaling)
        node.input[0], node.input[1] = product, scaled
    used = {name for node in graph.node for name in node.input}
    for stored in list(graph.initializer):
        if stored.name not in used:
            graph.initializer.remove(stored)
    return [node.name for node in layers]


def _keeps_width(shape: Any) -> bool:
    return len(shape) == 2 and shape[0] <= shape[1]


def _factors(activations: Array, weights: Array) -> Array:
    """What each channel's weights are multiplied with, from the largest absolute values of both; shape (channels,)."""
    least = 1e-5
    factors = np.maximum(activations, least) ** SMOOTHING / np.maximum(weights, least) ** (1 - SMOOTHING)
    return np.asarray(factors / np.exp(np.log(factors).mean()), dtype=np.float32)


def _ranges(model: Any, names: list[str], tokens: Mapping[str, NDArray[np.int64]]) -> dict[str, Array]:
    """The largest absolute value of each channel of some activations."""
    import onnx
    import onnxruntime

    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    for name in names:
        watched.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = session.run(names, dict(tokens))
    return {
        name: np.abs(output).reshape(-1, output.shape[-1]).max(axis=0)
        for name, output in zip(names, outputs, strict=True)
    }


def _random_tokens(vocabulary: int, seed: int) -> dict[str, NDArray[np.int64]]:
    shape = (CALIBRATION_TEXTS, CALIBRATION_LENGTH)
    ids = np.random.default_rng(seed).integers(0, vocabulary, size=shape).astype(np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


@contextmanager
def _without_its_log() -> Iterator[None]:
    """The library logs a line for each node, and puts its own folder on the search path of modules."""
    level, path = logging.root.manager.disable, list(sys.path)
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(level)
        sys.path[:] = path
