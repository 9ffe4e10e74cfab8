"""Documents of real products of the sample in a real store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from extraction.batch.local import context_of, extract_pending, find_class
from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.catalog.models import Product, Review
from kms.catalog.store import CatalogStore
from kms.db.session import Database, open_database
from kms.evidence.models import Document, Evidence
from kms.evidence.store import EvidenceStore
from kms.ontology import load_ontology
from kms.ontology.model import Ontology
from kms.sample.source import sample_products, sample_reviews

COUNT = 6


class Recorder(Pipeline):
    """A pipeline that remembers which documents it read, batch by batch."""

    def __init__(self, ontology: Ontology) -> None:
        super().__init__(ontology)
        self.batches: list[list[str]] = []

    def read(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
        self.batches.append([document.id for document, _ in documents])
        return super().read(documents)


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="module")
def products() -> list[Product]:
    return list(sample_products())[:COUNT]


@pytest.fixture(scope="module")
def reviews(products: list[Product]) -> list[Review]:
    ids = {product.id for product in products}
    return [review for review in sample_reviews() if review.product_id in ids]


@pytest.fixture
def database(tmp_path: Path, products: list[Product], reviews: list[Review]) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'kms.db'}")
    catalog = CatalogStore(database)
    catalog.put_products(products)
    catalog.put_reviews(reviews)
    yield database
    database.close()


@pytest.fixture
def catalog(database: Database) -> CatalogStore:
    return CatalogStore(database)


@pytest.fixture
def evidence(database: Database) -> EvidenceStore:
    return EvidenceStore(database)


@pytest.fixture
def pipeline(ontology: Ontology) -> Recorder:
    return Recorder(ontology)


def stored(evidence: EvidenceStore, products: list[Product]) -> dict[str, list[str]]:
    found = evidence.active_many([product.id for product in products])
    return {product_id: [item.id for item in items] for product_id, items in found.items()}


def test_everything_is_read_once(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Recorder,
    ontology: Ontology,
    products: list[Product],
) -> None:
    report = extract_pending(catalog, evidence, pipeline, ontology)
    documents = [d for product in products for d in catalog.documents_of(product.id)]
    assert report.documents == len(documents)
    assert report.products == COUNT
    assert sum(report.evidence.values()) == sum(map(len, stored(evidence, products).values()))
    assert report.evidence["in_category"] >= COUNT


def test_a_second_run_reads_nothing_and_changes_nothing(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Recorder,
    ontology: Ontology,
    products: list[Product],
) -> None:
    extract_pending(catalog, evidence, pipeline, ontology)
    before = stored(evidence, products)
    report = extract_pending(catalog, evidence, pipeline, ontology)
    assert (report.documents, report.products, report.evidence) == (0, 0, {})
    assert stored(evidence, products) == before


@pytest.mark.parametrize("batch_size", [1, 3, 7, 1000])
def test_the_size_of_batches_does_not_matter(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Recorder,
    ontology: Ontology,
    products: list[Product],
    batch_size: int,
) -> None:
    expected = [
        item.id
        for product in products
        for document in catalog.documents_of(product.id)
        for item in pipeline.read([(document, context_of(product, ontology))])
    ]
    extract_pending(catalog, evidence, pipeline, ontology, batch_size=batch_size)
    assert sorted(i for ids in stored(evidence, products).values() for i in ids) == sorted(set(expected))


def test_workers_give_the_same(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    ontology: Ontology,
    products: list[Product],
    tmp_path: Path,
) -> None:
    report = extract_pending(catalog, evidence, Pipeline(ontology), ontology, workers=2, batch_size=8)
    with_workers = stored(evidence, products)
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    alone = CatalogStore(other)
    alone.put_products(products)
    alone.put_reviews([r for p in products for r in catalog.reviews_of(p.id)])
    expected = extract_pending(alone, EvidenceStore(other), Pipeline(ontology), ontology)
    assert report.evidence == expected.evidence
    assert with_workers == stored(EvidenceStore(other), products)
    other.close()


def test_a_changed_review_is_read_alone(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Recorder,
    ontology: Ontology,
    products: list[Product],
    reviews: list[Review],
) -> None:
    extract_pending(catalog, evidence, pipeline, ontology)
    before = stored(evidence, products)
    review = reviews[0]
    catalog.put_reviews([review.model_copy(update={"text": "The sound is great. Bluetooth never drops."})])
    pipeline.batches.clear()
    report = extract_pending(catalog, evidence, pipeline, ontology)
    assert pipeline.batches == [[f"review:{review.id}#text"]]
    assert report.products == 1
    after = stored(evidence, products)
    changed = {product_id for product_id in after if after[product_id] != before[product_id]}
    assert changed == {review.product_id}
    kept = {i for i in after[review.product_id] if i in set(before[review.product_id])}
    assert kept  # the product's other evidence keeps its ids


def test_a_product_of_another_category_is_read_again_as_a_whole(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Recorder,
    ontology: Ontology,
    products: list[Product],
) -> None:
    extract_pending(catalog, evidence, pipeline, ontology)
    product = products[0]
    catalog.put_products([product.model_copy(update={"category": "lipstick"})])
    pipeline.batches.clear()
    extract_pending(catalog, evidence, pipeline, ontology, batch_size=1)
    own = {document.id for document in catalog.documents_of(product.id)}
    (batch,) = pipeline.batches
    assert set(batch) == own
    attributes = {e.attribute for e in evidence.active(product.id) if e.attribute}
    assert attributes <= {a.id for a in ontology.attributes_of("lipstick")}
    # And back: the evidence is what it was, under its old ids.
    catalog.put_products([product])
    extract_pending(catalog, evidence, pipeline, ontology)
    fresh = [
        item.id
        for document in catalog.documents_of(product.id)
        for item in pipeline.read([(document, context_of(product, ontology))])
    ]
    assert sorted(stored(evidence, products)[product.id]) == sorted(fresh)


def test_an_interrupted_run_goes_on_where_it_stood(
    catalog: CatalogStore,
    evidence: EvidenceStore,
    pipeline: Recorder,
    ontology: Ontology,
    products: list[Product],
) -> None:
    class Interrupted(Recorder):
        def read(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
            if len(self.batches) == 3:
                raise KeyboardInterrupt
            return super().read(documents)

    first = Interrupted(ontology)
    with pytest.raises(KeyboardInterrupt):
        extract_pending(catalog, evidence, first, ontology, batch_size=5)
    report = extract_pending(catalog, evidence, pipeline, ontology, batch_size=5)
    done = {name for batch in first.batches for name in batch}
    total = sum(len(catalog.documents_of(product.id)) for product in products)
    again = done & {name for batch in pipeline.batches for name in batch}
    assert report.documents == total - len(done) + len(again)
    # Only a product at the border of two batches may be read twice.
    assert len({name.partition("#")[0] for name in again}) <= 1


def test_bad_settings_are_refused(
    catalog: CatalogStore, evidence: EvidenceStore, pipeline: Recorder, ontology: Ontology
) -> None:
    with pytest.raises(ValueError, match="workers"):
        extract_pending(catalog, evidence, pipeline, ontology, workers=0)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("over_ear_headphones", "over_ear_headphones"),
        ("Over-ear headphones", "over_ear_headphones"),
        ("Widgets", None),
        ("", None),
        (None, None),
    ],
)
def test_a_shops_category(ontology: Ontology, category: str | None, expected: str | None) -> None:
    assert find_class(category, ontology) == expected
