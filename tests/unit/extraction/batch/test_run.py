"""Documents of real products of the sample in a real store."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pytest

from extraction.batch.reading import ExtractionError, LocalEngine
from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.errors import StoreUnavailable
from kms.evidence.models import Document, Evidence
from kms.ontology.model import Ontology
from tests.unit.extraction.batch.batch_shop import COUNT, Fragile, OpenShop, Recorder, Shop, some_documents


def test_everything_is_read_once(shop: Shop) -> None:
    report = shop.extract()
    documents = [d for product in shop.products for d in shop.catalog.documents_of(product.id)]
    assert report.documents == len(documents)
    assert report.products == COUNT
    assert sum(report.evidence.values()) == sum(map(len, shop.stored().values()))
    assert report.evidence["in_category"] >= COUNT


def test_a_second_run_reads_nothing_and_changes_nothing(shop: Shop) -> None:
    shop.extract()
    before = shop.stored()
    report = shop.extract()
    assert (report.documents, report.products, report.evidence) == (0, 0, {})
    assert shop.stored() == before


@pytest.mark.parametrize("batch_size", [1, 3, 7, 1000])
def test_the_size_of_batches_does_not_matter(shop: Shop, batch_size: int) -> None:
    expected = shop.read_afresh(shop.products)
    shop.extract(batch_size=batch_size)
    assert sorted(i for ids in shop.stored().values() for i in ids) == expected


def test_workers_give_the_same(open_shop: OpenShop, ontology: Ontology) -> None:
    shared, alone = open_shop(), open_shop()
    report = shared.extract(Pipeline(ontology), engine=LocalEngine(2), batch_size=8)
    expected = alone.extract(Pipeline(ontology))
    assert report.evidence == expected.evidence
    assert shared.stored() == alone.stored()


def test_a_changed_review_is_read_alone(shop: Shop) -> None:
    shop.extract()
    before = shop.stored()
    review = shop.reviews[0]
    shop.catalog.put_reviews(
        [review.model_copy(update={"text": "The sound is great. Bluetooth never drops."})]
    )
    shop.pipeline.batches.clear()
    report = shop.extract()
    assert shop.pipeline.batches == [[f"review:{review.id}#text"]]
    assert report.products == 1
    after = shop.stored()
    changed = {product_id for product_id in after if after[product_id] != before[product_id]}
    assert changed == {review.product_id}
    kept = set(after[review.product_id]) & set(before[review.product_id])
    assert kept  # the product's other evidence keeps its ids


def test_a_product_of_another_category_is_read_again_as_a_whole(shop: Shop) -> None:
    shop.extract()
    product = shop.products[0]
    shop.catalog.put_products([product.model_copy(update={"category": "lipstick"})])
    shop.pipeline.batches.clear()
    shop.extract(batch_size=1)
    own = {document.id for document in shop.catalog.documents_of(product.id)}
    (batch,) = shop.pipeline.batches
    assert set(batch) == own
    attributes = {e.attribute for e in shop.evidence.active(product.id) if e.attribute}
    assert attributes <= {a.id for a in shop.ontology.attributes_of("lipstick")}
    # And back: the evidence is what it was, under its old ids.
    shop.catalog.put_products([product])
    shop.extract()
    assert sorted(shop.stored()[product.id]) == shop.read_afresh([product])


def test_an_interrupted_run_goes_on_where_it_stood(shop: Shop) -> None:
    class Interrupted(Recorder):
        def extract(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
            if len(self.batches) == 3:
                raise KeyboardInterrupt
            return super().extract(documents)

    first = Interrupted(shop.ontology)
    with pytest.raises(KeyboardInterrupt):
        shop.extract(first, batch_size=5)
    report = shop.extract(batch_size=5)
    done = {name for batch in first.batches for name in batch}
    read = [name for batch in shop.pipeline.batches for name in batch]
    every = {document.id for product in shop.products for document in shop.catalog.documents_of(product.id)}
    assert sorted(read) == sorted(every - done)
    assert report.documents == len(read)


def test_a_product_is_read_as_a_whole_before_the_next(shop: Shop) -> None:
    shop.extract(batch_size=7)
    owner = {
        document.id: product.id
        for product in shop.products
        for document in shop.catalog.documents_of(product.id)
    }
    read = [owner[name] for batch in shop.pipeline.batches for name in batch]
    assert [product for product, _ in groupby(read)] == sorted(product.id for product in shop.products)


@pytest.mark.parametrize(("workers", "batch_size"), [(0, 8), (1, 0)])
def test_bad_settings_are_refused(shop: Shop, workers: int, batch_size: int) -> None:
    with pytest.raises(ValueError, match="must be at least 1, got 0"):
        shop.extract(engine=LocalEngine(workers), batch_size=batch_size)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_text_that_breaks_the_reader_is_set_aside_and_the_rest_is_read(
    open_shop: OpenShop, workers: int
) -> None:
    shop, whole = open_shop(), open_shop()
    broken = some_documents(shop, 3)
    report = shop.extract(Fragile(shop.ontology, broken), engine=LocalEngine(workers), batch_size=16)
    expected = whole.extract()
    assert (report.documents, report.failed) == (expected.documents - 3, 3)
    assert sorted(report.first_failures) == [
        f"{name}: ValueError: cannot read {name}" for name in sorted(broken)
    ]
    assert {each.document_id: each.error for each in shop.evidence.unreadable_documents()} == {
        name: f"ValueError: cannot read {name}" for name in broken
    }
    wanted = {
        product: [e.id for e in items if e.document_id not in broken]
        for product, items in whole.evidence.active_many([p.id for p in shop.products]).items()
    }
    assert shop.stored() == wanted


def test_what_was_set_aside_is_tried_again_by_the_next_version_only(shop: Shop) -> None:
    broken = some_documents(shop, 2)
    shop.extract(Fragile(shop.ontology, broken))
    again = shop.extract(Fragile(shop.ontology, broken))
    assert (again.documents, again.failed, shop.evidence.count_unreadable()) == (0, 0, 2)
    mended = shop.extract(Fragile(shop.ontology, frozenset(), release="2"))
    assert (mended.failed, shop.evidence.count_unreadable()) == (0, 0)
    assert mended.documents > 2


def test_a_text_that_changed_is_tried_again(shop: Shop) -> None:
    review = shop.reviews[0]
    broken = frozenset(d.id for d in shop.catalog.documents_of(review.product_id) if d.review_id == review.id)
    shop.extract(Fragile(shop.ontology, broken))
    assert shop.evidence.count_unreadable() == len(broken)
    shop.catalog.put_reviews([review.model_copy(update={"text": "Sturdy.", "title": "Good"})])
    assert shop.evidence.count_unreadable() == 0
    assert shop.extract(Fragile(shop.ontology, frozenset())).documents == 2


def test_evidence_of_an_earlier_reader_stays_where_the_next_one_breaks(shop: Shop) -> None:
    shop.extract()
    before = shop.stored()
    report = shop.extract(Fragile(shop.ontology, some_documents(shop, 3)))
    assert report.failed == 3
    assert shop.stored() == before


def test_a_reader_that_fails_on_everything_stops_the_run(shop: Shop) -> None:
    every = frozenset(d.id for p in shop.products for d in shop.catalog.documents_of(p.id))
    pipeline = Fragile(shop.ontology, every)
    with pytest.raises(ExtractionError, match="reader itself"):
        shop.extract(pipeline, batch_size=16)
    assert shop.evidence.count_pending(pipeline.key) > 0


def test_an_error_that_is_no_texts_fault_is_raised(shop: Shop) -> None:
    class Away(Recorder):
        def extract(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
            raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        shop.extract(Away(shop.ontology))
    assert shop.evidence.count_unreadable() == 0
