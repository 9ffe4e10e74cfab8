"""Classes for products whose row names no category: the kinds that titles and cells name, with the signs of each.

Kinds that the default ontology has as one class ("notebook" and "laptop") are one class here. Kinds are looked for in
at most ``MOST_READ`` products; all others are told by the signs that these have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice

from kms.catalog.models import Product
from kms.induction.assign import Assignment
from kms.induction.classes import ClassTree, InducedClass, path_key
from kms.induction.columns import read_column
from kms.induction.kinds import Kind, find_kinds
from kms.induction.signs import ClassGuesser, signs_of
from kms.induction.slugs import make_slug, make_unique
from kms.ontology.labels import singular
from kms.ontology.model import LANGUAGES, ROOT_CLASS, Ontology, OntologyClass

MOST_READ = 50_000
_SHARED_SIGNS = 2
"""Columns that products of a kind must share with a class of the default ontology which is called so by a further name."""
_LEAST_COLUMNS = 3
_FILLED = 0.2
"""Share of a kind's products that have a table which fill a column, for it to be one of the kind."""


def add_title_classes(
    tree: ClassTree, products: Callable[[], Iterable[Product]], known: Ontology
) -> ClassGuesser | None:
    """Add classes to the tree for products without a category, and make what tells them.

    Args:
        tree: Classes of categories; titles that are about one of them need no class of their own.
        products: Of the shop.
        known: The default ontology: its classes are kinds, words for its values and attributes are none.
    """
    read = list(islice((p for p in products() if not path_key(p)), MOST_READ))
    if not read:
        return None
    taken = {singular(each.label) for each in tree.classes.values()}
    kinds = {singular(kind.name): kind for kind in find_kinds(read, known, taken=taken)}
    named = {**{name: name for name in kinds}, **{singular(c.label): c.label for c in tree.classes.values()}}
    cells = {cell: name for name, kind in kinds.items() for cell in kind.cells}
    guesser = ClassGuesser(named, {}, cells)
    assignment = Assignment(
        [signs_of(product) for product in read], [_names(product, guesser, kinds) for product in read], kinds
    )
    assignment.settle({name for name, kind in kinds.items() if _stays(name, kind, known)})
    counts = Counter(name for name in assignment.of if name is not None)
    for name in list(counts):
        if (above := kinds[name].parent) is not None and above not in assignment.dropped:
            counts[above] += 0  # a class of its own, also where all its products are of one below it
    columns = _columns_by_kind(read, assignment.of, kinds)
    groups = _merge(kinds, counts, columns, known)
    weights = assignment.weights({name: first for first, names in groups.items() for name in names})
    ids = _add(tree, groups, kinds, counts, weights, columns, known)
    return _guesser(tree, ids, groups, kinds)


def _guesser(
    tree: ClassTree, ids: Mapping[str, str], groups: Mapping[str, list[str]], kinds: Mapping[str, Kind]
) -> ClassGuesser:
    names = {singular(each.label): each.id for each in tree.classes.values()}
    for first, others in groups.items():
        names.update(dict.fromkeys([first, *others], ids[first]))
    signs = {each.id: each.signs for each in tree.classes.values() if each.signs}
    cells = {
        cell: ids[first] for first, others in groups.items() for name in others for cell in kinds[name].cells
    }
    return ClassGuesser(names, signs, cells, {each.id: each.parent for each in tree.classes.values()})


def _names(product: Product, guesser: ClassGuesser, kinds: Mapping[str, Kind]) -> list[str]:
    stated = guesser.stated(product)
    return [stated] if stated else [name for name in guesser.named(product) if name in kinds]


def _stays(name: str, kind: Kind, known: Ontology) -> bool:
    """Whether a kind is one whatever its products are like."""
    if kind.is_thing:
        return True
    is_class = any(r.kind == "class" and r.preferred for r in known.labels.lookup(name))
    return is_class or bool(kind.cells)


