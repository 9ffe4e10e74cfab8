"""Induction of an ontology: classes from categories, attributes and vocabularies from tables and variants' options."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kms.catalog.models import Product
from kms.identity.brand_proposals import propose_brands
from kms.identity.store import Identity
from kms.induction.attributes import (
    Cell,
    ColumnCells,
    ColumnType,
    fitting_share,
    is_answer,
    is_measure,
    is_short,
    known_values,
    says_something,
    split_list,
    type_of,
    without_none,
    without_shares,
)
from kms.induction.classes import ClassTree, build_tree
from kms.induction.columns import read_column
from kms.induction.contents import is_sold_by_measure, mass_in_title
from kms.induction.names import find_names
from kms.induction.placement import place, place_stated
from kms.induction.slugs import make_slug, make_unique
from kms.induction.statements import StatementReader, general_attributes
from kms.induction.titles import add_title_classes
from kms.ontology.labels import normalise, singular
from kms.ontology.model import LANGUAGES, ROOT_CLASS, Attribute, Ontology
from kms.quantities.columns import own_name
from kms.text.answers import says_none
from kms.text.chinese import contains_chinese

_FITS = 0.5
_SHARES_VOCABULARY = 0.6
_SEVERAL = 0.01
"""Share of an attribute's cells with several values up to which these are slips, and a product has one value."""

Products = Callable[[], Iterable[Product]]


@dataclass
class InducedAttribute:
    """An attribute of the shop's own table, or one of the default ontology that its columns state.

    Attributes:
        known: Whether it is one of the default ontology.
        columns: Names as written, with their cells.
        cells: Cells that say something.
        facts: Cells that can be read as the attribute's values.
        several: Cells with more than one word of its vocabulary.
        classes: Where it stands.
        values: New words of its vocabulary with their cells.
        vocabulary: Id of the vocabulary that they are in.
        reason: Why it is no more than text, or why cells are left out.
        consists_of: The attribute of every product whose values most of its own are, where its cells said shares of a
            whole.
        means: Of one that is answered yes or no, the attribute and value of the default ontology that a yes says:
            ``care/machine_washable`` of "Machine wash".
    """

    id: str
    label: str
    type: ColumnType
    known: Attribute | None
    vocabulary: str | None = None
    columns: Counter[str] = field(default_factory=Counter)
    cells: int = 0
    facts: int = 0
    several: int = 0
    classes: list[str] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    consists_of: Attribute | None = None
    means: str = ""

    @property
    def cardinality(self) -> Literal["one", "many"]:
        """Whether a product has at most one of its values: where hardly a cell has several."""
        return "one" if self.several <= _SEVERAL * self.cells else "many"


@dataclass
class Induction:
    """What was induced, with the figures of the report.

    Attributes:
        classed: Products with a class.
        by_title: Those of them that have it by a noun of their title or text, or by a cell that names a kind.
        by_signs: Those of them that have it by their likeness to others alone.
        adopted: Attributes of the default ontology that classes have besides what tables state.
        empty: Columns without a cell that says something, with their cells.
        names: Values and answers of attributes whose name means them in texts as well.
        brands: Pairs of names that may be one brand, the likeliest first.
    """

    tree: ClassTree
    attributes: dict[str, InducedAttribute]
    adopted: tuple[str, ...]
    products: int
    classed: int
    by_title: int
    by_signs: int
    cells: int
    facts: int
    empty: dict[str, int]
    names: frozenset[tuple[str, str]]
    brands: tuple[Identity, ...] = ()


