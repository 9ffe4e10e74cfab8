"""Classes out of category paths: every prefix of a path is a class, its leaf the name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kms.catalog.categories import CategoryTreeBuilder, refined_path
from kms.catalog.models import Product
from kms.induction.contents import recur
from kms.induction.slugs import make_slug, make_unique
from kms.ontology.class_names import split_path
from kms.ontology.labels import normalise
from kms.ontology.model import LANGUAGES, ROOT_CLASS, Ontology, OntologyClass

Key = tuple[str, ...]
"""The folded names of a path."""
_LONGEST_LABEL = 150


@dataclass
class InducedClass:
    """A class that a shop's categories or titles name.

    Attributes:
        paths: As the shop writes them.
        products: How many stand in it or below it.
        own: How many stand in it itself.
        known: The class of the default ontology that is called like it.
        source: ``category``, or ``title`` where titles, cells and signs tell it.
        cells: Cells of tables that mean it: column and value as written.
        signs: What products of it are told by, with weights.
        by_measure: How many of its products are sold by mass or volume.
        masses: Kilograms that titles of its products state.
        is_packed: Whether these are masses of packs.
        stated: How many of its products state in texts each attribute that it has by that.
    """

    id: str
    parent: str
    label: str
    paths: tuple[str, ...] = ()
    products: int = 0
    own: int = 0
    known: OntologyClass | None = None
    source: str = "category"
    alternatives: tuple[str, ...] = ()
    attributes: list[str] = field(default_factory=list)
    cells: tuple[tuple[str, str], ...] = ()
    signs: dict[str, float] = field(default_factory=dict)
    by_measure: int = 0
    masses: list[float] = field(default_factory=list)
    is_packed: bool = False
    stated: dict[str, int] = field(default_factory=dict)

    @property
    def is_sold_by_measure(self) -> bool:
        """Whether most of its products are amounts of some stuff."""
        return self.is_packed or 2 * self.by_measure > self.products


@dataclass
class ClassTree:
    """Induced classes by id, parents first, and the class of each category path."""

    classes: dict[str, InducedClass] = field(default_factory=dict)
    of_path: dict[Key, str] = field(default_factory=dict)

    def class_of(self, product: Product) -> str | None:
        """The class of a product's category."""
        key, kind = path_key(product), product.category_kind()
        finer = self.of_path.get((*key, normalise(kind))) if kind else None
        return finer or self.of_path.get(key)

    def count(self, class_id: str) -> None:
        """Count a product of a class, and in those above it."""
        self.classes[class_id].own += 1
        while class_id in self.classes:
            self.classes[class_id].products += 1
            class_id = self.classes[class_id].parent

    def count_by_measure(self, class_id: str) -> None:
        """Count a product that is sold by mass or volume, in its class and in those above it."""
        while class_id in self.classes:
            self.classes[class_id].by_measure += 1
            class_id = self.classes[class_id].parent

    def add_mass(self, class_id: str, kilograms: float) -> None:
        """Note the mass that a product's title states, in its class and in those above it."""
        while class_id in self.classes:
            self.classes[class_id].masses.append(kilograms)
            class_id = self.classes[class_id].parent

    def find_packed(self) -> None:
        """Tell the classes whose titles state masses of packs; small classes go by the one above them."""
        for each in self.classes.values():
            above = self.classes.get(each.parent)
            is_like = above is not None and above.is_packed and len(each.masses) == each.products
            each.is_packed = is_like or recur(each.masses, each.products)

    def children(self) -> dict[str, list[str]]:
        """Ids of the classes directly below each one that has any, and below the root."""
        below: dict[str, list[str]] = defaultdict(list)
        for each in self.classes.values():
            below[each.parent].append(each.id)
        return dict(below)


def path_names(product: Product) -> tuple[str, ...]:
    """The names of a product's category path."""
    path = product.category_path()
    return split_path(path) if path else ()


def path_key(product: Product) -> Key:
    """A product's category path, folded."""
    return tuple(normalise(name) for name in path_names(product))


def build_tree(products: Iterable[Product], known: Ontology) -> ClassTree:
    """The tree of all products' categories.

    Args:
        products: Of the shop; each is looked at once.
        known: The default ontology, whose classes lend their names in the other language.
    """
    own: Counter[Key] = Counter()
    below: Counter[Key] = Counter()
    written: dict[Key, Counter[tuple[str, ...]]] = defaultdict(Counter)
    shop = CategoryTreeBuilder(known)
    stated: Counter[tuple[tuple[str, ...], str | None]] = Counter()
    for product in products:
        shop.add(product)
        stated[path_names(product), product.category_kind()] += 1
    places = shop.tree()
    for (path, kind), count in stated.items():
        names = refined_path(path, kind, places)
        key = tuple(normalise(name) for name in names)
        if not key or not all(key):
            continue
        own[key] += count
        for length in range(1, len(key) + 1):
            below[key[:length]] += count
            written[key[:length]][names[:length]] += count
    leaves = Counter(key[-1] for key in below)
    root = known.classes[ROOT_CLASS]
    taken = {normalise(name) for language in LANGUAGES for name in root.names(language)}
    tree = ClassTree()
    for key in sorted(below, key=lambda key: (len(key), -below[key], key)):
        names = _usual(written[key])
        parent = tree.of_path[key[:-1]] if len(key) > 1 else ROOT_CLASS
        label = _tell_apart(names, taken, is_shared=leaves[key[-1]] > 1)
        taken.add(normalise(label))
        owner = parent if len(key) > 1 else ""
        class_id = make_unique(make_slug(names[-1]), {ROOT_CLASS, *tree.classes}, owner)
        tree.of_path[key] = class_id
        tree.classes[class_id] = InducedClass(
            class_id, parent, label, (" > ".join(names),), below[key], own[key], known_class(names, known)
        )
    return tree


def known_class(names: Sequence[str], known: Ontology) -> OntologyClass | None:
    """The class of the default ontology that the leaf of a path is called like, in the singular or plural.

    A further name of a class counts only below a name of a class above it: grinders are for coffee in a kitchen, not
    among power tools.
    """
    above = {r.id for name in names[:-1] for r in known.labels.lookup(name) if r.kind == "class"}
    for reading in known.labels.lookup(names[-1]):
        if reading.kind != "class" or reading.id == ROOT_CLASS:
            continue
        if reading.preferred or above.intersection(known.hierarchy.ancestors(reading.id)):
            return known.classes[reading.id]
    return None


def _usual(written: Mapping[tuple[str, ...], int]) -> tuple[str, ...]:
    """The most frequent way to write a path."""
    return min(written, key=lambda names: (-written[names], names))


def _tell_apart(names: Sequence[str], taken: Container[str], *, is_shared: bool) -> str:
    """A label that no other class has: the leaf, with the names above it where several leaves are called like it."""
    leaf = names[-1][:_LONGEST_LABEL]
    choices = [leaf] if not is_shared else []
    choices += [f"{leaf} ({', '.join(reversed(names[first:-1]))})" for first in range(len(names) - 2, -1, -1)]
    for choice in [*choices, leaf]:
        if len(choice) <= 200 and normalise(choice) not in taken:
            return choice
    number = 2
    while normalise(f"{leaf} {number}") in taken:
        number += 1
    return f"{leaf} {number}"
