from __future__ import annotations

from pathlib import Path

import pytest

from kms.ontology.labels import LabelIndex
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology(Path(__file__).parents[4] / "ontology")


def named(text: str) -> dict[str, set[str]]:
    matches = ONTOLOGY.labels.find(text)
    return {text[m.start : m.end]: {reading.node for reading in m.readings} for m in matches}


@pytest.mark.parametrize(
    ("text", "audience", "class_id"),
    [
        ("男袜", "men", "socks"),
        ("女裙", "women", "dress"),
        ("童靴", "children", "boots"),
        ("儿童裤", "children", "trousers"),
        ("男士帽", "men", "hat"),
        ("春秋女鞋软底", "women", "footwear"),
        ("毛衣女宽松", "women", "sweater"),
        ("女毛衣", "women", "sweater"),
        ("風衣男", "men", "jacket"),
    ],
)
def test_parts_of_a_compound_are_named(text: str, audience: str, class_id: str) -> None:
    nodes = set().union(*named(text).values())
    assert {f"audience:{audience}", f"category:{class_id}"} <= nodes


@pytest.mark.parametrize("text", ["女儿", "男朋友", "少女裙", "女鞋垫", "女包装", "童话", "妇女节", "红包"])
def test_characters_inside_other_words_name_nothing(text: str) -> None:
    nodes = set().union(*named(text).values())
    assert not {node for node in nodes if node.startswith(("audience:", "category:"))}


def test_an_entity_type_without_compounds_has_none() -> None:
    entities = {
        name: each.model_copy(update={"compounds": "apart"}) for name, each in ONTOLOGY.entities.items()
    }
    apart = ONTOLOGY.model_copy(update={"entities": entities})
    assert LabelIndex(apart).find("男袜") == ()
