from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog import streams
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow
from kms.errors import CatalogError

ROWS = [{"id": "1", "title": "Lamp"}, {"id": "2", "title": "台灯, weiß"}]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def values(path: Path) -> list[dict[str, object]]:
    return [row.values for row in read_rows(path) if isinstance(row, RawRow)]


JSON_LINES = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()
TABLE = 'id,title\n1,Lamp\n2,"台灯, weiß"\n'.encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("p.jsonl", JSON_LINES),
        ("p.jsonl.gz", JSON_LINES),
        ("p.ndjson", b"\xef\xbb\xbf" + JSON_LINES + b"\n\n"),
        ("p.json", json.dumps(ROWS).encode()),
        ("p.json", b"\xef\xbb\xbf \n" + json.dumps(ROWS).encode()),
        ("p.json.gz", JSON_LINES),
        ("p.csv", TABLE),
        ("p.csv", b"\xef\xbb\xbf" + TABLE),
        ("p.csv.gz", TABLE.replace(b"\n", b"\r\n")),
        ("p.csv", 'id;title\n1;Lamp\n2;"台灯, weiß"\n'.encode()),
        ("p.tsv", "id\ttitle\n1\tLamp\n\n2\t台灯, weiß\n".encode()),
        ("p.csv", b"\r\n , ,\n\n" + TABLE),
        ("p.csv", 'id,title,,\n1,Lamp,,x\n2,"台灯, weiß",,\n'.encode()),
        ("p.csv", b'id,title\n1,Lamp,,\n2,"' + "台灯, weiß".encode() + b'"\n'),
        ("p.csv", 'sep=;\r\nid;title\r\n1;Lamp\r\n2;"台灯, weiß"\r\n'.encode()),
        ("p.csv", "SEP=|\n\nid|title\n1|Lamp\n2|台灯, weiß\n".encode()),
        ("p.csv", b"\xef\xbb\xbfsep=,\n" + TABLE),
        ("p.csv", TABLE.decode().encode("utf-16")),
        ("p.csv.gz", b"\xfe\xff" + TABLE.decode().encode("utf-16-be")),
        ("p.jsonl", JSON_LINES.decode().encode("utf-16")),
        ("p.json", json.dumps(ROWS).encode("utf-16")),
    ],
)
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str, data: bytes) -> None:
    assert values(write(tmp_path / name, data)) == ROWS


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "p.parquet")
    rows = list(read_rows(tmp_path / "p.parquet"))
    assert rows == [RawRow(1, ROWS[0]), RawRow(2, ROWS[1])]


def test_bad_lines_keep_their_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [b'{"id": "1"}', b'{"id": ', b"", b'{"id": "\xff\xfe"}', b"[1]", b"[" * 100_000, b'{"id": "2"}']
    rows = list(read_rows(write(tmp_path / "p.jsonl", b"\n".join(lines))))
    bad = [(row.line, row.problem.reason) for row in rows if isinstance(row, BadRow)]
    assert bad == [(2, "syntax"), (4, "encoding"), (5, "syntax"), (6, "syntax")]
    assert [row.line for row in rows if isinstance(row, RawRow)] == [1, 7]
    assert all(len(row.excerpt) <= 300 for row in rows if isinstance(row, BadRow))


def test_line_beyond_the_limit_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_LINE_BYTES", 50)
    data = b'{"id": "1"}\n{"id": "' + b"x" * 500 + b'"}\n{"id": "2"}\n'
    rows = list(read_rows(write(tmp_path / "p.jsonl", data)))
    assert [type(row).__name__ for row in rows] == ["RawRow", "BadRow", "RawRow"]
    assert isinstance(rows[1], BadRow)
    assert rows[1].problem.reason == "too_long"


def test_bad_rows_of_a_table(tmp_path: Path) -> None:
    data = b'id,title\n1,Lamp\n2\n3,a,b\n4,\xff\n5,"a" b\n6,"two\nlines"\n7,Oak\n'
    rows = list(read_rows(write(tmp_path / "p.csv", data)))
    bad = [(row.line, row.problem.reason) for row in rows if isinstance(row, BadRow)]
    assert bad == [(3, "syntax"), (4, "syntax"), (5, "encoding"), (6, "syntax")]
    good = [row for row in rows if isinstance(row, RawRow)]
    assert [(row.line, row.values["id"]) for row in good] == [(2, "1"), (7, "6"), (9, "7")]


def test_lines_before_the_header_are_counted(tmp_path: Path) -> None:
    rows = list(read_rows(write(tmp_path / "p.csv", b"\n\nsep=;\nid;title\n1;Lamp\n2\n")))
    assert [(row.line, type(row)) for row in rows] == [(5, RawRow), (6, BadRow)]


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.tsv", "p.jsonl.gz"])
def test_empty_file_has_no_rows(tmp_path: Path, name: str) -> None:
    assert list(read_rows(write(tmp_path / name, b""))) == []


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("p.xlsx", b"PK", "a spreadsheet; save it as CSV"),
        ("p", b"x", "unknown format"),
        ("p.json", b"[1, ", "no JSON list"),
        ("p.json", b'["\xff"]', "no UTF-8"),
        ("p.parquet", b"PAR1 nonsense", "no Parquet"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        list(read_rows(write(tmp_path / name, data)))


def test_missing_and_damaged_files(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no such file"):
        list(read_rows(tmp_path / "nowhere.jsonl"))
    with pytest.raises(CatalogError, match="no such file"):
        list(read_rows(tmp_path))
    whole = gzip.compress(JSON_LINES * 100)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CatalogError, match="cut off"):
        list(read_rows(tmp_path / "cut.jsonl.gz"))
    (tmp_path / "plain.jsonl.gz").write_bytes(JSON_LINES)
    with pytest.raises(CatalogError, match="damaged"):
        list(read_rows(tmp_path / "plain.jsonl.gz"))


@given(
    st.binary(max_size=400),
    st.sampled_from(["p.jsonl", "p.json", "p.csv", "p.tsv", "p.jsonl.gz", "p.parquet"]),
)
def test_no_bytes_break_a_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    try:
        for row in read_rows(path):
            assert row.line >= 1
    except CatalogError as error:
        assert name in str(error)
