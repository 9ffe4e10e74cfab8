"""Facts to edges: one edge for each (subject, relation, attribute, object), by a written policy.

**Belief.** Within one document the strongest fact counts once: a shop that writes "waterproof" five times has said
it once. Over documents beliefs join by noisy-or (Pearl 1988, section 4.3.2), ``1 - prod(1 - c)``. The reliability of
a field (``FIELD_RELIABILITY``) ranks the shop's own statement over its table and title, these over the description,
and all of them over reviews.

**Denial.** "Not waterproof" is belief against. An edge with ``n >= p`` is not made; of another one the belief is
``p(1 - n) / (1 - pn)``, Dempster's rule for one belief for and one against (Shafer 1976), so that one reviewer's doubt takes
little from what a table states. Denied booleans become the opposite value instead.

**Conflict.** Quantities of one attribute that agree within two percent are one value, under the form of the strongest
fact. Of what was decided on it is the form that was decided. Ranges that overlap can all hold. Of several that have
no value in common, and of a boolean's yes and no, all stay as edges with ``conflict`` set, and the strongest is
``preferred``: ranking and filters use only it and what agrees with it. Equal beliefs are settled by the key's order,
so that the outcome does not depend on the order of reading.

**Opinions.** An aspect's edge counts positive, negative and neutral documents and carries ``polarity``
``(positive - negative) / all``, from -1 to 1.

**Categories.** If the shop states a class, only it counts; else the class with most belief, ties to the deeper class
and then the key.

**Cardinality.** Of a relation, or of the values of an attribute, that a product has at most one of, the strongest edge is
``preferred``, as with booleans; what only follows from another fact is no rival of it. A value of the shop's own table goes
before one that texts name, whose words may be a part of something else.

**Decision.** What a person accepted is believed wholly, whatever denies it, and wins every conflict, of several accepted
ones the newest; the values that give way to it have the status ``superseded``. What a person turned down is no fact and
implies none, and is not implied by others (``kms.facts.decided``).

**Implication.** A fact speaks also for what follows from it (``kms.facts.implied``): a mention of "Bluetooth 5.3" is one of
Bluetooth. An edge that no text states directly carries the evidence of what implies it and names that in ``implied_by``.

**Rules.** What the ontology's rules infer from what holds after fusion (``kms.facts.inferred``) is fused with the rest. Its
edge names the rule in ``inferred_by`` and the facts that it rests on in ``inferred_from``, and carries their evidence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import prod

from kms.decisions.models import Decision
from kms.facts.decided import NO_RULINGS, PERSON, Rulings, decision_marks
from kms.facts.implied import implied_facts
from kms.facts.models import SOURCES_SEPARATOR, Fact
from kms.graph.models import Edge, Node, Scalar
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_ASPECT, HAS_VALUE, IN_CATEGORY
from kms.quantities.values import Quantity, show_quantity

MOST_EVIDENCE = 50
_FOLLOWS = frozenset({"implied_by", "inferred_by"})
"""Properties of edges that only follow from others."""
_BARE = re.compile(r"[\d\s.,~–—-]+")
"""A number, or a range of numbers, without a word."""
_Group = list[Fact]
_Key = tuple[str, str, str]  # relation, attribute, target id


def fuse(
    product_node: str,
    facts: Iterable[Fact],
    ontology: Ontology | None = None,
    rulings: Rulings = NO_RULINGS,
    refused: list[tuple[Fact, Decision]] | None = None,
) -> tuple[list[Node], list[Edge]]:
    """Join the facts of one product.

    Args:
        product_node: Node id of the subject.
        facts: Of this product only, in any order.
        ontology: What follows from what; without it only what the texts state becomes an edge.
        rulings: What people turned down, which is not implied either.
        refused: Takes what would follow from the facts and was turned down, with the decision.

    Returns:
        The targets' nodes and the edges, both sorted, whatever the order of ``facts``.
    """
    stated = list(facts)
    category = find_category(product_node, stated)
    implied: list[Fact] = []
    if ontology is not None:
        class_id = category.target.partition(":")[2] if category else None
        implied = list(implied_facts(stated, ontology, class_id if class_id in ontology.classes else None))
    if rulings:
        against = [(fact, rulings.rejection_of(fact)) for fact in implied]
        implied = [fact for fact, ruling in against if ruling is None]
        if refused is not None:
            refused += [(fact, ruling.decision) for fact, ruling in against if ruling is not None]
    groups: dict[_Key, _Group] = defaultdict(list)
    nodes: dict[str, Node] = {}
    for fact in (*stated, *implied):
        groups[(fact.relation, fact.attribute, fact.target.id)].append(fact)
        if fact.method != "decided" or fact.target.id not in nodes:
            nodes[fact.target.id] = fact.target
    groups = join_agreeing(groups)
    edges = [
        edge for key, group in groups.items() if (edge := make_edge(product_node, key, group)) is not None
    ]
    single = _single_relations(ontology)
    edges = _settle(
        [e for e in edges if e.relation != IN_CATEGORY or e == category],
        groups,
        single,
        _single_attributes(ontology),
    )
    used = {edge.target for edge in edges}
    return (
        sorted((n for n in nodes.values() if n.id in used), key=lambda n: n.id),
        sorted(edges, key=lambda e: e.key),
    )


def _belief(group: Sequence[Fact]) -> float:
    strongest: dict[str, float] = {}
    for fact in group:
        document = fact.evidence.document_id
        strongest[document] = max(strongest.get(document, 0.0), fact.confidence)
    return 1.0 - prod(1.0 - strongest[document] for document in sorted(strongest))


def join_agreeing(groups: dict[_Key, _Group]) -> dict[_Key, _Group]:
    """Merge quantities of one attribute that agree into one value, under the form that was decided, else the strongest."""
    by_attribute: dict[tuple[str, str], list[_Key]] = defaultdict(list)
    for key, group in groups.items():
        if group[0].quantity is not None:
            by_attribute[key[:2]].append(key)
    joined = {key: list(group) for key, group in groups.items()}
    for keys in by_attribute.values():
        leaders: list[_Key] = []
        for key in sorted(keys, key=lambda k: (-_newest_in(groups[k]), -_belief(groups[k]), k)):
            quantity = groups[key][0].quantity
            for leader in leaders:
                other = groups[leader][0].quantity
                if quantity is not None and other is not None and quantity.agrees_with(other):
                    joined[leader] += joined.pop(key)
                    break
            else:
                leaders.append(key)
    return joined


def make_edge(product_node: str, key: _Key, group: _Group) -> Edge | None:
    """The edge of the facts of one group; ``None`` where more speaks against it than for it."""
    relation, attribute, target = key
    affirmed = [fact for fact in group if not fact.negated]
    denied = [fact for fact in group if fact.negated]
    belief, against = _belief(affirmed), _belief(denied)
    decision = _decision_in(affirmed)
    if not affirmed or (against >= belief and decision is None):
        return None
    if decision is not None:
        belief, against = 1.0, 0.0
    ordered = sorted(
        affirmed,
        key=lambda f: (bool(f.implied_by), _is_unread(f), -f.confidence, f.evidence.id, f.implied_by),
    )
    ids = list(dict.fromkeys(name for fact in ordered for name in _evidence_of(fact)))
    properties: dict[str, Scalar] = {}
    if denied:
        properties["denied_by"] = len({fact.evidence.document_id for fact in denied})
    if relation == HAS_ASPECT:
        properties.update(_opinions(affirmed))
    speaker = ordered[0]
    if decision is not None:  # a read number that agrees with the decided one was joined to it
        speaker = next((fact for fact in ordered if fact.target.id == target), ordered[0])
    if speaker.quantity is not None:
        properties["written"] = speaker.evidence.surface
        if unit := _unit_of_column(speaker.evidence.surface, speaker.quantity):
            properties["unit"] = unit
        properties["si_low"] = speaker.quantity.si_low
        properties["si_high"] = speaker.quantity.si_high
    if ordered[0].implied_by and decision is None:
        properties["implied_by"] = ordered[0].implied_by
    inference = next((f.inference for f in ordered if f.inference and not f.implied_by), None)
    if inference is not None:
        properties["inferred_by"] = inference.rule
        properties["inferred_from"] = SOURCES_SEPARATOR.join(inference.sources)
    if decision is not None:
        properties |= {"status": "accepted", **decision_marks(decision)}
    return Edge(
        source=product_node,
        relation=relation,
        target=target,
        attribute=attribute,
        confidence=round(_weigh(belief, against), 6),
        support=len(ids),
        extractors=tuple(
            sorted({*(fact.evidence.extractor for fact in affirmed), *([PERSON] if decision else ())})
        ),
        evidence=tuple(ids[:MOST_EVIDENCE]),
        properties=properties,
    )


def _unit_of_column(surface: str, quantity: Quantity) -> str:
    """The unit of bare numbers, which the name of their column said: "g" of "Ball weight (g): 50"."""
    if quantity.unit == "count" or not _BARE.fullmatch(surface):
        return ""
    return show_quantity(0, quantity.unit)[0].removeprefix("0").strip()


def _is_unread(fact: Fact) -> bool:
    """Whether no text was read for it: a person said so."""
    return fact.evidence.extractor == PERSON


def _evidence_of(fact: Fact) -> tuple[str, ...]:
    """Ids of what was read for a fact; of an inferred one, for all that it rests on."""
    if fact.inference is not None:
        return fact.inference.evidence
    return () if _is_unread(fact) else (fact.evidence.id,)


def _decision_in(group: Sequence[Fact]) -> Decision | None:
    """The newest decision by which a fact of a group holds."""
    decisions = [fact.decision for fact in group if fact.decision is not None]
    return max(decisions, key=lambda each: each.number, default=None)


def _newest_in(group: Sequence[Fact]) -> int:
    """The number of the newest decision by which a fact of a group holds; 0 without one."""
    decision = _decision_in([fact for fact in group if not fact.negated])
    return decision.number if decision is not None else 0


def _weigh(belief: float, against: float) -> float:
    """The belief that is left of one when another speaks against it, by Dempster's rule."""
    return belief * (1.0 - against) / (1.0 - belief * against)


