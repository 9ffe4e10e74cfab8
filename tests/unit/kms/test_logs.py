from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from kms.logs import configure_logs, get_logger


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_json_lines_hold_what_was_said() -> None:
    stream = io.StringIO()
    configure_logs(format="json", stream=stream)
    get_logger("kms.test").info("ingested", read=3, title="台灯")
    logging.getLogger("another").warning("plain %s", "words")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["read"], first["title"], first["logger"]) == (
        "ingested",
        3,
        "台灯",
        "kms.test",
    )
    assert (second["event"], second["level"]) == ("plain words", "warning")
    assert first["timestamp"].endswith("Z")


def test_json_holds_the_exception() -> None:
    stream = io.StringIO()
    configure_logs(format="json", stream=stream)
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        get_logger("kms.test").exception("failed")
    assert "RuntimeError: broken" in json.loads(stream.getvalue())["exception"]


def test_level_hides_what_is_below() -> None:
    stream = io.StringIO()
    configure_logs(level="WARNING", stream=stream)
    get_logger("kms.test").info("quiet")
    get_logger("kms.test").warning("loud", path="x")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()
    assert "path=x" in stream.getvalue()


@pytest.mark.parametrize("format", ["console", "json"])
def test_an_exception_does_not_print_local_variables(format: Literal["console", "json"]) -> None:
    stream = io.StringIO()
    configure_logs(format=format, stream=stream)
    try:
        secret_of_the_caller = "".join(("hunter", "2"))
        raise RuntimeError(f"refused {len(secret_of_the_caller)}")
    except RuntimeError:
        get_logger("kms.test").exception("failed")
    assert "RuntimeError: refused 7" in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_control_characters_do_not_reach_a_terminal() -> None:
    stream = io.StringIO()
    configure_logs(stream=stream)
    get_logger("test").info("request", product_id="A\x1b[31mRED\x00")
    assert "A\\x1b[31mRED\\x00" in stream.getvalue()
    assert "\x1b[31mRED" not in stream.getvalue()
