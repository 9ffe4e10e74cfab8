from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.db.session import open_database
from ranking.serving.service import RankingService
from tests.shop_fixture import SmallShop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallShop]:
    """The small shop, built; read-only."""
    folder: Path = tmp_path_factory.mktemp("shop")
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    made = SmallShop(database, folder)
    made.fill()
    made.shop_along()
    made.build()
    yield made
    made.close()
    database.close()


@pytest.fixture(scope="session")
def service(shop: SmallShop) -> RankingService:
    """Ranking on the small shop."""
    return shop.open()
