from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest

from extraction.documents import ProductContext, Text
from extraction.pipeline import Pipeline
from extraction.rules.extractor import to_evidence
from extraction.rules.mention import Mention
from kms.evidence.models import Document, DocumentField, Evidence
from kms.ontology import load_ontology
from kms.ontology.model import Ontology
from kms.types import Language

NOTHING = ProductContext()


class FakeModel:
    """Sees one opinion at the beginning of every English review text, whatever it says."""

    version = "model-fake"

    def reads(self, text: Text) -> bool:
        return text.document.language == "en" and text.document.field == "review_text"

    def extract(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        return [self._read(text) if self.reads(text) else [] for text in texts]

    def _read(self, text: Text) -> list[Evidence]:
        mention = Mention(0, 1, "has_aspect", value="overall", polarity="neutral", opinion=(0, 1))
        return to_evidence(text, [mention], "model", self.version, "1")


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="module")
def pipeline(ontology: Ontology) -> Pipeline:
    return Pipeline(ontology)


def document(
    text: str, field: DocumentField = "description", language: Language = "en", id: str = "d"
) -> Document:
    return Document(id=id, product_id="P", field=field, text=text, language=language)


def test_evidence_comes_in_the_order_of_the_documents(pipeline: Pipeline) -> None:
    headphones = ProductContext("over_ear_headphones", "Veldra")
    batch = [
        (document("264 g.", id="b"), headphones),
        (document("brand: Veldra", "shop", id="a"), headphones),
        (document("", id="c"), headphones),
        (document("续航30小时", language="zh", id="e"), headphones),
    ]
    assert [(e.document_id, e.extractor) for e in pipeline.extract(batch)] == [
        ("b", "rules"),
        ("a", "shop"),
        ("e", "rules"),
    ]


def test_a_batch_reads_like_its_documents_alone(pipeline: Pipeline) -> None:
    texts = ["264 g.", "Great sound.", "Not waterproof.", ""]
    batch = [(document(text, id=str(n)), ProductContext("laptop")) for n, text in enumerate(texts)]
    alone = [item for pair in batch for item in pipeline.extract([pair])]
    assert pipeline.extract(batch) == alone


def test_a_title_gives_the_class_where_the_shop_does_not(pipeline: Pipeline) -> None:
    found = pipeline.extract(
        [(document("Hush over-ear headphones, 40 mm dynamic drivers", "title"), NOTHING)]
    )
    assert "driver_size" in {e.attribute for e in found}


def test_the_key_names_what_reading_depends_on(ontology: Ontology, pipeline: Pipeline) -> None:
    with_model = Pipeline(ontology, FakeModel())  # type: ignore[arg-type]
    assert pipeline.key != with_model.key
    assert "model-fake" in with_model.key
    assert ontology.version in pipeline.key


def test_where_the_model_judges_its_opinion_stands(ontology: Ontology) -> None:
    pipeline = Pipeline(ontology, FakeModel())  # type: ignore[arg-type]
    english = document("Great sound. It weighs 264 g.", "review_text")
    chinese = document("音质很好", "review_text", "zh")
    context = ProductContext("over_ear_headphones")
    found = pipeline.extract([(english, context), (chinese, context)])
    assert [(e.relation, e.extractor, e.language) for e in found] == [
        ("has_aspect", "model", "en"),
        ("has_value", "rules", "en"),
        ("has_aspect", "rules", "zh"),
    ]


def test_a_pipeline_travels_to_another_process(pipeline: Pipeline) -> None:
    again = pickle.loads(pickle.dumps(pipeline))
    pair = (document("264 g, not waterproof."), ProductContext("laptop"))
    assert again.key == pipeline.key
    assert again.extract([pair]) == pipeline.extract([pair])


def test_readings_are_held(pipeline: Pipeline) -> None:
    """Documents of every kind give what they gave before; who changes this raises ``VERSION`` of the rules."""
    context = ProductContext("over_ear_headphones", "Veldra")
    texts: list[tuple[str, DocumentField, Language]] = [
        ("Veldra Hush 2 over-ear headphones, graphite", "title", "en"),
        (
            "Up to 30 hours between charges. Not waterproof. 40 mm dynamic drivers, 264 g.",
            "description",
            "en",
        ),
        ("Battery life: 30 h\nColour: black", "table", "en"),
        ("The sound is great but the fabric is scratchy.", "review_text", "en"),
        ("续航45小时，主动降噪，重240克，不防水", "description", "zh"),
        ("音质很好，做工太差", "review_text", "zh"),
    ]
    batch = [(document(t, f, lang, str(n)), context) for n, (t, f, lang) in enumerate(texts)]
    lines = [
        f"{e.document_id} {e.surface}: {e.relation} {e.attribute} {e.value} {e.polarity or ''}"
        + (" denied" if e.negated else "")
        for e in pipeline.extract(batch)
    ]
    assert [" ".join(line.split()) for line in lines] == [
        "0 Veldra: made_by Veldra",
        "0 over-ear headphones: in_category over_ear_headphones",
        "0 graphite: has_value colour grey",
        "1 30 hours: has_value battery_life 30 hour",
        "1 waterproof: has_value water_resistance waterproof denied",
        "1 40 mm: has_value driver_size 40 millimeter",
        "1 dynamic drivers: has_value driver_type dynamic_driver",
        "1 264 g: has_value weight 264 gram",
        "2 30 h: has_value battery_life 30 hour",
        "2 black: has_value colour black",
        "3 sound: has_aspect sound_quality positive",
        "3 fabric: has_aspect material negative",
        "4 45小时: has_value battery_life 45 hour",
        "4 主动降噪: has_value noise_cancelling active_noise_cancelling",
        "4 240克: has_value weight 240 gram",
        "4 防水: has_value water_resistance waterproof denied",
        "5 音质: has_aspect sound_quality positive",
        "5 做工: has_aspect build_quality negative",
    ]
