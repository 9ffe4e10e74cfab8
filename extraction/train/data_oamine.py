"""OA-Mine: attribute values in offer titles of ten categories."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from extraction.model.config import Label
from extraction.model.examples import Span, SpanExample
from extraction.train.data import DataSet, Schema


def read_oamine(folder: Path, validation_share: float = 0.15, seed: int = 13) -> DataSet:
    """Read the train and test files; a seeded part of train, equal in every category, is validation.

    Every occurrence of a value in the title is gold, on word borders or not; scoring asks for the surface.

    Args:
        folder: Holds ``train.jsonl.gz`` and ``test.jsonl.gz``.
        validation_share: Share of train.
        seed: Of the part.
    """
    rows = _read(folder / "train.jsonl.gz")
    test = _read(folder / "test.jsonl.gz")
    attributes: dict[str, set[str]] = defaultdict(set)
    by_category: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        attributes[row["category"]].update(row["target_scores"])
        by_category[row["category"]].append(number)
    rng = np.random.default_rng(seed)
    held: set[int] = set()
    for category in sorted(by_category):
        numbers = by_category[category]
        held.update(int(n) for n in rng.permutation(numbers)[: round(validation_share * len(numbers))])
    groups = {c: tuple(_label(c, a) for a in sorted(names)) for c, names in sorted(attributes.items())}
    labels = tuple(
        Label(name=_label(c, a), text=f"{c} {a}".lower()) for c in groups for a in sorted(attributes[c])
    )
    examples = [_example(row, f"train:{n}") for n, row in enumerate(rows)]
    return DataSet(
        tuple(e for n, e in enumerate(examples) if n not in held),
        tuple(e for n, e in enumerate(examples) if n in held),
        {"test": tuple(_example(row, f"test:{n}") for n, row in enumerate(test))},
        Schema(labels, groups, ()),
    )


def _label(category: str, attribute: str) -> str:
    return f"{category}|{attribute}"


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _example(row: dict[str, Any], name: str) -> SpanExample:
    text, category = row["input"], row["category"]
    spans = []
    for attribute, values in row["target_scores"].items():
        for value in values:
            start = text.find(value)
            while value and start >= 0:
                spans.append(Span(start, start + len(value), _label(category, attribute)))
                start = text.find(value, start + 1)
    return SpanExample(text, category, tuple(sorted(spans, key=lambda s: (s.start, s.end, s.type))), id=name)
