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


def kept_of(
    guards: Guards, body: str, items: list[tuple[str, str, str]], *, language: str, title: str
) -> set[str]:
    document = Document(id="d", product_id="P", field="description", text=body, language=language)  # type: ignore[arg-type]
    text = analyse(document, ProductContext(None, title=title))
    evidence = [
        Evidence(
            document_id="d", document_hash="h", product_id="P", field="description", language=document.language,
            start=body.index(surface), end=body.index(surface) + len(surface), surface=surface, relation="has_value",
            attribute=attribute, value=value, sentence=(0, len(body)), confidence=0.9, extractor="model",
            extractor_version="1", ontology_release="1",
        )
        for surface, attribute, value in items
    ]  # fmt: skip
    return {item.surface for item in guards.keep(text, evidence)}


def test_countries_of_parts_give_way_to_the_one_of_manufacture(guards: Guards) -> None:
    origin = "country_of_origin"
    items = [("瑞士", origin, "switzerland"), ("中国", origin, "china")]
    assert kept_of(guards, "瑞士机械，中国制造。", items, language="zh", title="座钟") == {"中国"}
    assert kept_of(guards, "瑞士进口。", items[:1], language="zh", title="座钟") == {"瑞士"}
    items = [("Italy", origin, "italy"), ("Portugal", origin, "portugal")]
    said = "Yarn from Italy, knitted in Portugal."
    assert kept_of(guards, said, items, language="en", title="Scarf") == {"Portugal"}


def test_gross_masses_give_way_to_net_ones(guards: Guards) -> None:
    items = [("3 kg", "weight", "3 kilogram"), ("4 kg", "weight", "4 kilogram")]
    assert kept_of(guards, "Net weight 3 kg, gross weight 4 kg.", items, language="en", title="Pan") == {
        "3 kg"
    }
    assert kept_of(guards, "Gross weight 4 kg.", items[1:], language="en", title="Pan") == {"4 kg"}


def test_people_who_look_after_users_or_are_in_the_way(guards: Guards) -> None:
    assert not is_kept(guards, "爸妈陪孩子一起拼。", "爸妈", "for_audience", language="zh")
    assert not is_kept(guards, "宝宝不小心摔了也不碎。", "宝宝", "for_audience", language="zh")
    assert is_kept(guards, "宝宝和大人都能用。", "宝宝", "for_audience", language="zh")
    assert not is_kept(guards, "Beech runners glide well.", "runners", "for_audience")
