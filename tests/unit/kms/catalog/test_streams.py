from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.streams import open_file
from kms.errors import CatalogError

TABLE = "id,title\n1,Gießkanne\n2,園藝剪刀\n"
ROWS = [{"id": "1", "title": "Gießkanne"}, {"id": "2", "title": "園藝剪刀"}]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def archive(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name.replace("_", "."), text)
    return buffer.getvalue()


def values(path: Path, encoding: str | None = None) -> list[dict[str, object]]:
    return [row.values for row in read_rows(path, encoding=encoding) if isinstance(row, RawRow)]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(TABLE.encode("gb18030"), "gb18030", id="gb18030"),
        pytest.param(TABLE.encode("utf-8-sig"), "gb18030", id="mark-over-setting"),
        pytest.param(TABLE.encode("utf-16"), None, id="utf-16"),
        pytest.param(TABLE.encode("utf-32"), None, id="utf-32"),
        pytest.param(TABLE.encode("utf-16-le"), "utf-16-le", id="utf-16-le"),
        pytest.param(TABLE.replace("\n", "\r").encode(), None, id="carriage-returns"),
        pytest.param(TABLE.replace("\n", "\r\n", 1).encode(), None, id="mixed-line-ends"),
        # Named, as the bytes hold the time: workers would disagree on the test's name.
        pytest.param(gzip.compress(TABLE.encode()), None, id="gzip"),
        pytest.param(archive(p_csv=TABLE), None, id="zip"),
    ],
)
def test_one_table_in_many_wrappings(tmp_path: Path, data: bytes, encoding: str | None) -> None:
    assert values(write(tmp_path / "p.csv", data), encoding) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "p.csv", "id,title\n1,Gießkanne\n".encode(encoding))
    assert open_file(path).encoding == encoding
    assert values(path) == ROWS[:1]


def test_the_name_in_an_archive_tells_the_format(tmp_path: Path) -> None:
    assert values(write(tmp_path / "export.zip", archive(p_jsonl='{"id": "1"}\n'))) == [{"id": "1"}]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("p.zip", archive(a_csv=TABLE, b_csv=TABLE), "must hold one file, this one holds a.csv, b.csv"),
        ("p.zip", archive(), "holds none"),
        ("p.zip", archive(p_csv=TABLE)[:-30], "damaged zip archive"),
        ("p.zip", archive(p_csv=TABLE)[4:], "damaged, or no zip archive"),
        ("p.zip", b"", "damaged, or no zip archive"),
        ("p.xlsx", archive(x_xml="<a/>"), "a spreadsheet; save it as CSV"),
        ("p.csv", b"\xd0\xcf\x11\xe0 old", "a spreadsheet"),
        ("p.csv", b"\x89PNG\0\0\0\0" + bytes(range(256)), "holds no text"),
        (
            "p.csv",
            TABLE.encode("gb18030").replace(b"id", "编号".encode("gb18030")),
            "header is no UTF-8; save",
        ),
        ("p.csv.gz", gzip.compress(TABLE.encode() * 2_000)[:-20], "damaged, or cut off"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        list(read_rows(write(tmp_path / name, data)))


def test_a_guess_of_the_encoding_stands_in_the_message(tmp_path: Path) -> None:
    text = "编号,名称\nk1,不锈钢保温杯\nk2,儿童自行车\n"
    with pytest.raises(CatalogError, match="encoding: gb18030` \\(most likely gb18030"):
        list(read_rows(write(tmp_path / "p.csv", text.encode("gb18030"))))


def test_bytes_that_an_encoding_lacks_cost_their_row_only(tmp_path: Path) -> None:
    data = "id,title\n1,水壶\n".encode("gb18030") + b"2,\xff\n" + "3,剪刀\n".encode("gb18030")
    rows = list(read_rows(write(tmp_path / "p.csv", data), encoding="gb18030"))
    assert [type(row) for row in rows] == [RawRow, BadRow, RawRow]
    assert isinstance(rows[1], BadRow)
    assert rows[1].problem.reason == "encoding"
    assert "no gb18030" in rows[1].problem.message


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='",;|\ufeff'),
        min_size=1,
        max_size=30,
    )
)
def test_a_text_in_any_unicode_encoding_reads_back(
    tmp_path_factory: pytest.TempPathFactory, title: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "encodings.csv"
    expected = [{"id": "1", "title": title}]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"):
        path.write_bytes(f"id,title\n1,{title}\n".encode(encoding))
        assert values(path, "gb18030" if encoding == "gb18030" else None) == expected
