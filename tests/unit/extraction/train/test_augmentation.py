from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from extraction.model.config import Label, ModelConfig
from extraction.model.context import describe_context, drop_class
from extraction.model.examples import Relation, Span, SpanExample
from extraction.model.features import SubtokenReader, read_windows
from extraction.train.augmentation import collect_values, mask_subtokens, swap_values

POOL = {"colour": ["red", "dark green", "ivory"], "size": ["L"]}
EXAMPLE = SpanExample(
    "red jacket, red lining. Not warm. Size L",
    spans=(Span(0, 3, "colour"), Span(12, 15, "colour"), Span(39, 40, "size")),
    relations=(Relation(0, 2, "with"),),
    sentences=((0, 23), (24, 33), (34, 40)),
)


@given(st.integers(0, 2**32 - 1))
def test_swapped_spans_hold_values_of_their_type(seed: int) -> None:
    swapped = swap_values(EXAMPLE, POOL, 1.0, np.random.default_rng(seed))
    surfaces = [swapped.text[s.start : s.end] for s in swapped.spans]
    assert surfaces[0] == surfaces[1]
    assert surfaces[0] in POOL["colour"]
    assert surfaces[2] == "L"
    assert swapped.text == f"{surfaces[0]} jacket, {surfaces[0]} lining. Not warm. Size L"
    assert swapped.relations == EXAMPLE.relations
    assert [swapped.text[a:b] for a, b in swapped.sentences] == [
        f"{surfaces[0]} jacket, {surfaces[0]} lining.",
        "Not warm.",
        "Size L",
    ]


def test_nothing_is_swapped_at_probability_zero_or_in_given_words() -> None:
    rng = np.random.default_rng(0)
    assert swap_values(EXAMPLE, POOL, 0.0, rng) is EXAMPLE
    given_words = SpanExample("red", spans=(Span(0, 3, "colour"),), words=((0, 3),))
    assert swap_values(given_words, POOL, 1.0, rng) is given_words


def test_overlapping_values_stay() -> None:
    example = SpanExample("red wine red", spans=(Span(0, 8, "size"), Span(0, 3, "colour")))
    pool = {"colour": ["blue", "tan"], "size": ["L", "M"]}
    assert swap_values(example, pool, 1.0, np.random.default_rng(0)) is example


def test_values_are_collected_by_type() -> None:
    assert collect_values([EXAMPLE]) == {"colour": ["red"], "size": ["L"]}
    assert collect_values([EXAMPLE], ["size"]) == {"colour": ["red"]}


def test_masks_fall_on_the_text_only(tiny_encoder: Path) -> None:
    reader = SubtokenReader(tiny_encoder)
    config = ModelConfig(labels=(Label(name="a", text="a"),))
    (window,) = read_windows([SpanExample("red bottle", "title")], config, reader)
    before = list(window.input_ids)
    mask_subtokens(window, 0.0, reader.mask_id, np.random.default_rng(0))
    assert window.input_ids == before
    mask_subtokens(window, 1.0, reader.mask_id, np.random.default_rng(0))
    assert window.input_ids == [*before[:3], reader.mask_id, reader.mask_id, before[-1]]


def test_context_names_the_field_and_the_class_if_known() -> None:
    assert describe_context("review_text", "over_ear_headphones") == "review: over ear headphones"
    assert drop_class(describe_context("title", "desk_lamp")) == describe_context("title")
