"""Class hierarchy: ancestors, descendants, and the distance of two classes."""

from __future__ import annotations

from collections.abc import Mapping

from kms.errors import NotFoundError
from kms.ontology.model import ROOT_CLASS, OntologyClass


class Hierarchy:
    """Questions about the class tree. Every method raises ``NotFoundError`` for a class that is not in it."""

    def __init__(self, classes: Mapping[str, OntologyClass]) -> None:
        """Build the tree from classes whose parents are known and free of cycles, in any order."""
        self._parents = {each.id: each.parent for each in classes.values()}
        self._ancestors = {class_id: self._chain(class_id) for class_id in self._parents}
        below: dict[str, set[str]] = {class_id: set() for class_id in self._parents}
        for class_id, above in self._ancestors.items():
            for each in above:
                below[each].add(class_id)
        self._descendants = {class_id: frozenset(each) for class_id, each in below.items()}

    def _chain(self, class_id: str) -> tuple[str, ...]:
        chain: list[str] = []
        parent = self._parents[class_id]
        while parent is not None:
            chain.append(parent)
            parent = self._parents[parent]
        return tuple(chain)

    def ancestors(self, class_id: str) -> tuple[str, ...]:
        """All classes above, nearest first, the root last."""
        try:
            return self._ancestors[class_id]
        except KeyError:
            raise NotFoundError(f"no class {class_id!r} in the ontology; see ontology/families") from None

    def descendants(self, class_id: str) -> frozenset[str]:
        """All classes below, at any depth, without the class itself."""
        self.ancestors(class_id)
        return self._descendants[class_id]

    def children(self, class_id: str) -> tuple[str, ...]:
        """The classes directly below, in the files' order."""
        self.ancestors(class_id)
        return tuple(child for child, parent in self._parents.items() if parent == class_id)

    def families(self) -> tuple[str, ...]:
        """The classes directly below the root."""
        return self.children(ROOT_CLASS)

    def family(self, class_id: str) -> str | None:
        """The family that a class belongs to; ``None`` for the root."""
        chain = (class_id, *self.ancestors(class_id))
        return chain[-2] if len(chain) > 1 else None

    def depth(self, class_id: str) -> int:
        """Steps from the root; the root has 0."""
        return len(self.ancestors(class_id))

    def is_a(self, class_id: str, other: str) -> bool:
        """Whether a class is the other, or below it."""
        self.ancestors(other)
        return other == class_id or other in self.ancestors(class_id)

    def common_ancestor(self, first: str, second: str) -> str:
        """The lowest class that holds both; a class counts as holding itself."""
        above_second = {second, *self.ancestors(second)}
        return next(each for each in (first, *self.ancestors(first)) if each in above_second)

    def distance(self, first: str, second: str) -> int:
        """Steps on the tree from one class to the other; 0 for the same class."""
        return self.depth(first) + self.depth(second) - 2 * self.depth(self.common_ancestor(first, second))
