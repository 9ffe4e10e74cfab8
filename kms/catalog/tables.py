"""Rows of CSV, TSV and their like."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kms.catalog.rows import BadRow, RawRow, RowProblem, cut_excerpt
from kms.catalog.streams import MAX_LINE_BYTES, OpenFile, encoding_hint, numbered_lines
from kms.errors import CatalogError

DELIMITERS = ",;\t|"
_TEMPLATE = ("TemplateType=", "TemplateType\t", "\ufeffTemplateType")
_SEPARATOR_LINE = re.compile(r"sep=([,;|\t])", re.IGNORECASE)
_BLANK_CELLS = ' \t\r\n,;|"'
_AFTER_RETURN = re.compile(r"(?<=\r)(?!\n)")


def read_table(file: OpenFile, path: Path) -> Iterator[RawRow | BadRow]:
    """Rows below the header; columns without a name, empty rows, and the header again, are left out.

    Raises:
        CatalogError: The header cannot be read.
    """
    csv.field_size_limit(MAX_LINE_BYTES)
    oversize: list[int] = []
    lines = _read_lines(file, oversize)
    first, skipped, delimiter = _find_header(lines, "\t" if _is_tabbed(file.name) else None)
    reader = csv.reader(_chain(first, lines), delimiter=delimiter, strict=True)
    header = _read_header(reader, file, path)
    if not any(header):
        return
    counts = Counter(name for name in header if name)
    places = [(name, place) for place, name in enumerate(header) if counts[name] == 1]
    several = {
        name: [place for place, other in enumerate(header) if other == name]
        for name, count in counts.items()
        if count > 1
    }
    while True:
        number = skipped + reader.line_num + 1
        error = ""
        try:
            cells = next(reader, None)
        except csv.Error as caught:
            error = str(caught)
        yield from _take_oversize(oversize)
        if error:
            yield BadRow(number, _syntax_problem(error, number, skipped + reader.line_num), "")
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells) or _is_header(cells, header):
            continue
        excerpt = cut_excerpt(delimiter.join(cells).encode("utf-8", "surrogateescape"))
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            message = f"the row has {len(cells)} cells, the header {len(header)}"
            yield BadRow(number, RowProblem("", "syntax", message), excerpt)
            continue
        values = {name: cells[place] for name, place in places}
        broken = next(((name, cell) for name, cell in values.items() if _is_broken(cell)), None)
        if broken is not None:
            message = f"{broken[0]} has bytes that are no {file.encoding}"
            if file.encoding == "UTF-8":
                raw = broken[1].encode("utf-8", "surrogateescape")
                message += f"; {encoding_hint(raw)}"
            yield BadRow(number, RowProblem(broken[0], "encoding", message), excerpt)
            continue
        repeated = {
            name: tuple(cells[place] for place in places if not _is_broken(cells[place]))
            for name, places in several.items()
        }
        yield RawRow(number, values, repeated)


def _is_tabbed(name: str) -> bool:
    """Whether a file's name says that tabs separate its cells."""
    return name.casefold().endswith((".tsv", ".tab"))


def _read_lines(file: OpenFile, oversize: list[int]) -> Iterator[str]:
    """Decoded lines, ended by a line feed, a return or both.

    Numbers of lines beyond the limit are added to ``oversize``; an empty line stands for each.
    """
    for number, raw in numbered_lines(file.stream):
        if raw is None:
            oversize.append(number)
            yield "\n"
            continue
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")
        if "\r" not in text or (text.endswith("\r\n") and text.find("\r") == len(text) - 2):
            yield text
        else:
            yield from (part for part in _AFTER_RETURN.split(text) if part)


def _take_oversize(numbers: list[int]) -> Iterator[BadRow]:
    while numbers:
        message = f"the line is longer than {MAX_LINE_BYTES} bytes"
        yield BadRow(numbers.pop(0), RowProblem("", "too_long", message), "")


def _find_header(lines: Iterator[str], delimiter: str | None) -> tuple[str, int, str]:
    """The header's first line, the number of lines before it, and what separates its cells.

    Empty lines before the header are passed over; so is a line ``sep=;``, by which spreadsheets name the separator, and the
    first two lines of Amazon's templates.
    """
    skipped = 0
    for line in lines:
        told = _SEPARATOR_LINE.fullmatch(line.strip("\r\n"))
        if told:
            delimiter = told.group(1)
        elif line.startswith(_TEMPLATE):
            next(lines, "")  # the columns' names for people; those for machines come next
            skipped += 1
            delimiter = delimiter or "\t"
        elif line.strip(_BLANK_CELLS):
            return line, skipped, delimiter or max(DELIMITERS, key=line.count)
        skipped += 1
    return "", skipped, delimiter or ","


def _read_header(reader: Iterator[list[str]], file: OpenFile, path: Path) -> list[str]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise CatalogError(f"{path}: the header cannot be read: {error}") from None
    if any(_is_broken(name) for name in header):
        raw = ",".join(header).encode("utf-8", "surrogateescape")
        raise CatalogError(f"{path}: the header is no {file.encoding}; {encoding_hint(raw)}")
    return header


def _is_header(cells: list[str], header: list[str]) -> bool:
    """Whether a row is the header again, as where exports were put behind each other."""
    return cells[0].strip() == header[0] and [cell.strip() for cell in cells] == header


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _syntax_problem(error: str, first: int, last: int) -> RowProblem:
    if "unexpected end" in error:
        error = "a quotation mark is opened and not closed before the end of the file"
    lost = f"; lines {first} to {last} were not read" if last > first else ""
    return RowProblem("", "syntax", f"the row is no CSV: {error}{lost}")


def _is_broken(cell: str) -> bool:
    return not cell.isascii() and any("\udc80" <= character <= "\udcff" for character in cell)
