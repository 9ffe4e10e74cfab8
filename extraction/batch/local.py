"""The batch engine of one machine: pending documents in, evidence recorded, batch by batch.

Each batch is one transaction of the evidence store, so a killed run loses at most the batch it was
reading and the next run goes on there.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context

from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore
from kms.ontology.class_names import class_of_path
from kms.ontology.model import Ontology
from kms.progress import ProgressFactory, silent_progress

BATCH = 256

_Work = list[tuple[Document, ProductContext]]


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
    workers: int = 1,
    progress: ProgressFactory = silent_progress,
) -> ExtractionReport:
    """Read every document that was not yet read in its present state by this pipeline.

    What the shop states of a product (its ``shop`` document) is the context of its other texts. When
    that changed, the product's other documents are read again in the same transaction.

    Args:
        catalog: Rows, for what is known of a document's product.
        evidence: Where pending documents come from and evidence goes to.
        pipeline: What reads; its ``key`` decides what is pending.
        ontology: To recognise the shop's categories.
        batch_size: Documents a transaction, besides those that are read again.
        workers: Processes that read; the evidence and its order are the same for any number. Each has its own
            pipeline, and only this process writes.
        progress: Shows how far it is.

    Raises:
        ValueError: ``workers`` or ``batch_size`` is below one.
    """
    if workers < 1 or batch_size < 1:
        raise ValueError(f"workers and batch_size must be at least 1, got {workers} and {batch_size}")
    report = ExtractionReport()
    counts: Counter[str] = Counter()
    changed: set[str] = set()
    batches = _work(catalog, evidence, ontology, pipeline.key, batch_size)
    with progress("extract", evidence.count_pending(pipeline.key)) as advance:
        for work, found in _read_all(batches, pipeline, workers):
            documents = [document for document, _ in work]
            changed |= evidence.record(documents, found, pipeline.key)
            counts.update(item.relation for item in found)
            report.documents += len(documents)
            advance(len(documents))
    report.products = len(changed)
    report.evidence = dict(sorted(counts.items()))
    return report


def context_of(product: Product, ontology: Ontology) -> ProductContext:
    """What the shop states: its category where the ontology knows it, its brand, and the title."""
    class_id = class_of_path(product.category, ontology) if product.category else None
    return ProductContext(class_id, product.brand, product.title)


def _work(
    catalog: CatalogStore, evidence: EvidenceStore, ontology: Ontology, key: str, size: int
) -> Iterator[_Work]:
    pending = evidence.pending_documents(key)
    while batch := list(islice(pending, size)):
        stated = list(dict.fromkeys(d.product_id for d in batch if d.field in ("shop", "title")))
        if stated:
            # Of a new product nothing was read yet, or what was read a moment ago, in the batch before.
            inside = {d.id for d in batch}
            batch += [d for d in evidence.done_documents(stated, key) if d.id not in inside]
        contexts = _contexts(catalog, ontology, batch)
        yield [(d, contexts.get(d.product_id, ProductContext())) for d in batch]


def _contexts(
    catalog: CatalogStore, ontology: Ontology, documents: Sequence[Document]
) -> dict[str, ProductContext]:
    ids = list(dict.fromkeys(d.product_id for d in documents))
    return {p.id: context_of(p, ontology) for p in catalog.products(ids)}


def _read_all(
    batches: Iterator[_Work], pipeline: Pipeline, workers: int
) -> Iterator[tuple[_Work, list[Evidence]]]:
    """Batches with what was read in them, in their order."""
    if workers == 1:
        for work in batches:
            yield work, pipeline.read(work)
        return
    # spawn: the models' own threads do not survive a fork.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start_worker, initargs=(pipeline,))
    with pool:
        waiting: deque[tuple[_Work, Future[list[Evidence]]]] = deque()
        for work in batches:
            waiting.append((work, pool.submit(_read_in_worker, work)))
            if len(waiting) > workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()


_pipeline_of_worker: Pipeline | None = None


def _start_worker(pipeline: Pipeline) -> None:
    global _pipeline_of_worker
    _pipeline_of_worker = pipeline


def _read_in_worker(work: _Work) -> list[Evidence]:
    assert _pipeline_of_worker is not None
    return _pipeline_of_worker.read(work)
