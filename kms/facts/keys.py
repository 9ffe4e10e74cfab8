"""Canonical keys: an entity's id is its type and key, never its surface form."""

from __future__ import annotations

from kms.graph.models import NodeType
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_VALUE
from kms.quantities.values import Quantity


def quantity_key(attribute: str, quantity: Quantity) -> str:
    """``attribute/<SI magnitude> <unit>``; of a range ``attribute/<low>..<high> <unit>``."""
    magnitude = f"{quantity.si_low:.6g}"
    if quantity.si_high != quantity.si_low:
        magnitude += f"..{quantity.si_high:.6g}"
    return f"{attribute}/{magnitude} {quantity.si_unit}"


def fact_key(relation: str, attribute: str, target: str) -> str:
    """The name of a fact within its product: attribute or relation, and the node id of what is said."""
    return f"{attribute or relation}:{target}"


def split_key(key: str, ontology: Ontology) -> tuple[str, str, str]:
    """Relation, attribute and node id of a fact that ``fact_key`` named."""
    owner, _, target = key.partition(":")
    if owner in ontology.attributes and owner not in ontology.relations:
        return HAS_VALUE, owner, target
    return owner, "", target


def node_id(type: NodeType, key: str) -> str:
    """The id of an entity in the graph."""
    return f"{type}:{key}"
