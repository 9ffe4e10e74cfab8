"""Chinese product titles with typed entities, in CoNLL files: products, brands, models and other particulars."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from extraction.model.config import Label
from extraction.model.examples import Span, SpanExample
from extraction.train.data import DataSet, Schema
from kms.errors import ConfigurationError

LABELS = (
    Label(name="HCCX", text="产品 kind of product"),
    Label(name="HPPX", text="品牌 brand"),
    Label(name="XH", text="型号 model number"),
    Label(name="MISC", text="规格 measures and other particulars"),
)


def read_ner_zh(folder: Path, most: int | None = None, seed: int = 13) -> DataSet:
    """Read the set's own three parts.

    Args:
        folder: Holds ``train.conll.gz``, ``dev.conll.gz`` and ``test.conll.gz``.
        most: Train on a random sample of so many titles; ``None``: on all.
        seed: Of the sample.

    Raises:
        ConfigurationError: A line cannot be read; the message names file and line.
    """
    train = _read(folder / "train.conll.gz")
    if most is not None and most < len(train):
        chosen = np.random.default_rng(seed).permutation(len(train))[:most]
        train = tuple(train[i] for i in sorted(chosen))
    tests = {"test": _read(folder / "test.conll.gz")}
    return DataSet(train, _read(folder / "dev.conll.gz"), tests, Schema(LABELS, {}, ()))


def _read(path: Path) -> tuple[SpanExample, ...]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return tuple(_example(rows, f"{path.name}:{line}") for line, rows in _sentences(path, stream))


def _sentences(path: Path, lines: Iterator[str]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Line and rows (character, tag) of each title; a blank stands as an empty character."""
    rows: list[tuple[str, str]] = []
    first = 1
    for number, written in enumerate(lines, start=1):
        line = written.rstrip("\n")
        if not line:
            if rows:
                yield first, rows
            rows, first = [], number + 1
            continue
        character, separator, tag = line.rpartition(" ")
        if not separator or tag[:2] not in {"B-", "I-", "O"}:
            raise ConfigurationError(f"{path}:{number}: expected a character and its tag, found {line!r}")
        rows.append((character or " ", tag))
    if rows:
        yield first, rows


def _example(rows: list[tuple[str, str]], name: str) -> SpanExample:
    """A title; what is no blank is a word, as the tags are of single characters."""
    words: list[tuple[int, int]] = []
    spans: list[Span] = []
    length = 0
    begun: tuple[int, str] | None = None
    for character, tag in [*rows, ("", "O")]:
        goes_on = begun is not None and tag == f"I-{begun[1]}"
        if begun is not None and not goes_on:
            spans.append(Span(begun[0], length, begun[1]))
            begun = None
        if begun is None and tag != "O":
            begun = (length, tag[2:])
        if character.strip():
            words.append((length, length + len(character)))
        length += len(character)
    text = "".join(character for character, _ in rows)
    return SpanExample(text, spans=tuple(spans), words=tuple(words), id=name, language="zh")
