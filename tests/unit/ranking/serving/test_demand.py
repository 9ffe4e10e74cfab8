from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.db.session import open_database
from ranking.serving.service import RankingService
from tests.shop_fixture import SmallShop


@pytest.fixture(scope="module")
def quiet_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RankingService]:
    """The small shop before anybody has done anything."""
    folder: Path = tmp_path_factory.mktemp("quiet")
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    shop = SmallShop(database, folder)
    shop.fill()
    shop.build()
    yield shop.open()
    shop.close()
    database.close()


def test_without_events_nothing_is_called_popular_or_in_demand(quiet_shop: RankingService) -> None:
    answer = quiet_shop.trending(limit=7)
    assert answer.kind == "selection"
    assert len(answer.hits) == 7
    words = [r.text_en + r.text_zh for h in answer.hits for r in h.reasons]
    assert len(words) == 7
    assert not any("opular" in text or "热门" in text or "demand" in text for text in words)


def test_without_events_ratings_order_and_say_so(quiet_shop: RankingService) -> None:
    answer = quiet_shop.trending(limit=7)
    assert answer.hits[0].product_id == "H1"
    assert answer.hits[0].reasons[0].text_en == "Well rated: 5.0 of 5 stars"
    badly_rated = next(h for h in answer.hits if h.product_id == "H2")
    assert "rated" not in badly_rated.reasons[0].text_en
    assert badly_rated.score == min(h.score for h in answer.hits)


def test_without_events_a_new_shopper_is_cold(quiet_shop: RankingService) -> None:
    assert quiet_shop.recommend([]).kind == "cold"


def test_without_events_the_selection_is_spread_over_kinds(quiet_shop: RankingService) -> None:
    first = [h.product_id for h in quiet_shop.trending(limit=5).hits]
    assert {"K1", "K2", "J1"} & set(first)
