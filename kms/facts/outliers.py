"""Implausible sizes: numbers that lie far from those of other products of the kind, as a doubt and never as a verdict.

Counts are no sizes: three of something where others have one is no doubt. Sizes of goods spread by factors, not by
differences, so they are compared on a logarithmic scale (temperatures and levels as they are). The measure is the
modified z-score of Iglewicz and Hoaglin (1993), ``0.6745 (x - median) / MAD``, which a few wrong numbers do not move,
with their limit of 3.5. Kinds of goods that are all of one size would make every other size a doubt, so a number has
to be off by a factor of three as well. A class with few products is judged among those of the class right above it,
but never among a whole family of goods, whose sizes differ by nature.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from kms.graph.models import Edge
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import HAS_VALUE, IN_CATEGORY
from kms.quantities.values import COUNTED

LEAST_PRODUCTS = 20
LIMIT = 3.5
LEAST_FACTOR = 3.0
_SCALE = 0.6745
_LEAST_SPREAD = 0.02
"""Of a logarithm: five percent, the rounding of shops."""
_LINEAR = frozenset({"temperature", "sound_level"})
_LEAST_DIFFERENCE = 30.0


class Size(NamedTuple):
    """A product's number of one attribute, in the SI unit."""

    product: str
    attribute: str
    target: str
    value: float


class Doubt(NamedTuple):
    """A number that is implausible for its kind.

    Attributes:
        usual: The median of the kind.
        times: By which factor it is off; of temperatures and levels the difference.
        class_id: The class among whose products it was judged.
        products: So many have the attribute.
    """

    size: Size
    usual: float
    times: float
    class_id: str
    products: int


def find_implausible(
    sizes: Iterable[Size],
    class_of: Mapping[str, str],
    ontology: Ontology,
    *,
    least_products: int = LEAST_PRODUCTS,
    limit: float = LIMIT,
) -> dict[tuple[str, str, str], Doubt]:
    """Doubts by product, attribute and target.

    Args:
        sizes: Of all products.
        class_of: Class by product; products without one are not judged.
        ontology: The tree of classes, and what attributes measure.
        least_products: A kind with fewer numbers is judged by the class above it, and not at all where that has few, too.
        limit: Of the modified z-score.
    """
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    everything = [
        size
        for size in sizes
        if size.attribute in ontology.attributes
        and ontology.attributes[size.attribute].dimension not in COUNTED
    ]
    for size in everything:
        value = _scaled(size, ontology)
        for class_id in _chain(class_of.get(size.product, ""), ontology) if value is not None else ():
            groups[(class_id, size.attribute)].append(value or 0.0)
    measured: dict[tuple[str, str], tuple[float, float]] = {}
    doubts: dict[tuple[str, str, str], Doubt] = {}
    for size in everything:
        value = _scaled(size, ontology)
        chain = _chain(class_of.get(size.product, ""), ontology)
        kind = next((c for c in chain if len(groups.get((c, size.attribute), ())) >= least_products), None)
        if value is None or kind is None:
            continue
        key = (kind, size.attribute)
        if key not in measured:
            measured[key] = _robust(groups[key])
        median, spread = measured[key]
        is_linear = ontology.attributes[size.attribute].dimension in _LINEAR
        off = abs(value - median)
        times = off if is_linear else float(10.0**off)
        if _SCALE * off / spread > limit and times >= (_LEAST_DIFFERENCE if is_linear else LEAST_FACTOR):
            usual = median if is_linear else float(10.0**median)
            doubt = Doubt(size, usual, times, kind, len(groups[key]))
            doubts[(size.product, size.attribute, size.target)] = doubt
    return doubts


def sizes_of(edges: Iterable[Edge]) -> tuple[list[Size], dict[str, str]]:
    """The numbers of products, and their classes, of the graph's edges; what a person accepted is no doubt."""
    sizes: list[Size] = []
    class_of: dict[str, str] = {}
    for edge in edges:
        if edge.relation == IN_CATEGORY:
            class_of[edge.source] = edge.target.partition(":")[2]
        low, high = edge.properties.get("si_low"), edge.properties.get("si_high")
        is_number = isinstance(low, int | float) and isinstance(high, int | float)
        if edge.relation == HAS_VALUE and is_number and "decision" not in edge.properties:
            middle = (float(low) + float(high)) / 2  # type: ignore[arg-type]
            sizes.append(Size(edge.source, edge.attribute, edge.target, middle))
    return sizes, class_of


def _scaled(size: Size, ontology: Ontology) -> float | None:
    if ontology.attributes[size.attribute].dimension in _LINEAR:
        return size.value
    return float(np.log10(size.value)) if size.value > 0 else None


def _robust(values: list[float]) -> tuple[float, float]:
    """Median and median absolute deviation."""
    numbers = np.asarray(values)
    median = float(np.median(numbers))
    return median, max(float(np.median(np.abs(numbers - median))), _LEAST_SPREAD)


def _chain(class_id: str, ontology: Ontology) -> tuple[str, ...]:
    """The class and the one above it, where that is no family: a child of the root, or the root."""
    if class_id not in ontology.classes or class_id == ROOT_CLASS:
        return ()
    above = ontology.hierarchy.ancestors(class_id)
    return (class_id, *above[:1]) if len(above) > 2 else (class_id,)
