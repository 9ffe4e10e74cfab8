"""Unit of a query: one part that a product must satisfy, with the products that do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ranking.models import ClassRule
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask


@dataclass(frozen=True, eq=False)
class Unit:
    """A part of a query; two that say the same ("case … case") are compared by identity and stay two.

    Attributes:
        surface: As written.
        satisfied: Products that satisfy it, (n,).
        stated: Products that satisfy it by a fact, or by their title, brand or category, (n,).
        denied: Products whose text denies it, or that have what excludes it, (n,).
        information: How few products satisfy it, in nats; a word that half of them have says little.
        is_class: It names the kind of product that is asked for.
        is_word: It names nothing in the graph.
        is_quality: It names a value, use or audience by words that no product's title is headed by.
        is_head: The noun that says what is asked for where the query names no class: the camera of "waterproof camera".
    """

    surface: str
    satisfied: Mask
    stated: Mask
    denied: Mask
    information: float
    is_class: bool = False
    is_word: bool = False
    is_head: bool = False
    is_quality: bool = False

    @property
    def is_known(self) -> bool:
        """Whether any product satisfies it."""
        return bool(self.satisfied.any())


@dataclass(frozen=True)
class Units:
    """The units of a query and the rule that its class is matched by.

    Attributes:
        class_rule: ``certain``: products of another class do not match. ``uncertain``: the class's words in a text
            count as well, also where products were told to be of the class by signs and the shop stated nothing.
            ``none``: the query names no class.
        classes: Ids of the classes that are asked for.
        modifiers: Nodes of classes that only tell more of what is asked for: the mouse of "mouse pad" and the laptop of
            "bag for a laptop".
    """

    units: tuple[Unit, ...]
    class_rule: ClassRule
    classes: tuple[str, ...]
    modifiers: frozenset[str] = frozenset()


def information_of(index: ServingIndex, satisfied: Mask) -> float:
    """How few products satisfy a unit, in nats."""
    return math.log((index.count + 1) / (int(satisfied.sum()) + 1))
