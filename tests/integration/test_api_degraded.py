"""Stores that go away, versions that are taken over, and faults: the server goes on and says what is missing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.jobs import build_index
from api.services import Services
from api.wiring import Platform
from kms.errors import StoreUnavailable
from kms.vectors.port import Approximation
from tests.integration.api_client import open_client, problem_of
from tests.platform_fixture import copy_state, platform_state, settings_for

__all__ = ["platform_state"]


@pytest.fixture
def own_platform(platform_state: Path, tmp_path: Path) -> Iterator[Platform]:
    """An installation of this test's own."""
    platform = Platform(settings_for(copy_state(platform_state, tmp_path / "state")))
    yield platform
    platform.close()


def services_of(client: TestClient) -> Any:
    return client.app.state.services  # type: ignore[attr-defined]


class Away:
    """A store that does not answer."""

    def close(self) -> None:
        """Nothing is open."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*_arguments: Any, **_named: Any) -> Any:
            raise StoreUnavailable("the store does not answer")

        return refuse


def test_without_the_graph_store_search_answers_and_says_so(own_platform: Platform) -> None:
    with open_client(own_platform) as client:
        services = services_of(client)
        before = client.get("/v1/search", params={"q": "waterproof headphones", "explain": "true"}).json()
        own_platform.graph.close()
        own_platform._made["graph"] = services.graph_health._graph = Away()
        services.graph_health.check()
        after = client.get("/v1/search", params={"q": "waterproof headphones", "explain": "true"}).json()
        assert after["degraded"] == ["graph"]
        assert after["hits"] == before["hits"], "reasons and their sentences do not need the graph store"
        product = client.get("/v1/products/AUD-001").json()
        assert (product["degraded"], product["facts"]) == (["graph"], [])
        assert product["title"]
        problem = client.get("/v1/graph/nodes", params={"q": "a"})
        problem_of(problem, 503, "store_unavailable")
        assert problem.headers["retry-after"]
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert "kms_graph_up 0.0" in client.get("/metrics").text
        assert client.get("/v1/shoppers/s1/recommendations").json()["degraded"] == ["graph"]


def test_without_the_operational_store_search_answers_from_the_index(own_platform: Platform) -> None:
    own_platform.catalog, own_platform.evidence, own_platform.journal  # noqa: B018  made before they go away
    with open_client(own_platform) as client:
        for name in ("catalog", "evidence", "journal"):
            own_platform._made[name] = Away()
        answer = client.get("/v1/search", params={"q": "headphones", "explain": "true"}).json()
        assert answer["degraded"] == ["catalog", "evidence"]
        assert all(hit["product"]["title"] for hit in answer["hits"])
        recommended = client.get("/v1/shoppers/s1/recommendations").json()
        assert recommended["kind"] == "cold"
        assert "journal" in recommended["degraded"]
        problem_of(client.get("/v1/products/AUD-001"), 503, "store_unavailable")
        event = {
            "action_name": "view",
            "client_id": "s1",
            "event_attributes": {"object": {"object_id": "AUD-001"}},
        }
        problem_of(client.post("/v1/events", json=event), 503, "store_unavailable")


def test_without_the_vector_store_a_large_version_compares_all_vectors(
    own_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ranking.serving.index.SERVED", Approximation(exact_up_to=10))
    asked = {"q": "something to keep me warm on a mountain", "explain": "true"}
    with open_client(own_platform) as client:
        before = client.get("/v1/search", params=asked).json()
        assert client.get("/readyz").json()["status"] == "ready"
    version = own_platform.artifacts.current("index")
    assert version is not None
    shutil.rmtree(version.path / "vectors")
    with open_client(own_platform) as client:
        after = client.get("/v1/search", params=asked).json()
        assert after["degraded"] == [], "nothing is missing from the answer"
        for part in ("hits", "related", "alternatives"):
            assert [h["product"]["id"] for h in after[part]] == [h["product"]["id"] for h in before[part]]
        ready = client.get("/readyz").json()
        assert ready["status"] == "degraded" and "vectors" in ready["checks"]["vectors"]


def test_changes_that_cannot_be_taken_over_are_said(own_platform: Platform) -> None:
    own_platform.change_log  # noqa: B018  made before it goes away
    with open_client(own_platform) as client:
        services: Services = client.app.state.services  # type: ignore[attr-defined]
        kept = own_platform._made["change_log"]
        own_platform._made["change_log"] = Away()
        services.live.advance()
        ready = client.get("/readyz").json()
        assert ready["status"] == "degraded"
        assert ready["checks"]["changes"].startswith("changes cannot be taken over: ")
        own_platform._made["change_log"] = kept
        services.live.advance()
        assert client.get("/readyz").json()["status"] == "ready"


def test_a_small_version_needs_no_vector_store(own_platform: Platform) -> None:
    version = own_platform.artifacts.current("index")
    assert version is not None
    shutil.rmtree(version.path / "vectors")
    with open_client(own_platform) as client:
        assert client.get("/v1/search", params={"q": "headphones"}).json()["degraded"] == []
        assert client.get("/readyz").json()["status"] == "ready"


def test_without_an_index_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    platform = Platform(settings_for(tmp_path))
    with open_client(platform) as client:
        assert client.get("/healthz").status_code == 200
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        problem = problem_of(client.get("/v1/search"), 503, "store_unavailable")
        assert "kms index build" in problem["detail"]
        problem_of(client.get("/v1/shoppers/s1/recommendations"), 503, "store_unavailable")
    platform.close()


def test_a_fault_is_a_problem_and_no_traceback(
    own_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_client(own_platform) as client:

        def fail(*_arguments: Any, **_named: Any) -> None:
            raise RuntimeError("a secret of the inside")

        monkeypatch.setattr(services_of(client), "search", fail)
        response = client.get("/v1/search", headers={"X-Request-ID": "look-me-up"})
        problem = problem_of(response, 500, "internal")
        assert problem["request_id"] == "look-me-up"
        assert "secret" not in response.text
        assert client.get("/v1/trending").status_code == 200


def test_a_new_version_is_taken_over_under_load_without_dropping_a_request(own_platform: Platform) -> None:
    with open_client(own_platform, interval_s=0.05) as client:
        is_over = threading.Event()

        def ask(number: int) -> tuple[list[int], list[int]]:
            statuses, versions = [], []
            while not is_over.is_set():
                url = ("/v1/search?q=headphones&explain=true", "/v1/shoppers/s0028/recommendations")[
                    number % 2
                ]
                response = client.get(url)
                statuses.append(response.status_code)
                versions.append(response.json().get("index_version", 0))
            return statuses, versions

        with ThreadPoolExecutor(4) as pool:
            running = [pool.submit(ask, number) for number in range(4)]
            for _ in range(2):
                made = build_index(own_platform)
                assert made is not None
                _wait(lambda wanted=made.version: _is_live(client, wanted))
            own_platform.artifacts.roll_back("index")
            _wait(lambda: _is_live(client, 2))
            is_over.set()
            results = [request.result() for request in running]
    for statuses, versions in results:
        assert set(statuses) == {200}
        assert set(versions) <= {1, 2, 3}
    seen = set().union(*(versions for _, versions in results))
    assert {1, 3} <= seen


def _is_live(client: TestClient, number: int) -> bool:
    version = services_of(client).live.version
    return version is not None and version.number == number


def _wait(condition: Any) -> None:
    pause = threading.Event()
    for _ in range(1_200):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it did not happen within a minute")
