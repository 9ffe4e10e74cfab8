"""Placement of attributes in the class tree: as high as most of a class's kinds state them, and no higher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kms.induction.classes import ClassTree
from kms.ontology.model import ROOT_CLASS


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
