"""A shop's own category tree: the places that its products' category paths name, merged over feeds.

A category's id is readable and stands in addresses: the slugs of its path's names with ``/`` between, such as
``pets/dogs/dog-food`` or ``食品/零食``. Names that differ in case, blanks or punctuation are one category. A product
that names no path stands at its class, so a shop without categories of its own has the tree of its classes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from kms.catalog.models import Product
from kms.ontology.class_names import fold_path, split_path
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.text.chinese import contains_chinese
from kms.types import Frozen

Key = tuple[str, ...]
_WORD = re.compile(r"[^\W_]+")
_SIGNS = (("&", " and "), ("+", " plus "), ("#", " sharp "))
_LONGEST_SLUG = 60
_LONGEST_ID = 180
_MOST_LEVELS = 12
_SHARE_WITH_PATHS = 0.5
_LEAST_TYPES = 3
_SHARE_CONTAINED = 0.8


class Category(Frozen):
    """A place in the tree.

    Attributes:
        id: Slugs from the root to it, with ``/`` between.
        class_id: The class of the ontology that is the same thing.
    """

    id: str
    label_en: str
    label_zh: str
    class_id: str | None = None

    @property
    def parent(self) -> str | None:
        """Id of the category above it."""
        return self.id.rpartition("/")[0] or None

    @property
    def depth(self) -> int:
        """How many categories are above it."""
        return self.id.count("/")


def path_ids(paths: Iterable[Sequence[str]]) -> set[str]:
    """Ids of the categories that paths lead through, the roots' too."""
    return {each for path in paths for each in above(_id_of(path))}


def make_slug(name: str) -> str:
    """A name as a part of an address: letters and digits of any script in small letters, words joined by hyphens."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    for sign, word in _SIGNS:
        folded = folded.replace(sign, word)
    slug = "-".join(_WORD.findall(folded))
    if len(slug) > _LONGEST_SLUG:
        slug = slug[:_LONGEST_SLUG].rpartition("-")[0] or slug[:_LONGEST_SLUG]
    return slug or hashlib.blake2b(name.encode(), digest_size=4).hexdigest()


def own_paths(product: Product, ontology: Ontology) -> tuple[tuple[str, ...], ...]:
    """The category paths that a product's row states, as names from the root to the leaf; class ids are none."""
    return stated_paths(product.category_paths, product.category, ontology)


def stated_paths(
    paths: Sequence[Sequence[str]], category: str | None, ontology: Ontology
) -> tuple[tuple[str, ...], ...]:
    """``own_paths`` of the two fields of a row that say them."""
    if not paths and category and category not in ontology.classes:
        paths = [split_path(category)]
    return tuple(tuple(path[:_MOST_LEVELS]) for path in paths if path)


def above(category_id: str) -> Iterator[str]:
    """The ids from the root to a category, itself last."""
    parts = category_id.split("/")
    for length in range(1, len(parts) + 1):
        yield "/".join(parts[:length])


