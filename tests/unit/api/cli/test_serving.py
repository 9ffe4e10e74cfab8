"""The server's command line, before anything is opened."""

from __future__ import annotations

import inspect
import socket
from pathlib import Path

import pytest

from api.cli.serving import check_port, index_notice, serve
from api.wiring import Platform
from kms.errors import ConfigurationError
from kms.indexing.build import NAME
from kms.settings import Settings


def test_a_taken_port_is_told_at_once() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 is taken"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_a_state_without_an_index_is_told(tmp_path: Path) -> None:
    platform = Platform(Settings(state_dir=tmp_path))
    try:
        assert index_notice(platform).endswith("before kms extract has made one.")
        assert str(tmp_path) in index_notice(platform)
        version = platform.artifacts.begin(NAME)
        (version.path / "manifest.json").write_text("{}", "utf-8")
        platform.artifacts.publish(version)
        assert index_notice(platform) == ""
    finally:
        platform.close()


@pytest.mark.parametrize("name", ["host", "port"])
def test_the_help_shows_the_settings_default(name: str) -> None:
    annotation = inspect.get_annotations(serve, eval_str=False)[name]
    assert f"KMS_{name.upper()}, else {Settings.model_fields[name].default}" in annotation
