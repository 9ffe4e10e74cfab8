"""Which products of a catalogue the attribute model learns from."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.attribute_training import read_catalog
from api.wiring import Platform
from extraction.train.settings import read_settings
from kms.catalog.models import Product
from kms.errors import ConfigurationError
from kms.ontology import load_ontology


def shop(products: Sequence[Product]) -> Platform:
    """What training reads of an installation."""
    parts: dict[str, Any] = {
        "catalog": SimpleNamespace(iter_products=lambda: iter(products)),
        "graph": SimpleNamespace(iter_edges=lambda: iter(())),
        "ontology": load_ontology(),
    }
    return cast(Platform, SimpleNamespace(**parts))


def chairs(count: int) -> list[Product]:
    """Chinese products whose colour stands in table and title."""
    colours = ("红色", "蓝色", "绿色", "黑色")
    return [
        Product(
            id=f"Z{n}",
            title=f"橡木餐椅 {colours[n % 4]} 第{n}款",
            language="zh",
            attributes={"颜色": colours[n % 4]},
        )
        for n in range(count)
    ]


def test_chinese_tables_teach_where_the_recipe_has_the_language() -> None:
    data = read_catalog(shop(chairs(40)), read_settings("catalog-multilingual"))
    assert data.train
    values = {e.text[s.start : s.end] for e in data.train for s in e.spans if s.type == "colour"}
    assert values == {"红色", "蓝色", "绿色", "黑色"}
    assert {example.language for example in data.train} == {"zh"}


def test_a_recipe_of_another_language_says_which_to_take() -> None:
    with pytest.raises(ConfigurationError, match=r"no product in en .* in zh: .*catalog-multilingual"):
        read_catalog(shop(chairs(3)), read_settings("catalog"))
    with pytest.raises(ConfigurationError, match="kms ingest"):
        read_catalog(shop([]), read_settings("catalog"))
