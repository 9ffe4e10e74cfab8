"""The server's command line, before anything is opened."""

from __future__ import annotations

import socket

import pytest

from api.cli.serving import check_port
from kms.errors import ConfigurationError


def test_a_taken_port_is_told_at_once() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 is taken"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
