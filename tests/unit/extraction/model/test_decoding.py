from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.model.candidates import DOCUMENT_DISTANCE, distance_class, keep_best, make_pairs
from extraction.model.config import Calibration, Label, ModelConfig, RelationLabel
from extraction.model.decoding import decode_free, decode_spans, decode_typed, softmax
from extraction.model.features import Window, list_spans, make_batch, span_number

LABELS = (Label(name="aspect", text="aspect"), Label(name="opinion", text="opinion"))
RELATIONS = (
    RelationLabel(name="positive", heads=("", "aspect"), tails=("opinion",)),
    RelationLabel(name="owner", heads=("opinion",), tails=("aspect",)),
)
CONFIG = ModelConfig(labels=LABELS, relations=RELATIONS, max_span_words=3)


def make_window(words: int) -> Window:
    offsets = np.array([(4 * i, 4 * i + 3) for i in range(words)], dtype=np.int64)
    places = np.arange(1, words + 1, dtype=np.int64)
    return Window(0, [2, *range(5, 5 + words), 3], 1, offsets, places, places, np.arange(2))


@given(st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_decoded_spans_never_overlap(words: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = len(list_spans(words, 3)[0])
    scores = rng.normal(0, 3, (count, 2)).astype(np.float32)
    spans = decode_spans(make_window(words), scores, np.zeros((count, 1), np.float32), CONFIG, "")
    taken = [i for span in spans for i in range(span.first, span.last + 1)]
    assert len(taken) == len(set(taken))
    assert spans == sorted(spans, key=lambda s: s.first)
    assert all(0 < span.confidence <= 1 for span in spans)


def test_the_more_probable_of_two_overlapping_spans_wins() -> None:
    scores = np.full((6, 2), -9.0, np.float32)
    scores[span_number(0, 1, 3), 0] = 4.0
    scores[span_number(1, 1, 3), 1] = 6.0
    spans = decode_spans(make_window(3), scores, np.zeros((6, 1), np.float32), CONFIG, "")
    assert [(s.first, s.last, s.label) for s in spans] == [(1, 1, 1)]


def test_pointers_sum_equal_surfaces_and_give_one_value_per_label() -> None:
    config = CONFIG.model_copy(update={"span_mode": "pointer", "relations": ()})
    window = make_window(3)
    scores = np.full((6, 2), -9.0, np.float32)
    scores[[0, 2], 0] = -0.3  # "red" twice: each below "no value", together above
    spans = decode_spans(window, scores, np.zeros(2, np.float32), config, "red big red")
    assert [(s.first, s.last, s.label) for s in spans] == [(0, 0, 0)]
    spans = decode_spans(window, scores, np.zeros(2, np.float32), config, "red big tan")
    assert spans == []


def test_calibration_changes_confidence_but_not_the_choice() -> None:
    scores = np.full((6, 2), -3.0, np.float32)
    scores[1, 0] = 2.0
    none = np.zeros((6, 1), np.float32)
    warm = CONFIG.model_copy(update={"calibration": Calibration(span_temperature=3.0)})
    (sure,) = decode_spans(make_window(3), scores, none, CONFIG, "")
    (unsure,) = decode_spans(make_window(3), scores, none, warm, "")
    assert (sure.first, sure.label) == (unsure.first, unsure.label)
    assert unsure.confidence < sure.confidence


def test_typed_relations_respect_the_ends_that_are_allowed() -> None:
    window = make_window(3)
    scores = np.full((6, 2), -9.0, np.float32)
    scores[0, 0] = scores[2, 1] = 5.0
    spans = decode_spans(window, scores, np.zeros((6, 1), np.float32), CONFIG, "")
    batch = make_batch([window], 3)
    numbers = np.array([[0, 2]])
    both = (numbers, np.ones((1, 2), bool))
    pairs = make_pairs(batch, both, both, document=True)
    logits = np.zeros((3, 2, 3), np.float32)
    logits[..., 1] = 5.0
    found = decode_typed(spans, 0, pairs, [None, 0, 1], [0, 1], logits, CONFIG)
    assert [(r.head, r.tail, r.relation) for r in found] == [(None, 1, 1), (0, 1, 1)]


def test_free_relations_drop_what_overlaps_a_better_pair_at_both_ends() -> None:
    window = make_window(4)
    batch = make_batch([window], 3)
    heads = np.array([[span_number(0, 0, 4), span_number(0, 1, 4)]])
    tails = np.array([[span_number(3, 3, 4)]])
    pairs = make_pairs(batch, (heads, np.ones((1, 2), bool)), (tails, np.ones((1, 1), bool)), document=False)
    logits = np.zeros((2, 1, 3), np.float32)
    logits[0, 0, 1], logits[1, 0, 1] = 3.0, 5.0
    spans, relations = decode_free(window, 0, pairs, logits, [], CONFIG)
    assert [(s.first, s.last, s.label) for s in spans] == [(0, 1, 0), (3, 3, 1)]
    assert [(r.head, r.tail) for r in relations] == [(0, 1)]


def test_pairs_know_what_is_between() -> None:
    window = make_window(6)
    batch = make_batch([window], 3)
    ends = np.array([[span_number(0, 1, 6), span_number(4, 4, 6)]])
    both = (ends, np.array([[True, True]]))
    pairs = make_pairs(batch, both, both, document=True)
    assert (pairs.between_first[0, 1, 1], pairs.between_last[0, 1, 1]) == (3, 4)
    assert (pairs.between_first[0, 2, 0], pairs.between_last[0, 2, 0]) == (3, 4)
    assert pairs.distance[0, 1, 1] == 17
    assert pairs.distance[0, 2, 0] == 11
    assert (pairs.distance[0, 0] == DOCUMENT_DISTANCE).all()
    assert pairs.mask[0].tolist() == [[True, True], [False, True], [True, False]]
    assert pairs.between_last[0, 0, 0] < pairs.between_first[0, 0, 0]


def test_distance_classes_rise_and_mirror() -> None:
    classes = distance_class(np.arange(-300, 301))
    assert np.all(np.diff(classes) >= 0)
    assert classes.min() == 0
    assert classes.max() == 28
    assert np.all(classes + classes[::-1] == 28)


def test_keep_best_respects_limits_and_masks() -> None:
    score = np.array([[1.0, 9.0, 5.0], [7.0, 8.0, 3.0]], np.float32)
    mask = np.array([[True, True, True], [True, False, False]])
    index, kept = keep_best(score, mask, [2, 3])
    assert index[0].tolist() == [1, 2]
    assert kept.tolist() == [[True, True], [True, False]]


def test_softmax_sums_to_one() -> None:
    assert softmax(np.array([[1000.0, 0.0]]))[0].tolist() == pytest.approx([1.0, 0.0])
