"""Extraction run: hands pending documents to an engine batch by batch and records the evidence that comes back.

Each batch is one transaction of the evidence store, so a killed run loses at most the batches that were being
read and the next run goes on there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from extraction.batch.reading import Engine, ExtractionError, LocalEngine, Work, read_batch
from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.evidence.models import Document
from kms.evidence.store import EvidenceStore
from kms.induction.signs import guesser_of
from kms.ontology.class_names import class_of_path
from kms.ontology.model import Ontology
from kms.progress import ProgressFactory, silent_progress

BATCH = 256

SHOWN_FAILURES = 5
FAILURES_IN_A_ROW = 64
"""So many documents that fail one after the other are the reader's fault, not theirs."""


@dataclass
class ExtractionReport:
    """Report of an extraction run.

    Attributes:
        documents: Read, those that were set aside not counted.
        products: Those whose facts changed.
        evidence: Mentions by relation.
        failed: Documents that broke the reader and were set aside.
        first_failures: Id and error of the first few of them.
    """

    documents: int = 0
    products: int = 0
    evidence: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    first_failures: list[str] = field(default_factory=list)


def extract_pending(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Pipeline,
    ontology: Ontology,
    *,
    batch_size: int = BATCH,
    engine: Engine | None = None,
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
        batch_size: Documents a transaction; a few more where they are of one product, besides those that are read again.
        engine: Where texts are read; default: in this process. The evidence is the same for each, and only this
            process writes.
        progress: Shows how far it is.

    A document that breaks the reader is set aside with its error until its text or the pipeline's key changes.

    Raises:
        ValueError: ``batch_size`` is below one.
        ConfigurationError: The engine cannot be started.
        ExtractionError: Very many documents failed one after the other; the last batch was not recorded.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    reader = engine or LocalEngine()
    report = ExtractionReport()
    counts: Counter[str] = Counter()
    changed: set[str] = set()
    batches = _work(catalog, evidence, ontology, pipeline.key, batch_size)
    count = evidence.count_pending(pipeline.key)
    readings = reader.read(batches if count else iter(()), pipeline)
    with progress("extract", count) as advance, closing(readings):
        in_a_row = 0
        for work, reading in readings:
            documents = [document for document, _ in work]
            in_a_row = in_a_row + len(work) if len(reading.failed) == len(work) else 0
            if in_a_row >= FAILURES_IN_A_ROW:
                first = next(iter(reading.failed.items()))
                raise ExtractionError(
                    f"{in_a_row} texts failed one after the other, so the reader itself is at fault; "
                    f"the first of the last batch, {first[0]}: {first[1]}"
                )
            changed |= evidence.record(documents, reading.evidence, pipeline.key, failed=reading.failed)
            counts.update(item.relation for item in reading.evidence)
            report.documents += len(documents) - len(reading.failed)
            report.failed += len(reading.failed)
            shown = (f"{name}: {error}" for name, error in reading.failed.items())
            report.first_failures += islice(shown, SHOWN_FAILURES - len(report.first_failures))
            advance(len(documents))
    report.products = len(changed)
    report.evidence = dict(sorted(counts.items()))
    return report


def extract_products(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Pipeline,
    ontology: Ontology,
    product_ids: Sequence[str],
) -> ExtractionReport:
    """Read the documents of some products that were not yet read in their present state, in one transaction.

    Otherwise as ``extract_pending``, with the same evidence.
    """
    batch = evidence.pending_of(product_ids, pipeline.key)
    stated = list(dict.fromkeys(d.product_id for d in batch if d.field in ("shop", "title")))
    inside = {d.id for d in batch}
    batch += [d for d in evidence.done_documents(stated, pipeline.key) if d.id not in inside]
    report = ExtractionReport()
    if not batch:
        return report
    contexts = _contexts(catalog, ontology, batch)
    reading = read_batch(pipeline, [(d, contexts.get(d.product_id, ProductContext())) for d in batch])
    report.products = len(evidence.record(batch, reading.evidence, pipeline.key, failed=reading.failed))
    report.evidence = dict(sorted(Counter(item.relation for item in reading.evidence).items()))
    report.documents, report.failed = len(batch) - len(reading.failed), len(reading.failed)
    report.first_failures = [f"{name}: {e}" for name, e in islice(reading.failed.items(), SHOWN_FAILURES)]
    return report


def context_of(product: Product, ontology: Ontology) -> ProductContext:
    """The shop's own statements: category where the ontology has it, brand and title; else the class that signs tell."""
    category = product.stated_category()
    class_id = class_of_path(category, ontology) if category else None
    guesser = guesser_of(ontology) if class_id is None else None
    guess = guesser.guess(product) if guesser else None
    if guess is not None:
        return ProductContext(guess.class_id, product.brand, product.title, guess.confidence)
    return ProductContext(class_id, product.brand, product.title)


def _work(
    catalog: CatalogStore, evidence: EvidenceStore, ontology: Ontology, key: str, size: int
) -> Iterator[Work]:
    for batch in _batches(evidence.pending_documents(key), size):
        stated = list(dict.fromkeys(d.product_id for d in batch if d.field in ("shop", "title")))
        if stated:
            inside = {d.id for d in batch}
            batch += [d for d in evidence.done_documents(stated, key) if d.id not in inside]
        contexts = _contexts(catalog, ontology, batch)
        yield [(d, contexts.get(d.product_id, ProductContext())) for d in batch]


def _batches(documents: Iterable[Document], size: int) -> Iterator[list[Document]]:
    """Batches of ``size``; a product's own texts, which come together, stay in one, so that none is read twice."""
    batch: list[Document] = []
    for document in documents:
        is_own = document.review_id is None and bool(batch) and batch[-1].product_id == document.product_id
        if len(batch) >= size and not is_own:
            yield batch
            batch = []
        batch.append(document)
    if batch:
        yield batch


def _contexts(
    catalog: CatalogStore, ontology: Ontology, documents: Sequence[Document]
) -> dict[str, ProductContext]:
    ids = list(dict.fromkeys(d.product_id for d in documents))
    return {p.id: context_of(p, ontology) for p in catalog.products(ids)}
