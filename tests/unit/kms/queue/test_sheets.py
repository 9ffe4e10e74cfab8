"""Spreadsheets: what is written is read again, and files of other programs are read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from kms.errors import InputError
from kms.queue.sheets import read_sheet, write_sheet

ROWS = [
    ["id", "decision", "note"],
    ["a1", "", "=1+1"],
    ["b2", "no", "“quoted”, with a comma\nand a line"],
    ["c3", "", "'already"],
    ["d4", "是", "  blanks  <b>&amp;</b>"],
]


@pytest.mark.parametrize("name", ["queue.xlsx", "queue.csv", "QUEUE.CSV"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    write_sheet(tmp_path / name, ROWS)
    assert [row + [""] * (3 - len(row)) for row in read_sheet(tmp_path / name)] == ROWS


def test_no_cell_is_a_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    write_sheet(tmp_path / "queue.csv", ROWS)
    assert "'=1+1" in (tmp_path / "queue.csv").read_text("utf-8-sig")


def test_a_file_with_shared_strings_numbers_and_gaps(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            f'<sst xmlns="{main}"><si><t>id</t></si><si><r><t>deci</t></r><r><t>sion</t></r></si>'
            '<si><t>是</t><rPh sb="0" eb="1"><t>shi</t></rPh></si></sst>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
            '<row r="3"><c r="A3"><v>2.0</v></c><c r="B3" t="b"><v>1</v></c><c r="C3" t="s"><v>2</v></c></row>'
            "</sheetData></worksheet>",
        )
    assert read_sheet(tmp_path / "other.xlsx") == [["id", "", "decision"], [], ["2", "TRUE", "是"]]


def test_a_csv_of_excel_in_another_country(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id;decision;note\r\na1;no;größer\r\n".encode("utf-8-sig"))
    (tmp_path / "b.csv").write_bytes("id\tdecision\r\na1\tyes\r\n".encode("utf-16"))
    assert read_sheet(tmp_path / "a.csv")[1] == ["a1", "no", "größer"]
    assert read_sheet(tmp_path / "b.csv")[1] == ["a1", "yes"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("queue.ods", b"", r"ends with \.xlsx or \.csv"),
        ("queue.xlsx", b"no zip", "no Excel file"),
        ("queue.csv", b"id,decision\nx,\xff\xff\xff", "CSV UTF-8"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_sheet(tmp_path / name)
    with pytest.raises(InputError, match="No such file"):
        read_sheet(tmp_path / "nothing.csv")
