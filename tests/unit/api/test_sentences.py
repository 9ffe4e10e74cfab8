"""Evidence in its sentence."""

from __future__ import annotations

from api.sentences import pick, show_evidence
from kms.evidence.models import Document, Evidence

TEXT = "It floats. Sadly the strap broke quickly, still waterproof."
DOCUMENT = Document(
    id="review:R1#text", product_id="P1", field="review_text", text=TEXT, language="en", review_id="R1"
)


def evidence(surface: str, *, sentence: tuple[int, int] = (11, 59), opinion: str = "") -> Evidence:
    start = TEXT.index(surface)
    place = (TEXT.index(opinion), TEXT.index(opinion) + len(opinion)) if opinion else None
    return Evidence(
        document_id=DOCUMENT.id,
        document_hash=DOCUMENT.content_hash,
        product_id="P1",
        field="review_text",
        language="en",
        start=start,
        end=start + len(surface),
        surface=surface,
        relation="has_aspect",
        opinion=place,
        sentence=sentence,
        confidence=0.9,
        extractor="rules",
        extractor_version="rules-1",
        ontology_release="1.0.0",
    )


def test_mention_and_opinion_are_marked_in_the_sentence() -> None:
    item = evidence("strap", opinion="broke")
    shown = show_evidence([item], {DOCUMENT.id: DOCUMENT})[item.id]
    assert shown.sentence == "Sadly the strap broke quickly, still waterproof."
    assert shown.sentence[shown.highlight.start : shown.highlight.end] == "strap"
    assert shown.opinion is not None
    assert shown.sentence[shown.opinion.start : shown.opinion.end] == "broke"
    assert TEXT[shown.sentence_start :].startswith(shown.sentence)
    assert shown.review_id == "R1"
    assert shown.is_current


def test_an_opinion_outside_of_the_sentence_is_left_out() -> None:
    item = evidence("strap", opinion="floats")
    assert show_evidence([item], {DOCUMENT.id: DOCUMENT})[item.id].opinion is None


def test_a_text_that_changed_shows_the_surface_alone() -> None:
    item = evidence("strap")
    changed = DOCUMENT.model_copy(update={"text": "Something else."})
    shown = show_evidence([item], {DOCUMENT.id: changed})[item.id]
    assert (shown.sentence, shown.is_current) == ("strap", False)
    assert shown.sentence[shown.highlight.start : shown.highlight.end] == "strap"


def test_a_document_that_is_gone_shows_nothing() -> None:
    assert show_evidence([evidence("strap")], {}) == {}


def test_what_still_stands_comes_first() -> None:
    one, two = evidence("strap"), evidence("waterproof")
    shown = show_evidence([one, two], {DOCUMENT.id: DOCUMENT})
    shown[one.id] = shown[one.id].model_copy(update={"is_current": False})
    assert [e.surface for e in pick(shown, [one.id, "unknown", two.id], 5)] == ["waterproof", "strap"]
    assert len(pick(shown, [one.id, two.id], 1)) == 1
