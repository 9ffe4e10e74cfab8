"""What a list's card takes over from the answer."""

from __future__ import annotations

from typing import Literal

import pytest

from api.pages.hit_cards import with_offer
from api.pages.views import Card
from api.schemas import HitOut, ProductCard
from kms.catalog.offers import Availability


def _hit(availability: Literal["in_stock", "out_of_stock"] | None) -> HitOut:
    product = ProductCard(id="A", title="Bed", availability=availability)
    return HitOut(position=1, product=product, score=1.0, sources={}, reasons=())


@pytest.mark.parametrize(
    ("of_row", "answered", "shown"),
    [
        ("out_of_stock", "in_stock", "in_stock"),  # another row of a merged product can be bought
        ("in_stock", "out_of_stock", "out_of_stock"),
        ("discontinued", "out_of_stock", "discontinued"),
        ("preorder", "in_stock", "preorder"),
        ("out_of_stock", None, "out_of_stock"),
        (None, "out_of_stock", "out_of_stock"),
    ],
)
def test_the_answer_says_whether_it_can_be_bought_and_the_row_how(
    of_row: Availability | None,
    answered: Literal["in_stock", "out_of_stock"] | None,
    shown: Availability,
) -> None:
    card = Card("A", "Bed", None, None, None, 0, ("", ""), "", availability=of_row)
    assert with_offer(card, _hit(answered)).availability == shown


def test_without_its_row_a_card_is_made_of_the_answer() -> None:
    card = with_offer(None, _hit("out_of_stock"))
    assert (card.title, card.is_sold_out) == ("Bed", True)
