"""Fit a model's temperatures on validation texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from extraction.infer.predictor import Predictor
from extraction.model.calibration import Bools, Floats, fit_temperature
from extraction.model.config import Calibration
from extraction.model.decoding import softmax
from extraction.model.examples import SpanExample
from extraction.model.features import SubtokenReader, list_spans, read_windows
from extraction.train.objective import multiclass_gold, pointer_gold, relation_gold

RELEVANT = 0.05


def fit_calibration(
    predictor: Predictor, examples: Sequence[SpanExample], reader: SubtokenReader
) -> Calibration:
    """Temperatures of spans and relations.

    Only candidates that are worth at least 5 % count; the easy rest would decide the temperature otherwise.
    """
    config = predictor.config
    spans: list[tuple[Floats, Bools]] = []
    links: list[tuple[Floats, Bools]] = []
    windows = read_windows(examples, config, reader, with_gold=True)
    for batch in predictor.make_batches(windows):
        span_scores = predictor.score(batch)
        if config.span_mode == "pointer":
            gold, _ = pointer_gold(batch, len(config.labels))
            for row, window in enumerate(batch.windows):
                count = len(list_spans(len(window.words), config.max_span_words)[0])
                asked = batch.columns_of(window)
                logits = np.concatenate(
                    [span_scores.none[row][None, asked], span_scores.scores[row, :count][:, asked]]
                )
                hits: Bools = gold[row, :count][:, asked]
                right = np.concatenate([~hits.any(axis=0, keepdims=True), hits])
                spans.append(_keep_relevant(logits.T, right.T))
            continue
        logits = np.concatenate([span_scores.none, span_scores.scores], axis=-1)[batch.span_mask]
        spans.append(
            _keep_relevant(logits, _one_hot(multiclass_gold(batch)[batch.span_mask], logits.shape[-1]))
        )
        if config.relations:
            pairs = predictor.keep_candidates(batch, span_scores)
            scores = predictor.engine.score_pairs(span_scores, pairs)[pairs.mask]
            right = _one_hot(relation_gold(batch, pairs)[pairs.mask], scores.shape[-1])
            links.append(_keep_relevant(scores, right))
    return Calibration(span_temperature=fit_temperature(spans), relation_temperature=fit_temperature(links))


def _one_hot(classes: npt.NDArray[np.int64], count: int) -> Bools:
    result: Bools = classes[:, None] == np.arange(count)[None, :]
    return result


def _keep_relevant(logits: Floats, right: Bools) -> tuple[Floats, Bools]:
    kept = softmax(logits)[:, 0] <= 1.0 - RELEVANT
    return logits[kept], right[kept]
