from __future__ import annotations

from kms.catalog.ingest import ingest_events, ingest_products, ingest_reviews
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.evidence.store import EvidenceStore
from kms.sample.source import clean_sample, sample_events, sample_products, sample_reviews


def test_sample_goes_in_whole_and_offsets_of_its_annotation_fit(sqlite_database: Database) -> None:
    products = ingest_products(sqlite_database, sample_products(), strict=True)
    reviews = ingest_reviews(sqlite_database, sample_reviews(), strict=True)
    events = ingest_events(sqlite_database, sample_events(), strict=True)
    assert products.new >= 160
    assert reviews.new >= 800
    assert events.new > 10_000
    assert ingest_products(sqlite_database, sample_products()).unchanged == products.new
    assert ingest_reviews(sqlite_database, sample_reviews()).unchanged == reviews.new

    evidence = EvidenceStore(sqlite_database)
    for item in clean_sample().products:
        documents = evidence.documents([f"product:{item.id}#title", f"product:{item.id}#description"])
        assert documents[f"product:{item.id}#title"].text == item.title.text
        assert documents[f"product:{item.id}#description"].text == item.description.text
        assert documents[f"product:{item.id}#description"].language == item.language
    for review in clean_sample().reviews():
        document = evidence.documents([f"review:{review.id}#text"])[f"review:{review.id}#text"]
        assert document.text == review.text.text
    assert CatalogStore(sqlite_database).counts()["reviews"] == reviews.new


def test_detected_languages_agree_with_the_written_ones() -> None:
    from kms.text.language import detect_language

    texts = [
        (text.text, language)
        for product in clean_sample().products
        for _place, language, text in product.texts()
        if text.text
    ]
    wrong = [text for text, language in texts if detect_language(text) != language]
    assert len(wrong) <= 0.01 * len(texts), wrong[:10]
