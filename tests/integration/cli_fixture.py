"""The ``kms`` command in this process, on a state folder of the test's own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from kms.settings import reset_settings
from tests.platform_fixture import copy_state, share_encoder


class Command:
    """Runs ``kms`` in this process on one state folder."""

    def __init__(self, state: Path) -> None:
        self.state = state

    def __call__(self, *words: str, status: int = 0) -> Result:
        result = CliRunner().invoke(app, list(words))
        shown = result.output + repr(result.exception)
        assert result.exit_code == status, shown
        assert "Traceback" not in result.output
        return result

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json").stdout)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    state = tmp_path / "state"
    for name in list(os.environ):
        if name.startswith("KMS_") and not name.startswith("KMS_TEST"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("KMS_STATE_DIR", str(state))
    monkeypatch.setenv("KMS_EXTRACTOR_DIR", str(state / "no-model"))
    reset_settings()
    yield state
    reset_settings()


@pytest.fixture
def kms(environment: Path, platform_state: Path) -> Command:
    """The command on a copy of the small installation."""
    return Command(copy_state(platform_state, environment))


@pytest.fixture
def fresh(environment: Path) -> Command:
    """The command on nothing."""
    environment.mkdir()
    share_encoder(environment)
    return Command(environment)


def read_products(kms: Command, file: Path, rows: tuple[str, ...]) -> Command:
    """Write a table of products, the head first, and have the command take it in and extract from it."""
    file.write_text("\n".join(rows) + "\n", "utf-8")
    kms("ingest", "products", str(file))
    kms("extract")
    return kms
