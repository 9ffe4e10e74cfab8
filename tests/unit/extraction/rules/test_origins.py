from __future__ import annotations

import pytest

from extraction.rules.origins import is_of_component

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
