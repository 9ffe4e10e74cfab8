from __future__ import annotations

from collections.abc import Sequence

import pytest

from extraction.comparison import compare_readers, comparison_table, read_with_each
from extraction.documents import ProductContext, Text
from extraction.quality import GoldDocument, Quality, make_linker
from extraction.train.scores import Score
from kms.evidence.models import Document, Evidence
from kms.ontology import load_ontology
from kms.ontology.model import Ontology
from kms.sample.models import SampleCatalog
from kms.types import Language


class SilentModel:
    """Reads English and finds nothing."""

    version = "model-silent"

    def reads(self, text: Text) -> bool:
        return text.document.language == "en"

    def extract(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        return [[] for _ in texts]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def gold_of(id: str, text: str, language: Language) -> GoldDocument:
    document = Document(id=id, product_id="P", field="description", text=text, language=language)
    return GoldDocument(document, ProductContext("over_ear_headphones", "Veldra"), "test", ())


def test_every_reader_reads_every_text(ontology: Ontology) -> None:
    gold = [gold_of("a", "264 g and foldable.", "en"), gold_of("b", "续航30小时", "zh")]
    assert set(read_with_each(gold, ontology, None)) == {"rules"}
    readings = read_with_each(gold, ontology, SilentModel())  # type: ignore[arg-type]
    assert readings["model"] == []
    assert [e.id for e in readings["both"]] == [e.id for e in readings["rules"]]
    assert {e.document_id for e in readings["rules"]} == {"a", "b"}


def test_only_texts_of_the_language_count(ontology: Ontology) -> None:
    gold = [gold_of("a", "264 g and foldable.", "en"), gold_of("b", "续航30小时", "zh")]
    readings = read_with_each(gold, ontology, None)
    linker = make_linker(SampleCatalog(()), ontology)
    found = [compare_readers(gold, readings, linker, language)["rules"].spans for language in ("en", "zh")]
    assert [sorted(kind for kind in table if kind) for table in found] == [
        ["foldable", "weight"],
        ["battery_life"],
    ]


def test_the_table_has_sums_first_and_types_by_their_gold() -> None:
    rules = Quality(
        spans={"": Score(3, 4, 5), "use": Score(1, 1, 2), "brand": Score(2, 3, 3), "spf": Score(0, 1, 0)},
        relations={"": Score(1, 2, 4), "opinion_positive": Score(1, 1, 3), "negates": Score(0, 1, 1)},
        facts={"": Score(1, 1, 1)},
    )
    lines = comparison_table("Test", {"rules": rules})
    assert lines[0] == "## Test"
    assert [line for line in lines if line.startswith("| ")][1:] == [
        "| spans | **all** | 5 | **66.7** (75.0 / 60.0) |",
        "| relations | **all** | 4 | **33.3** (50.0 / 25.0) |",
        "| relations | **opinions** | 3 | **50.0** (100.0 / 33.3) |",
        "| facts | **all** | 1 | **100.0** (100.0 / 100.0) |",
        "| spans | brand | 3 | 66.7 |",
        "| spans | use | 2 | 66.7 |",
        "| relations | opinion_positive | 3 | 50.0 |",
        "| relations | negates | 1 | 0.0 |",
    ]
