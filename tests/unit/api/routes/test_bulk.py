"""Lines of a body that comes in pieces: whole, in order, in bounded memory, with what cannot be read in words."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from api.routes.bulk import read_lines
from kms.catalog.rows import RowProblem


def lines_of(pieces: Sequence[bytes], **limits: Any) -> list[bytes | str]:
    messages = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, start=1)
    ]

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def collect() -> list[bytes | str]:
        found = [line async for line in read_lines(receive, 5.0, **limits)]
        return [line.message if isinstance(line, RowProblem) else line for line in found]

    return asyncio.run(collect())


@given(st.lists(st.binary(min_size=1, max_size=12)), st.integers(min_value=1, max_value=7))
def test_pieces_do_not_matter(rows: list[bytes], size: int) -> None:
    rows = [row.replace(b"\n", b"x") for row in rows]
    body = b"\n".join(rows)
    pieces = [body[start : start + size] for start in range(0, len(body), size)] or [b""]
    assert lines_of(pieces) == [row for row in rows if row.strip()]


def test_a_line_that_is_too_long_is_told_once_and_the_next_ones_are_read() -> None:
    body = b"1\n" + b"x" * 50 + b"\n2\n"
    for size in (1, 7, 100):
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        assert lines_of(pieces, most_line=10) == [b"1", "a line may have 10 bytes", b"2"]


def test_of_a_body_that_is_too_large_the_beginning_is_read() -> None:
    assert lines_of([b"1\n2\n", b"3\n4\n"], most_bytes=6) == [
        b"1",
        b"2",
        "a body may have 6 bytes; from here on it was not read",
    ]


def test_a_sender_that_goes_away() -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def collect() -> None:
        async for _ in read_lines(receive, 5.0):
            pass

    with pytest.raises(ClientDisconnect):
        asyncio.run(collect())


def test_a_sender_that_is_too_slow() -> None:
    async def receive() -> Any:
        await asyncio.sleep(60)

    async def collect() -> list[Any]:
        return [line async for line in read_lines(receive, 0.01)]

    (line,) = asyncio.run(collect())
    assert isinstance(line, RowProblem)
    assert "was not there" in line.message
