"""HTTP over a socket with limits of its own: on the size of a request's head, and on the time it may take to come.

uvicorn hands a request over when its head is complete. Until then nothing else could stop a client that sends an
endless head, or one byte a minute.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.problems import MEDIA_TYPE, make_problem

HEAD_TIMEOUT_S = 10.0
MOST_HEAD_BYTES = 65_536
MOST_HEADERS = 200


_DETAILS = {
    400: "this is no HTTP/1.1 request",
    408: f"the head of the request was not complete after {HEAD_TIMEOUT_S:g} s",
    431: f"the head of a request may have {MOST_HEAD_BYTES:,} bytes and {MOST_HEADERS} headers",
}
_CODES = {431: "headers_too_large"}


def _answer(status: int) -> bytes:
    """A whole answer of HTTP that says why, for a request that never reaches the application."""
    problem = make_problem(
        status=status, detail=_DETAILS[status], path="", request_id="", code=_CODES.get(status)
    )
    fields = (
        f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(problem.body)}\r\n"
        "x-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
    )
    return bytes(STATUS_LINE[status] + fields.encode() + bytes(problem.body))


class GuardedHttp(HttpToolsProtocol):
    """uvicorn's protocol: a head that is too large is answered with 431, one that is too slow with 408.

    Heads up to ``api.security.gate.MOST_HEADER_BYTES`` reach the application; between that and the limit here it
    answers itself, as a problem.
    """

    head_timeout_s = HEAD_TIMEOUT_S
    """Time from the connection, or from the first byte of a further request, to the end of the head."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """As uvicorn makes it."""
        super().__init__(*arguments, **named)
        self._head_bytes = 0
        self._field_bytes = 0
        self._is_in_head = True
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time for the first head."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the head is complete."""
        if self._is_in_head:
            self._head_bytes += len(data)
            # What is left of the last chunk may be body, so only much more than the limit is refused by its count.
            if self._head_bytes > MOST_HEAD_BYTES + len(data):
                self._refuse(431)
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Start counting and timing the next head."""
        super().on_message_begin()
        self._is_in_head = True
        self._head_bytes = 0
        self._field_bytes = 0
        if self._head_timer is None:
            self._start_timer()

    def on_url(self, url: bytes) -> None:
        """Count the address."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header."""
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4)

    def on_headers_complete(self) -> None:
        """The head is there: the body has limits of its own."""
        self._is_in_head = False
        self._stop_timer()
        if not self.transport.is_closing():
            super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand over to the websocket's protocol, unless the head was refused."""
        self._stop_timer()
        if not self.transport.is_closing():
            super().handle_websocket_upgrade()

    def on_body(self, body: bytes) -> None:
        """Drop what belongs to a request that was refused."""
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Drop what belongs to a request that was refused."""
        if self.cycle is not None:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no HTTP as everything else is answered: as a problem."""
        self._refuse(400)

    def _count(self, size: int) -> None:
        self._field_bytes += size
        if self._field_bytes > MOST_HEAD_BYTES or len(self.headers) > MOST_HEADERS:
            self._refuse(431)

    def _start_timer(self) -> None:
        self._head_timer = self.loop.call_later(self.head_timeout_s, self._end_of_time)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _end_of_time(self) -> None:
        self._head_timer = None
        self._refuse(408)

    def _refuse(self, status: int) -> None:
        if self.transport.is_closing():
            return
        self.transport.write(_answer(status))
        self.transport.close()
