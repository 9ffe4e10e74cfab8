"""Meaning: a class speaks for its products as far as they are of one kind."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from kms.encoder.scale import LikenessScale
from ranking.serving.meaning import CLASS_MEAN, CLASS_NAME, TEXT, USE_NAME, Meaning

CLASS = ("category", "kind")
WHOLE = TEXT + CLASS_NAME + CLASS_MEAN + USE_NAME


def meaning_of(embeddings: NDArray[np.float32], name: NDArray[np.float32]) -> Meaning:
    """Of a shop all of whose products are of one class."""
    held = np.arange(len(embeddings))
    index = SimpleNamespace(
        ids=[str(at) for at in held],
        embeddings=embeddings,
        columns=SimpleNamespace(holding=lambda field, value: held),
        scale=LikenessScale(),
    )
    return Meaning(cast("Any", index), {CLASS: name})


def axis(at: int) -> NDArray[np.float32]:
    return cast("NDArray[np.float32]", np.eye(4, dtype=np.float32)[at])


def test_products_of_one_kind_share_what_their_class_is_near_to() -> None:
    embeddings = np.stack([axis(0), axis(0)])
    score = meaning_of(embeddings, axis(0)).score(axis(0), embeddings @ axis(0))
    assert score == pytest.approx([(TEXT + CLASS_NAME + CLASS_MEAN) / WHOLE] * 2)


def test_in_a_class_of_unlike_things_each_speaks_for_itself() -> None:
    # Four things at right angles: their mean is half as long as they are.
    embeddings = np.stack([axis(at) for at in range(4)])
    likeness = embeddings @ axis(1)
    score = meaning_of(embeddings, axis(0)).score(axis(1), likeness)
    assert score == pytest.approx(likeness * (TEXT + CLASS_NAME + CLASS_MEAN) / WHOLE)


def test_a_class_none_of_whose_texts_is_readable_speaks_by_its_name() -> None:
    embeddings = np.zeros((2, 4), dtype=np.float32)
    score = meaning_of(embeddings, axis(2)).score(axis(2), embeddings @ axis(2))
    assert score == pytest.approx([(CLASS_NAME + CLASS_MEAN) / WHOLE] * 2)
