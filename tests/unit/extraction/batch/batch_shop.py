"""A store with real products of the sample, and pipelines that tell what they read or fail on some texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from extraction.batch.reading import Engine, Work
from extraction.batch.run import BATCH, ExtractionReport, context_of, extract_pending
from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.catalog.models import Product, Review
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore
from kms.ontology.model import Ontology
from kms.progress import ProgressFactory, silent_progress

COUNT = 6


class Recorder(Pipeline):
    """A pipeline that remembers which documents it read, batch by batch."""

    def __init__(self, ontology: Ontology) -> None:
        super().__init__(ontology)
        self.batches: list[list[str]] = []

    def extract(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
        self.batches.append([document.id for document, _ in documents])
        return super().extract(documents)


@dataclass
class Shop:
    """A store with the first products of the sample, and a pipeline that remembers what it read."""

    database: Database
    ontology: Ontology
    products: list[Product]
    reviews: list[Review]
    pipeline: Recorder

    def __post_init__(self) -> None:
        self.catalog = CatalogStore(self.database)
        self.evidence = EvidenceStore(self.database)
        self.catalog.put_products(self.products)
        self.catalog.put_reviews(self.reviews)

    def extract(
        self,
        pipeline: Pipeline | None = None,
        *,
        batch_size: int = BATCH,
        engine: Engine | None = None,
        progress: ProgressFactory = silent_progress,
    ) -> ExtractionReport:
        """What is pending, by the shop's own pipeline or another one."""
        reader = pipeline or self.pipeline
        return extract_pending(
            self.catalog,
            self.evidence,
            reader,
            self.ontology,
            batch_size=batch_size,
            engine=engine,
            progress=progress,
        )

    def work(self, size: int) -> list[Work]:
        """All documents with their contexts, in batches."""
        pairs = [
            (document, context_of(product, self.ontology))
            for product in self.products
            for document in self.catalog.documents_of(product.id)
        ]
        return [pairs[start : start + size] for start in range(0, len(pairs), size)]

    def stored(self) -> dict[str, list[str]]:
        """Ids of evidence by product."""
        found = self.evidence.active_many([product.id for product in self.products])
        return {product_id: [item.id for item in items] for product_id, items in found.items()}

    def read_afresh(self, products: Sequence[Product]) -> list[str]:
        """Sorted ids of the evidence that reading each document by itself gives."""
        return sorted(
            {
                item.id
                for product in products
                for document in self.catalog.documents_of(product.id)
                for item in self.pipeline.extract([(document, context_of(product, self.ontology))])
            }
        )


class Fragile(Pipeline):
    """A pipeline that cannot read some texts; another ``release`` is another version of it."""

    def __init__(self, ontology: Ontology, broken: frozenset[str], release: str = "1") -> None:
        super().__init__(ontology)
        self.broken = broken
        self.release = release
        self.key = f"{self.key}|{release}"

    def __reduce__(self) -> tuple[Callable[..., Pipeline], tuple[Any, ...]]:
        return Fragile, (self._ontology, self.broken, self.release)

    def extract(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
        for document, _ in documents:
            if document.id in self.broken:
                raise ValueError(f"cannot read {document.id}\nsecond line")
        return super().extract(documents)


def some_documents(shop: Shop, count: int) -> frozenset[str]:
    """Ids of some reviews' texts."""
    ids = [d.id for p in shop.products for d in shop.catalog.documents_of(p.id) if d.review_id]
    return frozenset(ids[:: max(1, len(ids) // count)][:count])


OpenShop = Callable[[], Shop]
