"""The batch engine of one machine: pending documents in, evidence recorded, batch by batch.

Each batch is one transaction of the evidence store, so a killed run loses at most the batch it was reading and the
next run goes on there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore
from kms.ontology.model import Ontology
from kms.progress import ProgressFactory, silent_progress

BATCH = 256


@dataclass
class ExtractionReport:
    """What a run read. ``evidence`` counts by ``relation``; ``products`` are those whose facts changed."""

    documents: int = 0
    products: int = 0
    evidence: dict[str, int] = field(default_factory=dict)


def extract_pending(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Pipeline,
    ontology: Ontology,
    *,
    batch_size: int = BATCH,
    progress: ProgressFactory = silent_progress,
) -> ExtractionReport:
    """Read every document that was not yet read in its present state by this pipeline.

    Args:
        catalog: Rows, for what is known of a document's product.
        evidence: Where pending documents come from and evidence goes to.
        pipeline: What reads; its ``key`` decides what is pending.
        ontology: To recognise the shop's categories.
        batch_size: Documents a transaction.
        progress: Shows how far it is.
    """
    report = ExtractionReport()
    counts: Counter[str] = Counter()
    changed: set[str] = set()
    pending = evidence.pending_documents(pipeline.key)
    with progress("extract", evidence.count_pending(pipeline.key)) as advance:
        for documents in _batches(pending, batch_size):
            contexts = _contexts(catalog, ontology, documents)
            found = pipeline.read([(d, contexts.get(d.product_id, ProductContext())) for d in documents])
            changed |= evidence.record(documents, found, pipeline.key)
            counts.update(_label(item) for item in found)
            report.documents += len(documents)
            advance(len(documents))
    report.products = len(changed)
    report.evidence = dict(sorted(counts.items()))
    return report


def context_of(product: Product, ontology: Ontology) -> ProductContext:
    """What the shop states: its category where the ontology knows it, and its brand."""
    return ProductContext(find_class(product.category, ontology), product.brand)


def find_class(category: str | None, ontology: Ontology) -> str | None:
    """The class that a shop's category names, by id or by any of its labels."""
    if not category:
        return None
    if category in ontology.classes:
        return category
    named = [r.id for r in ontology.labels.lookup(category) if r.kind == "class"]
    return named[0] if named else None


def _contexts(
    catalog: CatalogStore, ontology: Ontology, documents: Sequence[Document]
) -> dict[str, ProductContext]:
    ids = list(dict.fromkeys(d.product_id for d in documents))
    return {p.id: context_of(p, ontology) for p in catalog.products(ids)}


def _batches(documents: Iterator[Document], size: int) -> Iterator[list[Document]]:
    while batch := list(islice(documents, size)):
        yield batch


def _label(item: Evidence) -> str:
    return item.relation
