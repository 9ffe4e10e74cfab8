"""Results of linking: facts, proposals and rejections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from kms.decisions.models import Decision
from kms.evidence.models import Evidence
from kms.graph.models import Node
from kms.ontology.structure import HAS_VALUE
from kms.quantities.values import Quantity

LinkMethod = Literal[
    "given",
    "exact",
    "normalised",
    "alternative",
    "fuzzy",
    "embedding",
    "new",
    "implied",
    "decided",
    "inferred",
]


SOURCES_SEPARATOR = "; "


@dataclass(frozen=True)
class Inference:
    """How a rule came to a fact.

    Attributes:
        rule: Its id.
        sources: Keys of the facts of the same product that it rests on, as ``keys.fact_key`` writes them.
        evidence: Ids of the evidence of the facts that were known before any rule, the class's last.
    """

    rule: str
    sources: tuple[str, ...]
    evidence: tuple[str, ...]


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
        decision: Of a fact that a person accepted or stated: that decision.
        inference: Of a fact that a rule infers, and of what follows from that.
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
    decision: Decision | None = None
    inference: Inference | None = None

    def __post_init__(self) -> None:
        if not self.relation:
            object.__setattr__(self, "relation", self.evidence.relation)
            attribute = self.evidence.attribute if self.evidence.relation == HAS_VALUE else ""
            object.__setattr__(self, "attribute", attribute)


class ProposalReason(StrEnum):
    """Why a mention could not be linked although the ontology or the catalogue could come to know it."""

    UNKNOWN_ATTRIBUTE = "unknown_attribute"
    """The ontology has no such attribute."""
    UNKNOWN_TERM = "unknown_term"
    """No class or concept of the relation's range is called so."""
    UNKNOWN_VALUE = "unknown_value"
    """The attribute's vocabulary has no such value."""
    NOT_A_QUANTITY = "not_a_quantity"
    """No number with a unit of the attribute's dimension."""
    NEITHER_YES_NOR_NO = "neither_yes_nor_no"
    """The attribute is boolean, and the surface is no word for either."""
    UNKNOWN_BRAND = "unknown_brand"
    """No product of the catalogue has this brand."""
    UNKNOWN_PRODUCT = "unknown_product"
    """No single product of the catalogue is meant."""


class RejectionReason(StrEnum):
    """Why a mention says nothing of its product."""

    UNKNOWN_RELATION = "unknown_relation"
    """The ontology has no such relation; the evidence is of another release."""
    NO_FACT = "no_fact"
    """It only mentions another product."""
    ITSELF = "itself"
    """It names the product that it is about."""
    NOT_IN_CATALOGUE = "not_in_catalogue"
    """The shop names a product by an id that this catalogue does not hold."""
    OTHER_BRAND = "other_brand"
    """The shop states the product's brand, and this is another one."""
    NOT_OF_CLASS = "not_of_class"
    """The product's class does not have the attribute."""
    CLASS_UNKNOWN = "class_unknown"
    """The product has no class, and its text does not name the attribute."""
    WRONG_DOMAIN = "wrong_domain"
    """The relation says nothing of products."""
    WRONG_UNIT = "wrong_unit"
    """A number with a unit of another dimension than the attribute's."""
    NO_SUCH_TARGET = "no_such_target"
    """A person decided on it, and the ontology or the catalogue no longer has it."""


@dataclass(frozen=True)
class Superseded:
    """Why a class that was read is not the product's: a person named another one, or a rule a narrower one."""

    decision: Decision | None = None


@dataclass(frozen=True)
class Proposal:
    """A mention that nothing in the ontology or catalogue matches: for curation, never a silent new node.

    Attributes:
        kind: ``value``, ``attribute``, ``category``, ``brand``, ``product``, or an entity type with terms.
        reason: Why it could not be linked.
    """

    evidence: Evidence
    kind: str
    attribute: str
    surface: str
    reason: ProposalReason


@dataclass(frozen=True)
class Rejection:
    """A mention that becomes neither a fact nor a proposal; ``fact``: what it would say if the ontology allowed it."""

    evidence: Evidence
    reason: RejectionReason
    fact: Fact | None = None
