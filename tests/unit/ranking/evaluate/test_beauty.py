"""The reader, on files of the same form that are written here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kms.errors import InputError
from ranking.evaluate.beauty import default_folder, is_beauty, read_beauty


def write(path: Path, text: str) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write(text)


def item(number: int, asin: str, **more: list[str]) -> str:
    empty: dict[str, list[str]] = {
        name: [] for name in ("brand", "categories", "also_bought", "also_viewed", "bought_together")
    }
    return json.dumps({"item": number, "asin": asin, **empty, **more}) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "train.tsv.gz", "0\t0\t1\n1\t2\n")
    write(tmp_path / "test.tsv.gz", "0\t2\n2\t1\n")
    write(tmp_path / "sequences.tsv.gz", "0\t1\t0\t2\n1\t2\n2\t1\n")
    items = (
        item(0, "A", brand=["Acme"], also_bought=["B", "Z"])
        + item(1, "B")
        + item(2, "C", categories=["Hair"])
    )
    write(tmp_path / "items.jsonl.gz", items)
    return tmp_path


def test_pairs_and_edges(folder: Path) -> None:
    data = read_beauty(folder)
    assert data.train.matrix.toarray().tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert data.test.matrix.toarray().tolist() == [[0, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert data.train.item_ids == ("item:0", "item:1", "item:2")
    assert set(data.edges) == {
        ("item:0", "also_bought", "item:1", 1.0),
        ("item:0", "also_bought", "asin:Z", 1.0),
        ("item:0", "brand", "brand:Acme", 1.0),
        ("item:2", "categories", "categories:Hair", 1.0),
    }
    assert [edge[1] for edge in data.edges_of(("brand",))] == ["brand"]
    assert data.brands == {"item:0": "Acme"}
    assert data.categories["item:2"] == ("Hair",)
    assert data.sequences["user:0"] == ["item:1", "item:0", "item:2"]
    assert is_beauty(folder)


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "test.tsv.gz").unlink()
    assert not is_beauty(folder)
    with pytest.raises(InputError, match=r"test\.tsv\.gz is missing; set KMS_DATASETS"):
        read_beauty(folder)


def test_the_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KMS_DATASETS", str(tmp_path))
    assert default_folder() == tmp_path / "amazon-beauty"
