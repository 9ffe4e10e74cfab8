from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.heads import head_words


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


@given(st.text(max_size=80))
def test_any_text_is_read(title: str) -> None:
    assert all(word for word in head_words(title))
