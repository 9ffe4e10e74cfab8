"""Names of a catalogue that mentions are linked to, kept up to date while products change, and who mentions them.

A whole build reads all titles and brands each time. Who applies changes one after the other keeps them in memory and
learns which other products have to be linked again: those whose texts name what came, went or was renamed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import func, select

from kms.catalog.categories import CategoryTree, CategoryTreeBuilder, path_ids, stated_paths
from kms.db.session import Database
from kms.db.tables import ProductRow
from kms.db.versions import IN_LIST, in_chunks
from kms.evidence.store import EvidenceStore, NamedBy
from kms.facts.linking import Encode, Linker
from kms.facts.products import ProductNames
from kms.identity.brands import BrandNames, by_use
from kms.ontology.labels import normalise, text_key
from kms.ontology.model import Ontology
from kms.ontology.structure import MADE_BY

_ROW = select(ProductRow.id, ProductRow.title, ProductRow.brand, ProductRow.category, ProductRow.details)


class _Names(NamedTuple):
    """Names that a product's row says."""

    title: str
    brand: str
    paths: tuple[tuple[str, ...], ...]


class CatalogueNames:
    """Titles and brands of all products, a linker that knows them, and what the products' texts name."""

    def __init__(
        self,
        database: Database,
        evidence: EvidenceStore,
        ontology: Ontology,
        *,
        tree: CategoryTree | None = None,
        brand_names: BrandNames | None = None,
        mains: Mapping[str, str] | None = None,
        encode: Encode | None = None,
    ) -> None:
        """Read all titles, brands and category paths, and what texts name.

        Args:
            database: With the rows.
            evidence: What texts name.
            ontology: To link under.
            tree: That products' documents were made with; default: the present one.
            brand_names: As ``Linker`` takes them.
            mains: As ``ProductNames`` takes them.
            encode: As ``Linker`` takes it.
        """
        self._database = database
        self._evidence = evidence
        self._relations = (MADE_BY, *ontology.product_relations)
        self._ontology = ontology
        self._known: dict[str, _Names] = {}
        self._with_paths: dict[tuple[tuple[str, ...], ...], set[str]] = defaultdict(set)
        self._has_other_paths = True
        self.tree = tree or CategoryTree(ontology)
        self._brands: Counter[str] = Counter()
        self._products = ProductNames({}, mains)
        self.linker = Linker(ontology, brand_names=brand_names, products=self._products, encode=encode)
        self._mentions = _Mentions()
        self._load()
        if tree is None:
            self.renew_tree()

    def update(self, product_ids: Sequence[str], *, read: Sequence[str] = ()) -> None:
        """Take over the present names of some products.

        Args:
            product_ids: All that are known to have changed.
            read: Those of them whose evidence is new as well.
        """
        present: dict[str, _Names] = {}
        with self._database.read() as session:
            for chunk in in_chunks(product_ids, IN_LIST):
                for row in session.execute(_ROW.where(ProductRow.id.in_(chunk))):
                    present[row[0]] = self._names_of(row)
            count = session.scalar(select(func.count()).select_from(ProductRow)) or 0
        for each in product_ids:
            self._put(each, present.get(each))
        if count != len(self._known):  # another process wrote rows
            self._load()
            return
        self.linker.use_brands(brand for brand in by_use(self._brands) if brand)
        self._mentions.put(read, self._evidence.named_by(self._relations, read))

    def renew_tree(self) -> set[str] | None:
        """Make the category tree anew where paths changed.

        Returns:
            The products that stand elsewhere now; ``None``: the tree is as it was.
        """
        if not self._has_other_paths:
            return None
        self._has_other_paths = False
        builder = CategoryTreeBuilder(self._ontology)
        for paths, products in sorted(self._with_paths.items()):
            builder.add_paths(paths, len(products))
        before, self.tree = self.tree, builder.tree()
        changed = self.tree.changed_since(before)
        is_same = self.tree.places_classes_as(before)
        if not changed and is_same:
            return None
        moved: set[str] = set()
        for paths, products in self._with_paths.items():
            if path_ids(paths) & changed if paths else not is_same:
                moved |= products
        return moved

    def named(self, names: Iterable[str]) -> set[str]:
        """The products whose texts name one of these: ids, titles and brands."""
        return self._mentions.find(names)

    def _load(self) -> None:
        with self._database.read() as session:
            names = {row[0]: self._names_of(row) for row in session.execute(_ROW)}
        for gone in self._known.keys() - names.keys():
            self._put(gone, None)
        for product_id, present in names.items():
            self._put(product_id, present)
        self.linker.use_brands(brand for brand in by_use(self._brands) if brand)
        self._mentions = _Mentions()
        self._mentions.put((), self._evidence.named_by(self._relations))

    def _names_of(self, row: Any) -> _Names:
        details = row.details or {}
        paths = stated_paths(details.get("category_paths", ()), row.category, self._ontology)
        return _Names(row.title, row.brand or "", paths)

    def _put(self, product_id: str, names: _Names | None) -> None:
        """Take over a product's names; ``None``: it is gone."""
        before = self._known.pop(product_id, None)
        if names is not None:
            self._known[product_id] = names
        if names == before:
            return
        if names is None:
            self._products.remove(product_id)
        elif before is None or before.title != names.title:
            self._products.put(product_id, names.title)
        if before is not None:
            self._brands[before.brand] -= 1
            if not self._brands[before.brand]:
                del self._brands[before.brand]
            self._with_paths[before.paths].discard(product_id)
            if not self._with_paths[before.paths]:
                del self._with_paths[before.paths]
        if names is not None:
            self._brands[names.brand] += 1
            self._with_paths[names.paths].add(product_id)
        if before is None or names is None or before.paths != names.paths:
            self._has_other_paths = True


class _Mentions:
    """What the texts of products name, by the name."""

    def __init__(self) -> None:
        self._of: dict[str, set[tuple[str, str]]] = {}
        self._by_id: dict[str, set[str]] = defaultdict(set)
        self._by_brand: dict[str, set[str]] = defaultdict(set)
        self._by_word: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        """First word, then all words, of what may be a product's title."""

    def put(self, product_ids: Iterable[str], named: Iterable[NamedBy]) -> None:
        """Replace what some products name."""
        for each in product_ids:
            for kind, name in self._of.pop(each, ()):
                self._table(kind, name)[name].discard(each)
        key = cache(text_key)  # of a whole catalogue few brands are many mentions
        for product_id, relation, value, surface in named:
            entries = self._of.setdefault(product_id, set())
            if relation == MADE_BY:
                entries |= {("brand", key(value or surface)), ("brand", key(surface))}
            else:
                entries |= {("id", value), ("title", normalise(surface))}
            for kind, name in entries:
                if name:
                    self._table(kind, name)[name].add(product_id)

    def find(self, names: Iterable[str]) -> set[str]:
        """The products whose texts name one of these."""
        found: set[str] = set()
        for name in names:
            found |= self._by_id.get(name, set())
            found |= self._by_brand.get(text_key(name), set())
            words = set(normalise(name).split())
            for word in words:
                for mention, products in self._by_word.get(word, {}).items():
                    if words.issuperset(mention.split()):
                        found |= products
        return found

    def _table(self, kind: str, name: str) -> dict[str, set[str]]:
        if kind == "title":
            return self._by_word[name.partition(" ")[0]]
        return self._by_id if kind == "id" else self._by_brand
