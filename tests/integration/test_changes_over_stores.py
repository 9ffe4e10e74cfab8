"""Changes show the same over each store: SQLite and PostgreSQL; vectors in the process, in Qdrant's engine and its server.

The server is the local mode of its client. Products are few, so the threshold above which a store is asked is taken away.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from qdrant_client import QdrantClient
from sqlalchemy import insert, select

from api import collections
from api.change_reader import ChangeReader
from api.jobs import build_index
from api.wiring import INDEX, Platform
from kms.db.session import Database, open_database
from kms.db.tables import Base
from kms.vectors.port import SERVED
from tests.conftest import make_postgres_database
from tests.integration.api_client import open_client
from tests.platform_fixture import copy_state, platform_state, settings_for

__all__ = ["platform_state"]

pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")
LAMP = {
    "title": "Zibbo desk lamp",
    "description": "A lamp of steel that weighs 2 kg. It is not waterproof.",
    "brand": "Zibbo",
    "price": "39.90 EUR",
    "attributes": {"Weight": "2 kg", "Colour": "red"},
    "stock": 3,
    "category_paths": [["Lamps", "Desk lamps"]],
}
QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/v1/search", {"q": "zibbo lamp"}),
    ("/v1/search", {"q": "something to read by in bed"}),
    ("/v1/search", {"q": "headphones under 100", "facets": "brand,attr.colour,availability"}),
    ("/v1/search", {"filter": "brand:zibbo", "facets": "category"}),
    ("/v1/search", {"filter": "price:39..41;availability:in_stock", "sort": "price_asc"}),
    ("/v1/search", {"q": "防水耳机"}),
    ("/v1/products/AUD-002/similar", {}),
    ("/v1/products/Z-1/similar", {}),
    ("/v1/shoppers/nobody-yet/recommendations", {}),
    ("/v1/suggest", {"q": "zib"}),
)


class Server(QdrantClient):
    """Goes on when a client of it is closed."""

    def close(self, *_: object, **__: object) -> None:
        pass


def in_postgres(source: Database, url: str) -> None:
    """Copy all rows of a database into a new one on PostgreSQL."""
    target = open_database(url)
    tables = [each for each in Base.metadata.sorted_tables if not each.name.startswith("audit")]
    with source.read() as old, target.write() as new:
        for table in tables:
            rows = [dict(row._mapping) for row in old.execute(select(table))]
            new.execute(table.delete())
            for start in range(0, len(rows), 500):
                new.execute(insert(table), rows[start : start + 500])
    target.close()


@pytest.fixture(scope="module")
def expected(platform_state: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The answers over the default stores."""
    state = copy_state(platform_state, tmp_path_factory.mktemp("default") / "state")
    platform = Platform(settings_for(state))
    try:
        return change_and_ask(platform)
    finally:
        platform.close()


@pytest.fixture(params=["postgresql", "edge", "server"])
def platform(
    request: pytest.FixtureRequest, platform_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Platform]:
    settings = settings_for(copy_state(platform_state, tmp_path / "state"))
    if request.param == "postgresql":
        url = make_postgres_database(request.getfixturevalue("postgres_url"))
        before = Platform(settings)
        in_postgres(before.database, url)
        before.close()
        settings = settings.model_copy(update={"database_url": url})
    else:
        monkeypatch.setattr("ranking.serving.index.SERVED", replace(SERVED, exact_up_to=0))
    if request.param == "server":
        server = Server(":memory:")
        monkeypatch.setattr(collections, "_connect", lambda _: server)
        settings = settings.model_copy(update={"vectors": "server", "qdrant_url": "http://127.0.0.1:6333"})
    opened = Platform(settings)
    if request.param == "server":
        with warnings.catch_warnings():  # local mode says that it has no payload indexes
            warnings.simplefilter("ignore", UserWarning)
            build_index(opened)
    yield opened
    opened.close()


def change_and_ask(platform: Platform) -> list[Any]:
    """Change products, reviews, offers and sales over HTTP; returns what the API answers after each step."""
    answers: list[Any] = []
    with open_client(platform) as client:
        version = platform.artifacts.current(INDEX)
        assert version is not None

        def look(*, read: bool = False) -> None:
            if read:
                ChangeReader(platform).apply()
                assert platform.change_log.count_pending() == 0
            answers.append(ask(client))

        look()
        client.put("/v1/products/Z-1", json=LAMP).raise_for_status()
        look()
        look(read=True)
        begin = datetime.now(UTC) + timedelta(days=1)
        sale = {
            "price": {"amount": "7.77", "currency": "EUR"},
            "starts_at": f"{begin:%FT%TZ}",
        }
        rows = [
            {"code": "Z-1", "price": "40.50 EUR", "stock": 0},
            {"code": "AUD-001", "price": "40 EUR", "sale": sale, "availability": None, "stock": 5},
            {"code": "AUD-003", "publication": "hidden"},
        ]
        assert client.patch("/v1/offers", json={"offers": rows}).json()["counts"] == {"changed": 3}
        look()
        assert platform.due_changes().apply(begin + timedelta(seconds=1)) == 1
        look()
        review = {"product_id": "AUD-002", "rating": 1, "text": "The battery is bad."}
        assert client.put("/v1/reviews/ZR-1", json=review).status_code == 201
        client.patch(
            "/v1/products/AUD-002", json={"title": "Quorvo lamp", "brand": "Zibbo"}
        ).raise_for_status()
        look(read=True)
        client.delete("/v1/products/Z-1").raise_for_status()
        client.patch("/v1/offers", json={"offers": [{"code": "AUD-003", "publication": "published"}]})
        look(read=True)
        client.put("/v1/products/Z-1", json=LAMP).raise_for_status()
        look(read=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            build_index(platform)
        client.app.state.services.live.refresh()  # type: ignore[attr-defined]
        look()
    return answers


def ask(client: TestClient) -> list[Any]:
    """What all questions give: status, ids in order, totals, facets, constraints."""
    client.app.state.services.live.advance()  # type: ignore[attr-defined]
    answers: list[Any] = []
    for path, params in QUESTIONS:
        response = client.get(path, params=params)
        body = response.json()
        items = body.get("hits", body.get("items", body.get("suggestions", ())))
        answers.append(
            {
                "question": (path, params),
                "status": response.status_code,
                "items": [shown(each) for each in items],
                "related": [shown(each) for each in body.get("related", ())],
                **{name: body.get(name) for name in ("total", "facets", "relaxed", "degraded")},
            }
        )
    return answers


def shown(item: Any) -> Any:
    """An item of a list by what a shopper sees of it; scores may differ by rounding."""
    product = item.get("product") if isinstance(item, dict) else None
    return (product["id"], product["price"], product["title"]) if product else item


def test_changes_show_the_same(platform: Platform, expected: list[Any]) -> None:
    found = change_and_ask(platform)
    assert len(found) == len(expected)
    for step, (here, there) in enumerate(zip(found, expected, strict=True)):
        for one, other in zip(here, there, strict=True):
            assert one == other, step


def test_the_questions_see_the_changes(expected: list[Any]) -> None:
    """Otherwise all stores would agree on nothing."""
    found = [[each["items"] for each in step] for step in expected]
    assert [bool(step[3]) for step in found] == [False, False, True, True, True, True, True, True, True]
    assert all(step[7] for step in found[2:6]) and not found[6][7]
    assert all(any(item[0] == "Z-1" for item in step[0]) for step in (found[1], found[2], found[7], found[8]))
    assert all(step[6] and step[8] for step in found)
