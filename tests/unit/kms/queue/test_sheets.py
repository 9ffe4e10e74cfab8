"""Spreadsheets: what is written is read again, and files of other programs are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

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


def test_a_file_that_a_spreadsheet_program_saved(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["id", None, "decision"], [None], [2.0, True, "是", 1.5]):
        sheet.append(row)
    book.create_sheet("another")
    book.save(tmp_path / "other.xlsx")
    assert read_sheet(tmp_path / "other.xlsx") == [["id", "", "decision"], [], ["2", "TRUE", "是", "1.5"]]


def test_cells_are_texts_and_signs_that_xml_has_not_are_left_out(tmp_path: Path) -> None:
    write_sheet(tmp_path / "queue.xlsx", [["id", "note"], ["1/2", "=1+1"], ["a", "b\x00\x0b\ud800c"]])
    sheet = load_workbook(tmp_path / "queue.xlsx").active
    assert sheet is not None
    assert [[cell.data_type for cell in row] for row in sheet.iter_rows()] == [["s", "s"]] * 3
    assert read_sheet(tmp_path / "queue.xlsx")[2] == ["a", "bc"]


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
