"""Facts that rules infer: what holds of a product, as rules see it, and what they make of it, as facts.

Rules go over what holds after fusion (``kms.facts.fusion``): the winners of conflicts that are believed enough. An
inferred fact carries its rule, the keys of the facts that it rests on, and their evidence. It gives way to everything that
is said: it is not made where texts, tables or a person state it, deny it, or state what excludes it, and where its class has
no such attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kms.decisions.models import Decision
from kms.evidence.models import Evidence
from kms.facts.decided import PERSON, Rulings
from kms.facts.implied import claim_of, edge_claim
from kms.facts.keys import fact_key
from kms.facts.linking import claim_node
from kms.facts.models import Fact, Inference
from kms.graph.models import Edge
from kms.ontology.implications import Claim
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import CATEGORY_FIELD, IN_CATEGORY
from kms.rules.engine import Held, HeldNumber, Inferred, Known, excludes, infer

STATED, DENIED, DECIDED, OTHER_VALUE, NOT_OF_CLASS = (
    "stated",
    "denied",
    "decided",
    "other_value",
    "not_of_class",
)
"""Why rules infer nothing: it is known without them, denied, turned down by a person, excluded by what is stated, or of an
attribute that the product's class does not have; ``kms.rules.engine.OTHER_RULE`` besides."""


@dataclass(frozen=True)
class InferredFacts:
    """What rules make of one product.

    Attributes:
        facts: To be fused with the others; of a narrower class ``refinement`` alone.
        refinement: A narrower class for the product; its facts are gated and inferred anew then.
        refused: What a person turned down.
        opposed: Keys of what is not inferred, with the rule and the reason.
    """

    facts: tuple[Fact, ...] = ()
    refinement: Fact | None = None
    refused: tuple[tuple[Fact, Decision], ...] = ()
    opposed: tuple[tuple[str, str, str], ...] = ()


def inferred_facts(
    product_node: str,
    facts: Sequence[Fact],
    edges: Sequence[Edge],
    ontology: Ontology,
    rulings: Rulings,
) -> InferredFacts:
    """Run the ontology's rules over one product.

    Args:
        product_node: Node id of the subject.
        facts: Of this product, as they were fused.
        edges: What they were fused to.
        ontology: Its rules, and what follows from and excludes what.
        rulings: What people decided.
    """
    if not ontology.rule_book:
        return InferredFacts()
    return _Reasoner(product_node, facts, edges, ontology, rulings).run()


_NOTHING = Evidence.model_construct(
    document_id="", document_hash="", product_id="", field="shop", language="en", start=0, end=0, surface="",
    relation="", attribute="", value="", polarity=None, negated=False, opinion=None, sentence=(0, 0), confidence=1.0,
    extractor=PERSON, extractor_version="", ontology_release="",
)  # fmt: skip
"""Stands where only a person's word is behind a fact: nothing was read."""


def _know(edges: Iterable[Edge], ontology: Ontology) -> Known:
    """What rules see of a product's edges."""
    claims: dict[Claim, Held] = {}
    numbers: dict[str, list[HeldNumber]] = {}
    measured: dict[str, list[HeldNumber]] = {}
    mentioned: set[Claim] = set()
    category: Claim | None = None
    for edge in edges:
        held = Held(edge.confidence, fact_key(edge.relation, edge.attribute, edge.target))
        is_winner = edge.properties.get("preferred", True) is not False
        low, high = edge.properties.get("si_low"), edge.properties.get("si_high")
        if isinstance(low, int | float) and isinstance(high, int | float):
            number = HeldNumber(float(low), float(high), held)
            measured.setdefault(edge.attribute, []).append(number)
            if is_winner:
                numbers.setdefault(edge.attribute, []).append(number)
            continue
        claim = edge_claim(edge.relation, edge.attribute, edge.target.partition(":")[2], ontology)
        if claim is None:
            continue
        mentioned.add(claim)
        if is_winner:
            claims[claim] = held
            category = claim if edge.relation == IN_CATEGORY else category
    return Known(claims, numbers, category, frozenset(mentioned), measured)


