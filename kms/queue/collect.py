"""Questions out of a product's part of the graph: pure functions of its edges.

Facts are grouped so that one answer settles many: doubts by value and class, violations by attribute, class and rule,
contradictions by the values that stand against each other, implausible sizes by attribute, class and power of ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import floor, log10

from kms.decisions.models import FactName
from kms.facts.outliers import Doubt
from kms.facts.rejected import RULES, as_fact
from kms.graph.models import Edge
from kms.indexing.documents import is_used
from kms.ontology.structure import HAS_ASPECT, IN_CATEGORY, IN_SHOP_CATEGORY, MENTIONS
from kms.queue.gain import balance
from kms.queue.models import MOST_EVIDENCE, MOST_OPTIONS, Content, Item, Kind, Member, hash_of

DOUBTFUL_BELOW = 0.7
"""Facts with less belief are asked about."""
_NEVER = (HAS_ASPECT, IN_SHOP_CATEGORY, MENTIONS)
FOLLOWS = frozenset({"implied_by", "inferred_by"})
"""Properties of facts that follow from others: who doubts them doubts those."""
Found = tuple[Item, Member]


def class_of(edges: Iterable[Edge]) -> str:
    """The class of the product that edges are of."""
    return next((e.target.partition(":")[2] for e in edges if e.relation == IN_CATEGORY), "")


def of_product(edges: Sequence[Edge], rejected: Sequence[Edge]) -> Iterator[Found]:
    """The questions about one product, without those about its sizes.

    Args:
        edges: All that hold of it.
        rejected: Those of the relation ``REJECTED``.
    """
    class_id = class_of(edges)
    groups: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.relation not in _NEVER and not is_settled(edge):
            groups[(edge.relation, edge.attribute)].append(edge)
    for group in groups.values():
        others = [each for each in group if each.properties.get("preferred") is False]
        if others and len(group) > 1:
            yield _contradiction(group, others, class_id)
            continue
        for edge in group:
            if edge.confidence < DOUBTFUL_BELOW and not FOLLOWS.intersection(edge.properties):
                yield _doubt(edge, class_id)
    for each in rejected:
        reason = str(each.properties.get("reason", ""))
        if "decision" not in each.properties and reason in list(RULES):
            yield _violation(as_fact(each), reason, class_id)


def of_sizes(
    doubts: Mapping[tuple[str, str, str], Doubt], edges: Mapping[tuple[str, str, str], Edge]
) -> Iterator[Found]:
    """The questions about implausible sizes.

    Args:
        doubts: Of all products, by product, attribute and target.
        edges: By the same; a size without an edge is left out, and one that is settled.
    """
    for key, doubt in doubts.items():
        edge = edges.get(key)
        if edge is None or is_settled(edge):
            continue
        size = doubt.size
        direction = "above" if size.value > doubt.usual else "below"
        power = floor(log10(doubt.times) + 0.25) if doubt.times > 0 else 0
        content = Content(
            relation=edge.relation,
            attribute=edge.attribute,
            cause=direction,
            usual=doubt.usual,
            times=doubt.times,
        )
        item = Item(
            id=hash_of(Kind.IMPLAUSIBLE, edge.attribute, doubt.class_id, direction, str(power)),
            kind=Kind.IMPLAUSIBLE,
            field=edge.attribute,
            class_id=doubt.class_id,
            content=content,
        )
        yield item, _member(edge, doubt.class_id, edge.confidence)


def is_settled(edge: Edge) -> bool:
    """Whether a person decided on a fact, or on the one to which it gave way."""
    return "decision" in edge.properties or edge.properties.get("status") == "superseded"


def name_of(edge: Edge) -> FactName:
    """The name of the fact that an edge is."""
    written = str(edge.properties.get("written", ""))[:200]
    return FactName(relation=edge.relation, attribute=edge.attribute, target=edge.target, written=written)


def _doubt(edge: Edge, class_id: str) -> Found:
    content = Content(
        relation=edge.relation,
        attribute=edge.attribute,
        options=(edge.target,),
        written=(str(edge.properties.get("written", "")),),
    )
    item = Item(
        id=hash_of(Kind.DOUBTFUL, edge.relation, edge.attribute, edge.target, class_id),
        kind=Kind.DOUBTFUL,
        field=edge.attribute or edge.relation,
        class_id=class_id,
        content=content,
    )
    return item, _member(edge, class_id, edge.confidence)


def _contradiction(group: Sequence[Edge], others: Sequence[Edge], class_id: str) -> Found:
    first = [each for each in group if each.properties.get("preferred") is not False]
    options = [*sorted(first, key=_surest)[:1], *sorted(others, key=_surest)][:MOST_OPTIONS]
    edge = options[0]
    content = Content(
        relation=edge.relation,
        attribute=edge.attribute,
        options=tuple(each.target for each in options),
        written=tuple(str(each.properties.get("written", "")) for each in options),
    )
    parts = (Kind.CONTRADICTION, edge.relation, edge.attribute, class_id, *content.options)
    item = Item(
        id=hash_of(*parts),
        kind=Kind.CONTRADICTION,
        field=edge.attribute or edge.relation,
        class_id=class_id,
        content=content,
    )
    belief = balance(edge.confidence, options[1].confidence)
    evidence = tuple(each for option in options for each in option.evidence[:2])
    member = _member(edge, class_id, belief)
    update = {"facts": tuple(map(name_of, options)), "evidence": evidence[: MOST_EVIDENCE + 1]}
    return item, member.model_copy(update=update)


def _violation(edge: Edge, reason: str, class_id: str) -> Found:
    content = Content(relation=edge.relation, attribute=edge.attribute, cause=reason)
    item = Item(
        id=hash_of(Kind.VIOLATION, edge.relation, edge.attribute, class_id, reason),
        kind=Kind.VIOLATION,
        field=edge.attribute or edge.relation,
        class_id=class_id,
        content=content,
    )
    return item, _member(edge, class_id, edge.confidence, is_held=False)


def _member(edge: Edge, class_id: str, belief: float, *, is_held: bool = True) -> Member:
    product_id = edge.source.partition(":")[2]
    return Member(
        key=hash_of(product_id, edge.relation, edge.attribute, edge.target),
        product_id=product_id,
        class_id=class_id,
        belief=belief,
        facts=(name_of(edge),),
        evidence=edge.evidence[:MOST_EVIDENCE],
        is_used=is_held and is_used(edge),
    )


def _surest(edge: Edge) -> tuple[float, str]:
    return -edge.confidence, edge.target
