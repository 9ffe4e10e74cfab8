"""Labelled pairs: from a folder of fixed splits, or from a shop's own decisions and equal trade item numbers."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extraction.matching.inputs import Pair
from kms.errors import ConfigurationError, InputError
from kms.identity.features import PairReader, WordWeights
from kms.identity.records import Record

SPLITS = ("train", "valid", "test")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class PairData:
    """Pairs in three parts; ``test`` is read once, after everything is chosen, and may be empty."""

    train: list[Pair]
    valid: list[Pair]
    test: list[Pair]


def read_pairs(folder: Path, name: str) -> PairData:
    """Pairs of ``NAME.train.jsonl.gz``, ``NAME.valid.jsonl.gz`` and ``NAME.test.jsonl.gz``.

    Each line has ``left`` and ``right`` with ``title`` or ``name``, ``manufacturer`` or ``brand``, ``description`` and
    ``price``, and ``match`` 0 or 1. Word weights are those of the records of all parts, as a catalogue would have them.

    Raises:
        ConfigurationError: A part is missing.
        InputError: A line cannot be read.
    """
    rows: dict[str, list[tuple[Record, Record, int]]] = {}
    for split in SPLITS:
        path = folder / f"{name}.{split}.jsonl.gz"
        if not path.is_file():
            raise ConfigurationError(f"no {path.name} in {folder}; expected the parts {', '.join(SPLITS)}")
        rows[split] = list(_read_rows(path))
    return make_pairs(rows["train"], rows["valid"], rows["test"])


def make_pairs(
    train: Sequence[tuple[Record, Record, int]],
    valid: Sequence[tuple[Record, Record, int]],
    test: Sequence[tuple[Record, Record, int]] = (),
) -> PairData:
    """Pairs with their features."""
    records = {(r.title, r.text): r for part in (train, valid, test) for a, b, _ in part for r in (a, b)}
    reader = PairReader(WordWeights(records.values()))

    def compare(part: Sequence[tuple[Record, Record, int]]) -> list[Pair]:
        return [Pair(left, right, reader.compare(left, right), match) for left, right, match in part]

    return PairData(compare(train), compare(valid), compare(test))


def _read_rows(path: Path) -> Iterable[tuple[Record, Record, int]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            try:
                row = json.loads(line)
                left, right = (_to_record(row[side], f"{number}.{side}") for side in ("left", "right"))
                yield left, right, int(row["match"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise InputError(
                    f"{path.name}:{number}: no pair with left, right and match: {error}"
                ) from None


def _to_record(row: Mapping[str, Any], identifier: str) -> Record:
    price = _NUMBER.search(str(row.get("price") or ""))
    return Record(
        id=identifier,
        title=str(row.get("title") or row.get("name") or ""),
        brand=str(row.get("manufacturer") or row.get("brand") or ""),
        text=str(row.get("description") or ""),
        price=float(price.group().replace(",", "")) or None if price else None,
    )
