"""Kinds of products: which classes are so near that their products replace and do not complement each other."""

from __future__ import annotations

from collections.abc import Iterable

from kms.errors import NotFoundError
from kms.ontology.hierarchy import Hierarchy

NEAR = 2
"""Steps up to a common ancestor at which two classes are still of one kind."""
FAMILY_DEPTH = 1
"""Depth of the families below the root; a common ancestor at this depth or above makes no kind."""


def is_same_kind(hierarchy: Hierarchy, first: str, second: str) -> bool:
    """Whether products of two classes are of one kind.

    They are when one class is the other or above it, or when both lie near below a common class that is narrower
    than a family: over-ear headphones and earbuds are headphones, laptops and mice are only computing.
    A class that the ontology does not have is of no kind with any other.
    """
    if first == second:
        return True
    try:
        common = hierarchy.common_ancestor(first, second)
        depth = hierarchy.depth(common)
        deepest = max(hierarchy.depth(first), hierarchy.depth(second))
    except NotFoundError:
        return False
    if common in (first, second):
        return depth > 0
    return depth > FAMILY_DEPTH and deepest - depth <= NEAR


def are_same_kind(hierarchy: Hierarchy, first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether any class of one product is of one kind with any class of another."""
    others = tuple(second)
    return any(is_same_kind(hierarchy, a, b) for a in first for b in others)


def classes_of_kind(hierarchy: Hierarchy, classes: Iterable[str], every: Iterable[str]) -> frozenset[str]:
    """All classes out of ``every`` that are of one kind with one of ``classes``."""
    own = tuple(classes)
    return frozenset(other for other in every if any(is_same_kind(hierarchy, c, other) for c in own))
