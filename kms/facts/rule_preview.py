"""Preview of rules: what they would infer on the present graph, before they are taken. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from kms.facts.build import GraphBuilder
from kms.facts.implied import edge_claim
from kms.facts.inferred import STATED
from kms.facts.keys import fact_key
from kms.facts.linking import Linker
from kms.graph.models import Edge, Node
from kms.graph.port import GraphStore
from kms.ontology.implications import Claim
from kms.ontology.model import Ontology
from kms.ontology.rule_book import Demand, HasNumber, OfClass, ReadRule
from kms.ontology.rules import Rule
from kms.ontology.structure import CATEGORY_FIELD
from kms.progress import ProgressFactory, silent_progress

_PRODUCTS = "product:"


class Seen(NamedTuple):
    """An inferred fact of a preview, with its target."""

    edge: Edge
    target: Node


@dataclass
class RuleEffect:
    """What one rule does.

    Attributes:
        facts: Facts that it infers.
        new: Those of them that the graph does not hold yet.
        gone: Facts that it infers now and would not any more.
        stated: Facts that it would infer and that are known without it: the texts agree with the rule.
        opposed: Facts that it would infer and that something is against, by the reason.
        examples: Some of the new ones, else of all.
        conflicts: Product, key of the fact, and reason of some that are opposed.
    """

    facts: int = 0
    new: int = 0
    gone: int = 0
    stated: int = 0
    opposed: dict[str, int] = field(default_factory=dict)
    examples: list[Seen] = field(default_factory=list)
    conflicts: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class RulePreview:
    """What rules would change.

    Attributes:
        products: Products that the rules may be about, all of which were looked at.
        changed: Products whose facts would be others.
        effects: By rule, those of the preview alone.
        followers: New facts that other rules infer from those of the preview.
    """

    products: int = 0
    changed: int = 0
    effects: dict[str, RuleEffect] = field(default_factory=dict)
    followers: int = 0


def preview_rules(
    rules: Mapping[str, Rule],
    builder: GraphBuilder,
    graph: GraphStore,
    linker: Linker,
    *,
    most_examples: int = 5,
    progress: ProgressFactory = silent_progress,
) -> RulePreview:
    """Derive the facts of every product that rules may be about, and compare them with the graph.

    Args:
        rules: Added to those of the ontology, or in the place of those with the same id.
        builder: Of the present installation.
        graph: Its graph, brought up to date.
        linker: Under an ontology that has the rules; see ``with_added``.
        most_examples: Of each kind and rule.
        progress: Shows how far it is.

    Raises:
        StoreUnavailable: A store does not answer.
    """
    ontology = linker.ontology
    preview = RulePreview(effects={rule_id: RuleEffect() for rule_id in sorted(rules)})
    held = _held(graph, _Rules(rules, builder.ontology, ontology))
    preview.products = len(held)
    with progress("rules", len(held)) as advance:
        for product_id, derived in builder.derived(sorted(held), linker):
            targets = {node.id: node for node in derived.nodes}
            _compare(preview, held[product_id], derived.edges, targets, most_examples)
            for key, rule_id, reason in derived.opposed:
                effect = preview.effects.get(rule_id)
                if effect is None:
                    continue
                if reason == STATED:
                    effect.stated += 1
                    continue
                effect.opposed[reason] = effect.opposed.get(reason, 0) + 1
                if len(effect.conflicts) < most_examples:
                    effect.conflicts.append((product_id, key, reason))
            advance(1)
    return preview


def with_added(ontology: Ontology, rules: Mapping[str, Rule]) -> Ontology:
    """An ontology with further rules; one with the id of another takes its place."""
    assert ontology.labels is not None  # made once for all previews: rules have no part in them
    return ontology.with_rules({**ontology.rules, **rules})


def _compare(
    preview: RulePreview,
    before: Mapping[str, str],
    edges: Iterable[Edge],
    targets: Mapping[str, Node],
    most_examples: int,
) -> None:
    now: dict[str, Edge] = {}
    for edge in edges:
        if "inferred_by" in edge.properties:
            now[fact_key(edge.relation, edge.attribute, edge.target)] = edge
    is_changed = False
    for key, edge in now.items():
        rule_id = str(edge.properties["inferred_by"])
        is_new = key not in before
        is_changed |= is_new
        effect = preview.effects.get(rule_id)
        if effect is None:
            preview.followers += is_new
            continue
        effect.facts += 1
        effect.new += is_new
        seen = Seen(edge, targets[edge.target])
        if is_new:
            effect.examples.insert(0, seen)
        else:
            effect.examples.append(seen)
        del effect.examples[most_examples:]
    for key, rule_id in before.items():
        if rule_id and key not in now:
            is_changed = True
            if rule_id in preview.effects:
                preview.effects[rule_id].gone += 1
    preview.changed += is_changed


def _held(graph: GraphStore, rules: _Rules) -> dict[str, dict[str, str]]:
    """The products that some rule may be about: keys of their facts, with the rule that infers each or nothing."""
    found: dict[str, dict[str, str]] = {}
    current, edges = "", list[Edge]()

    def take() -> None:
        if edges and rules.may_change(edges):
            found[current.removeprefix(_PRODUCTS)] = {
                fact_key(each.relation, each.attribute, each.target): str(
                    each.properties.get("inferred_by", "")
                )
                for each in edges
            }

    for edge in graph.iter_edges():  # ordered by their source
        if not edge.source.startswith(_PRODUCTS):
            continue
        if edge.source != current:
            take()
            current, edges = edge.source, []
        edges.append(edge)
    take()
    return found


class _Rules:
    """Tells the products that rules of a preview may be about from their present edges, without deriving anything."""

    def __init__(self, ids: Iterable[str], before: Ontology, now: Ontology) -> None:
        self._ids, self._ontology = frozenset(ids), now
        # A rule that another takes the place of may have kept out what a third one concludes.
        replaced = [each for each in before.rule_book.rules if each.id in self._ids]
        self._rules = (*now.rule_book.rules, *replaced)

    def may_change(self, edges: Sequence[Edge]) -> bool:
        """Whether one of the rules has inferred an edge, or may come to hold: what is against it is left out of account."""
        if any(edge.properties.get("inferred_by") in self._ids for edge in edges):
            return True
        claims: set[Claim] = set()
        numbers: dict[str, list[tuple[float, float]]] = {}
        for edge in edges:
            low, high = edge.properties.get("si_low"), edge.properties.get("si_high")
            if isinstance(low, int | float) and isinstance(high, int | float):
                numbers.setdefault(edge.attribute, []).append((low, high))
                continue
            key = edge.target.partition(":")[2]
            claim = edge_claim(edge.relation, edge.attribute, key, self._ontology)
            if claim is not None:
                claims.add(claim)
        waiting: Sequence[ReadRule] = self._rules
        while True:
            fired = [
                rule for rule in waiting if all(_may_hold(each, claims, numbers) for each in rule.demands)
            ]
            if any(rule.id in self._ids for rule in fired):
                return True
            if not fired:
                return False
            waiting = [rule for rule in waiting if rule not in fired]
            for rule in fired:
                claims.update((rule.claim, *self._ontology.implications.implied(rule.claim)))


def _may_hold(
    demand: Demand, claims: Set[Claim], numbers: Mapping[str, Sequence[tuple[float, float]]]
) -> bool:
    if isinstance(demand, OfClass):
        return any(each.field == CATEGORY_FIELD and each.value in demand.class_ids for each in claims)
    if isinstance(demand, HasNumber):
        return any(demand.holds(*each) for each in numbers.get(demand.attribute, ()))
    return not demand.claims.isdisjoint(claims)
