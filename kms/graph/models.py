"""Nodes and edges as every graph store gives and takes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kms.ontology.structure import REJECTED
from kms.types import Frozen

NodeType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
"""An entity type of the ontology."""
Scalar = str | int | float | bool

EdgeKey = tuple[str, str, str, str]

__all__ = ["REJECTED", "Edge", "EdgeKey", "GraphChanges", "Node", "NodeType", "Scalar", "Subgraph"]
"""``REJECTED`` is the relation of the facts that do not hold: turned down by a person, or against the ontology.

``attribute`` and the properties ``of_relation`` and ``of_attribute`` say which fact it is. Stores keep these edges apart: no
walk goes over them, and reads give them only where they are asked for by this name.
"""


class Node(Frozen):
    """An entity. ``id`` is ``type:key``; the key is canonical and never a surface form.

    Keys: product id; class id; brand id; ``vocabulary/value_id``, ``attribute/true`` or
    ``attribute/<SI magnitude> <unit>`` for values; the concept's id for types with terms.
    """

    id: str
    type: NodeType
    key: str
    label_en: str = ""
    label_zh: str = ""
    properties: dict[str, Scalar] = Field(default_factory=dict)


class Edge(Frozen):
    """The fusion of all facts with the same subject, relation, attribute and object.

    ``properties`` of aspects hold ``positive``, ``negative``, ``neutral`` counts; of quantities the form as
    written. ``evidence`` holds ids, strongest first, at most 50; ``support`` counts all.
    """

    source: str
    relation: str
    target: str
    attribute: str = ""
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    support: Annotated[int, Field(ge=0)] = 1
    extractors: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    properties: dict[str, Scalar] = Field(default_factory=dict)

    @property
    def key(self) -> EdgeKey:
        """Identity of an edge."""
        return (self.source, self.relation, self.attribute, self.target)


class GraphChanges(Frozen):
    """One atomic step: nodes first, then deletions, then edges."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    removed_edges: tuple[EdgeKey, ...] = ()
    removed_nodes: tuple[str, ...] = ()


class Subgraph(Frozen):
    """Some nodes and the edges between them; ``truncated`` when a limit cut it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool = False
