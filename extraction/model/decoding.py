"""Decoding: spans without overlaps and relations between them, chosen from scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extraction.model.candidates import Pairs
from extraction.model.config import ModelConfig
from extraction.model.examples import DOCUMENT
from extraction.model.features import Window, find_columns, list_spans

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class DecodedSpan:
    """A span of a window: its number in ``list_spans``, words (both inclusive), label and probability."""

    number: int
    first: int
    last: int
    label: int
    confidence: float


@dataclass(frozen=True)
class DecodedRelation:
    """Positions in the window's decoded spans (``None``: the document), relation number from 1."""

    head: int | None
    tail: int
    relation: int
    confidence: float


def softmax(logits: npt.NDArray[np.floating], temperature: float = 1.0) -> npt.NDArray[np.float64]:
    """Probabilities over the last axis."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    result: npt.NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return result


def decode_spans(
    window: Window,
    scores: Floats,
    none: Floats,
    config: ModelConfig,
    text: str,
    columns: npt.NDArray[np.int64] | None = None,
) -> list[DecodedSpan]:
    """Greedy by probability; spans of different labels overlap only where the config allows it.

    Args:
        window: The window that was scored.
        scores: (S', T), S' at least the window's number of spans.
        none: (T,) for pointers, (S', 1) otherwise.
        config: Of the model.
        text: The example's text; pointers add up the probabilities of equal surfaces.
        columns: Labels of the columns of ``scores``; ``None``: all.
    """
    first, last = list_spans(len(window.words), config.max_span_words)
    if not len(first) or not len(window.labels):
        return []
    scores = scores[: len(first)]
    if config.span_mode == "pointer":
        chosen = _point(window, scores, none, config, text, columns)
    else:
        chosen = _classify(scores, none[: len(first)], config)
    taken = np.zeros(len(window.words), dtype=bool)
    used: set[int] = set()
    result: list[DecodedSpan] = []
    for _, number, label, confidence in sorted(chosen, key=lambda item: (-item[0], item[1], item[2])):
        begin, end = int(first[number]), int(last[number])
        is_taken = not config.allow_overlaps and taken[begin : end + 1].any()
        if is_taken or (config.span_mode == "pointer" and label in used):
            continue
        taken[begin : end + 1] = True
        used.add(label)
        result.append(DecodedSpan(number, begin, end, label, confidence))
    return sorted(result, key=lambda span: span.first)


def _classify(scores: Floats, none: Floats, config: ModelConfig) -> list[tuple[float, int, int, float]]:
    logits = np.concatenate([none, scores], axis=1)
    best = logits.argmax(axis=1)
    numbers = np.flatnonzero(best)
    if not len(numbers):
        return []
    kept = logits[numbers]
    plain = softmax(kept).max(axis=1)
    calibrated = softmax(kept, config.calibration.span_temperature).max(axis=1)
    return [
        (float(p), int(n), int(best[n]) - 1, float(c))
        for p, n, c in zip(plain, numbers, calibrated, strict=True)
    ]


def _point(
    window: Window,
    scores: Floats,
    none: Floats,
    config: ModelConfig,
    text: str,
    columns: npt.NDArray[np.int64] | None,
) -> list[tuple[float, int, int, float]]:
    """Every surface that beats "no value" for a label, by the summed probability of its occurrences."""
    asked = window.labels
    places = find_columns(asked, columns)
    logits = np.concatenate([none[None, places], scores[:, places]], axis=0).T
    plain = softmax(logits)
    calibrated = softmax(logits, config.calibration.span_temperature)
    first, last = list_spans(len(window.words), config.max_span_words)
    chosen: list[tuple[float, int, int, float]] = []
    for row, label in enumerate(asked):
        nothing = plain[row, 0]
        by_surface: dict[str, list[int]] = {}
        for number in np.flatnonzero(plain[row, 1:] > nothing * 0.2):
            surface = text[window.words[first[number], 0] : window.words[last[number], 1]]
            by_surface.setdefault(surface, []).append(int(number))
        for numbers in by_surface.values():
            total = float(plain[row, 1:][numbers].sum())
            if total > nothing:
                best = max(numbers, key=lambda n: plain[row, n + 1])
                chosen.append((total, best, int(label), float(min(1.0, calibrated[row, 1:][numbers].sum()))))
    return chosen


def decode_typed(
    spans: Sequence[DecodedSpan],
    row: int,
    pairs: Pairs,
    heads: Sequence[int | None],
    tails: Sequence[int],
    logits: Floats,
    config: ModelConfig,
) -> list[DecodedRelation]:
    """Relations between decoded spans whose types allow them; the best for each pair.

    Args:
        spans: Decoded spans of the window.
        row: The window's place in the batch.
        pairs: Of the batch.
        heads: Which decoded span each of the first heads is (``None``: the document).
        tails: Which decoded span each of the first tails is.
        logits: (P, Q, R + 1) of the window.
        config: Of the model.
    """
    names = [label.name for label in config.labels]
    result: list[DecodedRelation] = []
    for p, head in enumerate(heads):
        head_type = "" if head is None else names[spans[head].label]
        for q, tail in enumerate(tails):
            if not pairs.mask[row, p, q]:
                continue
            tail_type = names[spans[tail].label]
            allowed = [0] + [
                number
                for number, relation in enumerate(config.relations, start=1)
                if head_type in relation.heads and tail_type in relation.tails
            ]
            if len(allowed) == 1:
                continue
            part = logits[p, q, allowed]
            plain = softmax(part)
            best = int(plain[1:].argmax()) + 1
            if 1.0 - plain[0] > config.relation_threshold:
                calibrated = softmax(part, config.calibration.relation_temperature)
                result.append(DecodedRelation(head, tail, allowed[best], float(calibrated[best])))
    return result


def decode_free(
    window: Window, row: int, pairs: Pairs, logits: Floats, spans: Sequence[DecodedSpan], config: ModelConfig
) -> tuple[list[DecodedSpan], list[DecodedRelation]]:
    """Relations between any kept candidates; their ends become spans.

    A pair that overlaps a better pair at both ends is dropped.

    Returns:
        The ends of the relations, then the decoded spans that touch none of them; and the relations.
    """
    first, last = list_spans(len(window.words), config.max_span_words)
    plain = softmax(logits)
    calibrated = softmax(logits, config.calibration.relation_temperature)
    strength = np.where(pairs.mask[row], 1.0 - plain[:, :, 0], 0.0)
    kept: list[tuple[int | None, int]] = []
    ends: dict[tuple[int, int], int] = {}
    kept_spans: list[DecodedSpan] = []
    relations: list[DecodedRelation] = []
    numbers = config.label_index

    def add_end(number: int, label: int, confidence: float) -> int:
        key = (number, label)
        if key not in ends:
            ends[key] = len(kept_spans)
            kept_spans.append(DecodedSpan(number, int(first[number]), int(last[number]), label, confidence))
        return ends[key]

    def overlap(a: int | None, b: int | None) -> bool:
        if a is None or b is None:
            return a is b
        return bool(first[a] <= last[b] and first[b] <= last[a])

    places = np.argwhere(strength > config.relation_threshold)
    for p, q in places[np.argsort(-strength[tuple(places.T)], kind="stable")]:
        head = None if pairs.document and p == 0 else int(pairs.heads[row, p - int(pairs.document)])
        tail = int(pairs.tails[row, q])
        if any(overlap(head, h) and overlap(tail, t) for h, t in kept):
            continue
        best = int(plain[p, q, 1:].argmax()) + 1
        confidence = float(calibrated[p, q, best])
        relation = config.relations[best - 1]
        head_types = [name for name in relation.heads if (name == DOCUMENT) == (head is None)]
        if not head_types:
            continue
        kept.append((head, tail))
        head_end = None if head is None else add_end(head, numbers[head_types[0]], confidence)
        tail_end = add_end(tail, numbers[relation.tails[0]], confidence)
        relations.append(DecodedRelation(head_end, tail_end, best, confidence))
    for span in spans:
        if not any(span.first <= other.last and other.first <= span.last for other in kept_spans):
            kept_spans.append(span)
    return kept_spans, relations
