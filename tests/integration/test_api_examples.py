"""Each example of the OpenAPI document is an answer that the application gives: same fields, same kinds of values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.routes.examples import EXAMPLES, Example, shorten
from api.wiring import Platform
from tests.integration.api_client import open_client
from tests.platform_fixture import platform, platform_state, settings_for

__all__ = ["platform", "platform_state"]

MAPS = {
    "facets", "attributes", "related", "properties", "sources", "checks", "kinds", "fields", "assignees", "reasons",
    "effects_en", "effects_zh",
}  # fmt: skip
"""Fields whose names are data: brands, columns, stores. Only their values are compared."""


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def ask(client: TestClient, example: Example) -> Any:
    response = client.request(example.method, example.path, json=example.body)
    assert response.status_code == example.status, response.text
    return response.json()


def kinds(values: list[Any], place: str = "") -> dict[str, set[str]]:
    """The kinds of values at each place of some answers; entries of a list share one place."""
    found: dict[str, set[str]] = {}

    def walk(value: Any, place: str) -> None:
        found.setdefault(place, set()).add(_kind(value))
        if isinstance(value, dict):
            for name, part in value.items():
                walk(part, f"{place}.*" if place.rpartition(".")[2] in MAPS else f"{place}.{name}")
        elif isinstance(value, list):
            for part in value:
                walk(part, f"{place}[]")

    for value in values:
        walk(value, place)
    return found


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value).__name__)
    return "number" if isinstance(value, int | float) else type(value).__name__


def unknown_places(example: Any, real: Any) -> list[str]:
    """Places of an example that no answer has, or not with this kind of value."""
    given = kinds([real])
    return [
        f"{place}: {', '.join(sorted(wrong))}"
        for place, values in kinds([example]).items()
        if (wrong := values - given.get(place, set()) - ({"NoneType"} if place in given else set()))
    ]


def missing_fields(example: Any, real: Any) -> list[str]:
    """Fields that an answer has beside those of the example, in objects that the example shows."""
    shown = kinds([example])
    objects = {
        place for place, values in shown.items() if "dict" in values and place.rpartition(".")[2] not in MAPS
    }
    return [
        place
        for place in kinds([real])
        if place not in shown and place.rpartition(".")[0] in objects and not place.endswith("[]")
    ]


@pytest.mark.parametrize("name", [e.name for e in EXAMPLES.values() if e.needs_index])
def test_an_example_is_what_is_answered(client: TestClient, name: str) -> None:
    example = EXAMPLES[name]
    real = ask(client, example)
    again = "python scripts/openapi_examples.py writes the examples anew"
    assert unknown_places(example.answer, real) == [], again
    assert missing_fields(example.answer, real) == [], again


def test_without_an_index(tmp_path: Path) -> None:
    empty = Platform(settings_for(tmp_path))
    try:
        with open_client(empty) as client:
            real = ask(client, EXAMPLES["unavailable"])
        assert unknown_places(EXAMPLES["unavailable"].answer, real) == []
    finally:
        empty.close()


def test_examples_show_something() -> None:
    for name in ("search", "recommend", "similar", "trending"):
        assert EXAMPLES[name].answer["hits"], name
    for name in ("search", "recommend", "similar"):
        assert any(hit["reasons"] for hit in EXAMPLES[name].answer["hits"]), name


def without_nulls(content: Any) -> Any:
    """As FastAPI writes examples into its document: fields without a value are left out."""
    if isinstance(content, dict):
        return {name: without_nulls(value) for name, value in content.items() if value is not None}
    return [without_nulls(entry) for entry in content] if isinstance(content, list) else content


def test_every_example_of_the_document_is_one_of_these(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    known = {(e.method, e.route.replace(":path", ""), str(e.status)): e for e in EXAMPLES.values()}
    seen = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                if "application/json" not in content:
                    continue
                key = (method.upper(), path, status)
                assert content["application/json"].get("example") == without_nulls(known[key].answer), key
                assert "examples" not in content["application/json"]
                seen.add(key)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                shown = [content["example"]] if "example" in content else []
                shown += [each["value"] for each in content.get("examples", {}).values()]
                bodies = [e.body for e in EXAMPLES.values() if e.method == method.upper()]
                assert all(body in bodies for body in shown)
    assert seen == known.keys()


def test_a_wrong_example_is_noticed() -> None:
    real = {"hits": [{"id": "a", "price": 1.5, "reasons": []}], "facets": {"brand": [1]}, "next": None}
    assert unknown_places({"hits": [{"id": None}], "facets": {"other": [2]}}, real) == []
    assert unknown_places({"hits": [{"title": "x"}]}, real) == [".hits[].title: str"]
    assert unknown_places({"hits": [{"id": 5}]}, real) == [".hits[].id: number"]
    assert unknown_places({"hits": [{"reasons": [{}]}]}, real) == [".hits[].reasons[]: dict"]
    assert missing_fields({"hits": [{"id": "a"}], "facets": {}}, real) == [
        ".hits[].price",
        ".hits[].reasons",
        ".next",
    ]
    assert shorten({"hits": [1, 2, 3]}) == {"hits": [1, 2]}
