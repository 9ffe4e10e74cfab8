"""The small shop that versions are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.db.session import Database
from tests.shop_fixture import SmallShop


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Iterator[SmallShop]:
    made = SmallShop(sqlite_database, tmp_path)
    made.fill()
    yield made
    made.close()
