"""Bulk writes: lines of JSON in, one result a line out, in bounded memory.

Results go to a spooled file until the body is read, because most clients read no answer before they have sent all; a
server that answered at once would wait for them while they wait for it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from api.change_schemas import RowOut, show_problems, show_row
from api.limits import BODY_TIMEOUT_S, MOST_BULK_BYTES, MOST_BYTES
from api.routes.changing import actor_of, read_json
from api.schemas import Answer, FieldProblem
from api.security.callers import caller_of
from api.security.gate import Gate
from api.security.rates import Exceeded, NeverFits
from kms.catalog.rows import RowProblem
from kms.catalog.values import is_empty
from kms.errors import StoreError
from kms.indexing.live_writes import Written
from kms.logs import get_logger

CHUNK = 100
"""Rows a transaction."""
_SPOOLED_BYTES = 1_000_000
_SENT_BYTES = 65_536
MEDIA_TYPE = "application/x-ndjson"
BULK_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "description": "One JSON object a line."}}},
    }
}
RowT = TypeVar("RowT")


def bulk_answer(what: str) -> dict[str, Any]:
    """The answer of a bulk route for OpenAPI."""
    example = (
        f'{{"row": 1, "id": "{what}-1", "outcome": "created", "sequence": 7, "is_pending": true, "errors": [], '
        f'"left_out": []}}\n{{"rows": 1, "counts": {{"created": 1}}}}\n'
    )
    return {
        "description": "One result a line, and a last line that counts them.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": example}},
    }


class BulkResponse(Response, Generic[RowT]):
    """Reads the lines of a request, writes them part by part, and answers with a result a line."""

    def __init__(
        self,
        request: Request,
        read: Callable[[Any], RowT],
        write: Callable[[list[RowT], str], Sequence[Written]],
    ) -> None:
        """Prepare.

        Args:
            request: Whose body is read.
            read: Makes a row of a JSON value; raises ``RowProblem``.
            write: Writes rows for an actor; called in a thread.
        """
        super().__init__(media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._request = request
        self._read = read
        self._write = write
        self._counts: Counter[str] = Counter()
        self._stopped: FieldProblem | None = None
        self._log = get_logger(__name__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        with tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES) as results:
            part: list[tuple[int, bytes | RowProblem]] = []
            number = 0
            try:
                async for line in read_lines(receive, self._timeout_s()):
                    number += 1
                    part.append((number, line))
                    if len(part) == CHUNK:
                        results.write(await run_in_threadpool(self._write_part, part))
                        part = []
            except ClientDisconnect:
                self._log.info("the sender of a bulk request went away", rows=number)
            if part:
                results.write(await run_in_threadpool(self._write_part, part))
            total = _Total(rows=self._counts.total(), counts=dict(sorted(self._counts.items())))
            results.write(total.model_dump_json().encode() + b"\n")
            results.seek(0)
            while block := results.read(_SENT_BYTES):
                await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _timeout_s(self) -> float:
        gate: Gate = self._request.app.state.gate
        return gate.settings.body_timeout_s or BODY_TIMEOUT_S

    def _write_part(self, part: Sequence[tuple[int, bytes | RowProblem]]) -> bytes:
        """Write the rows of a part; the results as lines."""
        results: dict[int, RowOut] = {}
        rows: list[tuple[int, RowT]] = []
        ids: dict[int, str | None] = {}
        for number, line in part:
            try:
                raw = self._read_line(line)
                ids[number] = _id_of(raw)
                rows.append((number, self._read(raw)))
            except RowProblem as problem:
                results[number] = _refused(number, ids.get(number), *show_problems(problem))
        if rows:
            results.update(self._write_rows(rows, ids))
        self._counts.update(result.outcome for result in results.values())
        return b"".join(results[number].model_dump_json().encode() + b"\n" for number, _ in part)

    def _read_line(self, line: bytes | RowProblem) -> Any:
        if isinstance(line, RowProblem):
            raise line
        try:
            return read_json(line)
        except (ValueError, RecursionError):
            raise RowProblem("", "syntax", "the line is not JSON in UTF-8") from None

    def _write_rows(
        self, rows: Sequence[tuple[int, RowT]], ids: Mapping[int, str | None]
    ) -> dict[int, RowOut]:
        stopped = self._stopped or self._spend(len(rows))
        if stopped is None:
            try:
                written = self._write([row for _, row in rows], actor_of(self._request))
            except StoreError as error:
                self._log.error("a bulk request could not be written", error=str(error))
                stopped = self._stopped = FieldProblem(field="", message=f"not written: {error}")
            else:
                return {
                    number: show_row(number, result)
                    for (number, _), result in zip(rows, written, strict=True)
                }
        return {number: _refused(number, ids[number], stopped) for number, _ in rows}

    def _spend(self, count: int) -> FieldProblem | None:
        """Count rows against the rate; what is wrong where it is used up."""
        gate: Gate = self._request.app.state.gate
        try:
            gate.spend_changes(caller_of(self._request), count)
        except Exceeded as exceeded:
            message = (
                f"{exceeded.what}: at most {exceeded.rate}; send the row again in {exceeded.retry_after_s} s"
            )
            return FieldProblem(field="", message=message)
        except NeverFits as refused:
            return FieldProblem(
                field="", message=f"the rate of {refused.what} is {refused.rate}, too low for bulk writes"
            )
        return None


class _Total(Answer):
    """The last line."""

    rows: int
    counts: dict[str, int]


def _refused(number: int, row_id: str | None, *errors: FieldProblem) -> RowOut:
    return RowOut(row=number, id=row_id, outcome="refused", errors=errors)


def _id_of(raw: Any) -> str | None:
    """The id that a line gives, as far as it is one, so that a refused row can be found again."""
    given = raw.get("id") if isinstance(raw, dict) else None
    is_written = isinstance(given, str | int) and not isinstance(given, bool) and not is_empty(given)
    return str(given).strip()[:200] if is_written else None


async def read_lines(
    receive: Receive,
    timeout_s: float,
    *,
    most_bytes: int = MOST_BULK_BYTES,
    most_line: int = MOST_BYTES,
) -> AsyncIterator[bytes | RowProblem]:
    """The lines of a body that are not blank; for a line that is too long, and for what cannot be read, what is wrong.

    Args:
        receive: Of the request.
        timeout_s: Time in which each piece of the body must be there.
        most_bytes: Of the whole body; after so many it is read no more.
        most_line: Of a line, which is what is held in memory.

    Raises:
        ClientDisconnect: The sender went away.
    """
    buffer = bytearray()
    size = 0
    is_skipping = False
    more = True
    while more:
        try:
            async with asyncio.timeout(timeout_s):
                message = await receive()
        except TimeoutError:
            yield RowProblem("", "syntax", f"the rest of the body was not there after {timeout_s:g} s")
            return
        if message["type"] != "http.request":
            raise ClientDisconnect
        body: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(body)
        if size > most_bytes:
            yield RowProblem(
                "", "too_long", f"a body may have {most_bytes:,} bytes; from here on it was not read"
            )
            return
        buffer += body
        *lines, rest = buffer.split(b"\n")
        if not more:
            lines.append(rest)
            rest = bytearray()
        for line in lines:
            if is_skipping:  # its beginning was told already
                is_skipping = False
            elif len(line) > most_line:
                yield RowProblem("", "too_long", f"a line may have {most_line:,} bytes")
            elif line.strip():
                yield bytes(line)
        if len(rest) > most_line:
            if not is_skipping:
                yield RowProblem("", "too_long", f"a line may have {most_line:,} bytes")
            is_skipping = True
            rest = bytearray()
        buffer = bytearray(rest)
