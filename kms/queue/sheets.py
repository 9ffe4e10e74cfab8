"""Spreadsheets of the queue: rows of text in CSV, and in Excel's format with one sheet.

Cells are written as text, so that no program makes a date of "1/2" or a formula of "=1+1"; in CSV a sign that would begin a
formula stands behind an apostrophe. What people edit comes back with numbers and yes/no cells, which are read as text.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kms.errors import InputError

MOST_ROWS = 100_000
MOST_BYTES = 200_000_000
"""Of the unpacked sheet; more is no queue."""
MOST_COLUMNS = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff]")


def write_sheet(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write rows, the head first, by the file's ending.

    Raises:
        InputError: The ending is neither ``.xlsx`` nor ``.csv``, or the file cannot be written.
    """
    try:
        if _ending(path) == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([_guarded(cell) for cell in row] for row in rows)
        else:
            _write_xlsx(path, rows)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def read_sheet(path: Path) -> list[list[str]]:
    """The rows of a file, the head first; empty rows stay, so that a row's place is its line.

    Raises:
        InputError: It cannot be read; the message says why.
    """
    ending = _ending(path)
    try:
        if ending == ".csv":
            return [[_unguarded(cell) for cell in row] for row in _read_csv(path)]
        return _read_xlsx(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _ending(path: Path) -> str:
    ending = path.suffix.casefold()
    if ending not in (".xlsx", ".csv"):
        raise InputError(f"{path.name}: a file of the queue ends with .xlsx or .csv")
    return ending


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _read_csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    try:
        # Excel writes what it calls "CSV UTF-8" with a mark, and "Unicode text" in UTF-16.
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is no UTF-8; save it as “CSV UTF-8”") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise InputError(f"{path.name} has more than {MOST_ROWS:,} rows")
    except csv.Error as error:
        raise InputError(f"{path.name}:{reader.line_num}: {error}") from None
    return rows


def _write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("queue")
    sheet.freeze_panes = "A2"
    for column in range(max((len(row) for row in rows), default=0)):
        sheet.column_dimensions[get_column_letter(column + 1)].width = _width(rows, column)
    for row in rows:
        cells = [
            WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", _SURROGATES.sub("", text)) or None)
            for text in row
        ]
        for cell in cells:
            cell.data_type = "n" if cell.value is None else "s"
        sheet.append(cells)
    book.save(path)


def _width(rows: Sequence[Sequence[str]], column: int) -> int:
    longest = max((len(row[column]) for row in rows[:100] if column < len(row)), default=8)
    return max(8, min(60, longest + 2))


def _read_xlsx(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as archive:
            if max((part.file_size for part in archive.infolist()), default=0) > MOST_BYTES:
                raise InputError(f"{path.name} is too large for a file of the queue")
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            rows: list[list[str]] = []
            for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
                if len(rows) == MOST_ROWS:
                    raise InputError(f"{path.name} has more than {MOST_ROWS:,} rows")
                cells = [_text(value) for value in row]
                while cells and not cells[-1]:
                    cells.pop()
                rows.append(cells)
            return rows
        finally:
            book.close()
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        SyntaxError,  # of the XML
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        NotImplementedError,
    ) as error:
        raise InputError(f"{path.name} is no Excel file that can be read: {error}") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
