"""Ranking processes of a server, real ones: the same answers, one version, and nothing lost when one dies."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from fastapi.testclient import TestClient

from api.jobs import build_index
from api.wiring import Platform
from tests.integration.api_client import open_client, problem_of
from tests.platform_fixture import copy_state, platform_state, settings_for

__all__ = ["platform_state"]

ASKED = (
    "/v1/search?q=waterproof headphones&explain=true&facets=brand,category",
    "/v1/search?q=耳机&limit=3",
    "/v1/search?q=something to keep coffee hot at work&explain=true",
    "/v1/search?q=kettle under 50 euros&sort=price_asc",
    "/v1/shoppers/s0001/recommendations?explain=true",
    "/v1/products/AUD-001/similar?explain=true",
    "/v1/products/AUD-001/complements",
    "/v1/trending?category=headphones&explain=true",
)


def wait_until(is_true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def processes_of(client: TestClient) -> Any:
    return client.app.state.answers._processes  # type: ignore[attr-defined]


def children() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline())]


def read(client: TestClient, path: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(path).json()
    return {name: value for name, value in answer.items() if name not in ("query_id", "took_ms")}


@pytest.fixture(scope="module")
def own(platform_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    state = copy_state(platform_state, tmp_path_factory.mktemp("processes") / "state")
    platform = Platform(settings_for(state, serve_workers=2, read_changes=False))
    yield platform
    platform.close()


@pytest.fixture(scope="module")
def client(own: Platform) -> Iterator[TestClient]:
    with open_client(own, with_workers=True, interval_s=0.2) as client:
        wait_until(lambda: bool(processes_of(client).ready == 2))
        yield client
    wait_until(lambda: not children())


@pytest.mark.parametrize("path", ASKED)
def test_a_process_answers_as_the_server_itself_does(client: TestClient, path: str) -> None:
    answers = client.app.state.answers  # type: ignore[attr-defined]
    given = read(client, path)
    processes = processes_of(client)
    answers.use(None)
    try:
        assert read(client, path) == given
    finally:
        answers.use(processes)


def test_stages_that_processes_took_are_measured(client: TestClient) -> None:
    def ranked() -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(x.split()[-1]) for x in lines if x.startswith('kms_stage_seconds_count{stage="rank'))

    before = ranked()
    client.get(ASKED[0])
    assert ranked() == before + 1


def test_errors_of_a_process_are_those_of_the_server(client: TestClient) -> None:
    problem_of(client.get("/v1/products/none/similar"), 404, "not_found")
    problem_of(client.get("/v1/search", params={"filter": "attr.nothing:1..2"}), 400, "invalid_filter")
    problem_of(client.get("/v1/search", params={"cursor": "x"}), 400, "invalid_cursor")


def test_an_event_counts_in_the_next_answer_of_every_process(client: TestClient) -> None:
    path = "/v1/shoppers/new-one/recommendations"
    assert client.get(path).json()["kind"] == "cold"
    event = {
        "action_name": "purchase",
        "client_id": "new-one",
        "event_attributes": {"object": {"object_id": "AUD-001"}},
    }
    assert client.post("/v1/events", json=event).status_code == 200
    assert {client.get(path).json()["kind"] for _ in range(6)} == {"personal"}


def test_a_killed_process_loses_no_answer_and_is_started_again(client: TestClient) -> None:
    before = {p.pid for p in children()}
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(client.get, ASKED[n % len(ASKED)]) for n in range(60)]
        os.kill(min(before), signal.SIGKILL)
        assert {a.result().status_code for a in asked} == {200}
    wait_until(lambda: bool(processes_of(client).ready == 2) and len(children()) == 2)
    assert {p.pid for p in children()} != before


def test_who_is_cancelled_leaves_every_process_to_the_others(client: TestClient, own: Platform) -> None:
    processes = processes_of(client)
    version = own.artifacts.current("index")
    assert version is not None

    async def ask_and_cancel() -> list[Any]:
        asked = [asyncio.create_task(processes.ask("trending", {}, version.number)) for _ in range(12)]
        await asyncio.sleep(0)  # two are asked, ten wait for their turn
        for task in asked[:9]:
            task.cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = client.portal.call(ask_and_cancel)  # type: ignore[union-attr]
    assert [isinstance(a, asyncio.CancelledError) for a in answers] == [True] * 9 + [False] * 3
    assert None not in answers[9:]
    wait_until(lambda: len(processes._idle) == 2)


def test_no_answer_is_of_an_older_version_than_one_before(client: TestClient, own: Platform) -> None:
    seen: list[int] = []
    with ThreadPoolExecutor(1) as threads:
        building = threads.submit(build_index, own)
        while not building.done() or seen[-1] == seen[0]:
            seen.append(client.get(ASKED[1]).json()["index_version"])
            assert len(seen) < 20_000
    assert seen == sorted(seen)
