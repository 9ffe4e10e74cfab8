from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.heads import chinese_endings, ends_chinese_run, head_words


@pytest.mark.parametrize(
    ("title", "head", "others"),
    [
        ("Torvane felt mouse pad black", "pad", {"mouse"}),
        ("Torvane mouse RF 1200 dpi", "mouse", set()),
        ("Ampero AA rechargeable battery 4 pieces", "battery", set()),
        ("Ampero battery charger, white", "charger", {"battery"}),
        ("Norvik drum for laser printer", "drum", {"printer", "laser"}),
        ("Norvik L200 laser printer 600 dpi", "printer", {"laser"}),
        ("Case with card holder", "Case", {"holder", "card"}),
        ("Norvik keyboard w/ touchpad", "keyboard", {"touchpad"}),
        ("蓄能 充电电池 5号", "充电电池", set()),
        ("手机支架 适用于 平板电脑", "支架", {"手机", "电脑", "平板电脑"}),
    ],
)
def test_heads_say_what_a_product_is(title: str, head: str, others: set[str]) -> None:
    words = set(head_words(title))
    assert head in words
    assert not words & others


def test_each_phrase_has_its_head() -> None:
    assert set(head_words("Torvane 300 - wireless keyboard, black")) == {"keyboard"}
    assert {"cell", "battery"} <= set(head_words("Ampero D cell, rechargeable battery"))


def test_what_comes_with_it_is_none() -> None:
    assert set(head_words("Norvik P1 printer + battery, 2 cables")) == {"printer"}


@pytest.mark.parametrize(
    ("title", "word", "ends"),
    [
        ("平底煎锅 28厘米", "锅", True),
        ("锅铲 不锈钢", "锅", False),
        ("铸铁锅", "锅", True),
        ("汤锅盖 汤锅", "锅", True),
    ],
)
def test_a_chinese_run_ends_with_what_it_is(title: str, word: str, ends: bool) -> None:
    assert ends_chinese_run(title, word) is ends


def test_compounds_leave_off_the_ending_of_a_noun() -> None:
    assert chinese_endings("帽子") == ("帽子", "帽")
    assert chinese_endings("茶壶") == ("茶壶",)
    assert chinese_endings("子") == ("子",)


@given(st.text(max_size=80))
def test_any_text_is_read(title: str) -> None:
    assert all(word for word in head_words(title))


def test_a_phrase_without_a_thing_is_about_its_last_noun() -> None:
    assert set(head_words("Kitchen Matcha 100 g")) == {"Matcha"}
    assert set(head_words("Big Batch Stockpot 8 l")) == {"Stockpot"}