class CategoryTree:
    """The categories of one state of the catalogue; ``read_tree`` makes it from rows."""

    def __init__(
        self,
        ontology: Ontology,
        categories: Iterable[Category] = (),
        merged: Mapping[str, str] | None = None,
        *,
        has_paths: bool = False,
    ) -> None:
        """Make a tree.

        Args:
            ontology: Its classes are the categories of products that state no path.
            categories: Of the shop's own paths, each with all above it.
            merged: Short paths that mean longer ones, by id: "Dog food" of a feed that elsewhere says where it stands.
            has_paths: Whether most products state paths of their own, so that a class of the ontology alone is no place.
        """
        self.ontology = ontology
        self.of_paths = {each.id: each for each in categories}
        self.merged = dict(merged or {})
        self.has_paths = has_paths
        self._place_of_class: dict[str, str] = {}
        for each in self.of_paths.values():
            if each.class_id is not None:
                self._place_of_class.setdefault(each.class_id, each.id)

    def places_of(self, product: Product, class_ids: Sequence[str] = ()) -> tuple[str, ...]:
        """Ids of the categories that a product stands in, the deepest of each path, the first stated one first.

        Args:
            product: The row.
            class_ids: Its classes by the graph, which count where the row states no path.
        """
        classes = self.ontology.classes
        ids = [self.merged.get(each, each) for each in map(_id_of, own_paths(product, self.ontology))]
        stated = [product.category] if product.category in classes else []
        for class_id in (*stated, *class_ids) if not ids else ():
            if class_id is None or class_id == ROOT_CLASS or class_id not in classes:
                continue
            own = self._place_of_class.get(class_id)
            if own is None and (class_id in stated or not self.has_paths):
                own = class_place(class_id, self.ontology)
            if own is not None:
                ids.append(own)
                break
        distinct = dict.fromkeys(ids)
        return tuple(each for each in distinct if not any(other.startswith(f"{each}/") for other in distinct))

    def changed_since(self, other: CategoryTree) -> set[str]:
        """Ids of the categories that only one of two trees has, or that they call otherwise or merge otherwise."""
        ids = self.of_paths.keys() | other.of_paths.keys()
        changed = {each for each in ids if self.of_paths.get(each) != other.of_paths.get(each)}
        short = self.merged.keys() | other.merged.keys()
        return changed | {each for each in short if self.merged.get(each) != other.merged.get(each)}

    def places_classes_as(self, other: CategoryTree) -> bool:
        """Whether products without paths stand where another tree puts them."""
        return self.has_paths == other.has_paths and self._place_of_class == other._place_of_class

    def category(self, category_id: str) -> Category | None:
        """A category by its id, or ``None``."""
        return self.of_paths.get(category_id) or self._of_classes.get(category_id)

    @cached_property
    def _of_classes(self) -> dict[str, Category]:
        """A category for each class, by id."""
        places = ((class_place(each.id, self.ontology), each) for each in self.ontology.classes.values())
        return {
            place: Category(id=place, label_en=each.label.en, label_zh=each.label.zh, class_id=each.id)
            for place, each in places
            if place
        }


def refined_path(names: tuple[str, ...], kind: str | None, tree: CategoryTree) -> tuple[str, ...]:
    """A path with a product's kind last, where the whole catalogue's kinds refine its longer paths; else the path.

    Args:
        names: The path.
        kind: What the row names beside it (``Product.category_kind``).
        tree: Of the whole catalogue.
    """
    if kind is not None and tree.merged.get(make_slug(kind)) == _id_of((*names, kind)):
        return (*names, kind)
    return names


def read_tree(products: Iterable[Product], ontology: Ontology) -> CategoryTree:
    """The tree of all products' paths.

    A short path means a longer one where some product states both, the longer one ends with it, and no product says it
    of another: a type "Dog food" beside "Animals > Dogs > Dog food". Where a shop's types refine its longer paths (nearly
    every short path stands beside one and the same longer one), a type is that place, or one below it where only a part of
    the place's products has it: "Bowls" below "Animals > Bowls and feeders".

    Args:
        products: Each is looked at once.
        ontology: Its classes give paths that they list their id, and names in the other language.
    """
    builder = CategoryTreeBuilder(ontology)
    for product in products:
        builder.add(product)
    return builder.tree()


