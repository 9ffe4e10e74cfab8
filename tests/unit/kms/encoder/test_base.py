from __future__ import annotations

from pathlib import Path

import pytest

from kms.encoder.base import DEFAULT_ENCODER, is_offline, resolve_encoder
from kms.errors import ConfigurationError


def test_the_default_is_the_installed_package() -> None:
    folder = resolve_encoder()
    assert (folder / "config.json").is_file()
    assert (folder / "model.safetensors").is_file()


def test_a_local_folder_comes_first(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert resolve_encoder(str(tmp_path)) == tmp_path.resolve()


@pytest.mark.parametrize("name", ["no-such-package-anywhere", "nobody/no-such-model", "../nowhere", "json"])
def test_what_is_nowhere_is_refused_with_advice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert is_offline()
    with pytest.raises(ConfigurationError, match=DEFAULT_ENCODER):
        resolve_encoder(name)
