"""Augmentation: swaps values for others of their type and masks subtokens, drawn anew in every epoch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from extraction.model.examples import Span, SpanExample
from extraction.model.features import Window

ValuePool = Mapping[str, Sequence[str]]


def collect_values(examples: Iterable[SpanExample], left_out: Sequence[str] = ()) -> dict[str, list[str]]:
    """Different surfaces of each type that is not left out, in order."""
    pool: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        for span in example.spans:
            if span.type not in left_out:
                pool[span.type].add(example.text[span.start : span.end])
    return {kind: sorted(values) for kind, values in sorted(pool.items())}


def swap_values(
    example: SpanExample, pool: ValuePool, probability: float, rng: np.random.Generator
) -> SpanExample:
    """Swap values for others of their type; equal surfaces of one type are swapped together.

    Spans that overlap another keep their words, and so do examples that bring their own tokens.
    """
    if example.words is not None or not example.spans:
        return example
    chosen: dict[tuple[str, str], str] = {}
    for span in example.spans:
        key = (span.type, example.text[span.start : span.end])
        if key not in chosen:
            values = pool.get(span.type, ())
            swap = len(values) > 1 and rng.random() < probability
            chosen[key] = str(values[int(rng.integers(len(values)))]) if swap else key[1]
    if all(new == old for (_, old), new in chosen.items()):
        return example
    order = sorted(range(len(example.spans)), key=lambda i: example.spans[i].start)
    if any(example.spans[b].start < example.spans[a].end for a, b in pairwise(order)):
        return example
    pieces: list[str] = []
    spans: dict[int, Span] = {}
    shifts: list[tuple[int, int]] = [(0, 0)]
    length = position = 0
    for index in order:
        span = example.spans[index]
        before = example.text[position : span.start]
        surface = chosen[(span.type, example.text[span.start : span.end])]
        length += len(before)
        pieces += [before, surface]
        spans[index] = Span(length, length + len(surface), span.type)
        length += len(surface)
        position = span.end
        shifts.append((position, length - position))
    pieces.append(example.text[position:])

    def move(offset: int) -> int:
        return offset + [shift for start, shift in shifts if start <= offset][-1]

    sentences = tuple((move(start), move(end)) for start, end in example.sentences)
    return replace(
        example,
        text="".join(pieces),
        spans=tuple(spans[i] for i in range(len(example.spans))),
        sentences=sentences,
    )


def mask_subtokens(window: Window, probability: float, mask_id: int, rng: np.random.Generator) -> None:
    """Put the mask in place of some subtokens of the text, not of the context or the marks around."""
    if probability <= 0:
        return
    text = np.arange(window.text_start, len(window.input_ids) - 1)
    for place in text[rng.random(len(text)) < probability]:
        window.input_ids[int(place)] = mask_id