def _opinions(facts: Sequence[Fact]) -> dict[str, Scalar]:
    votes: dict[str, set[tuple[str, int, int]]] = {"positive": set(), "negative": set(), "neutral": set()}
    for fact in facts:
        evidence = fact.evidence
        if evidence.polarity is not None:
            place = evidence.opinion or (evidence.start, evidence.end)
            votes[evidence.polarity].add((evidence.document_id, *place))
    counts: dict[str, Scalar] = {name: len(places) for name, places in votes.items()}
    total = sum(len(places) for places in votes.values())
    balance = len(votes["positive"]) - len(votes["negative"])
    counts["polarity"] = round(balance / total, 6) if total else 0.0
    return counts


def find_category(product_node: str, facts: Sequence[Fact]) -> Edge | None:
    """The one category edge of a product: that of a decision, of a rule, of the shop, or the most believed."""
    groups: dict[str, _Group] = defaultdict(list)
    for fact in facts:
        if fact.relation == IN_CATEGORY:
            groups[fact.target.id].append(fact)
    edges = [make_edge(product_node, (IN_CATEGORY, "", target), group) for target, group in groups.items()]
    categories = [edge for edge in edges if edge is not None]
    chosen = {target: _decision_in([f for f in group if not f.negated]) for target, group in groups.items()}
    decided = [edge for edge in categories if chosen[edge.target] is not None]
    if decided:
        return max(decided, key=lambda e: each.number if (each := chosen[e.target]) is not None else 0)
    narrower = [edge for edge in categories if "inferred_by" in edge.properties]
    if narrower:
        return max(narrower, key=lambda e: e.target)
    stated = [edge for edge in categories if "shop" in edge.extractors]
    return max(stated or categories, key=lambda e: (e.confidence, e.support, e.target), default=None)


