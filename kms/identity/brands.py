"""Brands under several names: decided aliases as one brand, and the lines of other brands."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import groupby

from kms.identity.groups import groups_of
from kms.ontology.labels import text_key
from kms.ontology.model import LANGUAGES, OntologyBrand
from kms.text.chinese import contains_chinese
from kms.types import Frozen


class Brand(Frozen):
    """A brand: its key in the graph, labels, and all the names that it goes by, the main one first."""

    key: str
    label_en: str
    label_zh: str
    names: tuple[str, ...]


class BrandNames:
    """The decided names of brands; a brand that nothing was decided about is its own name."""

    def __init__(
        self, aliases: Iterable[tuple[str, str]] = (), lines: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Read decisions.

        Args:
            aliases: Other name and main name, as rows write them.
            lines: Name of a sub-brand and name of the brand that it is a line of.
        """
        self._aliases = sorted(set(aliases))
        self._lines = sorted(set(lines))
        written: dict[str, str] = {}
        for pair in (*self._aliases, *self._lines):
            for name in pair:
                written.setdefault(text_key(name), name)
        self._by_key: dict[str, Brand] = {}
        for group in groups_of((text_key(a), text_key(b)) for a, b in self._aliases):
            brand = _brand([written[key] for key in group])
            self._by_key.update(dict.fromkeys(group, brand))
        self._written = written

    def joined(self, brands: Iterable[OntologyBrand]) -> BrandNames:
        """These names and those that an ontology writes under ``brands``."""
        written = {each.id: each for each in brands}
        aliases = [
            (name, each.label.en)
            for each in written.values()
            for language in LANGUAGES
            for name in each.names(language)
            if name != each.label.en
        ]
        lines = [
            (each.label.en, written[each.line_of].label.en)
            for each in written.values()
            if each.line_of is not None
        ]
        return BrandNames([*self._aliases, *aliases], [*self._lines, *lines]) if written else self

    @cached_property
    def state(self) -> str:
        """Hash of all decisions."""
        return hashlib.blake2b(repr((self._aliases, self._lines)).encode(), digest_size=12).hexdigest()

    def brand(self, name: str) -> Brand:
        """The brand that a name names."""
        return self._by_key.get(text_key(name)) or _brand([name])

    def known(self, key: str) -> Brand | None:
        """The brand of a key or of an alias's key, where something was decided about it."""
        return self._by_key.get(key)

    @property
    def brands(self) -> list[Brand]:
        """The brands that have several names."""
        return list({brand.key: brand for brand in self._by_key.values()}.values())

    @cached_property
    def parents(self) -> Mapping[str, Brand]:
        """The brand that each sub-brand is a line of, by the sub-brand's key."""
        parents: dict[str, Brand] = {}
        for line, parent in self._lines:
            child, above = self.brand(line), self.brand(parent)
            if child.key != above.key and child.key not in _above(above.key, parents):
                parents.setdefault(child.key, above)
        return parents

    def children(self) -> list[tuple[Brand, Brand]]:
        """Each sub-brand with its parent."""
        by_key = {self.brand(line).key: self.brand(line) for line, _ in self._lines}
        return [(by_key[key], parent) for key, parent in self.parents.items()]


def by_use(brands: Counter[str]) -> list[str]:
    """Brands as rows write them, of several writings of one that of most rows first; ties go to what is not all capitals."""
    return sorted(brands, key=lambda name: (text_key(name), -brands[name], name.isupper(), name))


def main_writings(brands: Counter[str]) -> list[str]:
    """The writing that stands for each brand that rows write in several ways."""
    groups = {key: list(group) for key, group in groupby(by_use(brands), key=text_key)}
    return [group[0] for group in groups.values() if len(group) > 1]


def _above(key: str, parents: Mapping[str, Brand]) -> set[str]:
    above = {key}
    while key in parents and parents[key].key not in above:
        key = parents[key].key
        above.add(key)
    return above


def _brand(names: list[str]) -> Brand:
    """A brand whose main name is the first; the label of each language is the first name in its writing."""
    main = names[0]
    english = next((name for name in names if not contains_chinese(name)), main)
    chinese = next((name for name in names if contains_chinese(name)), main)
    label_en, label_zh = (main, chinese) if not contains_chinese(main) else (english, main)
    return Brand(key=text_key(main), label_en=label_en, label_zh=label_zh, names=tuple(names))
