"""Coarse vectors: numbers of 8 bits that tell which vectors can be near to a query, so that few are compared exactly.

A product of a query with all vectors takes as long as reading them from memory does; these have a quarter of the bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LARGEST = 127
_ZERO = 128
"""The query's 0: ONNX Runtime multiplies unsigned by signed numbers with the processor's own instructions."""
_SLACK = 1e-5
"""For what numbers of 32 bits lose themselves, as a share of the lengths."""


class CoarseVectors:
    """Vectors rounded to 8 bits, each with its own step, and a bound of the error that this makes."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Round ``vectors`` (n, d), which need not be of one length."""
        steps = np.abs(vectors).max(axis=1, initial=0.0) / _LARGEST
        rounded = np.round(vectors / np.where(steps > 0, steps, 1)[:, None]).astype(np.int8)
        back = rounded * steps[:, None].astype(np.float32)
        self._steps = steps.astype(np.float32)
        self._largest = _longest(back)
        self._largest_rest = _longest(vectors - back)
        self._multiply = _multiplication(rounded)

    def products(self, query: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
        """Scalar products with a query (d,), roughly, (n,); and how far any of them can be from the true one.

        With x = x' + r and q = q' + e, where x' and q' are what is left after rounding, x·q - x'·q' = x'·e + r·q, and
        each summand is at most the product of two lengths.
        """
        step = float(np.abs(query).max(initial=0.0)) / _LARGEST or 1.0
        rounded = np.round(query / step).astype(np.int16)
        rough = self._multiply((rounded + _ZERO).astype(np.uint8))
        rest = query - rounded.astype(np.float32) * np.float32(step)
        error = self._largest * _length(rest) + (self._largest_rest + _SLACK * self._largest) * _length(query)
        return rough * (self._steps * np.float32(step)), error


def _multiplication(rounded: NDArray[np.int8]) -> Any:
    """A function that multiplies a query of 8 bits with all vectors (n, d), as an ONNX graph of one node."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    count, dimensions = rounded.shape
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["query", "vectors", "zero"], ["products"])],
        "products",
        [helper.make_tensor_value_info("query", TensorProto.UINT8, [1, dimensions])],
        [helper.make_tensor_value_info("products", TensorProto.INT32, [1, count])],
        [
            numpy_helper.from_array(np.ascontiguousarray(rounded.T), "vectors"),
            numpy_helper.from_array(np.array(_ZERO, dtype=np.uint8), "zero"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), sess_options=options, providers=["CPUExecutionProvider"]
    )

    def multiply(query: NDArray[np.uint8]) -> NDArray[np.float32]:
        (products,) = session.run(None, {"query": query[None]})
        return np.asarray(products[0], dtype=np.float32)

    return multiply


def _longest(vectors: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(vectors, axis=1).max(initial=0.0))


def _length(vector: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(vector))
