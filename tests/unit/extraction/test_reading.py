"""What the model says becomes evidence, branch by branch; the model itself is a fake that says what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from extraction.documents import ProductContext, Text, analyse
from extraction.model.config import ModelConfig
from extraction.model.examples import PredictedRelation, PredictedSpan, Prediction, SpanExample
from extraction.reading import ModelReader
from kms.evidence.models import Document, DocumentField, Evidence
from kms.ontology import load_ontology
from kms.ontology.model import Ontology
from kms.types import Language

DESCRIPTION = "Not waterproof. Made for runners, unlike the Drift of 310 g."
REVIEW = "The sound is great. Brilliant."
Link = tuple[str, int | None, int]


class FakePredictor:
    """Answers with one prediction, and remembers what it was asked."""

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        self.asked: list[SpanExample] = []

    def predict(self, examples: Sequence[SpanExample]) -> list[Prediction]:
        self.asked += examples
        return [self.prediction for _ in examples]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture
def read(ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> object:
    def read_with(
        text: str,
        spans: Sequence[tuple[str, str]],
        links: Sequence[Link] = (),
        field: DocumentField = "description",
        language: Language = "en",
    ) -> list[Evidence]:
        prediction = Prediction(
            tuple(PredictedSpan(text.index(s), text.index(s) + len(s), kind, 0.8) for s, kind in spans),
            tuple(PredictedRelation(head, tail, kind, 0.5) for kind, head, tail in links),
        )
        reader = make_reader(FakePredictor(prediction), ontology, monkeypatch)
        return reader.extract([make_text(text, field, language)])[0]

    return read_with


def make_reader(
    predictor: FakePredictor,
    ontology: Ontology,
    monkeypatch: pytest.MonkeyPatch,
    languages: tuple[Language, ...] = ("en",),
) -> ModelReader:
    config = ModelConfig(labels=(), languages=languages)
    monkeypatch.setattr("extraction.model.artifact.read_config", lambda folder: config)
    monkeypatch.setattr("extraction.infer.predictor.load_predictor", lambda *args, **kinds: predictor)
    monkeypatch.setattr("extraction.model.artifact.hash_model", lambda folder: "0123456789abcdef")
    return ModelReader(Path("nowhere"), ontology, state=Path("state"))


def make_text(text: str, field: DocumentField = "description", language: Language = "en") -> Text:
    document = Document(id="d", product_id="P", field=field, text=text, language=language)
    return analyse(document, ProductContext("over_ear_headphones"))


def said(evidence: Sequence[Evidence]) -> list[tuple[str, str, str, bool]]:
    return [(e.surface, e.relation, e.attribute or e.value, e.negated) for e in evidence]


def test_values_uses_and_audiences(read) -> None:  # type: ignore[no-untyped-def]
    spans = [
        ("Not", "negation"),
        ("waterproof", "water_resistance"),
        ("runners", "audience"),
        ("310 g", "weight"),
    ]
    found = read(DESCRIPTION, spans, [("negates", 0, 1)])
    assert said(found) == [
        ("waterproof", "has_value", "water_resistance", True),
        ("runners", "for_audience", "", False),
    ]  # the 310 g are the other product's
    assert {e.extractor for e in found} == {"model"}
    assert {e.extractor_version for e in found} == {"model-0123456789ab"}
    assert {e.confidence for e in found} == {0.8}


def test_a_denied_use(read) -> None:  # type: ignore[no-untyped-def]
    found = read("Not for running", [("Not", "negation"), ("running", "use")], [("negates", 0, 1)])
    assert said(found) == [("running", "suited_for", "", True)]


def test_values_of_another_product_are_left_out(read) -> None:  # type: ignore[no-untyped-def]
    found = read(DESCRIPTION, [("Drift", "product"), ("310 g", "weight")], [("value_of", 0, 1)])
    assert said(found) == [("Drift", "mentions", "", False)]


@pytest.mark.parametrize("role", ["compatible_with", "complements", "substitutes", "variant_of"])
def test_what_another_product_is_to_this_one(read, role: str) -> None:  # type: ignore[no-untyped-def]
    (found,) = read(DESCRIPTION, [("Drift", "product")], [(role, None, 0)])
    assert found.relation == role
    assert found.confidence == 0.4  # the span's times the relation's


def test_the_class_is_read_in_titles_and_the_brand_outside_reviews(read) -> None:  # type: ignore[no-untyped-def]
    spans = [("Hush", "brand"), ("headphones", "class")]
    text = "Hush headphones"
    assert {e.relation for e in read(text, spans, field="title")} == {"made_by", "in_category"}
    assert {e.relation for e in read(text, spans)} == {"made_by"}
    assert read(text, spans, field="review_text") == []


def test_opinions_on_an_aspect_and_on_the_whole(read) -> None:  # type: ignore[no-untyped-def]
    spans = [("sound", "aspect"), ("great", "opinion"), ("Brilliant", "opinion")]
    links: list[Link] = [("opinion_positive", 0, 1), ("opinion_negative", None, 2)]
    first, second = read(REVIEW, spans, links, field="review_text")
    assert (first.surface, first.value, first.polarity) == ("sound", "sound_quality", "positive")
    assert REVIEW[slice(*first.opinion)] == "great"
    assert (second.surface, second.value, second.polarity) == ("Brilliant", "overall", "negative")
    assert first.confidence == 0.4


def test_one_opinion_on_two_aspects(read) -> None:  # type: ignore[no-untyped-def]
    spans = [("Sound", "aspect"), ("fit", "aspect"), ("great", "opinion")]
    links: list[Link] = [("opinion_positive", 0, 2), ("opinion_positive", 1, 2)]
    assert [e.surface for e in read("Sound and fit great", spans, links, field="review_title")] == [
        "Sound",
        "fit",
    ]


def test_what_leads_nowhere_is_left_out(read) -> None:  # type: ignore[no-untyped-def]
    spans = [("sound", "aspect"), ("great", "opinion"), ("The", "negation"), ("is", "no_such_label")]
    assert read(REVIEW, spans, field="review_text") == []
    linked: list[Link] = [("opinion_positive", 0, 1)]
    assert read(REVIEW, spans, linked) == []  # opinions are read in reviews only


def test_other_languages_and_fields_are_not_asked(
    ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = FakePredictor(Prediction())
    reader = make_reader(predictor, ontology, monkeypatch)
    texts = [
        make_text("264 g", "table"),
        make_text("续航", "description", "zh"),
        make_text("Fine."),
        make_text("brand: x", "shop"),
    ]
    assert reader.extract(texts) == [[], [], [], []]
    assert [example.text for example in predictor.asked] == ["Fine."]
    assert predictor.asked[0].sentences == ((0, 5),)
    assert predictor.asked[0].context == "product description: over ear headphones"
    assert [reader.reads(text) for text in texts] == [False, False, True, False]


def test_languages_are_those_that_the_model_was_trained_on(
    ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = make_reader(FakePredictor(Prediction()), ontology, monkeypatch, ("zh",))
    assert reader.reads(make_text("续航", "description", "zh"))
    assert not reader.reads(make_text("Fine."))


def test_a_folder_without_a_model_says_so(ontology: Ontology, tmp_path: Path) -> None:
    from kms.errors import KmsError

    with pytest.raises(KmsError):
        ModelReader(tmp_path, ontology, state=tmp_path)
