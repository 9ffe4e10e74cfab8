"""ASTE-V2: aspect, opinion and polarity triplets in review sentences."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from extraction.model.config import Label, RelationLabel
from extraction.model.examples import Relation, Span, SpanExample
from extraction.train.data import DataSet, Schema

POLARITIES = {"POS": "positive", "NEG": "negative", "NEU": "neutral"}
SETS = ("14lap", "14res")

SCHEMA = Schema(
    (
        Label(name="aspect", text="aspect of the product or service"),
        Label(name="opinion", text="opinion words, how good or bad"),
    ),
    {},
    tuple(
        RelationLabel(name=f"opinion_{polarity}", heads=("aspect",), tails=("opinion",))
        for polarity in POLARITIES.values()
    ),
)


def read_aste(folder: Path, sets: tuple[str, ...] = SETS) -> DataSet:
    """Read the sets' train parts together; validation is their dev parts together; one test each."""
    train, validation = [], []
    tests = {}
    for name in sets:
        train += _read(folder, name, "train")
        validation += _read(folder, name, "dev")
        tests[name] = tuple(_read(folder, name, "test"))
    return DataSet(tuple(train), tuple(validation), tests, SCHEMA)


def _read(folder: Path, name: str, part: str) -> list[SpanExample]:
    with gzip.open(folder / f"{name}.{part}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [_example(json.loads(line), f"{name}:{part}:{n}") for n, line in enumerate(stream)]


def _example(row: dict[str, Any], name: str) -> SpanExample:
    words: list[tuple[int, int]] = []
    position = 0
    for token in row["tokens"]:
        words.append((position, position + len(token)))
        position += len(token) + 1
    spans: dict[Span, int] = {}

    def place(indexes: list[int], kind: str) -> int:
        span = Span(words[indexes[0]][0], words[indexes[-1]][1], kind)
        return spans.setdefault(span, len(spans))

    relations = [
        Relation(
            place(triplet["aspect"], "aspect"),
            place(triplet["opinion"], "opinion"),
            f"opinion_{POLARITIES[triplet['polarity']]}",
        )
        for triplet in row["triplets"]
    ]
    return SpanExample(" ".join(row["tokens"]), "", tuple(spans), tuple(relations), tuple(words), id=name)