def _single_attributes(ontology: Ontology | None) -> frozenset[str]:
    attributes = ontology.attributes.values() if ontology is not None else ()
    return frozenset(each.id for each in attributes if each.type == "enum" and each.cardinality == "one")


def _single_relations(ontology: Ontology | None) -> frozenset[str]:
    if ontology is None:
        return frozenset()
    return frozenset(r.id for r in ontology.relations.values() if r.cardinality == "one")


def _settle(
    edges: list[Edge], groups: dict[_Key, _Group], single: frozenset[str], attributes: frozenset[str]
) -> list[Edge]:
    """Mark the winner among values that cannot hold together."""
    rivals: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in edges:
        group = groups.get((edge.relation, edge.attribute, edge.target), [])
        is_number = bool(group) and group[0].quantity is not None
        is_exclusive = is_number or edge.target.endswith(("/true", "/false"))
        if edge.relation == HAS_VALUE and is_exclusive:
            rivals[(edge.relation, edge.attribute)].append(edge)
        elif edge.relation == HAS_VALUE and edge.attribute in attributes:
            if not _FOLLOWS.intersection(edge.properties):
                rivals[(edge.relation, edge.attribute)].append(edge)
        elif (
            edge.relation in single and edge.relation != IN_CATEGORY and "inferred_by" not in edge.properties
        ):
            rivals[(edge.relation, "")].append(edge)
    settled: dict[tuple[str, str, str, str], Edge] = {}
    for (relation, attribute), group_edges in rivals.items():
        if (relation != HAS_VALUE or attribute in attributes) and len(group_edges) == 1:
            continue
        numbers = {e.key: _number_of(e, groups) for e in group_edges}
        cells = {e.key: attribute in attributes and _is_stated(e, groups) for e in group_edges}
        ranked = sorted(
            group_edges,
            key=lambda e: (-numbers[e.key], not cells[e.key], -e.confidence, -e.support, e.target),
        )
        first = _quantity_of(ranked[0], groups)
        compatible = [first is not None and _overlaps(first, _quantity_of(e, groups)) for e in ranked]
        for place, edge in enumerate(ranked):
            marks: dict[str, Scalar] = {"preferred": place == 0 or compatible[place]}
            if len(ranked) > 1 and not all(compatible):
                marks["conflict"] = True
            if numbers[ranked[0].key] and not marks["preferred"]:
                marks["status"] = "superseded"
            settled[edge.key] = edge.model_copy(update={"properties": {**edge.properties, **marks}})
    return [settled.get(edge.key, edge) for edge in edges]


def _is_stated(edge: Edge, groups: dict[_Key, _Group]) -> bool:
    """Whether the shop's own table says it, and not only words of a title that may be a part of something else."""
    group = groups.get((edge.relation, edge.attribute, edge.target), ())
    return any(f.evidence.field == "table" and not f.negated and not f.implied_by for f in group)


def _number_of(edge: Edge, groups: dict[_Key, _Group]) -> int:
    """The number of the decision by which an edge holds; 0 without one."""
    return _newest_in(groups[(edge.relation, edge.attribute, edge.target)])


def _quantity_of(edge: Edge, groups: dict[_Key, _Group]) -> Quantity | None:
    return groups[(edge.relation, edge.attribute, edge.target)][0].quantity


def _overlaps(quantity: Quantity, other: Quantity | None) -> bool:
    return other is not None and quantity.overlaps(other)
