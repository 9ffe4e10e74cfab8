"""Names of a catalogue that mentions are linked to, kept up to date while products change, and who mentions them.

A whole build reads all titles and brands each time. Who applies changes one after the other keeps them in memory and
learns which other products have to be linked again: those whose texts name what came, went or was renamed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from kms.db.session import Database
from kms.db.tables import ProductRow
from kms.db.versions import IN_LIST, in_chunks
from kms.evidence.store import EvidenceStore, NamedBy
from kms.facts.keys import text_key
from kms.facts.linking import Encode, Linker
from kms.facts.products import ProductNames
from kms.ontology.labels import normalise
from kms.ontology.model import Ontology
from kms.ontology.structure import MADE_BY


class CatalogueNames:
    """Titles and brands of all products, a linker that knows them, and what the products' texts name."""

    def __init__(
        self,
        database: Database,
        evidence: EvidenceStore,
        ontology: Ontology,
        *,
        encode: Encode | None = None,
    ) -> None:
        """Read all titles and brands, and what texts name.

        Args:
            database: With the rows.
            evidence: What texts name.
            ontology: To link under.
            encode: As ``Linker`` takes it.
        """
        self._database = database
        self._evidence = evidence
        self._relations = (MADE_BY, *ontology.product_relations)
        self._brand_of: dict[str, str] = {}
        self._brands: Counter[str] = Counter()
        self._products = ProductNames({})
        self.linker = Linker(ontology, products=self._products, encode=encode)
        self._mentions = _Mentions()
        self._load()

    def update(self, product_ids: Sequence[str], *, read: Sequence[str] = ()) -> None:
        """Take over the present names of some products.

        Args:
            product_ids: All that are known to have changed.
            read: Those of them whose evidence is new as well.
        """
        present: dict[str, tuple[str, str | None]] = {}
        with self._database.read() as session:
            statement = select(ProductRow.id, ProductRow.title, ProductRow.brand)
            for chunk in in_chunks(product_ids, IN_LIST):
                for row in session.execute(statement.where(ProductRow.id.in_(chunk))):
                    present[row[0]] = (row[1], row[2])
            count = session.scalar(select(func.count()).select_from(ProductRow)) or 0
        for each in product_ids:
            self._put(each, *present.get(each, (None, None)))
        if count != len(self._brand_of):  # another process wrote rows
            self._load()
            return
        self.linker.use_brands(sorted(self._brands))
        self._mentions.put(read, self._evidence.named_by(self._relations, read))

    def named(self, names: Iterable[str]) -> set[str]:
        """The products whose texts name one of these: ids, titles and brands."""
        return self._mentions.find(names)

    def _load(self) -> None:
        with self._database.read() as session:
            rows = session.execute(select(ProductRow.id, ProductRow.title, ProductRow.brand)).all()
        for gone in self._brand_of.keys() - {row[0] for row in rows}:
            self._put(gone, None, None)
        for row in rows:
            self._put(*row)
        self.linker.use_brands(sorted(self._brands))
        self._mentions = _Mentions()
        self._mentions.put((), self._evidence.named_by(self._relations))

    def _put(self, product_id: str, title: str | None, brand: str | None) -> None:
        """Take over a product's names; without a title it is gone."""
        if title is None:
            self._products.remove(product_id)
        elif self._products.title(product_id) != title:
            self._products.put(product_id, title)
        if before := self._brand_of.pop(product_id, ""):
            self._brands[before] -= 1
            if not self._brands[before]:
                del self._brands[before]
        if title is not None:
            self._brand_of[product_id] = brand or ""
            if brand:
                self._brands[brand] += 1


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
        for product_id, relation, value, surface in named:
            entries = self._of.setdefault(product_id, set())
            if relation == MADE_BY:
                entries |= {("brand", text_key(value or surface)), ("brand", text_key(surface))}
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
