"""Predictor: spans and relations of texts from a trained model, in batches of windows of about the same length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from extraction.infer.engine import Engine, SpanScores
from extraction.model.candidates import Bools, Ints, Pairs, keep_best, limit_spans, make_pairs, type_margin
from extraction.model.config import Label, ModelConfig
from extraction.model.decoding import DecodedRelation, DecodedSpan, decode_free, decode_spans, decode_typed
from extraction.model.examples import DOCUMENT, PredictedRelation, PredictedSpan, Prediction, SpanExample
from extraction.model.features import Batch, SubtokenReader, Window, make_batch, read_windows

Decoded = tuple[list[DecodedSpan], list[DecodedRelation]]


class Predictor:
    """Predicts spans and relations with a trained model.

    Args:
        config: Of the model.
        reader: Subtokens of its base encoder.
        engine: What runs the network.
        batch_size: Windows at once.
    """

    def __init__(
        self, config: ModelConfig, reader: SubtokenReader, engine: Engine, batch_size: int = 32
    ) -> None:
        self.config = config
        self.engine = engine
        self._reader = reader
        self._batch_size = batch_size
        self._document = any(DOCUMENT in relation.heads for relation in config.relations)
        numbers = config.label_index
        self._head_labels = [numbers[name] for name in config.head_types]
        self._tail_labels = [numbers[name] for name in config.tail_types]

    def predict(self, examples: Sequence[SpanExample]) -> list[Prediction]:
        """One prediction per example, in their order; gold in the examples is not looked at."""
        windows = read_windows(examples, self.config, self._reader)
        decoded_windows: list[list[tuple[Window, Decoded]]] = [[] for _ in examples]
        for batch in self.make_batches(windows):
            for window, decoded in zip(batch.windows, self._read(batch, examples), strict=True):
                decoded_windows[window.example].append((window, decoded))
        return [self._join(parts) for parts in decoded_windows]

    def make_batches(self, windows: Sequence[Window]) -> Iterator[Batch]:
        """Batches of windows of about the same length."""
        ordered = sorted((w for w in windows if len(w.words)), key=len)
        for start in range(0, len(ordered), self._batch_size):
            yield make_batch(
                ordered[start : start + self._batch_size],
                self.config.max_span_words,
                only_asked=self.config.label_mode == "open",
            )

    def score(self, batch: Batch) -> SpanScores:
        """Span scores of a batch (the engine's first pass); also used to fit the calibration."""
        return self.engine.score_spans(batch)

    def keep_candidates(self, batch: Batch, span_scores: SpanScores) -> Pairs:
        """Candidate pairs: the best spans for each end of a relation."""
        limits = limit_spans(batch, self.config.kept_ratio)
        mask = batch.span_mask
        tails = keep_best(type_margin(span_scores.scores, span_scores.none, self._tail_labels), mask, limits)
        if self._head_labels:
            heads = keep_best(
                type_margin(span_scores.scores, span_scores.none, self._head_labels), mask, limits
            )
        else:
            empty = np.zeros((len(batch.windows), 0), dtype=np.int64)
            heads = (empty, empty.astype(bool))
        return make_pairs(batch, heads, tails, document=self._document)

    def _read(self, batch: Batch, examples: Sequence[SpanExample]) -> list[Decoded]:
        span_scores = self.score(batch)
        spans = [
            decode_spans(window, scores, none, self.config, examples[window.example].text, batch.columns)
            for window, scores, none in zip(batch.windows, span_scores.scores, span_scores.none, strict=True)
        ]
        if not self.config.relations:
            return [(part, []) for part in spans]
        if self.config.relation_decoding == "free":
            pairs = self.keep_candidates(batch, span_scores)
            logits = self.engine.score_pairs(span_scores, pairs)
            return [
                decode_free(window, row, pairs, logits[row], spans[row], self.config)
                for row, window in enumerate(batch.windows)
            ]
        return self._relate(batch, span_scores, spans)

    def _relate(self, batch: Batch, span_scores: SpanScores, spans: list[list[DecodedSpan]]) -> list[Decoded]:
        """Relations between the decoded spans of each window."""
        heads = [[i for i, s in enumerate(part) if s.label in self._head_labels] for part in spans]
        tails = [[i for i, s in enumerate(part) if s.label in self._tail_labels] for part in spans]
        if not any(tails):
            return [(part, []) for part in spans]

        def pad(chosen: list[list[int]]) -> tuple[Ints, Bools]:
            widest = max(len(row) for row in chosen)
            numbers = np.zeros((len(chosen), widest), dtype=np.int64)
            mask = np.zeros((len(chosen), widest), dtype=bool)
            for row, places in enumerate(chosen):
                numbers[row, : len(places)] = [spans[row][i].number for i in places]
                mask[row, : len(places)] = True
            return numbers, mask

        pairs = make_pairs(batch, pad(heads), pad(tails), document=self._document)
        if not pairs.mask.any():
            return [(part, []) for part in spans]
        logits = self.engine.score_pairs(span_scores, pairs)
        front: list[int | None] = [None] if self._document else []
        return [
            (
                part,
                decode_typed(
                    part, row, pairs, front + list(heads[row]), tails[row], logits[row], self.config
                ),
            )
            for row, part in enumerate(spans)
        ]

    def _join(self, parts: list[tuple[Window, Decoded]]) -> Prediction:
        """One prediction from the windows of an example, in the order of the text."""
        spans: list[PredictedSpan] = []
        relations: list[PredictedRelation] = []
        for window, (decoded, links) in sorted(parts, key=lambda part: int(part[0].words[0, 0])):
            order = sorted(
                range(len(decoded)), key=lambda i: (decoded[i].first, decoded[i].last, decoded[i].label)
            )
            place = {old: len(spans) + new for new, old in enumerate(order)}
            spans += [
                PredictedSpan(
                    int(window.words[decoded[i].first, 0]),
                    int(window.words[decoded[i].last, 1]),
                    self.config.labels[decoded[i].label].name,
                    decoded[i].confidence,
                )
                for i in order
            ]
            relations += [
                PredictedRelation(
                    None if link.head is None else place[link.head],
                    place[link.tail],
                    self.config.relations[link.relation - 1].name,
                    link.confidence,
                )
                for link in links
            ]
        return Prediction(tuple(spans), tuple(relations))


def load_predictor(
    folder: Path,
    engine: Literal["onnx", "torch"] = "onnx",
    *,
    state: Path | None = None,
    threads: int = 1,
    batch_size: int = 32,
    labels: Sequence[Label] | None = None,
) -> Predictor:
    """A predictor of a saved model.

    Args:
        folder: Where ``extraction.model.artifact.save`` put the model.
        engine: ``onnx`` (ONNX Runtime on CPU) or ``torch``, the reference.
        state: Where the exported graph is kept, under a name made of the model's hash; default
            ``.state/onnx``. Made at the first use.
        threads: Of ONNX Runtime.
        batch_size: Windows at once.
        labels: Of a model with open labels, those to read in place of the ones it was trained with.

    Raises:
        ConfigurationError: The folder holds no model, or its base encoder cannot be found.
    """
    from extraction.model import artifact

    if engine == "torch":
        from extraction.infer.torch_engine import TorchEngine

        loaded = artifact.load(folder, labels=labels)
        return Predictor(loaded.config, loaded.reader, TorchEngine(loaded.network), batch_size)
    from extraction.infer.onnx_engine import OnnxEngine, export_once

    config = artifact.read_config(folder, labels=labels)
    state = state if state is not None else Path(".state/onnx")
    graphs = export_once(folder, state)
    vectors = artifact.label_vectors(config, state) if config.label_mode == "open" else None
    return Predictor(config, artifact.load_reader(config), OnnxEngine(graphs, threads, vectors), batch_size)
