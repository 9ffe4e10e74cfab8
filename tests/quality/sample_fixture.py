"""The whole sample catalogue, read by rules, built once a run of the tests for all modules that import ``service``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from api.jobs import run_batch
from api.wiring import INDEX, Platform
from ranking.serving.service import RankingService
from tests.platform_fixture import settings_for, shared_folder

RATES = {"USD": 0.9, "GBP": 1.15, "CNY": 0.125}


@pytest.fixture(scope="session")
def sample_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """State folder of the installation; not to be changed."""
    state = shared_folder(tmp_path_factory) / "whole-sample"
    with FileLock(f"{state}.lock"):
        if not (state / "artifacts" / "index" / "CURRENT").exists():
            state.mkdir(parents=True, exist_ok=True)
            platform = Platform(settings_for(state, currency="EUR", exchange_rates=RATES))
            run_batch(platform, ["sample"])
            platform.close()
    return state


@pytest.fixture(scope="module")
def service(sample_state: Path) -> Iterator[RankingService]:
    """Ranking on it."""
    platform = Platform(settings_for(sample_state, currency="EUR", exchange_rates=RATES))
    version = platform.artifacts.current(INDEX)
    assert version is not None
    index = platform.open_index(version)
    yield RankingService(index)
    index.close()
    platform.close()
