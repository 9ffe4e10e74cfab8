"""Spreadsheets of the queue: rows of text in CSV, and in Excel's format with one sheet.

Excel's format is a zip of XML. What people edit in Excel, LibreOffice or a browser's table comes back with shared strings,
numbers and empty cells left out; what is written here has strings inline, a frozen head and widths. Cells are text, so that
no program makes a date of "1/2" or a formula of "=1+1"; in CSV a sign that would begin a formula stands behind an
apostrophe.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from kms.errors import InputError

MOST_ROWS = 100_000
MOST_BYTES = 200_000_000
"""Of the unpacked sheet; more is no queue."""
MOST_COLUMNS = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="queue" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}


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
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, _HEAD + content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            columns = max((len(row) for row in rows), default=1)
            widths = "".join(
                f'<col min="{number + 1}" max="{number + 1}" width="{_width(rows, number)}" customWidth="1"/>'
                for number in range(columns)
            )
            begin = (
                f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
                '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
                f"<cols>{widths}</cols><sheetData>"
            )
            sheet.write(begin.encode())
            for number, row in enumerate(rows, 1):
                cells = "".join(
                    f'<c r="{_letters(place)}{number}" t="inlineStr"><is><t xml:space="preserve">'
                    f"{escape(_NOT_IN_XML.sub('', cell))}</t></is></c>"
                    for place, cell in enumerate(row)
                    if cell
                )
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def _width(rows: Sequence[Sequence[str]], column: int) -> int:
    longest = max((len(row[column]) for row in rows[:100] if column < len(row)), default=8)
    return max(8, min(60, longest + 2))


def _read_xlsx(path: Path) -> list[list[str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            sheets = sorted(name for name in names if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", name))
            if not sheets:
                raise InputError(f"{path.name} has no sheet")
            shared: list[str] = []
            if "xl/sharedStrings.xml" in names:
                shared += map(_text, _elements(archive, "xl/sharedStrings.xml", "si", path))
            return list(_rows(_elements(archive, sheets[0], "row", path), shared, path))
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, NotImplementedError) as error:
        raise InputError(f"{path.name} is no Excel file that can be read: {error}") from None


def _elements(archive: zipfile.ZipFile, name: str, tag: str, path: Path) -> Iterator[ElementTree.Element]:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise InputError(f"{path.name} is too large for a file of the queue")
    with archive.open(name) as file:
        # The parser of the standard library resolves no external entities, and expat limits their growth.
        for _, element in ElementTree.iterparse(file):  # noqa: S314
            if element.tag == f"{_NAMESPACE}{tag}":
                yield element
                element.clear()


def _rows(elements: Iterator[ElementTree.Element], shared: Sequence[str], path: Path) -> Iterator[list[str]]:
    """Rows in their places; those that the file leaves out are empty."""
    count = 0
    for element in elements:
        number = int(element.get("r") or count + 1)
        if not count < number <= MOST_ROWS:
            raise InputError(f"{path.name} has more than {MOST_ROWS:,} rows, or rows out of order")
        for _ in range(number - count - 1):
            yield []
        count = number
        row: list[str] = []
        for cell in element.iter(f"{_NAMESPACE}c"):
            place = _place(cell.get("r") or "", len(row))
            if place >= MOST_COLUMNS:
                continue
            row += [""] * (place + 1 - len(row))
            row[place] = _value(cell, shared)
        yield row


def _value(cell: ElementTree.Element, shared: Sequence[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_NAMESPACE}v") or ""
    if kind == "s":
        return shared[int(value)] if value else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return value.removesuffix(".0") if kind in (None, "n") else value


def _text(element: ElementTree.Element) -> str:
    """The text of a string, without that of readings for Asian scripts."""
    parts = []
    for child in element.iter():
        if child.tag == f"{_NAMESPACE}rPh":
            child.clear()
        elif child.tag == f"{_NAMESPACE}t":
            parts.append(child.text or "")
    return "".join(parts)


def _place(reference: str, otherwise: int) -> int:
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return otherwise
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
