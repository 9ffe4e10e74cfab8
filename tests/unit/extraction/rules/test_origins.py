from __future__ import annotations

import pytest

from extraction.rules.origins import find_places, is_of_component, is_of_longer_name, is_place

MATERIALS = ("网布", "牛皮")


@pytest.mark.parametrize(
    ("body", "country", "title", "component"),
    [
        ("玫瑰木指板，意大利AQUILA琴弦。", "意大利", "尤克里里", True),
        ("含法国薰衣草精油和橄榄油", "法国", "手工皂", True),
        ("靠背是韩国进口网布。", "韩国", "办公椅", True),
        ("采用意大利牛皮", "意大利", "钱包", False),
        ("德国进口，品质保证。", "德国", "办公椅", False),
        ("日本制造", "日本", "剪刀", False),
        ("产地：泰国", "泰国", "大米", False),
        ("来自泰国的香米", "泰国", "茉莉香米", False),
        ("法国进口红酒", "法国", "干红 红酒", False),
    ],
)
def test_a_country_of_a_component(body: str, country: str, title: str, component: bool) -> None:
    start = body.index(country)
    assert is_of_component(body, 0, start, start + len(country), (title,), MATERIALS) is component


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("产自福建德化。", ["福建"]),
        ("产地：江西景德镇", ["江西"]),
        ("湖南浏阳产。", ["湖南"]),
        ("山西手工制。", ["山西"]),
        ("四川产品目录", []),
        ("云南白药", []),
    ],
)
def test_places_that_say_where_a_product_is_made(body: str, places: list[str]) -> None:
    found = list(find_places(body, "country_of_origin"))
    assert [body[m.start : m.end] for m in found] == places
    assert all(m.value == "china" and m.attribute == "country_of_origin" for m in found)
    assert all(map(is_place, places))


def test_a_country_within_a_longer_word_is_none() -> None:
    assert is_of_longer_name(0, 2, [(0, 4), (4, 5)], "大马士革钢")
    assert not is_of_longer_name(0, 2, [(0, 2), (2, 4)], "泰国大米")
    assert not is_of_longer_name(3, 6, [(0, 2), (3, 12)], "in USA.White")
