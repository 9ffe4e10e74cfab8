"""A BERT of random weights that fits into a test, and a toy task that it can learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from extraction.model.examples import Relation, Span, SpanExample
from extraction.train.settings import TrainSettings

WORDS = [
    "the",
    "a",
    "is",
    "was",
    "and",
    "but",
    "not",
    "of",
    "in",
    "with",
    "red",
    "blue",
    "green",
    "black",
    "cotton",
    "steel",
    "wool",
    "bottle",
    "jacket",
    "lamp",
    "sound",
    "battery",
    "colour",
    "fit",
    "great",
    "poor",
    "fine",
    "lovely",
    "terrible",
    "shoes",
    "title",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "kg",
    "g",
    "m",
    ".",
    ",",
    "!",
    "?",
]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a two-layer BERT, 32 wide, with a vocabulary of some fifty words."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny-encoder")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *(f"##{c}" for c in "abcdeghs")]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    AutoTokenizer.from_pretrained(folder).save_pretrained(folder)
    return folder


def make_toy(count: int, seed: int = 0) -> list[SpanExample]:
    """Sentences with a colour, an aspect and its opinion, and now and then an opinion on the document."""
    rng = np.random.default_rng(seed)
    polarity = {"great": "positive", "lovely": "positive", "poor": "negative", "terrible": "negative"}
    examples = []
    for number in range(count):
        colour = str(rng.choice(["red", "blue", "green", "black"]))
        aspect = str(rng.choice(["sound", "battery", "fit"]))
        opinion = str(rng.choice(list(polarity)))
        overall = str(rng.choice(list(polarity)))
        text = f"a {colour} bottle . the {aspect} is {opinion} . {overall} !"
        spans = []
        for word, kind in ((colour, "colour"), (aspect, "aspect"), (opinion, "opinion")):
            start = text.index(f" {word} ") + 1
            spans.append(Span(start, start + len(word), kind))
        spans.append(Span(len(text) - 2 - len(overall), len(text) - 2, "opinion"))
        relations = (
            Relation(1, 2, f"opinion_{polarity[opinion]}"),
            Relation(None, 3, f"opinion_{polarity[overall]}"),
        )
        examples.append(SpanExample(text, "title", tuple(spans), relations, id=str(number)))
    return examples


@pytest.fixture(scope="session")
def toy() -> list[SpanExample]:
    """Sixteen toy texts."""
    return make_toy(16)


def make_toy_settings(tiny_encoder: Path) -> TrainSettings:
    """Settings under which the toy task is learnt in seconds."""
    return TrainSettings(
        name="toy",
        base_encoder=str(tiny_encoder),
        epochs=40,
        batch_size=4,
        width=32,
        max_span_words=3,
        head_dropout=0.0,
        encoder_lr=3e-3,
        lora_encoder_lr=5e-3,
        head_lr=5e-3,
        mask_probability=0.0,
    )


@pytest.fixture
def toy_settings(tiny_encoder: Path) -> TrainSettings:
    """See ``make_toy_settings``."""
    return make_toy_settings(tiny_encoder)


@pytest.fixture(scope="session")
def toy_model(tiny_encoder: Path, toy: list[SpanExample], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learnt the toy task."""
    from extraction.train.run import train_model

    folder = tmp_path_factory.mktemp("toy-model")
    train_model(toy, toy, make_toy_settings(tiny_encoder), folder)
    return folder
