"""What a fact's name means under a release: the node of its target, made anew, or why there is none.

Decisions name targets by node ids, which outlive releases; the release that is in force says whether such a thing exists.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from kms.decisions.models import FactName
from kms.errors import InputError, NotFoundError
from kms.facts.linking import Linker, brand_node, claim_node, quantity_node
from kms.graph.models import Node
from kms.ontology.implications import attribute_claim
from kms.ontology.labels import text_key
from kms.ontology.model import Ontology
from kms.ontology.structure import BRAND, CATEGORY, HAS_VALUE, IN_SHOP_CATEGORY, MENTIONS, PRODUCT
from kms.quantities.dimensions import REFERENCE_UNITS
from kms.quantities.stated import check_possible, check_whole
from kms.quantities.values import Quantity


class Meant(NamedTuple):
    """The node that a fact's target is, and of a quantity what it measures."""

    node: Node
    quantity: Quantity | None = None


def find_target(fact: FactName, linker: Linker) -> Meant:
    """What a fact's target is under the linker's release and catalogue.

    Raises:
        InputError: The relation or the attribute cannot have such a target; the message says what it can have.
        NotFoundError: The ontology or the catalogue has no such thing.
    """
    ontology = linker.ontology
    kind, _, key = fact.target.partition(":")
    relation = ontology.relations.get(fact.relation)
    if relation is None or fact.relation in (IN_SHOP_CATEGORY, MENTIONS):
        known = ", ".join(decidable_relations(ontology))
        raise InputError(f"{fact.relation!r} is no relation that facts of products have; there are {known}")
    if relation.domain != PRODUCT:
        raise InputError(f"{fact.relation!r} says something of a {relation.domain}, not of a product")
    if fact.relation != HAS_VALUE and kind != relation.range:
        raise InputError(f"{fact.relation!r} leads to a {relation.range}, and {fact.target!r} is a {kind}")
    if fact.relation == HAS_VALUE:
        return _value(fact, kind, key, ontology)
    if kind == CATEGORY and key in ontology.classes:
        term = ontology.classes[key]
        return Meant(Node(id=fact.target, type=kind, key=key, label_en=term.label.en, label_zh=term.label.zh))
    if kind == BRAND:
        brand = linker.brand_called(key)
        if brand is None:
            raise NotFoundError(f"no row of the catalogue states the brand {key!r}")
        return Meant(brand_node(brand))
    if kind == PRODUCT:
        title = linker.title_of(key)
        if title is None:
            raise NotFoundError(f"product {key!r} is not in the catalogue")
        return Meant(Node(id=fact.target, type=PRODUCT, key=key, label_en=title, label_zh=title))
    concept = ontology.concept(kind, key)
    if concept is None:
        raise NotFoundError(f"the ontology {ontology.version} has no {kind} {key!r}")
    label = concept.label
    return Meant(Node(id=fact.target, type=kind, key=key, label_en=label.en, label_zh=label.zh))


def _value(fact: FactName, kind: str, key: str, ontology: Ontology) -> Meant:
    attribute_id = fact.attribute
    attribute = ontology.attributes.get(attribute_id)
    if attribute is None:
        raise NotFoundError(f"the ontology {ontology.version} has no attribute {attribute_id!r}")
    owner, _, value = key.partition("/")
    expected = attribute.vocabulary if attribute.type == "enum" else attribute.id
    if kind != "value" or owner != expected:
        raise InputError(f"a value of {attribute_id!r} is written value:{expected}/…, not {kind}:{key}")
    if attribute.type == "quantity":
        quantity = read_quantity_key(value, attribute.dimension or "count")
        return Meant(quantity_node(attribute, quantity), quantity)
    if attribute.type == "text":
        label = fact.written or value
        return Meant(Node(id=f"value:{key}", type="value", key=key, label_en=label, label_zh=label))
    if attribute.type == "boolean" and value not in ("true", "false"):
        raise InputError(f"{attribute_id!r} is true or false, not {value!r}")
    try:
        return Meant(claim_node(attribute_claim(attribute_id, value), ontology))
    except NotFoundError:
        known = ", ".join(list(ontology.values_of(attribute_id))[:12])
        raise NotFoundError(f"{attribute_id!r} has no value {value!r}; it has {known}") from None


def read_quantity_key(text: str, dimension: str) -> Quantity:
    """The quantity that ``keys.quantity_key`` wrote behind the attribute.

    Raises:
        InputError: It is none of that dimension.
    """
    number, _, unit = text.partition(" ")
    low, separator, high = number.partition("..")
    try:
        ends = (float(low), float(high) if separator else float(low))
    except ValueError:
        raise InputError(f"{text!r} is no number with a unit") from None
    if not all(map(math.isfinite, ends)) or ends[0] > ends[1]:
        raise InputError(f"{text!r} is no number or range; the least of a range comes first")
    units = REFERENCE_UNITS[dimension]
    if unit not in units:
        raise InputError(f"{text!r} is no {dimension}, which is kept in {' or '.join(units)}")
    return Quantity(*ends, unit, *ends, unit, dimension)


def check_number(fact: FactName, said: str, ontology: Ontology) -> None:
    """Refuse a number that a person states and that no product can have, or that is not all that was said.

    Args:
        fact: As ``name_fact`` read it.
        said: As it was written: a quantity or a node id.
        ontology: Knows what the attribute measures.

    Raises:
        InputError: Says what to write instead.
    """
    attribute = ontology.attributes.get(fact.attribute)
    if attribute is None or attribute.type != "quantity":
        return
    dimension = attribute.dimension or "count"
    if said != fact.target:
        check_whole(said, dimension)
    check_possible(read_quantity_key(fact.target.partition("/")[2], dimension), said)


def decidable_relations(ontology: Ontology) -> list[str]:
    """Relations of which a person can say that they hold of a product or not."""
    left_out = (IN_SHOP_CATEGORY, MENTIONS)
    return [r.id for r in ontology.relations.values() if r.domain == PRODUCT and r.id not in left_out]


def name_fact(relation: str, attribute: str, said: str, linker: Linker) -> FactName:
    """The name of a fact that a person wrote: a node id, an id or name of the ontology, a quantity, or yes and no.

    Args:
        relation: Of the ontology; ``has_value`` with its attribute.
        attribute: Of a value.
        said: What is said of the product.
        linker: Knows the names.

    Raises:
        InputError: It cannot be read; the message says what it can be.
        NotFoundError: Nothing is called so.
    """
    ontology = linker.ontology
    known = ontology.relations.get(relation)
    if known is None:
        names = ", ".join(decidable_relations(ontology))
        raise InputError(f"{relation!r} is no relation; there are {names}")
    own = ontology.attributes.get(attribute) if relation == HAS_VALUE else None
    if relation == HAS_VALUE and own is None:
        raise NotFoundError(f"the ontology {ontology.version} has no attribute {attribute!r}")
    node_types = {"value"} if own is not None else {known.range}
    written = ""
    if said.partition(":")[0] in node_types and ":" in said:
        target = said
    elif own is not None and own.type == "text":
        target, written = f"value:{own.id}/{text_key(said)}", " ".join(said.split())
    else:
        link = linker.link_name(relation, attribute, said)
        target = link.id
        written = said.strip() if own is not None and own.type == "quantity" else ""
    fact = FactName(
        relation=relation, attribute=attribute if own is not None else "", target=target, written=written
    )
    find_target(fact, linker)
    return fact
