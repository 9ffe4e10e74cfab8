"""Classes out of titles, for products whose row names no category: the nouns that titles are about.

A noun is a class where enough titles are about it, of several brands, and where it counts nothing ("24 ports"). The word
before it makes a class below it where that is frequent as well: toner cartridges and ink cartridges are cartridges.
Chinese titles are about their last word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kms.catalog.models import Product
from kms.induction.classes import ClassTree, InducedClass, path_key
from kms.induction.columns import read_column
from kms.induction.slugs import make_slug, make_unique
from kms.lexical.heads import head_words
from kms.ontology.labels import normalise
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.quantities.units import UNIT_OF_SURFACE
from kms.text.answers import read_answer
from kms.text.chinese import contains_chinese
from kms.text.nouns import is_countable
from kms.text.plurals import singular_of

_WORD = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*")
_PART = re.compile(r"[-'’./]")
_REST = re.compile(
    r"(?<![\w-])(?:for|with|without|by|of|from|to|at|on|fits|incl|including|includes|plus|compatible)(?![\w-])|w/|\s[+&]\s",
    re.IGNORECASE,
)
_LEAST_PRODUCTS = 3
_LEAST_SHARE = 0.0003
_ONE_BRAND = 0.95
_COUNTS = 0.3
_MANY = 20
_PROPERTY = 10
"""A noun is a property, and no kind of product, where so many times more columns end in it: page yield, connector type."""


@dataclass(frozen=True)
class Head:
    """A noun that a title is about: the word in the singular, the word before it, whether a number stands before it."""

    noun: str
    before: str
    is_counted: bool


@dataclass
class _Seen:
    titles: int = 0
    counted: int = 0
    in_brand: int = 0
    brands: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)


def heads_of(title: str) -> list[Head]:
    """The nouns of a title behind which no further noun stands, up to what it goes with; in Chinese a phrase's last word."""
    if contains_chinese(title):
        return [Head(word, "", is_counted=False) for word in head_words(title) if contains_chinese(word)]
    rest = _REST.search(title)
    words = _WORD.findall(title[: rest.start()] if rest else title)
    heads = []
    for place, word in enumerate(words):
        noun = _PART.split(word)[-1]
        behind = _PART.split(words[place + 1])[-1] if place + 1 < len(words) else ""
        if not is_countable(noun) or is_countable(behind):
            continue
        before = words[place - 1] if place else ""
        heads.append(
            Head(
                singular_of(noun.casefold()),
                before.casefold() if before.isalpha() else "",
                before[:1].isdigit(),
            )
        )
    return heads


def class_of_title(title: str, by_label: Mapping[str, str]) -> str | None:
    """The first class that a title's heads name, by the folded labels of classes."""
    for head in heads_of(title):
        phrase = f"{head.before} {head.noun}"
        class_id = by_label.get(normalise(phrase)) or by_label.get(head.noun)
        if class_id is not None:
            return class_id
    return None


def add_title_classes(tree: ClassTree, products: Iterable[Product], known: Ontology) -> None:
    """Add classes to the tree for products without a category; where nothing tells, they stay without a class.

    Args:
        tree: Classes of categories; titles that are about one of them need no class of their own.
        products: Of the shop.
        known: The default ontology: words for its values and attributes are no kinds of products.
    """
    seen: dict[str, _Seen] = defaultdict(_Seen)
    brands: set[str] = set()
    properties: Counter[str] = Counter()
    count = 0
    for product in products:
        for name, value in product.attributes.items():
            if read_answer(value) is None:  # "power cable: yes" is what comes with it
                properties[read_column(name).key.rpartition(" ")[2]] += 1
        if path_key(product):
            continue
        count += 1
        brand = normalise(product.brand or "")
        brands.add(brand)
        own_words = {singular_of(word) for word in brand.split()}
        for head in {head.noun: head for head in reversed(heads_of(product.title))}.values():
            one = seen[head.noun]
            one.titles += 1
            one.counted += head.is_counted
            one.in_brand += head.noun in own_words
            one.brands[brand] += 1
            if head.before:
                one.before[head.before] += 1
    least = max(_LEAST_PRODUCTS, round(_LEAST_SHARE * count))
    brand_words = {word for brand in brands for word in brand.split()}
    taken = {normalise(each.label) for each in tree.classes.values()}
    for noun in sorted(seen, key=lambda noun: (-seen[noun].titles, noun)):
        one = seen[noun]
        is_class = any(reading.kind == "class" for reading in known.labels.lookup(noun))
        if properties[noun] > _PROPERTY * one.titles and not is_class:
            continue
        if one.titles < least or not _is_kind(noun, one, len(brands), known):
            continue
        if noun in taken:
            continue
        parent = _add(tree, noun, ROOT_CLASS, one.titles, known)
        taken.add(noun)
        for before, titles in sorted(one.before.items(), key=lambda item: (-item[1], item[0])):
            phrase = f"{before} {noun}"
            if (
                titles >= 2 * least
                and normalise(phrase) not in taken
                and _can_qualify(before, brand_words, known)
            ):
                _add(tree, phrase, parent, titles, known)
                taken.add(normalise(phrase))


def _is_kind(noun: str, seen: _Seen, brands: int, known: Ontology) -> bool:
    """Whether a noun names a kind of product and no brand, series, unit or quality."""
    readings = known.labels.lookup(noun)
    if any(reading.kind == "class" for reading in readings):
        return True
    if 2 * seen.in_brand > seen.titles or noun in UNIT_OF_SURFACE or seen.counted > _COUNTS * seen.titles:
        return False
    if any(reading.kind in ("value", "attribute") for reading in readings):
        return False
    most = max(seen.brands.values())
    return brands < 3 or seen.titles < _MANY or most < _ONE_BRAND * seen.titles


def _can_qualify(word: str, brand_words: set[str], known: Ontology) -> bool:
    """Whether a word before a noun makes a kind of it: no brand and no value such as a colour."""
    readings = known.labels.lookup(word)
    is_value = any(reading.kind in ("value", "attribute") for reading in readings)
    return len(word) > 2 and word not in brand_words and word not in UNIT_OF_SURFACE and not is_value


def _add(tree: ClassTree, name: str, parent: str, products: int, known: Ontology) -> str:
    class_id = make_unique(
        make_slug(name), {ROOT_CLASS, *tree.classes}, "" if parent == ROOT_CLASS else parent
    )
    own = next(
        (known.classes[r.id] for r in known.labels.lookup(name) if r.kind == "class" and r.preferred), None
    )
    tree.classes[class_id] = InducedClass(class_id, parent, name, (), products, products, own, source="title")
    return class_id
