"""What ``kms extract`` prints at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli.batch import made_with
from kms.settings import Settings


def test_the_next_command_keeps_the_settings_that_made_the_shop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = {
        "KMS_STATE_DIR": str(tmp_path / "my shop"),
        "KMS_CURRENCY": "EUR",
        "KMS_ONTOLOGY_DIR": str(tmp_path),
        "KMS_EXCHANGE_RATES": '{"USD": 0.9}',
        "KMS_PORT": "8000",  # the default
        "KMS_NEO4J_PASSWORD": "hidden",
        "KMS_DATABASE_URL": "sqlite:///hidden.db",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert list(made_with(Settings(), given)) == [
        f"KMS_STATE_DIR='{tmp_path}/my shop'",
        f"KMS_ONTOLOGY_DIR={tmp_path}",
        "KMS_CURRENCY=EUR",
        """KMS_EXCHANGE_RATES='{"USD": 0.9}'""",
    ]


def test_a_run_without_settings_has_none_to_keep() -> None:
    assert list(made_with(Settings(), {})) == []
