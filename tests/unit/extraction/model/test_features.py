from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from extraction.model.config import Label, ModelConfig, RelationLabel
from extraction.model.examples import Relation, Span, SpanExample
from extraction.model.features import SubtokenReader, list_spans, make_batch, read_windows, span_number


@pytest.fixture(scope="module")
def reader(tiny_encoder: Path) -> SubtokenReader:
    return SubtokenReader(tiny_encoder)


CONFIG = ModelConfig(
    labels=(Label(name="colour", text="colour"), Label(name="kind", text="kind")),
    relations=(RelationLabel(name="same", heads=("", "colour"), tails=("kind",)),),
    max_span_words=3,
    window_words=8,
)


@pytest.mark.parametrize("words", [0, 1, 2, 5, 9])
@pytest.mark.parametrize("width", [1, 3, 12])
def test_span_number_is_the_place_in_the_list(words: int, width: int) -> None:
    first, last = list_spans(words, width)
    assert len(first) == sum(max(0, words - w) for w in range(width))
    for number, (begin, end) in enumerate(zip(first, last, strict=True)):
        assert span_number(int(begin), int(end), words) == number


def test_words_keep_their_places_behind_the_context(reader: SubtokenReader) -> None:
    (window,) = read_windows([SpanExample("red bottle", "title")], CONFIG, reader)
    tokens = [reader.token_of(int(number)) for number in window.input_ids]
    assert tokens == ["[CLS]", "title", "[SEP]", "red", "bottle", "[SEP]"]
    assert list(window.word_first) == [3, 4]
    assert window.text_start == 3


def test_unknown_words_have_a_subtoken(reader: SubtokenReader) -> None:
    assert reader.ids_of("防") == (1,)
    assert reader.ids_of("red") is reader.ids_of("red")


def test_gold_is_found_by_offsets_and_relations_by_gold(reader: SubtokenReader) -> None:
    example = SpanExample(
        "a red bottle",
        spans=(Span(2, 5, "colour"), Span(6, 12, "kind"), Span(3, 5, "colour"), Span(0, 1, "unheard")),
        relations=(Relation(0, 1, "same"), Relation(None, 1, "same"), Relation(2, 1, "same")),
    )
    (window,) = read_windows([example], CONFIG, reader, with_gold=True)
    assert window.gold == [(1, 1, 0), (2, 2, 1)]
    assert window.links == [((1, 1), (2, 2), 1), (None, (2, 2), 1)]


def test_long_texts_become_windows_of_sentences(reader: SubtokenReader) -> None:
    text = "the red bottle is great . the blue jacket is poor . a lamp"
    example = SpanExample(text, spans=(Span(30, 34, "colour"), Span(4, 7, "colour")),
                          relations=())  # fmt: skip
    windows = read_windows([example], CONFIG, reader, with_gold=True)
    assert [len(w.words) for w in windows] == [6, 8]
    assert [text[w.words[0, 0] : w.words[-1, 1]] for w in windows] == [
        "the red bottle is great .", "the blue jacket is poor . a lamp",
    ]  # fmt: skip
    assert windows[0].gold == [(1, 1, 0)]


def test_endless_words_stay_within_the_encoder(reader: SubtokenReader) -> None:
    config = CONFIG.model_copy(update={"window_words": 400})
    (window,) = read_windows([SpanExample(" ".join(["abcdegh"] * 400))], config, reader)
    assert len(window) <= 512


def test_batch_pads_and_masks(reader: SubtokenReader) -> None:
    windows = read_windows([SpanExample("red"), SpanExample("a red bottle , lovely")], CONFIG, reader)
    batch = make_batch(windows, CONFIG.max_span_words)
    assert batch.span_mask.sum(axis=1).tolist() == [1, 12]
    assert batch.attention_mask.sum(axis=1).tolist() == [3, 7]
    assert np.all(batch.span_last[batch.span_mask] >= batch.span_first[batch.span_mask])
    assert not batch.span_width[~batch.span_mask].any()


def test_pointer_windows_ask_the_labels_of_their_context(reader: SubtokenReader) -> None:
    config = CONFIG.model_copy(update={"groups": {"shoes": ("kind",)}})
    windows = read_windows([SpanExample("red", "shoes"), SpanExample("red", "other")], config, reader)
    assert [w.labels.tolist() for w in windows] == [[1], [0, 1]]


def test_mark_before_a_word_is_no_subtoken_of_a_chinese_character(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "\u2581", "\u2581red", "\u6c34", "\u58f6"]
    tokenizer = Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    marks = {"cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    names = json.dumps({f"{kind}_token": mark for kind, mark in marks.items()})
    (tmp_path / "tokenizer_config.json").write_text(names, "utf-8")
    reader = SubtokenReader(tmp_path)
    assert reader.ids_of("\u6c34") == (7,)
    assert reader.ids_of("red") == (6,)
    assert reader.ids_of("\u2581") == (5,)
