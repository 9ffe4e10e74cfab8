from __future__ import annotations

import pytest

from api.pages.components import format_price, format_share, graph_url, product_url
from api.schemas import PriceOut


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [(1_299.5, "EUR", "€1,299.50"), (299, "CNY", "¥299.00"), (10, "CHF", "10.00 CHF")],
)
def test_prices(amount: float, currency: str, expected: str) -> None:
    assert format_price(PriceOut(amount=amount, currency=currency)) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.0, "0%"), (0.004, "<1%"), (0.526, "53%"), (1.0, "100%")])
def test_shares(share: float, expected: str) -> None:
    assert format_share(share) == expected


def test_ids_are_quoted_in_addresses() -> None:
    assert product_url('a"><b') == "/product/a%22%3E%3Cb"
    assert graph_url("value:weight/0.2 kilogram&x") == "/graph?node=value%3Aweight%2F0.2%20kilogram%26x"
