"""Rules over facts as the catalogue team sees them: listed with what they infer, checked, tried before they are taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from api.fact_schemas import ListedFact
from api.facts import describe_fact
from api.rule_schemas import OpposedOut, RuleEffectOut, RuleOut, RulePreviewOut, RulesOut
from api.sentences import resolve_evidence
from kms.errors import InputError
from kms.facts.linking import Linker
from kms.facts.products import ProductNames
from kms.facts.rule_preview import RuleEffect, Seen, preview_rules, with_added
from kms.identity.brands import by_use
from kms.ontology.check import read_rule_file, read_rule_text
from kms.ontology.rules import Condition, Rule
from kms.progress import ProgressFactory, silent_progress

if TYPE_CHECKING:
    from pathlib import Path

    from api.wiring import Platform
    from kms.ontology.model import Ontology
    from kms.ontology.source import Problem


class RuleDesk:
    """Shows and tries rules of an installation."""

    def __init__(self, platform: Platform, ontology: Ontology | None = None) -> None:
        """Read from an installation's stores; ``ontology``: the release in force, default the installation's."""
        self._platform = platform
        self._ontology = ontology or platform.ontology

    def listed(self) -> RulesOut:
        """The rules in force, with how many facts each infers.

        Raises:
            StoreUnavailable: The graph store does not answer.
        """
        counts: Counter[str] = Counter(
            str(edge.properties["inferred_by"])
            for edge in self._platform.graph.iter_edges()
            if "inferred_by" in edge.properties
        )
        rules = self._ontology.rules.values()
        return RulesOut(
            release=self._ontology.version,
            rules=tuple(show_rule(each, counts.get(each.id, 0)) for each in rules),
        )

    def read(self, text: str, name: str) -> dict[str, Rule]:
        """The rules of a file.

        Raises:
            InputError: Something is wrong with it; the message lists all with their lines.
        """
        return _sound(*read_rule_text(text, name, self._ontology))

    def read_file(self, path: Path) -> dict[str, Rule]:
        """The rules of a file on this machine.

        Raises:
            InputError: Something is wrong with it, or it is no text; the message lists all with their lines.
        """
        return _sound(*read_rule_file(path, self._ontology))

    def preview(
        self, rules: Mapping[str, Rule], *, examples: int = 5, progress: ProgressFactory = silent_progress
    ) -> RulePreviewOut:
        """What rules would infer, oppose and take away, over all products that they may be about.

        Raises:
            StoreUnavailable: A store does not answer.
        """
        platform = self._platform
        ontology = with_added(self._ontology, rules)
        brands: Counter[str] = Counter()
        titles: dict[str, str] = {}
        for product_id, title, brand in platform.catalog.names():
            titles[product_id] = title
            if brand:
                brands[brand] += 1
        mains = platform.identities.merges().mains(titles)
        linker = Linker(
            ontology,
            brands=by_use(brands),
            brand_names=platform.brand_names(),
            products=ProductNames(titles, mains),
            encode=lambda text: platform.encoder.encode_query(text),
        )
        found = preview_rules(
            rules,
            platform.graph_builder(),
            platform.graph,
            linker,
            most_examples=examples,
            progress=progress,
        )
        return RulePreviewOut(
            products=found.products,
            changed=found.changed,
            followers=found.followers,
            rules=tuple(
                self._show(rules[rule_id], effect, titles) for rule_id, effect in found.effects.items()
            ),
        )

    def _show(self, rule: Rule, effect: RuleEffect, titles: Mapping[str, str]) -> RuleEffectOut:
        return RuleEffectOut(
            rule=show_rule(rule, effect.facts),
            new=effect.new,
            gone=effect.gone,
            stated=effect.stated,
            opposed=effect.opposed,
            examples=tuple(self._examples(effect.examples, titles)),
            conflicts=tuple(
                OpposedOut(product_id=product, product_title=titles.get(product, ""), fact=key, reason=reason)
                for product, key, reason in effect.conflicts
            ),
        )

    def _examples(self, seen: Sequence[Seen], titles: Mapping[str, str]) -> Iterator[ListedFact]:
        ids = [name for each in seen for name in each.edge.evidence[:5]]
        resolved = resolve_evidence(self._platform.evidence, ids)
        for edge, target in seen:
            product_id = edge.source.partition(":")[2]
            yield ListedFact(
                product_id=product_id,
                product_title=titles.get(product_id, ""),
                status="proposed",
                fact=describe_fact(edge, target, self._ontology, resolved),
            )


def _sound(rules: dict[str, Rule], problems: Sequence[Problem]) -> dict[str, Rule]:
    if problems:
        lines = "\n".join(f"  {each}" for each in problems)
        raise InputError(f"{len(problems)} problem(s) in the rules:\n{lines}")
    return rules


def show_rule(rule: Rule, facts: int) -> RuleOut:
    """A rule with its conditions in words of the ontology's files."""
    return RuleOut(
        id=rule.id,
        when=tuple(map(write_condition, rule.when)),
        then=rule.then,
        confidence=rule.confidence,
        note=rule.note,
        facts=facts,
    )


def write_condition(condition: Condition) -> str:
    """A condition in one line: ``class: tent or shelter``, ``waterproof_rating: at least 1500 mm``."""
    if condition.class_ids:
        return f"class: {' or '.join(condition.class_ids)}"
    if condition.fact:
        return " or ".join(condition.fact)
    if condition.none_of:
        return f"none of ({'; '.join(map(write_condition, condition.none_of))})"
    bounds = [
        f"{words} {bound}"
        for words, bound in (("at least", condition.at_least), ("at most", condition.at_most))
        if bound is not None
    ]
    return f"{condition.attribute}: {' and '.join(bounds) or 'any'}"
