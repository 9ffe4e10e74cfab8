"""How many ranking processes a server starts."""

from __future__ import annotations

import asyncio

import pytest

from api.ranking_processes import MOST_AUTOMATIC, RankingProcesses, choose_count
from kms.settings import Settings

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("cores", "process", "free", "expected"),
    [
        (1, GB // 2, 16 * GB, 0),  # ranking elsewhere would only add the way there
        (2, GB // 2, 16 * GB, 2),
        (64, GB // 2, 64 * GB, MOST_AUTOMATIC),
        (4, 2 * GB, 9 * GB, 2),  # half of the free memory
        (4, 2 * GB, 3 * GB, 0),
    ],
)
def test_without_a_setting_cores_and_memory_decide(
    cores: int, process: int, free: int, expected: int
) -> None:
    assert choose_count(Settings(), cores, process, free) == expected


@pytest.mark.parametrize("count", [0, 1, 7])
def test_the_setting_decides(count: int) -> None:
    assert choose_count(Settings(serve_workers=count), 2, GB, GB) == count


def test_before_any_process_is_ready_nobody_is_asked() -> None:
    processes = RankingProcesses(Settings(), 2)
    assert asyncio.run(processes.ask("trending", {}, 1)) is None
    processes.stop()
