"""Changes over HTTP of rows that were decided to be one product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.change_reader import ChangeReader
from api.jobs import build_graph, build_index
from api.wiring import Platform
from kms.identity.store import Identity
from tests.integration.api_client import open_client
from tests.integration.test_api_changes import bulk, ids, search
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]

MAIN, OTHER = "AUD-001", "AUD-002"


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    pair = Identity(kind="product", left=OTHER, right=MAIN)
    platform.identities.propose([pair])
    platform.identities.decide([pair], "accepted")
    build_graph(platform)
    build_index(platform)
    with open_client(platform) as opened:
        yield opened


def prices(client: TestClient, bounds: str) -> list[str]:
    return ids(search(client, filter=f"price:{bounds}"))


def test_rows_of_one_product_that_change_in_one_request_are_one_hit(client: TestClient) -> None:
    answer = client.patch(
        "/v1/offers", json={"offers": [{"code": MAIN, "price": "7111 EUR"}, {"code": OTHER, "price": "7112 EUR"}]}
    )  # fmt: skip
    assert [row["outcome"] for row in answer.json()["results"]] == ["changed", "changed"]
    assert prices(client, "7110..7112") == [MAIN]


def test_the_other_row_is_shown_when_the_first_is_deleted_and_gives_way_when_it_comes_back(
    client: TestClient, platform: Platform
) -> None:
    row = platform.catalog.product(MAIN).model_dump(mode="json", exclude_defaults=True)
    title = platform.catalog.product(OTHER).title
    assert client.delete(f"/v1/products/{MAIN}").status_code == 200
    assert prices(client, "7112..7112") == [OTHER]
    ChangeReader(platform).apply()
    assert ids(search(client, q=title))[0] == OTHER
    assert prices(client, "7110..7112") == [OTHER]
    (result, *_) = bulk(client, [row])
    assert result["outcome"] == "created", result
    assert prices(client, "7110..7112") == [MAIN]
    ChangeReader(platform).apply()
    assert prices(client, "7110..7112") == [MAIN]


def test_all_rows_of_one_product_are_deleted(client: TestClient, platform: Platform) -> None:
    for each in (OTHER, MAIN):
        assert client.delete(f"/v1/products/{each}").status_code == 200
    assert prices(client, "7110..7112") == []
    ChangeReader(platform).apply()
    assert prices(client, "7110..7112") == []
