"""A shop's own classes take over the rules of the classes that they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.catalog.models import Product
from kms.induction.induce import induce
from kms.induction.write import write_ontology
from kms.ontology.load import default_folder, load_ontology
from kms.ontology.model import Ontology

KNOWN = load_ontology()


def camping_products() -> Iterator[Product]:
    for number in range(8):
        yield Product(
            id=f"t{number}",
            title=f"帐篷 {number}",
            language="zh",
            category_paths=(("户外", "帐篷"),),
            attributes={"防水指数": f"{2000 + 500 * (number % 3)}mm", "适用人数": f"{2 + number % 4}人"},
        )
        yield Product(
            id=f"s{number}",
            title=f"睡袋 {number}",
            language="zh",
            category_paths=(("户外", "睡袋"),),
            attributes={"舒适温度": f"-{5 + number}℃"},
        )
        yield Product(
            id=f"w{number}", title=f"茶几 {number}", language="zh", category_paths=(("家具", "茶几"),)
        )


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    folder: Path = tmp_path_factory.mktemp("induced") / "own"
    write_ontology(
        induce(camping_products, KNOWN), KNOWN, default_folder(), folder, day=datetime.date(2026, 1, 2)
    )
    return load_ontology(folder)


def test_rules_are_over_the_shop_s_own_classes(own: Ontology) -> None:
    rule = own.rules["tent_water_column"]
    (tent,) = [each.id for each in own.classes.values() if each.label.zh == "帐篷"]
    assert rule.when[0].class_ids == (tent,)
    assert rule.when[1] == KNOWN.rules["tent_water_column"].when[1]
    assert rule.note == KNOWN.rules["tent_water_column"].note


def test_rules_of_what_the_shop_does_not_sell_are_left_out(own: Ontology) -> None:
    assert {"tent_water_column", "tent_families", "sleeping_bag_winter"} <= set(own.rules)
    assert not {"monitor_gaming", "espresso_pressure", "jacket_water_column"} & set(own.rules)
