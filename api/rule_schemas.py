"""Answers about rules over facts."""

from __future__ import annotations

from pydantic import Field

from api.fact_schemas import ListedFact
from api.schemas import Answer


class RuleOut(Answer):
    """A rule: all of ``when`` lead to ``then``.

    Attributes:
        confidence: Factor on the belief in the weakest fact that it rests on.
        note: Why it may be believed.
        facts: How many facts it infers.
    """

    id: str
    when: tuple[str, ...]
    then: str
    confidence: float
    note: str
    facts: int = 0


class RulesOut(Answer):
    """The rules in force, and the ontology's release."""

    release: str
    rules: tuple[RuleOut, ...]


class OpposedOut(Answer):
    """A fact that a rule does not infer, because something is against it.

    Attributes:
        fact: Attribute or relation, colon, node id.
        reason: ``denied``, ``decided``, ``other_value``, ``not_of_class`` or ``other_rule``.
    """

    product_id: str
    product_title: str
    fact: str
    reason: str


class RuleEffectOut(Answer):
    """What one rule would do.

    Attributes:
        rule: Its ``facts`` are those that it would infer.
        new: Those of them that the graph does not hold.
        gone: Facts that a rule of the same id infers now and would not any more.
        stated: Facts that it would infer and that texts or tables state already.
        opposed: Facts that it would infer and does not, by reason.
    """

    rule: RuleOut
    new: int
    gone: int
    stated: int
    opposed: dict[str, int] = Field(default_factory=dict)
    examples: tuple[ListedFact, ...] = ()
    conflicts: tuple[OpposedOut, ...] = ()


class RulePreviewOut(Answer):
    """What rules would do; nothing was changed.

    Attributes:
        products: Products that they may be about, all of which were looked at.
        changed: Those whose facts would be others.
        followers: New facts that other rules would infer from those of these.
    """

    products: int
    changed: int
    followers: int
    rules: tuple[RuleEffectOut, ...]
