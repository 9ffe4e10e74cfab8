"""Canonical keys: an entity's id is its type and key, never its surface form."""

from __future__ import annotations

import re

from kms.graph.models import NodeType
from kms.ontology.labels import normalise
from kms.quantities.values import Quantity

_NOT_KEY = re.compile(r"[^\w]+")


def text_key(text: str) -> str:
    """A surface as a key: normalised, words joined by underscores; Chinese characters stay together."""
    folded = normalise(text)
    joined = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", folded)
    return _NOT_KEY.sub("_", joined).strip("_")


def quantity_key(attribute: str, quantity: Quantity) -> str:
    """``attribute/<SI magnitude> <unit>``; of a range ``attribute/<low>..<high> <unit>``."""
    magnitude = f"{quantity.si_low:.6g}"
    if quantity.si_high != quantity.si_low:
        magnitude += f"..{quantity.si_high:.6g}"
    return f"{attribute}/{magnitude} {quantity.si_unit}"


def node_id(type: NodeType, key: str) -> str:
    """The id of an entity in the graph."""
    return f"{type}:{key}"
