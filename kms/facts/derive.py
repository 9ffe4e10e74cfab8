"""Derivation: one product's part of the graph, a pure function of its evidence and of what people decided on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kms.decisions.contexts import context_of
from kms.decisions.models import Decision
from kms.evidence.models import Evidence
from kms.evidence.proposals import ProposedValue
from kms.evidence.store import EvidenceStore
from kms.facts.decided import NO_RULINGS, Rulings, judge_mentions
from kms.facts.fusion import find_category, fuse
from kms.facts.gating import gate
from kms.facts.inferred import inferred_facts
from kms.facts.linking import Linker
from kms.facts.models import Fact, Rejection, RejectionReason, Superseded
from kms.facts.rejected import Refused, rejected_edges
from kms.graph.models import Edge, Node
from kms.ontology.labels import text_key
from kms.ontology.structure import IN_CATEGORY, MADE_BY


@dataclass(frozen=True)
class Derived:
    """A product's part of the graph, derived from its evidence.

    Attributes:
        proposals: Product id, evidence id and what is proposed.
        rejections: Mentions that say nothing of the product.
        rejected: Facts that do not hold, as edges of the relation ``REJECTED``.
        opposed: Keys of facts that rules would infer and do not, each with the rule and the reason.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    proposals: tuple[tuple[str, str, ProposedValue], ...]
    rejections: tuple[Rejection, ...]
    rejected: tuple[Edge, ...] = ()
    opposed: tuple[tuple[str, str, str], ...] = ()


def derive(
    product_id: str, evidence: Sequence[Evidence], linker: Linker, rulings: Rulings = NO_RULINGS
) -> Derived:
    """Derive one product's nodes, edges, proposals and rejections from its evidence and the decisions on it; pure."""
    facts: list[Fact] = []
    refused: list[Refused] = []
    proposals: list[tuple[str, str, ProposedValue]] = []
    rejections: list[Rejection] = []
    stated = [e for e in evidence if e.relation == MADE_BY and e.extractor == "shop"]
    own_brands = {_brand_key(e, linker) for e in stated}
    for item in evidence:
        # Where the shop has said who made it, other brands in the text belong to other products.
        is_second = item.relation == MADE_BY and own_brands and item.extractor != "shop"
        if is_second and _brand_key(item, linker) not in own_brands:
            rejections.append(Rejection(item, RejectionReason.OTHER_BRAND))
            other = linker.link(item)
            if isinstance(other, Fact):
                refused.append((other, RejectionReason.OTHER_BRAND))
            continue
        linked = linker.link(item)
        if isinstance(linked, Fact):
            facts.append(linked)
        elif isinstance(linked, Rejection):
            rejections.append(linked)
            if linked.fact is not None:
                refused.append((linked.fact, linked.reason))
        else:
            value = ProposedValue(
                kind=linked.kind,
                attribute=linked.attribute,
                surface=linked.surface[:500],
                language=item.language,
            )
            proposals.append((product_id, item.id, value))
    node = f"product:{product_id}"
    if rulings:
        facts, by_mention = judge_mentions(facts, rulings)
        refused += by_mention
        held = []
        for fact in facts:
            against = None if fact.decision is not None else rulings.rejection_of(fact)
            if against is None:
                held.append(fact)
            else:
                refused.append((fact, against.decision))
        facts = [*held, *rulings.accepted()]
        refused += [(fact, RejectionReason.NO_SUCH_TARGET) for fact in rulings.lost()]
    narrowed: list[Fact] = []
    while True:
        category = find_category(node, facts)
        class_id = category.target.partition(":")[2] if category else None
        kept, not_of_class = gate(facts, class_id, linker.ontology)
        unimplied: list[tuple[Fact, Decision]] = []
        nodes, edges = fuse(node, kept, linker.ontology, rulings, unimplied)
        inferred = inferred_facts(node, kept, edges, linker.ontology, rulings)
        if inferred.refinement is None:
            break
        # Each is narrower than the one before, so this ends.
        narrowed += [fact for fact in facts if fact.method == "inferred"]
        facts = [*(fact for fact in facts if fact.method != "inferred"), inferred.refinement]
    if inferred.facts:
        unimplied = []
        nodes, edges = fuse(node, [*kept, *inferred.facts], linker.ontology, rulings, unimplied)
    unimplied += inferred.refused
    if category is not None and category.properties.get("status") == "accepted":
        by = next(f.decision for f in facts if f.target.id == category.target and f.decision is not None)
        refused += [
            (fact, Superseded(by))
            for fact in kept
            if fact.relation == IN_CATEGORY and not fact.negated and fact.target.id != category.target
        ]
    if category is not None and class_id is not None and "inferred_by" in category.properties:
        above = linker.ontology.hierarchy.ancestors(class_id)
        classes = [fact for fact in kept if fact.relation == IN_CATEGORY and not fact.negated]
        refused += [(f, Superseded()) for f in (*classes, *narrowed) if f.target.key in above]
    others, rejected = rejected_edges(node, [*refused, *unimplied, *not_of_class], edges)
    return Derived(
        tuple({each.id: each for each in (*others, *nodes)}.values()),
        tuple(edges),
        tuple(proposals),
        (*rejections, *(Rejection(fact.evidence, reason) for fact, reason in not_of_class)),
        tuple(rejected),
        inferred.opposed,
    )


def contexts_of(store: EvidenceStore, evidence: Sequence[Evidence]) -> dict[str, str]:
    """The context of each mention by evidence id, as decisions on mentions name it."""
    documents = store.documents(list({item.document_id for item in evidence}))
    return {
        item.id: context_of(documents[item.document_id].text, item.start, item.end)
        for item in evidence
        if item.document_id in documents
    }


def _brand_key(evidence: Evidence, linker: Linker) -> str:
    brand = linker.brand_of(evidence)
    return brand.key if brand else text_key(evidence.value or evidence.surface)
