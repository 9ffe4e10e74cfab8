from __future__ import annotations

from kms.ontology import load_ontology
from ranking.paths.tables import paths_for, steps_of
from ranking.serving.wording import entity_match, shared_path

ONTOLOGY = load_ontology()


def test_a_match_names_the_attribute_and_what_it_follows_from() -> None:
    has = ONTOLOGY.relations["has_value"]
    bluetooth, connectivity = ("Bluetooth", "蓝牙"), ("connectivity", "连接方式")
    assert entity_match(has, bluetooth, connectivity) == ("Connectivity: Bluetooth", "连接方式：蓝牙")
    stated = ("Bluetooth 5.3", "蓝牙5.3")
    assert entity_match(has, bluetooth, connectivity, stated) == (
        "Connectivity: Bluetooth 5.3, which is Bluetooth",
        "连接方式：蓝牙5.3，即蓝牙",
    )
    assert entity_match(has, ("wireless", "无线")) == ("Has: wireless", "具有：无线")


def test_every_relation_of_a_product_has_a_sentence() -> None:
    for relation in ONTOLOGY.relations.values():
        en, zh = entity_match(relation, ("X", "甲"), ("colour", "颜色"))
        assert "X" in en and "甲" in zh and en[0].isupper()
        for path in relation.paths:
            en, zh = shared_path(path, ("X", "甲"), ("colour", "颜色"), "Seed")
            assert "Seed" in en and "Seed" in zh
            assert "{" not in en + zh


def test_paths_are_those_that_the_relations_declare() -> None:
    similar = {path.name: path for path in paths_for(ONTOLOGY, "similar")}
    complements = {path.name: path for path in paths_for(ONTOLOGY, "complements")}
    assert (similar["shared_value"].steps, similar["shared_value"].weight) == (
        ("has_value", "~has_value"),
        1.0,
    )
    assert (similar["substituted_by"].steps, similar["substituted_by"].beta) == (("~substitutes",), 0.0)
    assert set(complements) == {"complements", "complemented_by", "compatible", "compatible_from"}
    declared = [path.name for relation in ONTOLOGY.relations.values() for path in relation.paths]
    assert sorted(declared) == sorted([*similar, *complements])
    assert all(
        steps_of(r.id, p)[0].removeprefix("~") == r.id for r in ONTOLOGY.relations.values() for p in r.paths
    )