def _merge(
    kinds: Mapping[str, Kind],
    counts: Counter[str],
    columns: Mapping[str, Collection[str]],
    known: Ontology,
) -> dict[str, list[str]]:
    """Names of kinds that have products, those of one class of the default ontology together, the most frequent first."""
    groups: dict[str, list[str]] = {}
    first_of: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        own = _known_class(name, columns.get(name, ()), known)
        first = first_of.setdefault(own.id, name) if own else name
        groups.setdefault(first, []).append(name)
    return groups


def _add(
    tree: ClassTree,
    groups: Mapping[str, list[str]],
    kinds: Mapping[str, Kind],
    counts: Counter[str],
    weights: Mapping[str, Mapping[str, float]],
    columns: Mapping[str, Collection[str]],
    known: Ontology,
) -> dict[str, str]:
    """Add the classes, those that others stand below first; gives their ids by the kind's name."""
    ids: dict[str, str] = {}
    group_of = {name: first for first, names in groups.items() for name in names}

    def add(first: str) -> str:
        if first in ids:
            return ids[first]
        kind = kinds[first]
        above = group_of.get(kind.parent or "")
        parent = add(above) if above is not None and above != first else ROOT_CLASS
        class_id = make_unique(
            make_slug(kind.name), {ROOT_CLASS, *tree.classes}, "" if parent == ROOT_CLASS else parent
        )
        own = sum(counts[name] for name in groups[first])
        known_class = _known_class(first, columns.get(first, ()), known)
        label = kind.whole_name or kind.name
        if known_class and len(groups[first]) > 1 and singular(known_class.label.en) not in groups[first]:
            label = known_class.label.en or label  # "storage device" of flash drives and memory cards
        tree.classes[class_id] = InducedClass(
            class_id,
            parent,
            label,
            products=own,
            own=own,
            known=known_class,
            source="title",
            alternatives=tuple(kinds[name].name for name in groups[first] if kinds[name].name != label),
            cells=tuple(cell for name in groups[first] for cell in kinds[name].cells),
            signs=dict(weights.get(first, {})),
        )
        ids[first] = class_id
        return class_id

    for first in groups:
        add(first)
    return ids


def _columns_by_kind(
    products: Sequence[Product], names: Sequence[str | None], kinds: Mapping[str, Kind]
) -> dict[str, frozenset[str]]:
    """The columns that a good part of a kind's products fill, of those with a table; without any, of the kinds below it."""
    filled: dict[str, Counter[str]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    has_own = set(names)
    for product, name in zip(products, names, strict=True):
        if name is None or len(product.attributes) < _LEAST_COLUMNS:
            continue
        own = {read_column(column).key for column in product.attributes}
        above = kinds[name].parent
        for each in (name, above) if above is not None and above not in has_own else (name,):
            counts[each] += 1
            filled[each].update(own)
    return {
        name: frozenset(key for key, count in own.items() if count >= _FILLED * counts[name])
        for name, own in filled.items()
    }


def _known_class(name: str, columns: Collection[str], known: Ontology) -> OntologyClass | None:
    """The class of the default ontology that a kind is: by its label, or by a further name and its products' columns."""
    for reading in known.labels.lookup(name):
        if reading.kind != "class" or reading.id == ROOT_CLASS:
            continue
        if reading.preferred or " " in name:
            return known.classes[reading.id]
        if len(_columns_of(reading.id, known).intersection(columns)) >= _SHARED_SIGNS:
            return known.classes[reading.id]
    return None


def _columns_of(class_id: str, known: Ontology) -> set[str]:
    """How a class's own attributes are called in tables."""
    root = {attribute.id for attribute in known.attributes_of(ROOT_CLASS)}
    return {
        read_column(name).key
        for attribute in known.attributes_of(class_id)
        if attribute.id not in root
        for language in LANGUAGES
        for name in attribute.names(language)
    }
