"""Each text is encoded once: twice in a catalogue, unchanged since a version, or before a build that died."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kms.indexing import embeddings
from kms.indexing.embeddings import (
    UnfinishedEmbeddings,
    embed_texts,
    pack_vector,
    read_embeddings,
    unpack_vector,
    write_embeddings,
)
from tests.shop_fixture import SmallShop, WordEncoder

TEXTS = [
    "red kettle",
    "a very long blue rain jacket",
    "headphones",
    "red kettle",
    "green tent",
    "lamp",
    "desk",
]


class Mortal(WordEncoder):
    """Dies before it encodes more than so many texts."""

    def __init__(self, lives: int) -> None:
        super().__init__()
        self._lives = lives

    def encode(
        self, texts: Sequence[str], *, batch_size: int = 32, advance: Callable[[int], object] | None = None
    ) -> Any:
        self._lives -= len(texts)
        if self._lives < 0:
            raise KeyboardInterrupt
        return super().encode(texts, batch_size=batch_size, advance=advance)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "_PART", 2)


@pytest.fixture
def unfinished(tmp_path: Path) -> UnfinishedEmbeddings:
    return UnfinishedEmbeddings(tmp_path / "unfinished")


def embed(encoder: WordEncoder, unfinished: UnfinishedEmbeddings, **known: Any) -> tuple[list[str], Any, int]:
    return embed_texts(TEXTS, encoder, known, unfinished)  # type: ignore[arg-type]


def test_vectors_stand_in_the_order_of_the_texts(unfinished: UnfinishedEmbeddings) -> None:
    encoder = WordEncoder()
    keys, vectors, count = embed(encoder, unfinished)
    assert count == len(encoder.encoded) == len(set(TEXTS)) == 6
    assert keys[0] == keys[3]
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert np.array_equal(vector, encoder.encode_query(text))


def test_what_an_interrupted_run_encoded_is_not_encoded_again(unfinished: UnfinishedEmbeddings) -> None:
    with pytest.raises(KeyboardInterrupt):
        embed(Mortal(5), unfinished)
    second = WordEncoder()
    keys, vectors, count = embed(second, unfinished)
    assert count == len(second.encoded) == 2
    again_keys, again, count = embed(Mortal(0), unfinished)
    assert (again_keys, count) == (keys, 0)
    assert np.array_equal(again, vectors)


def test_a_part_that_cannot_be_read_is_encoded_again(
    unfinished: UnfinishedEmbeddings, tmp_path: Path
) -> None:
    _, vectors, _ = embed(WordEncoder(), unfinished)
    cut, emptied, _ = sorted((tmp_path / "unfinished").iterdir())
    cut.write_bytes(cut.read_bytes()[:100])
    emptied.write_bytes(b"")
    _, again, count = embed(WordEncoder(), unfinished)
    assert count == 4
    assert np.array_equal(again, vectors)


def test_a_version_gives_back_what_it_was_given(tmp_path: Path, unfinished: UnfinishedEmbeddings) -> None:
    assert read_embeddings(tmp_path) == {}
    keys, vectors, _ = embed(WordEncoder(), unfinished)
    write_embeddings(tmp_path, keys, vectors)
    unfinished.clear()
    known = read_embeddings(tmp_path)
    _, again, count = embed(WordEncoder(), unfinished, **known)
    assert count == 0
    assert np.array_equal(again, vectors)


def test_a_build_that_died_is_taken_up_and_leaves_nothing(shop: SmallShop) -> None:
    whole = shop.encoder
    shop.encoder = Mortal(4)
    with pytest.raises(KeyboardInterrupt):
        shop.build()
    assert shop.artifacts.current("index") is None
    assert shop.artifacts.workspace("index").is_dir()
    shop.encoder = whole
    report = shop.build()
    assert (report.products, report.embedded) == (7, 3)
    assert not (shop.artifacts.workspace("index") / "embeddings").exists()
    assert shop.build().embedded == 0


def test_vector_of_a_change_knows_its_encoder() -> None:
    vector = np.linspace(-1, 1, 16, dtype=np.float32)
    packed = pack_vector(vector, "one")
    back = unpack_vector(packed, "one", 16)
    assert back is not None and np.array_equal(back, vector)
    assert unpack_vector(packed, "other", 16) is None
    assert unpack_vector(packed, "one", 8) is None
    unmarked = unpack_vector(vector.tobytes(), "any", 16)
    assert unmarked is not None and np.array_equal(unmarked, vector)
