"""Reading of catalogue files, row by row: JSON lines, JSON lists, CSV, TSV (all also gzipped) and Parquet.

A row that cannot be read comes out as ``BadRow`` and reading goes on; only a file that cannot be read at all,
or ends in the middle, raises.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO, cast

from kms.catalog.rows import EXCERPT_LENGTH, BadRow, RawRow, RowProblem
from kms.errors import CatalogError

MAX_LINE_BYTES = 16 * 1024 * 1024
_SEPARATOR_LINE = re.compile(r"sep=([,;|\t])", re.IGNORECASE)
_BLANK_CELLS = ' \t\r\n,;|"'
FORMATS = ".jsonl, .ndjson, .json, .csv, .tsv (each also with .gz) and .parquet"


def read_rows(path: Path) -> Iterator[RawRow | BadRow]:
    """Rows of a file in order, its format told by its name.

    Raises:
        CatalogError: The file is not there, has an unknown format, is damaged or ends in the middle.
    """
    if not path.is_file():
        raise CatalogError(f"{path}: there is no such file")
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kind = next((suffix for suffix in reversed(suffixes) if suffix != ".gz"), "")
    try:
        if kind == ".parquet":
            yield from _read_parquet(path)
            return
        with closing(_open(path, is_gzip=suffixes[-1:] == [".gz"])) as stream:
            if kind in (".jsonl", ".ndjson"):
                yield from _read_json_lines(stream)
            elif kind == ".json":
                yield from _read_json(stream, path)
            elif kind in (".csv", ".tsv"):
                yield from _read_table(stream, "\t" if kind == ".tsv" else None, path)
            else:
                raise CatalogError(f"{path}: unknown format; known are {FORMATS}")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CatalogError(f"{path}: damaged, or cut off in the middle ({error})") from None
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror or error})") from None


def _open(path: Path, *, is_gzip: bool) -> BinaryIO:
    """The file's bytes in UTF-8; UTF-16 with a byte order mark, as spreadsheets export it, is converted."""
    stream = cast(BinaryIO, gzip.open(path, "rb") if is_gzip else path.open("rb"))  # noqa: SIM115 - closed by the caller
    start = stream.read(2)
    stream.seek(0)
    if start not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return stream
    return cast(BinaryIO, io.BufferedReader(_Utf16Stream(stream), 1 << 16))


class _Utf16Stream(io.RawIOBase):
    """UTF-16 bytes read as UTF-8; what is no UTF-16 becomes the replacement character."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            raw = self._stream.read(1 << 16)
            self._rest = self._decoder.decode(raw, final=not raw).encode("utf-8", "replace")
            if not raw:
                break
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; ``None`` for one beyond the limit, which is skipped without holding it."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) <= MAX_LINE_BYTES:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(MAX_LINE_BYTES)
        yield number, None


def _read_json_lines(stream: BinaryIO) -> Iterator[RawRow | BadRow]:
    for number, raw in _lines(stream):
        if raw is None:
            problem = RowProblem("", "too_long", f"the line is longer than {MAX_LINE_BYTES} bytes")
            yield BadRow(number, problem, "")
            continue
        if not raw.strip():
            continue
        try:
            yield _to_row(number, json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8")))
        except UnicodeDecodeError as error:
            problem = RowProblem("", "encoding", f"byte {error.start + 1} of the line is no UTF-8")
            yield BadRow(number, problem, _excerpt(raw))
        except RowProblem as problem:
            yield BadRow(number, problem, _excerpt(raw))
        except (ValueError, RecursionError) as error:
            detail = str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
            yield BadRow(number, RowProblem("", "syntax", f"the line is no JSON: {detail}"), _excerpt(raw))


def _read_json(stream: BinaryIO, path: Path) -> Iterator[RawRow | BadRow]:
    """A JSON list, or, as some shops name them, JSON lines."""
    head: bytes = cast(Any, stream).peek(4_096)  # not every stream can go back
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        yield from _read_json_lines(stream)
        return
    try:
        rows = json.loads(stream.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}: byte {error.start + 1} is no UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{path}: no JSON list: {error}") from None
    for number, values in enumerate(rows, start=1):
        try:
            yield _to_row(number, values)
        except RowProblem as problem:
            yield BadRow(number, problem, repr(values)[:EXCERPT_LENGTH])


def _to_row(number: int, values: Any) -> RawRow:
    if not isinstance(values, dict):
        raise RowProblem("", "syntax", f"expected a JSON object, not {type(values).__name__}")
    return RawRow(number, values)


def _read_table(stream: BinaryIO, delimiter: str | None, path: Path) -> Iterator[RawRow | BadRow]:
    csv.field_size_limit(MAX_LINE_BYTES)
    decoded = (
        (raw or b"").decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")
        for number, raw in _lines(stream)
    )
    first, skipped, delimiter = _find_header(decoded, delimiter)
    reader = csv.reader(_chain(first, decoded), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise CatalogError(f"{path}: the header cannot be read: {error}") from None
    if not any(header):
        return
    named = [name for name in header if name]
    if twice := sorted(name for name, count in Counter(named).items() if count > 1):
        raise CatalogError(f"{path}: the header names a column twice: {', '.join(twice)}")
    while True:
        number = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield BadRow(number, RowProblem("", "syntax", f"the row is no CSV: {error}"), "")
            continue
        if cells is None:
            return
        if not cells:
            continue
        excerpt = _excerpt(delimiter.join(cells).encode("utf-8", "surrogateescape"))
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            message = f"the row has {len(cells)} cells, the header {len(header)}"
            yield BadRow(number, RowProblem("", "syntax", message), excerpt)
            continue
        values = {name: cell for name, cell in zip(header, cells, strict=False) if name}
        broken = next((name for name, cell in values.items() if _is_broken(cell)), None)
        if broken is not None:
            problem = RowProblem(broken, "encoding", f"{broken} has bytes that are no UTF-8")
            yield BadRow(number, problem, excerpt)
            continue
        yield RawRow(number, values)


def _find_header(lines: Iterator[str], delimiter: str | None) -> tuple[str, int, str]:
    """The header's first line, the number of lines before it, and what separates its cells.

    Empty lines before the header are passed over; so is a line ``sep=;``, by which spreadsheets name the separator.
    """
    skipped = 0
    for line in lines:
        told = _SEPARATOR_LINE.fullmatch(line.strip("\r\n"))
        if told:
            delimiter = told.group(1)
        elif line.strip(_BLANK_CELLS):
            return line, skipped, delimiter or max(",;\t|", key=line.count)
        skipped += 1
    return "", skipped, delimiter or ","


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _is_broken(cell: str) -> bool:
    return not cell.isascii() and any("\udc80" <= character <= "\udcff" for character in cell)


def _read_parquet(path: Path) -> Iterator[RawRow | BadRow]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1_000):
                for values in batch.to_pylist():
                    number += 1
                    yield RawRow(number, values)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: damaged, or no Parquet ({error})") from None


def _excerpt(raw: bytes) -> str:
    return raw[: EXCERPT_LENGTH * 4].decode("utf-8", "backslashreplace").strip()[:EXCERPT_LENGTH]