def induce(products: Products, known: Ontology) -> Induction:
    """Induce an ontology.

    Args:
        products: Gives the shop's products, in the same order each time; it is called five times.
        known: The default ontology, whose attributes, vocabularies and names are taken over where the shop's agree.
    """
    tree = build_tree(products(), known)
    guesser = add_title_classes(tree, products, known)
    for each in tree.classes.values():
        if each.source == "title":
            each.products = each.own = 0
    columns: dict[str, ColumnCells] = {}
    kinds = {normalise(each.label) for each in tree.classes.values()}
    statements = StatementReader(general_attributes(known), known, kinds)
    stated: dict[str, Counter[str]] = defaultdict(Counter)
    count = classed = by_title = by_signs = 0
    for product in products():
        count += 1
        class_id = tree.class_of(product)
        if class_id is None and guesser is not None:
            guess = guesser.guess(product)
            if guess is not None:
                class_id = guess.class_id
                by_title += guess.is_named
                by_signs += not guess.is_named
                tree.count(class_id)
        classed += class_id is not None
        if class_id is not None and is_sold_by_measure(product):
            tree.count_by_measure(class_id)
        if class_id is not None and (kilograms := mass_in_title(product)) is not None:
            tree.add_mass(class_id, kilograms)
        if class_id is not None:
            for attribute_id in statements.find(product):
                stated[attribute_id][class_id] += 1
        for written, value in product.table().items():
            column = read_column(written)
            cells = columns.setdefault(column.key, ColumnCells(column.key))
            cells.add(written, column, value, class_id)
    tree.find_packed()
    columns = {key: without_shares(column) for key, column in columns.items()}
    attributes, empty = _attributes(columns, known)
    _place(attributes, columns, tree)
    meant = _add_meanings(attributes, tree, known)
    adopted = tuple(
        dict.fromkeys(
            [*_adopt(tree, attributes, known), *_add_stated(tree, attributes, stated, known), *meant]
        )
    )
    names = find_names(products(), attributes, {singular(each.label) for each in tree.classes.values()})
    cells_in_all = sum(each.cells for each in attributes.values())
    facts = sum(each.facts for each in attributes.values())
    return Induction(
        tree,
        attributes,
        adopted,
        count,
        classed,
        by_title,
        by_signs,
        cells_in_all,
        facts,
        empty,
        names,
        tuple(propose_brands(products())),
    )


def _attributes(
    columns: Mapping[str, ColumnCells], known: Ontology
) -> tuple[dict[str, InducedAttribute], dict[str, int]]:
    names = _known_names(known)
    attributes: dict[str, InducedAttribute] = {}
    empty: dict[str, int] = {}
    for key in sorted(columns, key=lambda key: (-columns[key].count, key)):
        column = columns[key]
        kind = type_of(column)
        if not any(says_something(value) for value, _ in column.cells):
            empty[min(column.names)] = column.count
            continue
        own = _best_known(column, kind, names.get(key) or names.get(own_name(key)) or (), known)
        label = min(column.labels, key=lambda label: (-column.labels[label], label))
        attribute_id = own.id if own else make_unique(make_slug(label), {*known.attributes, *attributes})
        attribute = attributes.setdefault(attribute_id, InducedAttribute(attribute_id, label, kind, own))
        lender = own if own else _lender(column, kind, names, known)
        if lender is not None and lender.type == "enum":
            attribute.vocabulary = lender.vocabulary
            _add_values(attribute, column, lender, known)
        elif own is None and kind.type == "enum":
            attribute.vocabulary = f"{attribute_id}_values"[:80]
            attribute.values = without_none(kind.values)
            attribute.consists_of = _whole_of(column, known)
        _count(attribute, column, lender, known)
    return attributes, empty


def _known_names(known: Ontology) -> dict[str, list[Attribute]]:
    """Attributes of the default ontology by their folded names; those of every product first."""
    root = {attribute.id for attribute in known.attributes_of(ROOT_CLASS)}
    ordered = sorted(known.attributes.values(), key=lambda attribute: attribute.id not in root)
    names: dict[str, list[Attribute]] = defaultdict(list)
    for attribute in ordered:
        for language in LANGUAGES:
            for name in attribute.names(language):
                if attribute not in names[read_column(name).key]:
                    names[read_column(name).key].append(attribute)
    return names


def _best_known(
    column: ColumnCells, kind: ColumnType, candidates: Sequence[Attribute], known: Ontology
) -> Attribute | None:
    """The attribute of the default ontology that a column is, by its name and values."""
    shares = [(fitting_share(column, each, known), -place, each) for place, each in enumerate(candidates)]
    best = max(shares, key=lambda item: item[:2], default=None)
    if best is None:
        return None
    share, _, attribute = best
    if attribute.type == "enum" and kind.type == "enum":
        return attribute if share > 0 or column.count < 10 else None
    return attribute if share >= _FITS else None


