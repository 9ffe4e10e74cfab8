"""The joint loss of a batch: spans, and relations between kept candidates with gold forced in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from extraction.model.candidates import Pairs, keep_best, limit_spans, make_pairs, type_margin
from extraction.model.config import ModelConfig
from extraction.model.examples import DOCUMENT
from extraction.model.features import Batch, find_columns, span_number
from extraction.model.network import SpanNetwork
from extraction.model.relations import relation_loss
from extraction.model.spans import gather_rows, multiclass_loss, pointer_loss

FORCED = 1e4


def compute_loss(
    network: SpanNetwork, batch: Batch, config: ModelConfig, positive_weight: float = 1.0
) -> Tensor:
    """Span loss plus relation loss, both summed within a window and averaged over the batch."""
    hidden = network.encode(torch.from_numpy(batch.input_ids), torch.from_numpy(batch.attention_mask))
    scores, none, spans, document = network.score_spans(
        hidden,
        torch.from_numpy(batch.span_first),
        torch.from_numpy(batch.span_last),
        torch.from_numpy(batch.span_width),
        None if batch.columns is None else torch.from_numpy(batch.columns),
    )
    mask = torch.from_numpy(batch.span_mask)
    if config.span_mode == "pointer":
        gold, asked = pointer_gold(batch, len(config.labels))
        loss = pointer_loss(scores, none, torch.from_numpy(gold), mask, torch.from_numpy(asked))
    else:
        loss = multiclass_loss(scores, none, torch.from_numpy(multiclass_gold(batch)), mask)
    if network.relations is None:
        return loss
    pairs = keep_with_gold(batch, scores.detach().numpy(), none.detach().numpy(), config)
    heads = gather_rows(spans, torch.from_numpy(pairs.heads))
    tails = gather_rows(spans, torch.from_numpy(pairs.tails))
    if pairs.document:
        heads = torch.cat([document.unsqueeze(1), heads], dim=1)
    places = (pairs.between_first, pairs.between_last, pairs.distance)
    logits = network.relations(hidden, document, heads, tails, *(torch.from_numpy(p) for p in places))
    links = torch.from_numpy(relation_gold(batch, pairs))
    return loss + relation_loss(logits, links, torch.from_numpy(pairs.mask), positive_weight)


def pointer_gold(batch: Batch, labels: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Gold spans of each label (B, S, T), and the labels asked of each window (B, T).

    ``T`` are the batch's columns, or ``labels`` where it has a column for each label.
    """
    labels = labels if batch.columns is None else len(batch.columns)
    gold = np.zeros((*batch.span_mask.shape, labels), dtype=bool)
    asked = np.zeros((len(batch.windows), labels), dtype=bool)
    for row, window in enumerate(batch.windows):
        asked[row, batch.columns_of(window)] = True
        known = set(window.labels.tolist()) if batch.columns is not None else None
        for first, last, label in window.gold:
            if known is None or label in known:
                column = find_columns(np.array([label]), batch.columns)[0]
                gold[row, span_number(first, last, len(window.words)), column] = True
    return gold, asked


def multiclass_gold(batch: Batch) -> npt.NDArray[np.int64]:
    """Class of each span (B, S), 0 for none."""
    gold = np.zeros(batch.span_mask.shape, dtype=np.int64)
    for row, window in enumerate(batch.windows):
        for first, last, label in window.gold:
            gold[row, span_number(first, last, len(window.words))] = label + 1
    return gold


def keep_with_gold(
    batch: Batch, scores: npt.NDArray[np.float32], none: npt.NDArray[np.float32], config: ModelConfig
) -> Pairs:
    """Pairs of the best candidates and of every gold span of a fitting type."""
    numbers = config.label_index
    limits = limit_spans(batch, config.kept_ratio)
    ends = []
    for types in (config.head_types, config.tail_types):
        labels = [numbers[name] for name in types]
        if not labels:
            empty = np.zeros((len(batch.windows), 0), dtype=np.int64)
            ends.append((empty, empty.astype(bool)))
            continue
        margin = type_margin(scores, none, labels)
        for row, window in enumerate(batch.windows):
            for first, last, label in window.gold:
                if label in labels:
                    margin[row, span_number(first, last, len(window.words))] += FORCED
        ends.append(keep_best(margin, batch.span_mask, limits))
    document = any(DOCUMENT in relation.heads for relation in config.relations)
    return make_pairs(batch, ends[0], ends[1], document=document)


def relation_gold(batch: Batch, pairs: Pairs) -> npt.NDArray[np.int64]:
    """Relation number of each pair (B, P, Q), 0 for none; gold whose ends were not kept is left out."""
    gold = np.zeros(pairs.mask.shape, dtype=np.int64)
    shift = int(pairs.document)
    for row, window in enumerate(batch.windows):
        if not window.links:
            continue
        count = len(window.words)
        heads = {int(number): place + shift for place, number in enumerate(pairs.heads[row])}
        tails = {int(number): place for place, number in enumerate(pairs.tails[row])}
        for head, tail, relation in window.links:
            q = tails.get(span_number(*tail, count))
            p = 0 if head is None else heads.get(span_number(*head, count))
            if p is not None and q is not None:
                gold[row, p, q] = relation
    return gold
