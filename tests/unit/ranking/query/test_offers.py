"""Words of the offer: where they stand and what they ask for."""

from __future__ import annotations

import pytest

from kms.filters import Condition
from ranking.query.offers import find_offer_words

REDUCED = Condition(field="on_sale", any_of=("true",))
FULL = Condition(field="on_sale", any_of=("false",))
BUYABLE = Condition(field="availability", none_of=("out_of_stock",))
SOLD_OUT = Condition(field="availability", any_of=("out_of_stock",))


@pytest.mark.parametrize(
    ("query", "words", "condition"),
    [
        ("kettle on sale", "on sale", REDUCED),
        ("sale", "sale", REDUCED),
        ("discounted cat food", "discounted", REDUCED),
        ("kettles reduced", "reduced", REDUCED),
        ("special offers", "special offers", REDUCED),
        ("tent that is on sale", "that is on sale", REDUCED),
        ("kettle not on sale", "not on sale", FULL),
        ("特价帐篷", "特价", REDUCED),
        ("正在打折的猫粮", "正在打折的", REDUCED),
        ("有没有打折的茶", "有没有打折的", REDUCED),
        ("不打折的茶", "不打折的", FULL),
        ("kettle in stock", "in stock", BUYABLE),
        ("tents available now", "available now", BUYABLE),
        ("not sold out headphones", "not sold out", BUYABLE),
        ("有现货的睡袋", "有现货的", BUYABLE),
        ("sold out", "sold out", SOLD_OUT),
        ("kettle not in stock", "not in stock", SOLD_OUT),
        ("refurbished phone", "refurbished", Condition(field="condition", any_of=("refurbished",))),
        ("二手相机", "二手", Condition(field="condition", any_of=("used",))),
        ("table for sale", "for sale", None),
    ],
)
def test_words_of_the_offer_are_found(query: str, words: str, condition: Condition | None) -> None:
    (found,) = find_offer_words(query)
    assert (query[found.start : found.end], found.condition) == (words, condition)


def test_several_are_found_each_once() -> None:
    found = find_offer_words("tents that are on sale and in stock")
    assert [each.condition for each in found] == [REDUCED, BUYABLE]


@pytest.mark.parametrize(
    "query",
    [
        "reduced-fat milk", "bargain bin", "discounter", "available in blue", "used for cooking", "for sale sign",
        "stock pot", "stockings", "ideal gift", "优惠券", "存货盒",
    ],
)  # fmt: skip
def test_the_same_words_in_names_are_none(query: str) -> None:
    assert all(each.needs_kind for each in find_offer_words(query))


@pytest.mark.parametrize("query", ["sale sign", "reduced fat milk", "new home gift"])
def test_a_word_before_a_noun_is_one_only_if_that_is_a_kind_of_product(query: str) -> None:
    (found,) = find_offer_words(query)
    assert found.needs_kind
