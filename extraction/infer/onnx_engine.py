"""ONNX Runtime on CPU: two graphs, exported once per model and kept under its hash."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from extraction.infer.engine import SpanScores, gather_ends
from extraction.model.candidates import Pairs
from extraction.model.features import Batch

Floats = npt.NDArray[np.float32]
SPANS, RELATIONS = "spans.onnx", "relations.onnx"
_AXES = {
    "input_ids": {0: "batch", 1: "length"},
    "attention_mask": {0: "batch", 1: "length"},
    "span_first": {0: "batch", 1: "span"},
    "span_last": {0: "batch", 1: "span"},
    "span_width": {0: "batch", 1: "span"},
    "labels": {0: "label"},
}


class OnnxEngine:
    """Runs exported graphs.

    Args:
        folder: Holds ``spans.onnx`` and, where the model has relations, ``relations.onnx``.
        threads: For one operator; more than the machine's free cores slows down.
        labels: Vectors of open labels (T, H); ``None`` where the labels are fixed.
    """

    def __init__(self, folder: Path, threads: int = 1, labels: Floats | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3

        def open_graph(name: str) -> Any:
            path = folder / name
            if not path.is_file():
                return None
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

        self._labels = labels
        self._spans = open_graph(SPANS)
        self._relations = open_graph(RELATIONS)

    def score_spans(self, batch: Batch) -> SpanScores:
        """Encoder and span head."""
        inputs: dict[str, npt.NDArray[Any]] = {
            "input_ids": batch.input_ids,
            "attention_mask": batch.attention_mask,
            "span_first": batch.span_first,
            "span_last": batch.span_last,
            "span_width": batch.span_width,
        }
        if self._labels is not None:
            inputs["labels"] = self._labels if batch.columns is None else self._labels[batch.columns]
        return SpanScores(*self._spans.run(None, inputs))

    def score_pairs(self, span_scores: SpanScores, pairs: Pairs) -> Floats:
        """Relation head."""
        heads, tails = gather_ends(span_scores, pairs)
        (logits,) = self._relations.run(
            None,
            {
                "hidden": span_scores.hidden,
                "document": span_scores.document,
                "heads": heads,
                "tails": tails,
                "between_first": pairs.between_first,
                "between_last": pairs.between_last,
                "distance": pairs.distance,
            },
        )
        result: Floats = logits
        return result


def export_once(model: Path, state: Path) -> Path:
    """The folder of a model's graphs under ``state``; exported there if it is not yet.

    Written beside and renamed, so that two processes may do it at the same time.
    """
    from extraction.model import artifact

    target = state / artifact.hash_model(model)
    if (target / SPANS).is_file():
        return target
    state.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=state, prefix="export-"))
    try:
        export(model, scratch)
        try:
            os.rename(scratch, target)
        except OSError:
            if not (target / SPANS).is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def export(model: Path, folder: Path) -> None:
    """Write a saved model's two graphs, adapters merged into the encoder."""
    import warnings

    import torch

    from extraction.infer.graphs import RelationGraph, SpanGraph, sample_inputs
    from extraction.model import artifact

    config = artifact.read_config(model)
    # Vectors of open labels are an input of the graph: none of its labels need be read for it.
    one = config.labels[:1] if config.label_mode == "open" else None
    network = artifact.load(model, attention="eager", labels=one).network
    if hasattr(network.encoder, "merge_and_unload"):
        network.encoder = network.encoder.merge_and_unload()
    network.eval()
    spans, relations = sample_inputs(network)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            SpanGraph(network),
            tuple(spans.values()),
            str(folder / SPANS),
            input_names=list(spans),
            output_names=["scores", "none", "spans", "document", "hidden"],
            dynamic_axes={name: axes for name, axes in _AXES.items() if name in spans},
            opset_version=17,
            dynamo=False,
        )
        if network.relations is None:
            return
        pair = {0: "batch", 1: "head", 2: "tail"}
        torch.onnx.export(
            RelationGraph(network.relations),
            tuple(relations.values()),
            str(folder / RELATIONS),
            input_names=list(relations),
            output_names=["logits"],
            dynamic_axes={
                "hidden": {0: "batch", 1: "length"},
                "document": {0: "batch"},
                "heads": {0: "batch", 1: "head"},
                "tails": {0: "batch", 1: "tail"},
                "between_first": pair,
                "between_last": pair,
                "distance": pair,
            },
            opset_version=17,
            dynamo=False,
        )
