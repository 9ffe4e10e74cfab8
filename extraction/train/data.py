"""Training data: examples in three parts (train, validation, tests) and the labels of the task."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from extraction.model.config import Label, RelationLabel
from extraction.model.examples import DOCUMENT, SpanExample
from extraction.train.augmentation import ValuePool
from kms.errors import ConfigurationError


@dataclass(frozen=True)
class Schema:
    """Labels of a task; ``groups`` gives the labels of each context (pointer mode)."""

    labels: tuple[Label, ...]
    groups: dict[str, tuple[str, ...]]
    relations: tuple[RelationLabel, ...]


@dataclass(frozen=True)
class DataSet:
    """Examples in three parts; ``tests`` may hold several test sets, ``pool`` values to swap in by type."""

    train: tuple[SpanExample, ...]
    validation: tuple[SpanExample, ...]
    tests: dict[str, tuple[SpanExample, ...]]
    schema: Schema
    pool: ValuePool | None = None


def derive_schema(examples: Iterable[SpanExample]) -> Schema:
    """Labels and relations as the examples use them; a label's text is its name."""
    examples = list(examples)
    names = sorted({span.type for example in examples for span in example.spans})
    ends: dict[str, tuple[set[str], set[str]]] = {}
    for example in examples:
        for relation in example.relations:
            heads, tails = ends.setdefault(relation.type, (set(), set()))
            heads.add(DOCUMENT if relation.head is None else example.spans[relation.head].type)
            tails.add(example.spans[relation.tail].type)
    return Schema(
        tuple(Label(name=name, text=name.replace("_", " ")) for name in names),
        {},
        tuple(
            RelationLabel(name=name, heads=tuple(sorted(heads)), tails=tuple(sorted(tails)))
            for name, (heads, tails) in sorted(ends.items())
        ),
    )


def datasets_folder() -> Path:
    """The folder of public data sets: ``KMS_DATASETS``, else ``../shared/datasets`` of the repository.

    Raises:
        ConfigurationError: It is not there.
    """
    default = Path(__file__).resolve().parents[2].parent / "shared" / "datasets"
    folder = Path(os.environ.get("KMS_DATASETS", default))
    if not folder.is_dir():
        raise ConfigurationError(
            f"no data sets under {folder}; set KMS_DATASETS to the folder that holds them"
        )
    return folder