class _Reasoner:
    def __init__(
        self,
        product_node: str,
        facts: Sequence[Fact],
        edges: Sequence[Edge],
        ontology: Ontology,
        rulings: Rulings,
    ) -> None:
        self._ontology, self._rulings, self._product = ontology, rulings, product_node
        self._edges = {fact_key(edge.relation, edge.attribute, edge.target): edge for edge in edges}
        self._facts = facts
        self._behind: dict[str, tuple[str, ...]] = {}
        self._denied = {claim for fact in facts if fact.negated and (claim := claim_of(fact, ontology))}
        self._known = _know(edges, ontology)
        category = self._known.category
        class_id = category.value if category and category.value in ontology.classes else ROOT_CLASS
        self._class_id = class_id
        self._allowed = {attribute.id for attribute in ontology.attributes_of(class_id)}

    def run(self) -> InferredFacts:
        ontology = self._ontology
        outcome = infer(self._known, ontology.rule_book.rules, ontology, self._opposition, self._key_of)
        self._behind = {self._key_of(each.claim): each.sources for each in outcome.inferred}
        narrower = [each for each in outcome.inferred if each.claim.field == CATEGORY_FIELD]
        opposed = tuple((self._key_of(each.claim), each.rule, word) for each, word in outcome.opposed)
        refused = []
        for each, word in outcome.opposed:
            ruling = self._rulings.rejection_of(self._bare(each)) if word == DECIDED else None
            if ruling is not None:
                refused.append((self._fact(each), ruling.decision))
        if narrower:
            return InferredFacts(refinement=self._fact(narrower[0]), opposed=opposed)
        facts = [self._fact(each) for each in outcome.inferred]
        facts += [self._fact(each) for each in self._behind_decisions()]
        return InferredFacts(tuple(facts), None, tuple(refused), opposed)

    def _behind_decisions(self) -> list[Inferred]:
        """What rules say of facts that hold by a decision alone, without resting on those."""
        alone = {
            claim
            for fact in self._facts
            if fact.method == "decided" and not fact.negated and (claim := claim_of(fact, self._ontology))
        }
        alone -= {
            claim
            for fact in self._facts
            if fact.method != "decided" and not fact.negated and (claim := claim_of(fact, self._ontology))
        }
        alone &= {rule.claim for rule in self._ontology.rule_book.rules}
        if not alone:
            return []
        keys = {self._key_of(claim) for claim in alone}
        rest = [
            edge
            for key, edge in self._edges.items()
            if key not in keys and str(edge.properties.get("implied_by", "")) not in keys
        ]
        known = _know(rest, self._ontology)

        def is_against(claim: Claim) -> str:
            return "" if claim in alone else self._opposition(claim)

        outcome = infer(known, self._ontology.rule_book.rules, self._ontology, is_against, self._key_of)
        self._behind |= {self._key_of(each.claim): each.sources for each in outcome.inferred}
        return [
            each for each in outcome.inferred if each.claim in alone and each.claim.field != CATEGORY_FIELD
        ]

    def _opposition(self, claim: Claim) -> str:
        ontology, known = self._ontology, self._known
        if claim.field == CATEGORY_FIELD:
            return self._against_class(claim)
        if claim in known.claims or claim in known.mentioned:
            return STATED
        if claim.attribute and claim.attribute not in self._allowed:
            return NOT_OF_CLASS
        for each in (claim, *ontology.implications.implied(claim)):
            if each in self._denied:
                return DENIED
        if self._rulings.rejection_of(self._bare(Inferred(claim, 0.0, "", (), 0))) is not None:
            return DECIDED
        if any(excludes(claim, other, ontology) for other in known.mentioned):
            return OTHER_VALUE
        return ""

    def _against_class(self, claim: Claim) -> str:
        if claim.value == self._class_id:
            return STATED
        if claim.value not in self._ontology.hierarchy.descendants(self._class_id):
            return OTHER_VALUE
        if claim in self._denied:
            return DENIED
        edge = self._edges.get(self._key_of(Claim(CATEGORY_FIELD, self._class_id)))
        is_decided = edge is not None and edge.properties.get("status") == "accepted"
        if is_decided or self._rulings.rejection_of(self._bare(Inferred(claim, 0.0, "", (), 0))):
            return DECIDED
        return ""

    def _key_of(self, claim: Claim) -> str:
        relation = self._ontology.relation_of_field(claim.field)
        assert relation is not None, claim
        return fact_key(relation.id, claim.attribute, claim_node(claim, self._ontology).id)

    def _bare(self, each: Inferred) -> Fact:
        """A fact that is nothing but its name."""
        relation = self._ontology.relation_of_field(each.claim.field)
        assert relation is not None, each
        return Fact(
            _NOTHING,
            claim_node(each.claim, self._ontology),
            each.belief,
            "inferred",
            relation=relation.id,
            attribute=each.claim.attribute,
        )

    def _fact(self, each: Inferred) -> Fact:
        """A fact with the evidence of those that it rests on, the class's last."""
        keys = self._grounds(each.sources)
        edges = sorted(
            (self._edges[key] for key in keys if key in self._edges),
            key=lambda edge: (edge.relation == IN_CATEGORY, edge.key),
        )
        ids = tuple(dict.fromkeys(name for edge in edges for name in edge.evidence))
        inference = Inference(each.rule, each.sources, ids)
        return replace(self._bare(each), evidence=self._evidence(edges, ids), inference=inference)

    def _grounds(self, keys: Iterable[str]) -> list[str]:
        """Keys of the facts that are known without rules and that others, which may be inferred, rest on."""
        grounds: dict[str, None] = {}
        waiting, seen = list(keys), set(keys)
        while waiting:
            key = waiting.pop(0)
            grounds[key] = None
            behind = self._behind.get(key, ())
            waiting += [each for each in behind if each not in seen]
            seen.update(behind)
        return list(grounds)

    def _evidence(self, edges: Sequence[Edge], ids: Sequence[str]) -> Evidence:
        by_id = {fact.evidence.id: fact.evidence for fact in self._facts}
        for name in ids:
            if name in by_id:
                return by_id[name]
        targets = {edge.target for edge in edges}
        targets |= {str(edge.properties.get("implied_by", "")).partition(":")[2] for edge in edges}
        return next((f.evidence for f in self._facts if f.target.id in targets), _NOTHING)
