"""The exported encoder against the reference: transformers in torch with mean pooling."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from kms.encoder.base import resolve_encoder
from kms.encoder.embeddings import TextEncoder
from kms.errors import ConfigurationError

TEXTS = ["wireless headphones", "A kettle of 1.7 litres, not plastic.", "", "word " * 300, "防水外套"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> TextEncoder:
    return TextEncoder(cache=tmp_path_factory.mktemp("cache"), threads=1)


def reference(texts: list[str]) -> np.ndarray:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers import AutoModel, AutoTokenizer

        folder = str(resolve_encoder())
        tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=128, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1).float()
    pooled = (hidden * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(pooled, dim=1).numpy()


def test_vectors_are_those_of_the_reference(encoder: TextEncoder) -> None:
    found = encoder.encode(TEXTS, batch_size=2)
    assert found.shape == (len(TEXTS), encoder.dimensions)
    assert np.allclose(found, reference(TEXTS), atol=2e-5)
    assert np.allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)


def test_order_and_batches_do_not_matter(encoder: TextEncoder) -> None:
    forward = encoder.encode(TEXTS, batch_size=5)
    backward = encoder.encode(TEXTS[::-1], batch_size=1)[::-1]
    assert np.allclose(forward, backward, atol=2e-5)


def test_vector_of_a_query_is_nearly_that_of_the_text(encoder: TextEncoder) -> None:
    for text, vector in zip(TEXTS, encoder.encode(TEXTS), strict=True):
        assert float(encoder.encode_query(text) @ vector) > 0.997


def test_progress_counts_every_text(encoder: TextEncoder) -> None:
    seen: list[int] = []
    encoder.encode(TEXTS, batch_size=2, advance=seen.append)
    assert sum(seen) == len(TEXTS)
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_meaning_is_nearer_than_noise(encoder: TextEncoder) -> None:
    a, b, c = encoder.encode(["wireless headphones", "bluetooth headset", "cast iron pan"])
    assert a @ b > a @ c + 0.2


def test_unknown_encoder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="pip install"):
        TextEncoder("no-such-encoder", cache=tmp_path)


def test_chinese_is_not_read_by_an_english_vocabulary(encoder: TextEncoder) -> None:
    assert encoder.can_read("wireless headphones, 30 hours")
    assert encoder.is_word("Smart") and not encoder.is_word("hedphones")
    assert encoder.can_read("")
    assert not encoder.can_read("云灶便携折叠电水壶 旅行迷你烧水壶 薄荷绿 600ml")
