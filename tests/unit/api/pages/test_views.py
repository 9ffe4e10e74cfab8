from __future__ import annotations

import pytest

from api.facts import edge_name, value_label
from api.pages.highlight import Span
from api.pages.views import MarkedText, mark_texts, read_aspects, read_facts, read_statements, related_ids
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
    nodes = {
        e.target: Node(id=e.target, type=e.target.partition(":")[0], key=e.target.partition(":")[2])
        for e in edges
    }
    rows = [row for row, _ in read_facts(edges, nodes, ontology)]
    assert [(r.group, r.value[0], r.is_used, r.is_conflict) for r in rows] == [
        ("group_kind", "veldra", True, False),
        ("group_attributes", "260 g", True, True),
        ("group_attributes", "310 g", False, True),
        ("group_suited", "rain", True, False),
    ]
    assert rows[1].name == ("weight", ontology.attributes["weight"].label.zh)
    assert len({r.key for r in rows}) == len(rows)


def test_what_no_text_states_names_what_it_follows_from(ontology: Ontology) -> None:
    narrow = Node(
        id="value:connectivity/bluetooth_5_0", type="value", key="connectivity/bluetooth_5_0",
        label_en="Bluetooth 5.0", label_zh="蓝牙5.0",
    )  # fmt: skip
    broad = Node(
        id="value:connectivity/bluetooth", type="value", key="connectivity/bluetooth", label_en="Bluetooth"
    )
    implied = {"implied_by": f"connectivity:{narrow.id}"}
    edges = [
        edge("has_value", narrow.id, attribute="connectivity"),
        edge("has_value", broad.id, attribute="connectivity", properties=implied),
    ]
    rows = [row for row, _ in read_facts(edges, {narrow.id: narrow, broad.id: broad}, ontology)]
    assert {(row.value[0], row.implied_by[0]) for row in rows} == {
        ("Bluetooth 5.0", ""),
        ("Bluetooth", "Bluetooth 5.0"),
    }


def test_what_a_rule_infers_names_the_facts_as_the_page_shows_them(ontology: Ontology) -> None:
    column = Node(id="value:waterproof_rating/3 meter", type="value", key="waterproof_rating/3 meter")
    proof = Node(
        id="value:water_resistance/waterproof", type="value", key="water_resistance/waterproof", label_en="waterproof"
    )  # fmt: skip
    marks = {"inferred_by": "tent_water_column", "inferred_from": f"waterproof_rating:{column.id}"}
    edges = [
        edge("has_value", column.id, attribute="waterproof_rating", properties={"written": "3000 mm"}),
        edge("has_value", proof.id, attribute="water_resistance", properties=marks),
    ]
    rows = [row for row, _ in read_facts(edges, {column.id: column, proof.id: proof}, ontology)]
    (row,) = [row for row in rows if row.target == proof.id]
    assert row.implied_by[0] == "hydrostatic head: 3000 mm"
    assert row.rule == ontology.rules["tent_water_column"].note


def test_a_weak_fact_is_not_used(ontology: Ontology) -> None:
    node = Node(id="use:rain", type="use", key="rain", label_en="rain", label_zh="雨天")
    rows = read_facts([edge("suited_for", node.id, confidence=0.4)], {node.id: node}, ontology)
    assert not rows[0][0].is_used


def test_the_shops_statements_show_labels_and_titles(ontology: Ontology) -> None:
    text = "brand: Norvik\ncategory: wok\nsubstitutes: P-9\ncomplements: P-0"
    spans = (Span(text.index("wok"), text.index("wok") + 3, "f1"),)
    assert related_ids(text, ontology) == ["P-9", "P-0"]
    found = read_statements(MarkedText(text, spans), ontology, {"P-9": "Carbon steel wok"})
    assert [(each.name[0], each.value[0], each.product_id, each.keys) for each in found] == [
        ("brand", "Norvik", "", ()),
        ("category", "wok", "", ("f1",)),
        ("alternative to", "Carbon steel wok", "P-9", ()),
        ("goes with", "P-0", "", ()),
    ]


def test_edges_are_named_in_both_directions_and_languages(ontology: Ontology) -> None:
    up = Edge(source="category:wok", relation="subcategory_of", target="category:cookware")
    assert edge_name(up, ontology) == ("kind of", "上级类别")
    assert edge_name(up, ontology, from_target=True) == ("kinds", "下级类别")
    assert edge_name(edge("has_value", "value:materials/steel", attribute="material"), ontology) == (
        "material",
        "材质",
    )


def test_labels_of_values() -> None:
    node = Node(
        id="value:foldable/true", type="value", key="foldable/true", label_en="foldable", label_zh="可折叠"
    )
    assert value_label(edge("has_value", node.id), node) == ("yes", "是")
    grey = Node(id="value:colours/grey", type="value", key="colours/grey", label_en="grey", label_zh="灰色")
    assert value_label(edge("has_value", grey.id), grey) == ("grey", "灰色")
    bare = edge("has_value", "value:load/5_kg").model_copy(
        update={"properties": {"written": "5", "unit": "kg"}}
    )
    assert value_label(bare, None) == ("5 kg", "5 kg")
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
