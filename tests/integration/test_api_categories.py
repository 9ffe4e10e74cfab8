"""The shop's categories over HTTP: tree with counts, one category, search within it, places of a product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.wiring import Platform
from tests.integration.api_client import open_client
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def every(categories: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in categories:
        yield each
        yield from every(each["children"])


def test_counts_are_those_of_a_search_in_the_category(client: TestClient) -> None:
    answer = client.get("/v1/categories").json()
    categories = list(every(answer["categories"]))
    assert categories
    for each in categories:
        found = client.get("/v1/search", params={"filter": f"shop_category:{each['id']}", "limit": 1}).json()
        assert found["total"] == each["count"]
        assert each["count"] >= max((child["count"] for child in each["children"]), default=0)


def test_one_category_has_its_place_and_what_is_below_it(client: TestClient) -> None:
    roots = client.get("/v1/categories", params={"depth": 2}).json()["categories"]
    root = next(each for each in roots if each["children"])
    child = root["children"][0]
    assert child["children"] == []
    answer = client.get(f"/v1/categories/{child['id']}").json()
    assert [each["id"] for each in answer["path"]] == [root["id"], child["id"]]
    assert answer["category"]["count"] == child["count"]


def test_a_product_says_where_it_stands_as_the_index_does(client: TestClient) -> None:
    facets = client.get("/v1/search", params={"q": "AUD-001", "facets": "shop_category"}).json()["facets"]
    (place,) = client.get("/v1/products/AUD-001").json()["places"]
    counted = {each["value"]: (each["label_en"], each["label_zh"]) for each in facets["shop_category"]}
    assert {each["id"]: (each["label_en"], each["label_zh"]) for each in place} == counted
    assert place[-1]["class_id"]


@pytest.mark.parametrize("written", ["audio/headphone", "headphone", "Headphones & more", "耳机"])
def test_a_filter_by_a_category_that_is_not_there_names_the_nearest(client: TestClient, written: str) -> None:
    answer = client.get("/v1/search", params={"filter": f"shop_category:{written}"}).json()
    for note in answer["notes"]:
        assert (note["value"], "headphones" in (note["nearest"] or "")) == (written, True)
    assert answer["notes"] or answer["total"]


def test_a_category_that_is_not_there_is_said_with_the_nearest(client: TestClient) -> None:
    answer = client.get("/v1/categories/audio/headphone")
    assert answer.status_code == 404
    assert "did you mean 'audio/headphones'?" in answer.json()["detail"]
