"""Placement of attributes in the class tree: as high as most of a class's kinds state them, and no higher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kms.induction.classes import ClassTree
from kms.ontology.model import ROOT_CLASS

LEAST_SHARE = 0.02
"""Least share of a class's products whose texts state an attribute: one text among hundreds may be about other things."""


def place(stated: Mapping[str, int], tree: ClassTree, children: Mapping[str, Sequence[str]]) -> list[str]:
    """The classes that an attribute is of; every product that states it is below one of them.

    A class has an attribute where products of its own state it, or more than half of the classes below it do.

    Args:
        stated: How many products of each class itself state it.
        tree: The classes.
        children: Ids of the classes below each.
    """
    below: dict[str, int] = {}

    def count(class_id: str) -> int:
        below[class_id] = stated.get(class_id, 0) + sum(count(each) for each in children.get(class_id, ()))
        return below[class_id]

    def choose(class_id: str) -> list[str]:
        under = children.get(class_id, ())
        having = [each for each in under if below[each]]
        if class_id != ROOT_CLASS and (
            stated.get(class_id) or (len(having) > 1 and 2 * len(having) > len(under))
        ):
            return [class_id]
        return [each for child in having for each in choose(child)]

    count(ROOT_CLASS)
    return choose(ROOT_CLASS)


def place_stated(
    stated: Mapping[str, int], tree: ClassTree, children: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    """The classes that an attribute is of by what texts state, with how many products of each, below it as well, state it.

    A text is weaker than a column: what a product of a class with others below it states is no reason for these. A class
    that the default ontology has, and what is below one, has the attributes that are said of it there.
    """
    below: dict[str, int] = {}

    def count(class_id: str) -> int:
        below[class_id] = stated.get(class_id, 0) + sum(count(each) for each in children.get(class_id, ()))
        return below[class_id]

    def choose(class_id: str) -> list[str]:
        under = children.get(class_id, ())
        if class_id == ROOT_CLASS:
            return [each for child in under for each in choose(child)]
        here = tree.classes[class_id]
        if here.known is not None or not below[class_id]:
            return []
        chosen = [each for child in under for each in choose(child)]
        is_of_own = 2 * here.own > here.products and stated.get(class_id, 0) >= LEAST_SHARE * here.own
        is_of_most = len(chosen) > 1 and 2 * sum(each in chosen for each in under) > len(under)
        return [class_id] if is_of_own or is_of_most else chosen

    count(ROOT_CLASS)
    return {class_id: below[class_id] for class_id in choose(ROOT_CLASS)}
