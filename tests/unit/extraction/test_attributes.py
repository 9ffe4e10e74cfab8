"""What the attribute model says becomes evidence; the model itself is a fake that says what it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from extraction.attributes import ATTRIBUTE_SETTINGS, AttributeReader, AttributeSettings, StatedAttributes
from extraction.documents import ProductContext, Text, analyse
from extraction.model.examples import PredictedSpan, Prediction, SpanExample
from kms.errors import ConfigurationError
from kms.evidence.models import Document, DocumentField
from kms.ontology import load_ontology
from kms.ontology.model import Ontology

Read = Callable[..., list[tuple[str, str]]]
TITLE = "Lunar kettle 1.7 l brushed steel"


class FakePredictor:
    def __init__(self, spans: Sequence[tuple[str, str, float]]) -> None:
        self.spans = spans
        self.asked: list[SpanExample] = []

    def predict(self, examples: Sequence[SpanExample]) -> list[Prediction]:
        self.asked += examples
        return [
            Prediction(
                tuple(
                    PredictedSpan(e.text.index(s), e.text.index(s) + len(s), kind, confidence)
                    for s, kind, confidence in self.spans
                )
            )
            for e in examples
        ]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def make_reader(
    fake: FakePredictor, ontology: Ontology, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AttributeReader:
    for name in ("config.json", "adapter.safetensors", "heads.safetensors"):
        (folder / name).write_text('{"labels": []}' if name == "config.json" else "{}")
    AttributeSettings(threshold=0.6, precision=0.9, shifts={"material": -1.0}).write(
        folder / ATTRIBUTE_SETTINGS
    )
    monkeypatch.setattr("extraction.infer.predictor.load_predictor", lambda *args, **kinds: fake)
    return AttributeReader(folder, ontology, state=folder)


def make_text(text: str = TITLE, field: DocumentField = "title", class_id: str | None = "kettle") -> Text:
    document = Document(id="d", product_id="p", field=field, text=text, language="en")
    return analyse(document, ProductContext(class_id=class_id))


@pytest.fixture
def read(ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    def read_with(spans: Sequence[tuple[str, str, float]], text: Text | None = None) -> list[tuple[str, str]]:
        reader = make_reader(FakePredictor(spans), ontology, tmp_path, monkeypatch)
        items = reader.extract([text or make_text()])[0]
        assert all(item.extractor == "model" and item.extractor_version == reader.version for item in items)
        return [(item.attribute or "", TITLE[item.start : item.end]) for item in items]

    return read_with


def test_readings_of_enough_confidence_become_evidence(read: Read) -> None:
    assert read([("1.7 l", "capacity", 0.7)]) == [("capacity", "1.7 l")]
    assert read([("1.7 l", "capacity", 0.5)]) == []


def test_confidence_is_calibrated_by_attribute(read: Read) -> None:
    assert read([("brushed steel", "material", 0.7)]) == []
    assert read([("brushed steel", "material", 0.85)]) == [("material", "brushed steel")]


def test_a_quantity_needs_a_number_of_its_dimension(read: Read) -> None:
    assert read([("Lunar", "capacity", 0.9)]) == []


def test_texts_are_asked_for_the_attributes_of_their_class(
    ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakePredictor(())
    reader = make_reader(fake, ontology, tmp_path, monkeypatch)
    texts = [make_text(), make_text(class_id=None), make_text("Good kettle", "review_text")]
    assert [reader.reads(text) for text in texts] == [True, False, False]
    assert reader.extract(texts) == [[], [], []]
    (asked,) = fake.asked
    allowed = {a.id for a in ontology.attributes_of("kettle")}
    assert set(asked.asked or ()) <= allowed
    assert "capacity" in (asked.asked or ())
    assert not any(ontology.attributes[name].type == "boolean" for name in asked.asked or ())


def test_attributes_that_tables_seldom_state_of_the_class_are_not_asked_for() -> None:
    stated = StatedAttributes(in_tables=("capacity", "colour"), by_class={"kettle": ("capacity",)})
    assert stated.asks("capacity", ("kettle",))
    assert not stated.asks("colour", ("gooseneck_kettle", "kettle"))
    assert stated.asks("colour", ("lamp",)), "no class above it has enough products to tell"
    assert stated.asks("material", ("kettle",)), "the ontology got it after the training"


def test_a_folder_without_thresholds_is_refused(ontology: Ontology, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--from-catalog"):
        AttributeReader(tmp_path, ontology, state=tmp_path)
