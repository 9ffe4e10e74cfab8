"""Whatever the order of writes: the store is what a plain model of it says."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kms.catalog.documents import product_documents
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import open_database
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore

IDS = st.sampled_from(["a", "b"])
WORDS = st.sampled_from(["oak", "pine", "steel", ""])
KEYS = st.sampled_from(["k1", "k2"])


def read_words(document: Document, version: str) -> list[Evidence]:
    """A plain extractor: every document says its own text."""
    if not document.text:
        return []
    return [
        Evidence(
            document_id=document.id,
            document_hash=document.content_hash,
            product_id=document.product_id,
            field=document.field,
            language=document.language,
            start=0,
            end=len(document.text),
            surface=document.text,
            relation="mentions",
            sentence=(0, len(document.text)),
            confidence=1.0,
            extractor="rules",
            extractor_version=version,
            ontology_release="1.0.0",
        )
    ]


class Store(RuleBasedStateMachine):
    """Products come, change and go; documents are read under two keys; builds are marked."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.database = open_database(f"sqlite:///{Path(self.folder.name) / 'kms.db'}")
        self.catalog = CatalogStore(self.database)
        self.evidence = EvidenceStore(self.database)
        self.products: dict[str, Product] = {}
        self.read: dict[str, tuple[str, str]] = {}  # document id -> content hash, key
        self.built: dict[str, object] = {}

    def documents(self) -> dict[str, Document]:
        return {d.id: d for product in self.products.values() for d in product_documents(product)}

    def state(self, product_id: str) -> object:
        """What a build of this product would depend on."""
        product = self.products.get(product_id)
        if product is None:
            return None
        return (product, tuple(item.id for item in self.evidence.active(product_id)))

    @rule(name=IDS, title=WORDS, description=WORDS)
    def put(self, name: str, title: str, description: str) -> None:
        self.products[name] = Product(id=name, title=title or "thing", description=description)
        self.catalog.put_products([self.products[name]])
        present = self.documents()
        self.read = {
            i: done for i, done in self.read.items() if i in present and present[i].content_hash == done[0]
        }

    @rule(name=IDS)
    def delete(self, name: str) -> None:
        self.catalog.delete_products([name])
        self.products.pop(name, None)
        self.read = {i: done for i, done in self.read.items() if i in self.documents()}

    @rule(key=KEYS, limit=st.integers(1, 3))
    def extract(self, key: str, limit: int) -> None:
        documents = list(self.evidence.pending_documents(key, limit=limit, page=2))
        found = [item for document in documents for item in read_words(document, key)]
        self.evidence.record(documents, found, key)
        self.evidence.record(documents, found, key)
        for document in documents:
            self.read[document.id] = (document.content_hash, key)

    @rule()
    def build(self) -> None:
        changes = list(self.evidence.changed_products("graph"))
        self.evidence.mark_built("graph", {change.product_id: change.fingerprint for change in changes})
        self.built = {name: self.state(name) for name in ("a", "b")}

    @invariant()
    def pending_is_what_was_not_read(self) -> None:
        for key in ("k1", "k2"):
            waiting = [d for i, d in self.documents().items() if self.read.get(i) != (d.content_hash, key)]
            wanted = [d.id for d in sorted(waiting, key=lambda d: (d.product_id, d.id))]
            assert [document.id for document in self.evidence.pending_documents(key)] == wanted
            assert self.evidence.count_pending(key) == len(wanted)

    @invariant()
    def active_is_what_was_read_of_present_texts(self) -> None:
        present = self.documents()
        wanted = {item.id for i, (_hash, key) in self.read.items() for item in read_words(present[i], key)}
        active = self.evidence.active_many(["a", "b"])
        assert {item.id for items in active.values() for item in items} == wanted

    @invariant()
    def changed_is_what_differs_from_the_build(self) -> None:
        changed = {change.product_id: change.is_deleted for change in self.evidence.changed_products("graph")}
        for name in ("a", "b"):
            if name in self.built:
                assert (name in changed) >= (self.state(name) != self.built[name])
                # a deletion is told once even if no build of the product was marked: one may have been killed
                if name in self.products and self.state(name) == self.built[name]:
                    assert name not in changed
            assert changed.get(name, False) <= (name not in self.products)

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
