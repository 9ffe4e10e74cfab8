"""OA-Mine: attribute values in offer titles of ten categories."""

from __future__ import annotations

from pathlib import Path

from extraction.model.examples import Span, SpanExample
from extraction.train.data import DataSet
from extraction.train.data_offers import Row, label_of, read_offers


def read_oamine(folder: Path, validation_share: float = 0.15, seed: int = 13) -> DataSet:
    """Read the train and test files; see ``read_offers``.

    Every occurrence of a value in the title is gold, on word borders or not; scoring asks for the surface.

    Args:
        folder: Holds ``train.jsonl.gz`` and ``test.jsonl.gz``.
        validation_share: Share of train.
        seed: Of the part.
    """
    return read_offers(folder / "train.jsonl.gz", folder / "test.jsonl.gz", _example, validation_share, seed)


def _example(row: Row, name: str) -> SpanExample:
    text, category = row["input"], row["category"]
    spans = []
    for attribute, values in row["target_scores"].items():
        for value in values:
            start = text.find(value)
            while value and start >= 0:
                spans.append(Span(start, start + len(value), label_of(category, attribute)))
                start = text.find(value, start + 1)
    return SpanExample(text, category, tuple(sorted(spans, key=lambda s: (s.start, s.end, s.type))), id=name)
