"""WDC-PAVE: attribute values in titles and descriptions of offers of five categories.

Brinkmann et al. 2024, "Using LLMs for the Extraction and Normalization of Product Attribute Values"; here the values as
the offers write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from extraction.model.examples import Span, SpanExample
from extraction.train.data import DataSet
from extraction.train.data_offers import Row, label_of, read_offers

_NO_VALUE = "n/a"
_PARTS = ("input_title", "input_description")
"""Fields of an offer, by the numbers that the data set gives for where a value stands."""
_BETWEEN = "\n"


def read_pave(folder: Path, validation_share: float = 0.15, seed: int = 13) -> DataSet:
    """Read the large training file and the test file; see ``read_offers``.

    An offer's text is its title, a line break and its description. A value is gold where it stands as whole words in the
    part that the data set names, else wherever it stands there.

    Args:
        folder: Holds ``wdc_with_all_attributes.train_large.jsonl.gz`` and ``….test.jsonl.gz``.
        validation_share: Share of train.
        seed: Of the part.
    """
    name = "wdc_with_all_attributes"
    return read_offers(
        folder / f"{name}.train_large.jsonl.gz",
        folder / f"{name}.test.jsonl.gz",
        _example,
        validation_share,
        seed,
    )


def _example(row: Row, name: str) -> SpanExample:
    title, description = (row[part] or "" for part in _PARTS)
    text = f"{title}{_BETWEEN}{description}"
    bounds = ((0, len(title)), (len(title) + len(_BETWEEN), len(text)))
    spans = {
        Span(start, end, label_of(row["category"], attribute))
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
