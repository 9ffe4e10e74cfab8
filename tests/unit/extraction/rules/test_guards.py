"""Guards hold for rules and model alike: evidence of either is left out by the words beside it."""

from __future__ import annotations

import pytest

from extraction.documents import ProductContext, analyse
from extraction.rules.guards import Guards
from kms.evidence.models import Document, DocumentField, Evidence
from kms.ontology import load_ontology


@pytest.fixture(scope="module")
def guards() -> Guards:
    return Guards(load_ontology())


def is_kept(
    guards: Guards, body: str, surface: str, relation: str, *, attribute: str = "", field: DocumentField = "description",
    title: str = "Thing", language: str = "en",
) -> bool:  # fmt: skip
    document = Document(id="d", product_id="P", field=field, text=body, language=language)  # type: ignore[arg-type]
    text = analyse(document, ProductContext(None, title=title))
    start = body.index(surface)
    item = Evidence(
        document_id="d", document_hash="h", product_id="P", field=field, language=document.language, start=start,
        end=start + len(surface), surface=surface, relation=relation, attribute=attribute, value="x",
        sentence=(0, len(body)), confidence=0.9, extractor="model", extractor_version="1", ontology_release="1",
    )  # fmt: skip
    return bool(guards.keep(text, [item]))


@pytest.mark.parametrize(
    ("body", "surface", "kept"),
    [
        ("our professional jewelers will be happy to assist you", "professional", False),
        ("Founded by a third generation family in 1987.", "family", False),
        ("Used by professional movers nationwide.", "professional", False),
        ("Loved by professionals all over the world.", "professionals", True),
        ("A great gift for professionals and students.", "professionals", True),
        ("For men and women who travel.", "men", True),
        ("Male to male, shielded cable.", "male", False),
        ("Notebook with Windows 7 Professional", "Professional", False),
    ],
)
def test_people_who_are_no_users(guards: Guards, body: str, surface: str, kept: bool) -> None:
    assert is_kept(guards, body, surface, "for_audience") is kept


def test_what_a_title_calls_its_product_is_nobody(guards: Guards) -> None:
    title = "Jute Runner for Hallways"
    assert not is_kept(guards, title, "Runner", "for_audience", field="title", title=title)
    assert not is_kept(guards, "A braided runner for busy halls.", "runner", "for_audience", title=title)
    assert is_kept(guards, "For the fast runner.", "runner", "for_audience", title="Trail Shoe for Runners")


@pytest.mark.parametrize(
    ("body", "surface", "kept"),
    [
        ("Ideal for movies and games.", "movies", True),
        ("Endless games with one board.", "games", False),
        ("A ticket to the movies.", "movies", False),
        ("Happy Holidays from all of us.", "Holidays", False),
    ],
)
def test_uses_that_need_a_phrase_of_purpose(guards: Guards, body: str, surface: str, kept: bool) -> None:
    assert is_kept(guards, body, surface, "suited_for") is kept


@pytest.mark.parametrize(
    ("body", "surface", "language", "kept"),
    [
        ("RAID controller SAS 6G", "6G", "en", False),
        ("Item Weight : 37G", "37G", "en", True),
        ("Fountain pen, 37 g", "37 g", "en", True),
        ("净含量500G", "500G", "zh", True),
        ("Cart with 300 lb. load capacity", "300 lb", "en", False),
        ("Ice maker, 1553-lb/24-hr", "1553-lb", "en", False),
        ("Chair, 12 lb, holds much", "12 lb", "en", True),
    ],
)
def test_masses_that_are_no_weights(
    guards: Guards, body: str, surface: str, language: str, kept: bool
) -> None:
    found = is_kept(guards, body, surface, "has_value", attribute="weight", language=language)
    assert found is kept


def test_reviews_are_left_to_their_own_rules(guards: Guards) -> None:
    assert is_kept(guards, "our professional jewelers", "professional", "for_audience", field="review_text")
