"""Rows of JSON lines, JSON lists, and lists inside a JSON object."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from kms.catalog.rows import EXCERPT_LENGTH, BadRow, RawRow, RowProblem, cut_excerpt
from kms.catalog.streams import MAX_LINE_BYTES, OpenFile, encoding_hint, numbered_lines
from kms.errors import CatalogError

MOST_DOCUMENT_BYTES = 512 * 1024 * 1024
"""A JSON document is in memory as a whole; JSON lines are not."""


def read_json_lines(file: OpenFile) -> Iterator[RawRow | BadRow]:
    """A row for each line; empty lines are passed over."""
    yield from _rows_of(numbered_lines(file.stream), file.encoding)


def read_json(file: OpenFile, path: Path, *, rows: str | None = None) -> Iterator[RawRow | BadRow]:
    """A JSON list, a list inside an object, or, as some shops name them, JSON lines.

    Args:
        file: The open file.
        path: For messages.
        rows: Key of the list inside the object, with dots; without it the only list of objects is taken.

    Raises:
        CatalogError: The text is no JSON, or the list of rows cannot be told.
    """
    head = _read_until(file, b"", 1)
    if not _is_list(head) and isinstance(_parse(head), dict):
        head = _read_until(file, head, 2)
        if _is_json_lines(head, rows):
            read = numbered_lines(io.BytesIO(head))
            rest = numbered_lines(file.stream, after=head.count(b"\n"))
            yield from _rows_of(chain(read, rest), file.encoding)
            return
    text = head + file.stream.read(MOST_DOCUMENT_BYTES + 1)
    if len(text) > MOST_DOCUMENT_BYTES:
        raise CatalogError(
            f"{path}: one JSON document of more than {MOST_DOCUMENT_BYTES:,} bytes; write one object a line (.jsonl)"
        )
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CatalogError(
            f"{path}: byte {error.start + 1} is no {file.encoding}; {encoding_hint(text)}"
        ) from None
    except (ValueError, RecursionError) as error:
        if _is_list(text) or _strip(text).partition(b"\n")[0].strip() == b"{":
            raise CatalogError(f"{path}: no JSON list, nor an object around one: {_say(error)}") from None
        yield from read_json_lines(file._replace(stream=io.BytesIO(text)))
        return
    if isinstance(document, list):
        items = document
    else:
        items = [document] if rows is None and _is_one_product(document) else _find_list(document, path, rows)
    for number, values in enumerate(items, start=1):
        try:
            yield _to_row(number, values)
        except RowProblem as problem:
            excerpt = repr(values).encode("utf-8", "backslashreplace").decode("utf-8")
            yield BadRow(number, problem, excerpt[:EXCERPT_LENGTH])


def _is_one_product(document: object) -> bool:
    """Whether a JSON value is one product of Icecat, which has lists of its own."""
    if not isinstance(document, dict):
        return False
    inner = document.get("data")
    return "GeneralInfo" in document or (isinstance(inner, dict) and "GeneralInfo" in inner)


def _rows_of(lines: Iterable[tuple[int, bytes | None]], encoding: str) -> Iterator[RawRow | BadRow]:
    for number, raw in lines:
        if raw is None:
            problem = RowProblem("", "too_long", f"the line is longer than {MAX_LINE_BYTES} bytes")
            yield BadRow(number, problem, "")
            continue
        if not raw.strip():
            continue
        try:
            yield _to_row(number, json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8")))
        except UnicodeDecodeError as error:
            message = f"byte {error.start + 1} of the line is no {encoding}"
            if encoding == "UTF-8":
                message += f"; {encoding_hint(raw)}"
            yield BadRow(number, RowProblem("", "encoding", message), cut_excerpt(raw))
        except RowProblem as problem:
            yield BadRow(number, problem, cut_excerpt(raw))
        except (ValueError, RecursionError) as error:
            broken = RowProblem("", "syntax", f"the line is no JSON: {_say(error)}")
            yield BadRow(number, broken, cut_excerpt(raw))


def _read_until(file: OpenFile, head: bytes, wanted: int) -> bytes:
    """Read on until the head has so many lines that are not empty."""
    filled = sum(1 for line in head.split(b"\n") if line.strip())
    while filled < wanted and (line := file.stream.readline()):
        head += line
        filled += bool(line.strip())
    return head


def _strip(text: bytes) -> bytes:
    return text.lstrip(b"\xef\xbb\xbf \t\r\n")


def _is_list(text: bytes) -> bool:
    return _strip(text).startswith(b"[")


def _is_json_lines(head: bytes, rows: str | None) -> bool:
    """Whether an object that fills a line is a row, and not one around the list of rows."""
    first, _, rest = _strip(head).partition(b"\n")
    document = _parse(first)
    if rest.strip() or not isinstance(document, dict):
        return True
    return rows is None and not (len(document) == 1 and _is_list_of_objects(next(iter(document.values()))))


def _parse(line: bytes) -> Any:
    try:
        return json.loads(_strip(line))
    except (ValueError, RecursionError):
        return None


def _find_list(document: Any, path: Path, rows: str | None) -> list[Any]:
    if rows is not None:
        found: Any = document
        for key in rows.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, list):
            raise CatalogError(f"{path}: has no list {rows!r}, which the mapping reads the rows from")
        return found
    lists = (
        {key: value for key, value in document.items() if _is_list_of_objects(value)}
        if isinstance(document, dict)
        else {}
    )
    if len(lists) != 1:
        held = f"it has {', '.join(map(repr, lists))}" if lists else "it has none"
        raise CatalogError(
            f"{path}: one JSON object, and which list in it holds the rows is not clear ({held}); "
            "name it in the mapping, such as `rows: products`"
        )
    return list(next(iter(lists.values())))


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _to_row(number: int, values: Any) -> RawRow:
    if not isinstance(values, dict):
        raise RowProblem("", "syntax", f"expected a JSON object, not {type(values).__name__}")
    return RawRow(number, values)


def _say(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