def _lender(
    column: ColumnCells, kind: ColumnType, names: Mapping[str, Sequence[Attribute]], known: Ontology
) -> Attribute | None:
    """The attribute whose vocabulary a column's values are of: "cable colour" has the words of colours."""
    if kind.type != "enum":
        return None
    words = column.key.split()
    for start in range(1, len(words)):
        for attribute in names.get(" ".join(words[start:]), ()):
            if attribute.type == "enum" and fitting_share(column, attribute, known) >= _SHARES_VOCABULARY:
                return attribute
    return None


def _add_values(attribute: InducedAttribute, column: ColumnCells, lender: Attribute, known: Ontology) -> None:
    """Words of the cells that the lender's vocabulary does not have yet."""
    for (value, _), count in column.cells.items():
        if not says_something(value) or _looked_up(value, lender, known):
            continue
        parts = split_list(value)
        has_any = bool(known_values(value, lender, known))
        for part in parts if has_any or len(parts) > 1 else [value]:
            is_new = not known_values(part, lender, known) and not says_none(part)
            if is_new and is_short(part) and says_something(part):
                attribute.values[part] = attribute.values.get(part, 0) + count


def _whole_of(column: ColumnCells, known: Ontology) -> Attribute | None:
    """The attribute of every product that a composition is of: "Fibre: 75% wool, 25% nylon" tells the material."""
    if not column.is_composition:
        return None
    shared = [each for each in known.attributes_of(ROOT_CLASS) if each.type == "enum"]
    best = max(shared, key=lambda each: fitting_share(column, each, known), default=None)
    return best if best is not None and fitting_share(column, best, known) >= _SHARES_VOCABULARY else None


def _looked_up(value: str, lender: Attribute, known: Ontology) -> bool:
    return any(r.kind == "value" and r.attribute == lender.id for r in known.labels.lookup(value))


def _count(
    attribute: InducedAttribute, column: ColumnCells, lender: Attribute | None, known: Ontology
) -> None:
    """Add a column's cells to an attribute's figures."""
    attribute.columns.update(column.names)
    said = {cell: count for cell, count in column.cells.items() if says_something(cell[0])}
    attribute.cells += sum(said.values()) + column.more
    own = attribute.known
    kind = own.type if own else attribute.type.type
    dimension = (own.dimension if own else attribute.type.dimension) or "count"
    new = {normalise(value) for value in attribute.values}
    tests: dict[str, Callable[[Cell], bool]] = {
        "boolean": is_answer,
        "quantity": lambda cell: is_measure(cell, dimension),
        "enum": lambda cell: _is_named(cell[0], new, lender, known),
        "text": lambda _cell: True,
    }
    attribute.facts += sum(count for cell, count in said.items() if tests[kind](cell))
    attribute.facts += column.more if kind == "text" else 0
    if kind == "enum":
        attribute.several += sum(
            count for (value, _), count in said.items() if _has_several(value, new, lender, known)
        )
    if kind == "text":
        attribute.reason = attribute.type.reason
    elif attribute.facts < attribute.cells:
        wanted = {
            "boolean": "neither yes nor no",
            "quantity": f"no {dimension}",
            "enum": "no word of the vocabulary",
        }
        attribute.reason = f"{attribute.cells - attribute.facts} cells: {wanted[kind]}"


def _is_named(value: str, new: set[str], lender: Attribute | None, known: Ontology) -> bool:
    if normalise(value) in new or any(normalise(part) in new for part in split_list(value)):
        return True
    return lender is not None and bool(known_values(value, lender, known))


def _has_several(value: str, new: set[str], lender: Attribute | None, known: Ontology) -> bool:
    """Whether a cell lists several values, and is not itself the name of one."""
    if normalise(value) in new:
        return False
    return sum(_is_named(part, new, lender, known) for part in split_list(value)) > 1


