"""Rules of the default ontology in an induced one: over the shop's classes and attributes that mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kms.induction.classes import ClassTree
from kms.induction.flow import to_flow
from kms.ontology.check import check_ontology
from kms.ontology.check_rules import rule_problems
from kms.ontology.model import Ontology
from kms.ontology.rules import Condition, Rule
from kms.ontology.source import Entry
from kms.ontology.structure import IN_CATEGORY

if TYPE_CHECKING:
    from kms.induction.induce import InducedAttribute

RULES = "rules.yaml"
_MEANT = 0.95


def write_rules(
    folder: Path, tree: ClassTree, known: Ontology, attributes: Iterable[InducedAttribute] = ()
) -> None:
    """Write those of the default ontology's rules that make sense in an induced folder, which has none yet.

    Args:
        folder: With everything else that was induced.
        tree: The induced classes, with those of the default ontology that they are.
        known: The default ontology.
        attributes: Those whose yes means a value of the default ontology become rules as well.
    """
    meant = [_rule_of(each) for each in attributes if each.means and each.classes]
    if not known.rules and not meant:
        return
    own = check_ontology(folder).ontology
    if own is None:
        return
    classes = _same_classes(tree, known)
    kept = [
        rule
        for rule in (*meant, *(_translate(each, classes) for each in known.rules.values()))
        if rule is not None and not any(rule_problems(own, [], [(Entry(rule.id, RULES, {}, {(): 1}), rule)]))
    ]
    if kept:
        (folder / "rules").mkdir()
        (folder / "rules" / RULES).write_text("\n".join(_lines(kept)) + "\n", "utf-8")


def _rule_of(attribute: InducedAttribute) -> Rule:
    """What the yes of a column says in the words of the default ontology."""
    return Rule(
        id=f"{attribute.id}_means",
        when=(Condition(class_ids=tuple(attribute.classes)), Condition(fact=(f"{attribute.id}/true",))),
        then=attribute.means,
        confidence=_MEANT,
        note=f"The column {attribute.label!r} is called like the value.",
    )


def _same_classes(tree: ClassTree, known: Ontology) -> dict[str, tuple[str, ...]]:
    """The induced classes that are of a default one, by its id; those that one above names are left to that."""
    same: dict[str, tuple[str, ...]] = {}
    for class_id in known.classes:
        meant = {class_id, *known.hierarchy.descendants(class_id)}
        same[class_id] = tuple(
            sorted(e.id for e in tree.classes.values() if e.known is not None and e.known.id in meant)
        )
    return same


def _translate(rule: Rule, classes: Mapping[str, tuple[str, ...]]) -> Rule | None:
    when = []
    for each in rule.when:
        read = _in_own_classes(each, classes)
        if read is None:
            return None
        if read.none_of or not each.none_of:
            when.append(read)
    owner, _, value = rule.then.partition("/")
    then = rule.then
    if owner == IN_CATEGORY:
        if len(classes.get(value, ())) != 1:
            return None
        then = f"{IN_CATEGORY}/{classes[value][0]}"
    return rule.model_copy(update={"when": tuple(when), "then": then})


def _in_own_classes(condition: Condition, classes: Mapping[str, tuple[str, ...]]) -> Condition | None:
    if condition.class_ids:
        own = tuple(dict.fromkeys(c for each in condition.class_ids for c in classes.get(each, ())))
        return condition.model_copy(update={"class_ids": own}) if own else None
    if condition.none_of:
        inner = (_in_own_classes(each, classes) for each in condition.none_of)
        return condition.model_copy(update={"none_of": tuple(each for each in inner if each is not None)})
    return condition


def _lines(rules: list[Rule]) -> Iterator[str]:
    yield "# What columns mean, and rules of the default ontology over the shop's classes; what they infer: kms rules list."
    yield "rules:"
    for rule in rules:
        yield f"  {rule.id}:"
        yield "    when:"
        yield from (f"      - {to_flow(_plain(each))}" for each in rule.when)
        yield f"    then: {to_flow(rule.then)}"
        yield f"    confidence: {rule.confidence}"
        yield f"    note: {to_flow(rule.note)}"


def _plain(condition: Condition) -> dict[str, object]:
    plain: dict[str, object] = {}
    if condition.class_ids:
        plain["class"] = list(condition.class_ids)
    if condition.fact:
        plain["fact"] = list(condition.fact)
    for name in ("attribute", "at_least", "at_most"):
        if (value := getattr(condition, name)) is not None:
            plain[name] = value
    if condition.none_of:
        plain["none_of"] = [_plain(each) for each in condition.none_of]
    return plain
