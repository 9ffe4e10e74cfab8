"""ONNX graphs of an encoder: the full one, and a small one of 8 bits for single queries."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kms.logs import get_logger

LEAST_LIKENESS = 0.99
"""Least mean cosine between the small graph's output and the full one's, for random tokens."""


def open_graph(path: Path, threads: int) -> Any:
    """An ONNX Runtime session on the processor; ``threads`` 0 lets the library choose."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def export_graph(folder: Path, target: Path) -> None:
    """Write the encoder in ``folder`` as an ONNX graph: token ids and mask in, last layer out."""
    import torch
    from transformers import AutoModel

    class LastLayer(torch.nn.Module):
        def __init__(self, model: Any) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden: torch.Tensor = self.model(input_ids, attention_mask).last_hidden_state
            return hidden

    model = AutoModel.from_pretrained(str(folder), attn_implementation="eager").float().eval()
    ids = torch.ones((2, 8), dtype=torch.long)
    with _written_whole(target) as temporary, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            LastLayer(model),
            (ids, ids),
            str(temporary),
            input_names=["input_ids", "attention_mask"],
            output_names=["hidden"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "length"},
                "attention_mask": {0: "batch", 1: "length"},
                "hidden": {0: "batch", 1: "length"},
            },
            dynamo=False,
        )


def export_small_graph(full: Path, target: Path, folder: Path) -> None:
    """Write the graph for single queries (``kms.encoder.quantization``).

    For a query of a few tokens the time goes into reading the weights from memory, a quarter of which is left. An
    encoder whose vectors would change by it gets a copy of its full graph.

    Args:
        full: The graph that ``export_graph`` wrote.
        target: Where the small one goes.
        folder: Of the encoder; its ``config.json`` says how many heads it has.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    with _written_whole(target) as temporary:
        try:
            _write_small(full, temporary, config)
            problem = _difference(full, temporary)
        except Exception as error:  # the library knows some architectures, and fails in many ways on others
            problem = f"{type(error).__name__}: {error}"
        if problem:
            get_logger(__name__).warning(
                "no weights of 8 bits for this encoder; queries use its full weights",
                encoder=str(folder), reason=problem,
            )  # fmt: skip
            shutil.copyfile(full, temporary)


def _write_small(full: Path, target: Path, config: dict[str, Any]) -> None:
    from kms.encoder.quantization import quantize

    quantize(
        full,
        target,
        heads=int(config["num_attention_heads"]),
        hidden=int(config["hidden_size"]),
        vocabulary=int(config["vocab_size"]),
    )


def _difference(full: Path, small: Path, texts: int = 8, length: int = 12, seed: int = 0) -> str:
    """What is wrong with the small graph's vectors of random tokens; empty where they are those of the full one."""
    ids = np.random.default_rng(seed).integers(0, 1_000, size=(texts, length)).astype(np.int64)
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    one, other = (open_graph(path, 1).run(None, inputs)[0].mean(axis=1) for path in (full, small))
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosine = float(((one * other).sum(axis=1) / np.maximum(norms, 1e-12)).mean())
    return "" if cosine >= LEAST_LIKENESS else f"cosine {cosine:.4f} with the full weights' vectors"


@contextmanager
def _written_whole(target: Path) -> Iterator[Path]:
    """A name beside ``target`` that is moved there when it is written; two processes do not meet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.stem}.{os.getpid()}.onnx")
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
