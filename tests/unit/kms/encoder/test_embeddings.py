"""The exported encoder against the reference: transformers in torch with mean pooling."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from kms.encoder.base import resolve_encoder
from kms.encoder.embeddings import TextEncoder
from kms.encoder.profile import ProfileSettings
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


# an encoder of several languages, with prefixes

PREFIXED = ProfileSettings(query_prefix="query: ", passage_prefix="passage: ")
PRODUCTS = ["cordless drill", "橡木书架", "green tea from the mountains, picked by hand", "瑜伽垫"]


def raw_vectors(folder: Path, texts: list[str], pooling: str) -> np.ndarray:
    """Unit vectors before centring, by torch."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    model = BertModel.from_pretrained(folder, add_pooling_layer=False)
    model.train(mode=False)
    rows = []
    for text in texts:
        with torch.no_grad():
            hidden = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0]
        rows.append((hidden[0] if pooling == "cls" else hidden.mean(0)).numpy())
    vectors = np.stack(rows)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_prefixes_and_pooling_are_those_of_the_profile(
    multilingual: Path, tmp_path: Path, pooling: Literal["mean", "cls"]
) -> None:
    settings = PREFIXED.model_copy(update={"pooling": pooling})
    encoder = TextEncoder(str(multilingual), cache=tmp_path, threads=1, settings=settings)
    calibration = encoder._calibration
    for role, prefix in (("passage", "passage: "), ("query", "query: ")):
        expected = raw_vectors(multilingual, [prefix + text for text in PRODUCTS], pooling)
        expected = calibration.centre(expected, PRODUCTS, role)  # type: ignore[arg-type]
        made = (
            encoder.encode(PRODUCTS)
            if role == "passage"
            else np.stack([encoder.encode_query(text) for text in PRODUCTS])
        )
        assert (made * expected).sum(axis=1).min() > (0.9999 if role == "passage" else 0.97)


def test_padding_and_unknown_tokens_are_the_vocabulary_s_own(multilingual: Path, tmp_path: Path) -> None:
    encoder = TextEncoder(str(multilingual), cache=tmp_path, threads=1)
    together, alone = encoder.encode(PRODUCTS), np.concatenate([encoder.encode([text]) for text in PRODUCTS])
    assert np.allclose(together, alone, atol=2e-5)
    assert encoder.can_read("橡木书架") and encoder.can_read("oak")
    assert not encoder.can_read("Ψωμί ολικής άλεσης")
    whole = max((token for token in encoder._vocabulary if token.startswith("\u2581")), key=len)
    assert encoder.is_word(whole[1:].upper()) and not encoder.is_word(f"{whole[1:]}qx")


def test_version_tells_vectors_apart(multilingual: Path, tmp_path: Path) -> None:
    plain = TextEncoder(str(multilingual), cache=tmp_path, threads=1)
    prefixed = TextEncoder(str(multilingual), cache=tmp_path, threads=1, settings=PREFIXED)
    assert plain.version != prefixed.version
    assert plain.version.startswith(plain._weights) and prefixed.version.startswith(plain._weights)
    again = TextEncoder(str(multilingual), cache=tmp_path, threads=1, settings=PREFIXED)
    assert again.version == prefixed.version
    assert again.scale == prefixed.scale
    assert "_session" not in vars(again)  # the calibration was stored


def test_default_encoder_s_vectors_are_those_of_its_files_alone(encoder: TextEncoder) -> None:
    assert encoder.version == encoder._weights
    assert encoder.scale.is_standard
