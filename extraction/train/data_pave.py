"""WDC-PAVE: attribute values in titles and descriptions of offers of five categories.

Brinkmann et al. 2024, "Using LLMs for the Extraction and Normalization of Product Attribute Values"; here the values as
the offers write them.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from extraction.model.config import Label
from extraction.model.examples import Span, SpanExample
from extraction.train.data import DataSet, Schema

_NO_VALUE = "n/a"
_PARTS = ("input_title", "input_description")
"""Fields of an offer, by the numbers that the data set gives for where a value stands."""
_BETWEEN = "\n"


def read_pave(folder: Path, validation_share: float = 0.15, seed: int = 13) -> DataSet:
    """Read the large training file and the test file; a seeded part of train, equal in every category, is validation.

    An offer's text is its title, a line break and its description. A value is gold where it stands as whole words in the
    part that the data set names, else wherever it stands there.

    Args:
        folder: Holds ``wdc_with_all_attributes.train_large.jsonl.gz`` and ``….test.jsonl.gz``.
        validation_share: Share of train.
        seed: Of the part.
    """
    rows = _read(folder / "wdc_with_all_attributes.train_large.jsonl.gz")
    test = _read(folder / "wdc_with_all_attributes.test.jsonl.gz")
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
    title, description = (row[part] or "" for part in _PARTS)
    text = f"{title}{_BETWEEN}{description}"
    bounds = ((0, len(title)), (len(title) + len(_BETWEEN), len(text)))
    spans = {
        Span(start, end, _label(row["category"], attribute))
        for attribute, values in row["target_scores"].items()
        for value, where in values.items()
        if value != _NO_VALUE
        for part in where["pid"]
        for start, end in _places(text, value, bounds[part])
    }
    return SpanExample(
        text, row["category"], tuple(sorted(spans, key=lambda s: (s.start, s.end, s.type))), id=name
    )


def _places(text: str, value: str, bounds: tuple[int, int]) -> Iterator[tuple[int, int]]:
    found = list(re.compile(rf"(?<!\w){re.escape(value)}(?!\w)").finditer(text, *bounds))
    for match in found or re.compile(re.escape(value)).finditer(text, *bounds):
        yield match.span()
