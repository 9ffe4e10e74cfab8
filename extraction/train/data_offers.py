"""Reader of offers with values by attribute, in the form that OA-Mine and WDC-PAVE have."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from extraction.model.config import Label
from extraction.model.examples import SpanExample
from extraction.train.data import DataSet, Schema

Row = dict[str, Any]
"""An offer with its ``category`` and, as ``target_scores``, values by attribute."""


def read_offers(
    train: Path, test: Path, example_of: Callable[[Row, str], SpanExample], validation_share: float, seed: int
) -> DataSet:
    """Read two files of offers; a seeded part of train, equal in every category, is validation.

    An offer's context is its category, and the labels that it is asked for are the attributes of its category in train.

    Args:
        train: Rows as JSON lines, gzipped.
        test: The same.
        example_of: Example of a row with an id.
        validation_share: Share of train.
        seed: Of the part.
    """
    rows = _read(train)
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
    groups = {
        c: tuple(label_of(c, name) for name in sorted(names)) for c, names in sorted(attributes.items())
    }
    labels = tuple(
        Label(name=label_of(c, name), text=f"{c} {name}".lower())
        for c in groups
        for name in sorted(attributes[c])
    )
    examples = [example_of(row, f"train:{n}") for n, row in enumerate(rows)]
    return DataSet(
        tuple(e for n, e in enumerate(examples) if n not in held),
        tuple(e for n, e in enumerate(examples) if n in held),
        {"test": tuple(example_of(row, f"test:{n}") for n, row in enumerate(_read(test)))},
        Schema(labels, groups, ()),
    )


def label_of(category: str, attribute: str) -> str:
    """The label of an attribute: one of another category with the same name is another label."""
    return f"{category}|{attribute}"


def _read(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]
