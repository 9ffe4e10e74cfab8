"""Shared parts of both Qdrant adapters: ids, payloads and vectors in Qdrant's form."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np

from kms.errors import StoreError
from kms.vectors.port import Vector, VectorPoint, VectorSchema

_NAMESPACE = uuid.UUID("7f1b3c52-6f0e-4bb4-9a53-0d6f2f7f6a11")

PRODUCT_KEY = "product_id"
VECTOR_NAME = "dense"


def point_id(product_id: str) -> str:
    """Qdrant takes integers and UUIDs only; the product's own id stays in the payload."""
    return str(uuid.uuid5(_NAMESPACE, product_id))


def payload_key(name: str) -> str:
    """A dot would mean nesting."""
    return name.replace(".", "__")


def payload_of(point: VectorPoint, schema: VectorSchema) -> dict[str, Any]:
    """Only indexed fields are stored: the row lives elsewhere."""
    payload: dict[str, Any] = {PRODUCT_KEY: point.id}
    for name in schema.keywords:
        if point.keywords.get(name):
            payload[payload_key(name)] = list(point.keywords[name])
    for name in schema.numbers:
        if name in point.numbers:
            low, high = float(point.numbers[name]), point.highs.get(name)
            payload[payload_key(name)] = low if high is None else [low, float(high)]
    return payload


def checked_vector(product_id: str, vector: Vector, schema: VectorSchema) -> list[float]:
    """The vector as a list.

    Raises:
        StoreError: Wrong length, not finite, or of length zero.
    """
    array = np.asarray(vector, dtype=np.float32)
    if array.shape != (schema.dimensions,):
        raise StoreError(
            f"vector of {product_id!r} has shape {array.shape}, the store holds {schema.dimensions} dimensions; "
            "was the encoder changed? rebuild the vectors"
        )
    if not np.isfinite(array).all() or not np.any(array):
        raise StoreError(f"vector of {product_id!r} is zero or not finite")
    return [float(x) for x in array]