class CategoryTreeBuilder:
    """Collects the paths of products one after the other, for callers that read the rows for other things as well."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._written: dict[str, Counter[str]] = defaultdict(Counter)
        self._paths: dict[str, str] = {}
        self._ends: dict[str, set[str]] = defaultdict(set)
        self._stated: Counter[str] = Counter()
        self._beside: dict[str, Counter[str]] = defaultdict(Counter)
        self._products = self._with_paths = 0

    def add(self, product: Product) -> None:
        """Take a product's paths in."""
        self.add_paths(own_paths(product, self._ontology))

    def add_paths(self, paths: Sequence[tuple[str, ...]], count: int = 1) -> None:
        """Take in the paths, as ``own_paths`` gives them, that so many products state."""
        self._products += count
        self._with_paths += count * bool(paths)
        ids = []
        for path in paths:
            category_id = _id_of(path)
            ids.append(category_id)
            for length, each in enumerate(above(category_id), start=1):
                self._written[each][path[length - 1]] += count
                self._paths.setdefault(each, " > ".join(path[:length]))
        self._stated.update(set(ids))
        for short in ids:
            for long in ids:
                if long.endswith(f"/{short}"):
                    self._ends[short].add(long)
                elif "/" not in short and "/" in long and not long.startswith(f"{short}/"):
                    self._beside[short][long] += 1

    def tree(self) -> CategoryTree:
        """The tree of what was added."""
        merged = {short: next(iter(ends)) for short, ends in self._ends.items() if len(ends) == 1}
        for short in merged:  # a path that is merged may end in one that is merged as well
            while merged[short] in merged:
                merged[short] = merged[merged[short]]
        has_below = {each.rpartition("/")[0] for each in self._written}
        merged = {short: long for short, long in merged.items() if short not in has_below}
        merged.update(self._refine(has_below, merged))
        gone = {short for short in merged if "/" not in short}
        categories = [self._category(each) for each in self._written if each not in gone]
        return CategoryTree(
            self._ontology,
            sorted(categories, key=lambda each: (each.depth, each.id)),
            merged,
            has_paths=self._with_paths >= _SHARE_WITH_PATHS * max(1, self._products),
        )

    def _refine(self, has_below: set[str], merged: Mapping[str, str]) -> dict[str, str]:
        """Types that refine longer paths: the place of each, which is added to the tree where it is new."""
        types = [each for each in self._beside if each not in has_below and each not in merged]
        contained = {
            each: next(iter(self._beside[each]))
            for each in types
            if len(self._beside[each]) == 1 and self._stated[each] == sum(self._beside[each].values())
        }
        if len(types) < _LEAST_TYPES or len(contained) < _SHARE_CONTAINED * len(types):
            return {}
        places: dict[str, str] = {}
        for short, long in contained.items():
            if self._stated[short] == self._stated[long]:
                places[short] = long
                continue
            places[short] = f"{long}/{short}"
            self._written[places[short]].update(self._written[short])
            self._paths.setdefault(places[short], f"{self._paths[long]} > {self._paths[short]}")
        return places

    def _category(self, category_id: str) -> Category:
        written = self._written[category_id]
        name = min(written, key=lambda each: (-written[each], each))
        class_id = self._ontology.class_of_shop_path.get(fold_path(self._paths[category_id]))
        label_en = label_zh = name
        named = class_id or _class_called(name, self._ontology)
        if named is not None:
            label = self._ontology.classes[named].label
            if contains_chinese(name) and not contains_chinese(label.en):
                label_en = label.en
            elif not contains_chinese(name) and contains_chinese(label.zh):
                label_zh = label.zh
        return Category(id=category_id, label_en=label_en, label_zh=label_zh, class_id=class_id)


def class_place(class_id: str, ontology: Ontology) -> str:
    """The id of a class's own category, for shops without paths."""
    chain = [*reversed(ontology.hierarchy.ancestors(class_id)), class_id]
    return "/".join(each.replace("_", "-") for each in chain if each != ROOT_CLASS)


def _id_of(path: Sequence[str]) -> str:
    parts = [make_slug(name) for name in path]
    while len("/".join(parts)) > _LONGEST_ID:
        parts.pop()
    return "/".join(parts) or make_slug("".join(path))[:_LONGEST_ID]


def _class_called(name: str, ontology: Ontology) -> str | None:
    """The class whose label a name is."""
    readings = ontology.labels.lookup(name)
    return next((reading.id for reading in readings if reading.kind == "class" and reading.preferred), None)
