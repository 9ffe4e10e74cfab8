#!/usr/bin/env python3
"""The span model in full weights and in 8 bits: F1 on the sample's validation split, texts a second, memory, size.

    python scripts/benchmark_extractor.py --model extraction/model_default --repeats 3

Times are processor seconds of one thread, taken in turns. 8 bits: weights by channel, activations as they come.
"""

from __future__ import annotations

import argparse
import logging
import resource
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from extraction.infer.onnx_engine import RELATIONS, SPANS, OnnxEngine, export_once
from extraction.infer.predictor import Predictor
from extraction.model import artifact
from extraction.train.data_sample import read_sample
from extraction.train.scores import measure


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, default=Path("extraction/model_default"))
    parser.add_argument("--state", type=Path, default=Path(".state/bench/extractor"), help="for the graphs")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    full = export_once(given.model, given.state)
    kinds = {
        "full": full,
        "8 bits": _quantize(full, given.state / "int8", keeps_outputs=False),
        "8 bits but for the layers' outputs": _quantize(
            full, given.state / "int8-outputs", keeps_outputs=True
        ),
    }
    config = artifact.read_config(given.model)
    reader = artifact.load_reader(config)
    examples = read_sample(None).validation
    table = Table(
        "weights",
        "F1 of spans",
        "of relations",
        "texts a second",
        "ratio",
        "MB",
        title=f"{len(examples)} texts",
    )
    readers = {name: Predictor(config, reader, OnnxEngine(folder)) for name, folder in kinds.items()}
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    scores = {}
    for _ in range(given.repeats):
        for name, predictor in readers.items():
            began = time.process_time()
            predictions = predictor.predict(examples)
            seconds[name].append(time.process_time() - began)
            scores[name] = measure(examples, predictions)
    for name, folder in kinds.items():
        table.add_row(
            name,
            f"{100 * scores[name]['spans'][''].f1:.1f}",
            f"{100 * scores[name]['relations'][''].f1:.1f}",
            f"{len(examples) / median(seconds[name]):.0f}",
            f"{median(seconds['full']) / median(seconds[name]):.2f}",
            f"{(folder / SPANS).stat().st_size / 1e6:.0f}",
        )
    Console().print(table)
    print(
        f"most memory, all three together: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    )


def _quantize(full: Path, folder: Path, *, keeps_outputs: bool) -> Path:
    """A copy of a model's graphs whose layers have weights of 8 bits.

    Args:
        full: The graphs with full weights.
        folder: Where the copy goes.
        keeps_outputs: Whether the second layer behind each attention keeps its weights: its activations differ most.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    if (full / RELATIONS).is_file():
        shutil.copy(full / RELATIONS, folder)
    quantize_dynamic(
        full / SPANS,
        folder / SPANS,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=_outputs(onnx.load(full / SPANS).graph.node) if keeps_outputs else None,
        extra_options={"MatMulConstBOnly": True},
    )
    return folder


def _outputs(nodes: Sequence[object]) -> list[str]:
    names = [str(getattr(node, "name", "")) for node in nodes]
    return [name for name in names if name.endswith("/output/dense/MatMul") and "attention" not in name]


if __name__ == "__main__":
    main()
