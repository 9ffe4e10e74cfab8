"""Facts: what evidence means once its mentions are linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kms.evidence.models import Evidence
from kms.facts.quantities import Quantity
from kms.graph.models import Node

LinkMethod = Literal["given", "exact", "normalised", "alternative", "fuzzy", "embedding", "new", "implied"]


@dataclass(frozen=True)
class Fact:
    """One reading of one mention.

    Attributes:
        target: The entity that the mention means.
        confidence: The evidence's confidence, the reliability of its field and the link's certainty, multiplied.
        negated: The text denies it.
        quantity: For quantity values.
        relation: What is said of the product; the evidence's where nothing else is given.
        attribute: Of a value, the attribute that it is a value of; the evidence's where nothing else is given.
        implied_by: Of a fact that follows from another: ``attribute:target id`` of the one that the text states.
    """

    evidence: Evidence
    target: Node
    confidence: float
    method: LinkMethod
    negated: bool = False
    quantity: Quantity | None = None
    relation: str = ""
    attribute: str = ""
    implied_by: str = ""

    def __post_init__(self) -> None:
        if not self.relation:
            object.__setattr__(self, "relation", self.evidence.relation)
            attribute = self.evidence.attribute if self.evidence.relation == "has_value" else ""
            object.__setattr__(self, "attribute", attribute)


@dataclass(frozen=True)
class Proposal:
    """A mention that nothing in the ontology or catalogue matches: for curation, never a silent new node.

    Attributes:
        kind: ``value``, ``brand``, ``category``, ``use``, ``audience``, ``aspect`` or ``product``.
        reason: Why it could not be linked.
    """

    evidence: Evidence
    kind: str
    attribute: str
    surface: str
    reason: str
