"""Rejected facts: kept beside the graph with the reason, so that they can be shown, counted, and come back.

They are edges of the relation ``REJECTED``, which no walk, filter or ranking goes over (``kms.graph.port``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kms.decisions.models import Decision
from kms.facts.decided import PERSON, decision_marks
from kms.facts.fusion import join_agreeing, make_edge
from kms.facts.models import Fact, RejectionReason, Superseded
from kms.graph.models import REJECTED, Edge, Node, Scalar

RULES: Mapping[RejectionReason, str] = {
    RejectionReason.NOT_OF_CLASS: "class has attribute",
    RejectionReason.CLASS_UNKNOWN: "class has attribute",
    RejectionReason.WRONG_DOMAIN: "domain of relation",
    RejectionReason.WRONG_UNIT: "dimension of attribute",
    RejectionReason.NO_SUCH_TARGET: "range of relation",
    RejectionReason.OTHER_BRAND: "one maker",
}
"""The rule of the ontology that a reason stands for."""

Cause = Decision | RejectionReason | Superseded
Refused = tuple[Fact, Cause]
"""A fact, and the decision or the rule by which it does not hold."""
_Key = tuple[str, str, str]


def rejected_edges(
    product_node: str, refused: Iterable[Refused], edges: Sequence[Edge]
) -> tuple[list[Node], list[Edge]]:
    """Edges of what does not hold, with their targets, both sorted.

    Args:
        product_node: Node id of the subject.
        refused: In any order.
        edges: What holds of the product; what other mentions say rightly was not turned down.
    """
    groups: dict[_Key, list[Fact]] = defaultdict(list)
    why: dict[tuple[str, str], list[Cause]] = defaultdict(list)
    for fact, by in refused:
        groups[(fact.relation, fact.attribute, fact.target.id)].append(fact)
        why[(fact.target.id, fact.evidence.id)].append(by)
    holds = {(edge.relation, edge.attribute, edge.target) for edge in edges}
    nodes: dict[str, Node] = {}
    made: list[Edge] = []
    for key, joined in join_agreeing(groups).items():
        group = _without_followers(joined)
        edge = make_edge(product_node, key, group)
        if edge is None or key in holds:
            continue
        causes = [by for fact in group for by in why[(fact.target.id, fact.evidence.id)]]
        made.append(_turn_down(edge, causes))
        nodes.update({fact.target.id: fact.target for fact in group if fact.target.id == key[2]})
    return sorted(nodes.values(), key=lambda n: n.id), sorted(made, key=lambda e: e.key)


def _without_followers(group: list[Fact]) -> list[Fact]:
    """The facts of a group that texts say, where they do: what rules would infer is no evidence then, as of what holds."""
    read = [fact for fact in group if fact.inference is None]
    is_said = any(not fact.negated and fact.evidence.extractor != PERSON for fact in read)
    return read if is_said else group


def rejected_key(relation: str, attribute: str) -> str:
    """The ``attribute`` of a rejected fact's edge: relation and attribute of the fact."""
    return f"{relation}/{attribute}" if attribute else relation


def as_fact(edge: Edge) -> Edge:
    """A rejected fact as the edge that it would be."""
    relation = str(edge.properties["of_relation"])
    return edge.model_copy(update={"relation": relation, "attribute": str(edge.properties["of_attribute"])})


def _turn_down(edge: Edge, causes: Sequence[Cause]) -> Edge:
    decisions = [each for each in causes if isinstance(each, Decision)]
    marks: dict[str, Scalar] = {
        "of_relation": edge.relation,
        "of_attribute": edge.attribute,
        "status": "rejected",
    }
    if decisions:
        marks |= decision_marks(max(decisions, key=lambda each: each.number))
    elif any(isinstance(each, Superseded) for each in causes):
        marks |= {"status": "superseded", "preferred": False}
    else:
        reason = min(each for each in causes if isinstance(each, RejectionReason))
        marks |= {"reason": reason.value, "rule": RULES.get(reason, "")}
    return edge.model_copy(
        update={
            "relation": REJECTED,
            "attribute": rejected_key(edge.relation, edge.attribute),
            "properties": {**edge.properties, **marks},
        }
    )
