"""The pages while a part of the platform is away, and mounted more than once in a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages.source import Source
from api.wiring import Platform
from kms.errors import StoreUnavailable
from tests.platform_fixture import platform, platform_state, settings_for

__all__ = ["platform", "platform_state"]


@pytest.fixture
def client(platform: Platform) -> Iterator[TestClient]:
    with TestClient(create_app(platform), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def without_graph(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    def refuse(*_arguments: object, **_named: object) -> object:
        raise StoreUnavailable("the graph does not answer")

    for name in ("nodes", "edges_of", "search_nodes", "shortest_path", "counts", "neighbourhood"):
        monkeypatch.setattr(platform.graph, name, refuse)
    with TestClient(create_app(platform), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/?q=headphones", "/product/AUD-001", "/recommendations", "/graph"])
def test_every_page_answers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Traceback" not in answer.text


def test_search_goes_on_without_the_graph_and_says_so(without_graph: TestClient) -> None:
    answer = without_graph.get("/?q=headphones")
    assert answer.status_code == 200
    assert "Running without: graph" in answer.text
    assert "hit-title" in answer.text


def test_a_product_is_shown_without_its_facts(without_graph: TestClient) -> None:
    answer = without_graph.get("/product/AUD-001")
    assert answer.status_code == 200
    assert "the graph does not answer" in answer.text
    assert "Veldra Hush 2" in answer.text


def test_the_explorer_says_that_the_graph_is_away(without_graph: TestClient) -> None:
    answer = without_graph.get("/graph?node=product:AUD-001")
    assert answer.status_code == 503
    assert "Not available right now" in answer.text


def test_without_an_index_the_pages_say_so_plainly(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = Platform(settings_for(tmp_path_factory.mktemp("empty")))
    try:
        with TestClient(create_app(empty), raise_server_exceptions=False) as client:
            for path in ("/", "/?q=headphones", "/recommendations"):
                answer = client.get(path)
                assert answer.status_code == 503
                assert "Not available right now" in answer.text
                assert "kms index build" not in answer.text  # that is for the log and the API
            assert client.get("/product/AUD-001").status_code == 404
    finally:
        empty.close()


def test_a_fault_of_ours_is_said_in_the_words_of_the_page(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> object:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Source, "search", fail)
    for language, said in (("en", "Something went wrong on our side"), ("zh", "我们这边出了点问题")):
        answer = client.get(f"/?q=headphones&lang={language}")
        assert answer.status_code == 500
        assert said in answer.text
        assert "secret detail" not in answer.text


def test_the_api_keeps_its_own_errors(client: TestClient) -> None:
    answer = client.get("/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_language_is_remembered(client: TestClient) -> None:
    answer = client.get("/?q=headphones&lang=zh")
    assert "kms_lang=zh" in answer.headers["set-cookie"]
    assert "件商品" in client.get("/?q=headphones").text
