from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kms.catalog import json_rows
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow
from kms.errors import CatalogError

ROWS = [{"id": "1", "sizes": [{"s": 1}]}, {"id": "2", "sizes": []}]


def values(path: Path, text: str, rows: str | None = None) -> list[Any]:
    path.write_text(text, encoding="utf-8")
    return [row.values for row in read_rows(path, rows=rows) if isinstance(row, RawRow)]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_inside_an_object(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "p.json"
    assert values(path, json.dumps({"products": ROWS}, indent=indent)) == ROWS
    nested = json.dumps({"data": {"hits": ROWS}, "ok": [{"a": 1}]}, indent=indent)
    assert values(path, nested, "data.hits") == ROWS


def test_json_lines_under_the_name_of_json(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    assert values(path, json.dumps(ROWS[0])) == ROWS[:1]
    assert values(path, "\n\n" + "\n".join(map(json.dumps, ROWS)) + "\n") == ROWS
    assert values(path, "{broken\n" + json.dumps(ROWS[1])) == ROWS[1:]
    path.write_text("\n".join([json.dumps(ROWS[0]), "", "{", json.dumps(ROWS[1])]), encoding="utf-8")
    assert [(row.line, type(row)) for row in read_rows(path)] == [(1, RawRow), (3, BadRow), (4, RawRow)]


@pytest.mark.parametrize(
    ("text", "rows", "message"),
    [
        ('{\n "a": [{"b": 1}],\n "c": [{"d": 1}]\n}', None, "it has 'a', 'c'.*such as `rows: products`"),
        ('{\n "a": 1\n}', None, "it has none"),
        ('{"a": [1]}', "items", "has no list 'items'"),
        ("[1,", None, "no JSON list"),
        ('{\n "a": [', None, "no JSON list, nor an object"),
    ],
)
def test_what_cannot_be_told_is_refused(tmp_path: Path, text: str, rows: str | None, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        values(tmp_path / "p.json", text, rows)


def test_a_document_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "MOST_DOCUMENT_BYTES", 50)
    with pytest.raises(CatalogError, match="write one object a line"):
        values(tmp_path / "p.json", json.dumps([{"id": str(number)} for number in range(20)]))
