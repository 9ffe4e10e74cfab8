"""Facts of an index version by product: which products have what a query names, how surely, and by which edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kms.errors import NotFoundError
from kms.facts.linking import claim_node
from kms.ontology.implications import Claim
from kms.ontology.structure import HAS_VALUE
from kms.quantities.values import tolerance_scale
from ranking.models import Entity
from ranking.query.understand import QUANTITY_TOLERANCE

if TYPE_CHECKING:
    from ranking.serving.index import ServingIndex

LEAST_CONFIDENCE = 0.5
"""Confidence of a fact that the indexes hold and the graph's matrices do not: only what is believed so far is indexed."""
EQUAL = 0.02
"""Two quantities that differ by less than this part are equal: shops round when they convert."""


@dataclass(frozen=True)
class Holders:
    """Products that have something: ``positions`` in ascending order and the ``confidence`` of each."""

    positions: NDArray[np.int64]
    confidence: NDArray[np.float32]

    def confidence_at(self, position: int) -> float:
        """Confidence that the product at a position has it; 0 where it has not."""
        at = int(np.searchsorted(self.positions, position))
        is_there = at < len(self.positions) and self.positions[at] == position
        return float(self.confidence[at]) if is_there else 0.0


class StatedEdge(NamedTuple):
    """An edge of a product that states something: its end, and by which relation and attribute."""

    node: str
    confidence: float
    relation: str
    attribute: str = ""


class Facts:
    """Looks up the products of entities; answers are kept, so that a query costs no loop over products."""

    def __init__(self, index: ServingIndex) -> None:
        """Read graph, columns and ontology of ``index``."""
        self._index = index
        self._by_claim: dict[Claim, Holders] = {}
        self._by_node: dict[str, Holders] = {}

    def holders(self, entity: Entity) -> Holders:
        """Products that have what an entity names, also where it follows from something else that they have.

        A quantity counts within ``QUANTITY_TOLERANCE``; its confidence falls from 1 to a half with the distance.
        """
        if entity.kind == "quantity":
            return self._near(entity)
        claim = Claim(entity.field, entity.value)
        found = self._by_claim.get(claim)
        if found is None:
            found = self._by_claim[claim] = self._find(claim, entity.node)
        return found

    def edge(self, entity: Entity, position: int) -> StatedEdge | None:
        """The edge by which a product has what an entity names, the surest one."""
        if entity.kind == "quantity":
            return self.number_edge(position, entity.field)
        edges = [
            StatedEdge(node, confidence, self._relation_of(claim), claim.attribute)
            for claim, node in self._nodes(Claim(entity.field, entity.value), entity.node)
            if (confidence := self._edges_to(node).confidence_at(position)) > 0
        ]
        return max(edges, key=lambda edge: edge.confidence, default=None)

    def _relation_of(self, claim: Claim) -> str:
        relation = self._index.ontology.relation_of_field(claim.field)
        return relation.id if relation else HAS_VALUE

    def number_edge(self, position: int, field: str) -> StatedEdge | None:
        """The edge that states a product's number; a price is in the row and has none."""
        if not field.startswith("attr."):
            return None
        number = self._index.columns.numbers(field)[position]
        start = f"value:{field.removeprefix('attr.')}/{number:.6g}"  # as ``quantity_key`` writes it
        prefixes = (f"{start} ", f"{start}..")
        for node, confidence in zip(*self._index.graph.row(HAS_VALUE, position), strict=True):
            name = self._index.graph.node_ids[node]
            if name.startswith(prefixes):
                return StatedEdge(name, float(confidence), HAS_VALUE, field.removeprefix("attr."))
        return None

    def equal(self, entity: Entity) -> NDArray[np.int64]:
        """Positions of the products whose number is the one that a quantity names."""
        distance = self._index.columns.distance(entity.field, float(entity.value))
        return np.flatnonzero(distance <= EQUAL * self._scale(entity))

    def is_equal(self, entity: Entity, position: int) -> bool:
        """Whether a product's number is the one that a quantity names, and not only near it."""
        distance = self._index.columns.distance(entity.field, float(entity.value))[position]
        return bool(distance <= EQUAL * self._scale(entity))

    def _find(self, claim: Claim, node: str) -> Holders:
        confidence = np.zeros(len(self._index.ids), dtype=np.float32)
        confidence[self._index.columns.holding(claim.field, claim.value)] = LEAST_CONFIDENCE
        for _, each in self._nodes(claim, node):
            edges = self._edges_to(each)
            np.maximum.at(confidence, edges.positions, edges.confidence)
        positions = np.flatnonzero(confidence)
        return Holders(positions, confidence[positions])

    def _nodes(self, claim: Claim, node: str) -> list[tuple[Claim, str]]:
        """The entity's claim and node, and those that it follows from."""
        ontology = self._index.ontology
        nodes = [(claim, node)]
        for each in sorted(ontology.implications.implying(claim)):
            try:
                nodes.append((each, claim_node(each, ontology).id))
            except NotFoundError:
                continue
        return nodes

    def _edges_to(self, node: str) -> Holders:
        held = self._by_node.get(node)
        if held is not None:
            return held
        held = Holders(*self._index.holders_of(node))
        self._by_node[node] = held
        return held

    def _near(self, entity: Entity) -> Holders:
        within = QUANTITY_TOLERANCE * self._scale(entity)
        distance = self._index.columns.distance(entity.field, float(entity.value))
        positions = np.flatnonzero(distance <= within)
        part = np.clip(distance[positions] / max(within, 1e-12) - EQUAL / QUANTITY_TOLERANCE, 0.0, 1.0)
        return Holders(positions, (1.0 - 0.5 * part).astype(np.float32))

    def _scale(self, entity: Entity) -> float:
        attribute = self._index.ontology.attributes[entity.field.removeprefix("attr.")]
        return tolerance_scale(attribute.dimension or "", float(entity.value))
