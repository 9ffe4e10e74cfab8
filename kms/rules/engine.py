"""Rules run over what is known of one product, to a fixed point.

The belief in what is inferred is that of the weakest fact that it rests on, times the rule's factor; of several ways the
surest counts, of equally sure ones the shortest, then the rule's id. Beliefs never rise along a way, so circles of rules end
and never feed themselves, and the outcome does not depend on the order of rules. ``none_of`` looks at what is known alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kms.ontology.implications import Claim
from kms.ontology.model import Ontology
from kms.ontology.rule_book import Demand, HasClaim, HasNumber, OfClass, ReadRule
from kms.ontology.structure import CATEGORY_FIELD

LEAST_BELIEF = 0.5
"""Facts believed less are not inferred from: filters and ranking do not use them either."""


class Held(NamedTuple):
    """A fact that holds: how far it is believed, and its key."""

    belief: float
    key: str


class HeldNumber(NamedTuple):
    """A number that holds, as a range in the SI unit."""

    low: float
    high: float
    held: Held


@dataclass(frozen=True)
class Known:
    """What is known of one product before any rule.

    Attributes:
        claims: Facts that hold, with what follows from them.
        numbers: Numbers that hold, by attribute.
        category: Its class as a claim; ``None`` where it has none.
        mentioned: Claims that are said at all, also those that lost a conflict or are hardly believed.
        measured: The same of numbers.
    """

    claims: Mapping[Claim, Held]
    numbers: Mapping[str, Sequence[HeldNumber]]
    category: Claim | None = None
    mentioned: frozenset[Claim] = frozenset()
    measured: Mapping[str, Sequence[HeldNumber]] = field(default_factory=dict)


@dataclass(frozen=True)
class Inferred:
    """A claim that a rule concludes.

    Attributes:
        belief: Of the weakest source, times the rule's factor.
        sources: Keys of the facts that it rests on, in the order of the rule's conditions.
        depth: How many rules stand behind it, itself included.
    """

    claim: Claim
    belief: float
    rule: str
    sources: tuple[str, ...]
    depth: int

    @property
    def rank(self) -> tuple[float, int, str, tuple[str, ...]]:
        """The best way to a claim is the least."""
        return (-self.belief, self.depth, self.rule, self.sources)


@dataclass(frozen=True)
class Outcome:
    """What rules make of a product.

    Attributes:
        inferred: By claim, the surest first.
        opposed: What would be inferred and is not, with the word of ``opposition`` or ``other_rule``.
    """

    inferred: tuple[Inferred, ...] = ()
    opposed: tuple[tuple[Inferred, str], ...] = ()


OTHER_RULE = "other_rule"
"""Why something is not inferred: another rule concludes surely, or as surely, what excludes it."""
Opposition = Callable[[Claim], str]
"""Says why a claim is not to be inferred of the product; empty where nothing is against it."""
KeyOf = Callable[[Claim], str]


def infer(
    known: Known, rules: Sequence[ReadRule], ontology: Ontology, opposition: Opposition, key_of: KeyOf
) -> Outcome:
    """Run rules over what is known of one product.

    Args:
        known: Of the product.
        rules: In any order.
        ontology: What follows from what, and what excludes what.
        opposition: What is against a claim: a decision, a denial, another value that is stated, or that it is known already.
        key_of: The key of the fact that a claim becomes.
    """
    able = [
        rule
        for rule in rules
        if not any(_is_mentioned(demand, known) for demand in rule.without)
        and all(not isinstance(each, OfClass) or _best(each, known, {}) for each in rule.demands)
    ]
    if not able:
        return Outcome()
    kept_out: dict[Claim, str] = {}
    opposed: dict[Claim, Inferred] = {}
    while True:
        found, refused = _fixed_point(known, able, ontology, opposition, kept_out, key_of)
        opposed.update(refused)
        losers = _losers(found, ontology)
        if not losers:
            break
        for loser in losers:
            kept_out[loser.claim] = OTHER_RULE
            opposed[loser.claim] = loser
    words = {claim: kept_out.get(claim) or opposition(claim) for claim in opposed}
    return Outcome(
        tuple(sorted(found.values(), key=lambda each: each.rank)),
        tuple((opposed[claim], words[claim]) for claim in sorted(opposed)),
    )


def excludes(claim: Claim, other: Claim, ontology: Ontology) -> bool:
    """Whether two claims cannot hold of one product together."""
    if claim == other:
        return False
    if claim.field == other.field and claim.attribute:
        attribute = ontology.attributes.get(claim.attribute)
        if attribute is None:
            return False
        if attribute.type == "boolean":
            return True
        is_one = attribute.type == "enum" and attribute.cardinality == "one"
        return is_one and not _is_on_one_way(claim, other, ontology)
    relation = ontology.relation_of_field(claim.field)
    if claim.field != other.field or relation is None or claim.field == CATEGORY_FIELD:
        return False
    if other.value in ontology.excluded_by(relation.range, claim.value):
        return True
    return relation.cardinality == "one" and not _is_on_one_way(claim, other, ontology)


def _is_on_one_way(claim: Claim, other: Claim, ontology: Ontology) -> bool:
    follows = ontology.implications.follows
    return follows(claim, other) or follows(other, claim)


def _fixed_point(
    known: Known,
    rules: Sequence[ReadRule],
    ontology: Ontology,
    opposition: Opposition,
    kept_out: Mapping[Claim, str],
    key_of: KeyOf,
) -> tuple[dict[Claim, Inferred], dict[Claim, Inferred]]:
    """What is inferred, and what would be and is opposed."""
    found: dict[Claim, Inferred] = {}
    refused: dict[Claim, Inferred] = {}
    for _ in range(2 * len(rules) + 2):  # each round but the last adds a rule to some way
        reached = _with_implied(found, ontology, key_of)
        better: dict[Claim, Inferred] = {}
        refused = {}
        for rule in rules:
            drawn = _draw(rule, known, reached)
            if drawn is None or rule.claim in kept_out:
                continue
            into = refused if opposition(rule.claim) else better
            earlier = into.get(rule.claim)
            if earlier is None or drawn.rank < earlier.rank:
                into[rule.claim] = drawn
        if better == found:
            break
        found = better
    return found, refused


def _with_implied(
    found: Mapping[Claim, Inferred], ontology: Ontology, key_of: KeyOf
) -> dict[Claim, tuple[Held, int]]:
    """What is inferred with what follows from that, which rests on the key of what was inferred."""
    reached: dict[Claim, tuple[Held, int]] = {}
    for each in sorted(found.values(), key=lambda one: one.rank):
        held = Held(each.belief, key_of(each.claim))
        for claim in (each.claim, *ontology.implications.implied(each.claim)):
            if claim == each.claim or claim not in reached:
                reached[claim] = (held, each.depth)
    return reached


def _draw(rule: ReadRule, known: Known, reached: Mapping[Claim, tuple[Held, int]]) -> Inferred | None:
    sources: dict[str, float] = {}
    depth = 0
    for demand in rule.demands:
        best = _best(demand, known, reached)
        if best is None:
            return None
        held, behind = best
        sources[held.key] = held.belief
        depth = max(depth, behind)
    belief = round(min(sources.values()) * rule.confidence, 6)
    return Inferred(rule.claim, belief, rule.id, tuple(sources), depth + 1)


def _best(demand: Demand, known: Known, reached: Mapping[Claim, tuple[Held, int]]) -> tuple[Held, int] | None:
    """The surest fact that fulfils a demand, what is known before what is inferred."""
    ways: list[tuple[Held, int]] = []
    if isinstance(demand, OfClass):
        category = known.category
        if category is not None and category.value in demand.class_ids:
            ways.append((known.claims[category], 0))
    elif isinstance(demand, HasNumber):
        ways += [
            (each.held, 0)
            for each in known.numbers.get(demand.attribute, ())
            if demand.holds(each.low, each.high)
        ]
    else:
        ways += [(held, 0) for claim, held in known.claims.items() if claim in demand.claims]
        ways += [way for claim, way in reached.items() if claim in demand.claims]
    ways = [way for way in ways if way[0].belief >= LEAST_BELIEF]
    return min(ways, key=lambda way: (-way[0].belief, way[1], way[0].key), default=None)


def _is_mentioned(demand: Demand, known: Known) -> bool:
    if isinstance(demand, OfClass):
        return known.category is not None and known.category.value in demand.class_ids
    if isinstance(demand, HasClaim):
        return not known.mentioned.isdisjoint(demand.claims)
    return any(demand.holds(each.low, each.high) for each in known.measured.get(demand.attribute, ()))


def _losers(found: Mapping[Claim, Inferred], ontology: Ontology) -> list[Inferred]:
    """Of the surest two that exclude each other the one that gives way, of equally sure ones both."""
    ordered = sorted(found.values(), key=lambda each: (-each.belief, each.claim))
    for place, winner in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if excludes(winner.claim, other.claim, ontology):
                return [other] if other.belief < winner.belief else [winner, other]
    return []