def _place(
    attributes: Mapping[str, InducedAttribute], columns: Mapping[str, ColumnCells], tree: ClassTree
) -> None:
    """Place each attribute at the classes that have it."""
    stated: dict[str, Counter[str]] = defaultdict(Counter)
    keys = {name: attribute.id for attribute in attributes.values() for name in attribute.columns}
    for column in columns.values():
        attribute_id = keys.get(min(column.names))
        if attribute_id is not None:
            stated[attribute_id].update({c: n for c, n in column.classes.items() if c is not None})
    children = tree.children()
    for attribute_id, own in stated.items():
        attributes[attribute_id].classes = place(own, tree, children)
        for class_id in attributes[attribute_id].classes:
            tree.classes[class_id].attributes.append(attribute_id)


def _add_meanings(
    attributes: Mapping[str, InducedAttribute], tree: ClassTree, known: Ontology
) -> tuple[str, ...]:
    """Give attributes that are called like a value of the default ontology what their yes says.

    Their classes get the value's attribute, as texts and queries call the same by its other names ("machine washable").

    Returns:
        Ids of the default ontology's attributes that no column states.
    """
    names: dict[str, str] = {}
    for attribute in known.attributes.values():
        for value in known.values_of(attribute.id).values():
            for language in LANGUAGES:
                for name in value.names(language):
                    names.setdefault(singular(name), f"{attribute.id}/{value.id}")
    root = {attribute.id for attribute in known.attributes_of(ROOT_CLASS)}
    adopted = []
    for each in attributes.values():
        if each.known is not None or each.type.type != "boolean" or singular(each.label) not in names:
            continue
        each.means = names[singular(each.label)]
        other = each.means.partition("/")[0]
        for class_id in each.classes:
            if other not in root | _attributes_above(class_id, tree):
                tree.classes[class_id].attributes.append(other)
        if other not in attributes:
            adopted.append(other)
    return tuple(adopted)


def _attributes_above(class_id: str, tree: ClassTree) -> set[str]:
    """Attributes of a class and of the classes above it, but for the root."""
    found: set[str] = set()
    while class_id in tree.classes:
        found.update(tree.classes[class_id].attributes)
        class_id = tree.classes[class_id].parent
    return found


def _adopt(tree: ClassTree, attributes: Mapping[str, InducedAttribute], known: Ontology) -> tuple[str, ...]:
    """Give classes that the default ontology has the attributes that it says of them."""
    root = {attribute.id for attribute in known.attributes_of(ROOT_CLASS)}
    adopted: dict[str, None] = {}
    for each in tree.classes.values():
        if each.known is None:
            continue
        names = {singular(attributes[a].label) for a in each.attributes if a in attributes}
        for attribute in known.attributes_of(each.known.id):
            is_named = any(
                singular(name) in names for language in LANGUAGES for name in attribute.names(language)
            )
            if attribute.id in root or attribute.id in each.attributes or is_named:
                continue
            each.attributes.append(attribute.id)
            if attribute.id not in attributes:
                adopted[attribute.id] = None
    return tuple(adopted)


def _add_stated(
    tree: ClassTree,
    attributes: Mapping[str, InducedAttribute],
    stated: Mapping[str, Mapping[str, int]],
    known: Ontology,
) -> list[str]:
    """Give classes the attributes of the default ontology that texts of their products state; those that no column is."""
    children = tree.children()
    added = []
    for attribute_id in sorted(stated):
        names = {
            singular(name)
            for language in LANGUAGES
            for name in known.attributes[attribute_id].names(language)
        }
        for class_id, count in place_stated(stated[attribute_id], tree, children).items():
            above = class_id
            had: list[str] = []
            while above in tree.classes:
                had += tree.classes[above].attributes
                above = tree.classes[above].parent
            if attribute_id in had or any(
                singular(attributes[a].label) in names for a in had if a in attributes
            ):
                continue
            tree.classes[class_id].attributes.append(attribute_id)
            tree.classes[class_id].stated[attribute_id] = count
            if attribute_id not in attributes:
                added.append(attribute_id)
    return list(dict.fromkeys(added))


def language_of(words: str) -> str:
    """The language of a label: Chinese where it has a Chinese character."""
    return "zh" if contains_chinese(words) else "en"
