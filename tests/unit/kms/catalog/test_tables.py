from __future__ import annotations

from pathlib import Path

import pytest

from kms.catalog import streams
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow


def read(tmp_path: Path, text: str, name: str = "p.csv") -> list[RawRow | BadRow]:
    (tmp_path / name).write_bytes(text.encode())
    return list(read_rows(tmp_path / name))


def test_rows_of_empty_cells_are_no_rows(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,title,\n1,Spade,\n,,\n   \n" ",,\n2,Fork,\n')
    assert [(row.line, row.values) for row in rows if isinstance(row, RawRow)] == [
        (2, {"id": "1", "title": "Spade"}),
        (6, {"id": "2", "title": "Fork"}),
    ]
    assert len(rows) == 2


def test_the_header_may_come_again(tmp_path: Path) -> None:
    rows = read(tmp_path, "id,title\n1,Spade\nid,title\n2,Fork\n")
    assert [(row.line, row.values["id"]) for row in rows if isinstance(row, RawRow)] == [(2, "1"), (4, "2")]


def test_columns_of_one_name_have_no_value(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "id,note,note,title\n1,a,b,Spade\n")
    assert isinstance(row, RawRow)
    assert row.values == {"id": "1", "title": "Spade"}
    assert row.repeated == {"note": ("a", "b")}


def test_a_quotation_mark_that_is_not_closed_says_which_lines_are_lost(tmp_path: Path) -> None:
    rows = read(tmp_path, 'id,title\n1,Spade\n2,"Fork\n3,Hoe\n4,Rake\n')
    assert isinstance(rows[-1], BadRow)
    assert rows[-1].line == 3
    assert "not closed before the end of the file; lines 3 to 5 were not read" in rows[-1].problem.message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_every_way_also_inside_quotes(tmp_path: Path, end: str) -> None:
    text = f'id,title{end}1,"two{end}lines"{end},x,y{end}2,Fork{end}'
    rows = read(tmp_path, text)
    assert [row.line for row in rows] == [2, 4, 5]
    assert [row.values["title"] for row in rows if isinstance(row, RawRow)] == [f"two{end}lines", "Fork"]


def test_a_line_beyond_the_limit_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_LINE_BYTES", 40)
    rows = read(tmp_path, f"id,title\n1,{'x' * 100}\n2,Fork\n")
    assert [(row.line, type(row)) for row in rows] == [(2, BadRow), (3, RawRow)]


def test_a_text_file_may_be_a_table(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "id\ttitle\n1\tTin, red; large\n", "merchant.txt")
    assert isinstance(row, RawRow)
    assert row.values["title"] == "Tin, red; large"
