from __future__ import annotations

import pytest

from api.pages.highlight import Span
from api.pages.views import mark_texts, read_aspects, read_facts, value_label
from api.sentences import show_evidence
from kms.evidence.models import Document, Evidence
from kms.graph.models import Edge, Node
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology

PRODUCT = "product:P1"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


def edge(relation: str, target: str, **changes: object) -> Edge:
    return Edge(source=PRODUCT, relation=relation, target=target, **changes)  # type: ignore[arg-type]


def document(text: str, name: str = "product:P1#description") -> Document:
    return Document(id=name, product_id="P1", field="description", text=text, language="en")


def mention(of: Document, start: int, end: int, **changes: object) -> Evidence:
    values: dict[str, object] = {
        "document_id": of.id, "document_hash": of.content_hash, "product_id": "P1", "field": of.field,
        "language": "en", "start": start, "end": end, "surface": of.text[start:end], "relation": "has_value",
        "sentence": (0, len(of.text)), "confidence": 0.9, "extractor": "rules", "extractor_version": "1",
        "ontology_release": "1.0.0",
    }  # fmt: skip
    return Evidence(**{**values, **changes})  # type: ignore[arg-type]


def test_facts_are_grouped_and_the_used_reading_comes_first(ontology: Ontology) -> None:
    edges = [
        edge(
            "has_value",
            "value:weight/0.31 kilogram",
            attribute="weight",
            confidence=0.5,
            properties={"preferred": False, "conflict": True, "written": "310 g"},
        ),
        edge(
            "has_value",
            "value:weight/0.26 kilogram",
            attribute="weight",
            confidence=0.9,
            properties={"preferred": True, "conflict": True, "written": "260 g"},
        ),
        edge("made_by", "brand:veldra", confidence=0.7),
        edge("has_aspect", "aspect:comfort"),
        edge("suited_for", "use:rain", confidence=0.99),
    ]
    rows = [row for row, _ in read_facts(edges, {}, ontology)]
    assert [(r.group, r.value[0], r.is_used, r.is_conflict) for r in rows] == [
        ("group_kind", "brand:veldra", True, False),
        ("group_attributes", "260 g", True, True),
        ("group_attributes", "310 g", False, True),
        ("group_suited", "use:rain", True, False),
    ]
    assert rows[1].name == ("weight", ontology.attributes["weight"].label.zh)
    assert len({r.key for r in rows}) == len(rows)


def test_labels_of_values() -> None:
    node = Node(
        id="value:foldable/true", type="value", key="foldable/true", label_en="foldable", label_zh="可折叠"
    )
    assert value_label(edge("has_value", node.id), node) == ("yes", "是")
    grey = Node(id="value:colours/grey", type="value", key="colours/grey", label_en="grey", label_zh="灰色")
    assert value_label(edge("has_value", grey.id), grey) == ("grey", "灰色")
    assert value_label(edge("has_value", "value:gone"), None) == ("value:gone", "value:gone")


def test_marks_only_stand_in_the_text_that_was_read() -> None:
    now = document("Runs 30 hours.")
    good = mention(now, 5, 13, opinion=(0, 4))
    stale = mention(now, 0, 4, document_hash="of an older text")
    evidence = {good.id: good, stale.id: stale}
    keyed = [("f0", edge("has_value", "value:x", evidence=(good.id, stale.id, "unknown")))]
    assert mark_texts(keyed, evidence, {now.id: now}) == {
        now.id: [Span(5, 13, "f0"), Span(0, 4, "f0"), Span(0, 14, "f0", is_mention=False)]
    }


def test_aspects_show_both_sides_and_repeat_nothing() -> None:
    text = document("The band pinches. The band is soft.", "review:R1#text")
    against = mention(text, 4, 8, relation="has_aspect", polarity="negative", sentence=(0, 17))
    again = mention(
        text, 4, 8, relation="has_aspect", polarity="negative", sentence=(0, 17), extractor="model"
    )
    favour = mention(text, 22, 26, relation="has_aspect", polarity="positive", sentence=(18, 35))
    comfort = edge(
        "has_aspect",
        "aspect:comfort",
        evidence=(against.id, again.id, favour.id),
        properties={"positive": 1, "negative": 2, "neutral": 0},
    )
    quiet = edge("has_aspect", "aspect:noise", properties={"positive": 1})
    resolved = show_evidence([against, again, favour], {text.id: text})
    rows = [row for row, _ in read_aspects([quiet, comfort], {}, resolved)]
    assert [(r.positive, r.negative) for r in rows] == [(1, 2), (1, 0)]
    assert [s.sentence for s in rows[0].sentences] == ["The band is soft.", "The band pinches."]
