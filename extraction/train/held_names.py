"""Test of open labels on unseen names: holds some attributes out of training and asks for them in a test set of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from extraction.model.examples import SpanExample
from extraction.train.data import DataSet


def hold_out_names(data: DataSet, share: float, seed: int) -> DataSet:
    """A data set whose training and validation know nothing of some attributes.

    Args:
        data: Examples whose contexts ask for groups of labels.
        share: Share of the labels, drawn over all contexts.
        seed: Of the draw.

    Returns:
        Train and validation without those labels; of each test set two parts, ``<name>, other names`` that asks for the
        labels which training saw, and ``<name>, unseen names`` that asks for the others.
    """
    names = [label.name for label in data.schema.labels]
    order = np.random.default_rng(seed).permutation(len(names))
    unseen = {names[i] for i in order[: round(share * len(names))]}
    seen = set(names) - unseen

    def ask(examples: Iterable[SpanExample], kept: set[str]) -> tuple[SpanExample, ...]:
        asked = {
            context: tuple(n for n in group if n in kept) for context, group in data.schema.groups.items()
        }
        return tuple(
            replace(
                example,
                spans=tuple(span for span in example.spans if span.type in kept),
                asked=asked.get(example.context, ()),
            )
            for example in examples
        )

    tests = {}
    for name, examples in data.tests.items():
        tests[f"{name}, other names"] = ask(examples, seen)
        tests[f"{name}, unseen names"] = ask(examples, unseen)
    return replace(data, train=ask(data.train, seen), validation=ask(data.validation, seen), tests=tests)
