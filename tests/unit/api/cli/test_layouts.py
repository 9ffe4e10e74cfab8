"""``kms ingest --explain`` and ``--write-mapping``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api.cli.batch import _kind_and_file, print_ingest
from api.cli.layouts import explain_file, group_problems
from api.cli.main import app
from api.inputs import read_inputs
from kms.catalog.ingest import ingest_products
from kms.db.session import Database
from kms.errors import CatalogError
from tests.shops import SHOPS

PETS = str(SHOPS / "shopify-pets.csv")


def test_problems_that_differ_in_line_and_value_alone_are_said_once() -> None:
    said = [
        "line 2: price '1' names no currency; left out",
        "line 3: price '2' names no currency; left out",
        "line 3: sale '2' names no currency; left out",
        "line 1,004: price '9' names no currency; left out",
    ]
    assert group_problems(said) == [f"{said[0]} (and 2 more like this)", said[2]]


def test_explain_prints_columns_and_fields(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KMS_CURRENCY", "EUR")
    (source,) = read_inputs([PETS])
    explain_file(source, write_mapping="", as_json=False)
    shown = capsys.readouterr().out
    assert "Shopify product CSV (shopify-products): columns Handle, Title" in shown.splitlines()[0]
    assert "line 2: burrow-dog-bed, of 6 rows" in shown
    assert any(line.split()[:2] == ["Vendor", "brand"] for line in shown.splitlines())
    assert shown.count("\nline ") == 5
    assert explain_file(source, write_mapping="", as_json=True)["layout"] == "shopify-products"
    assert capsys.readouterr().out == ""


def test_a_mapping_is_written_where_it_can_say_it(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    (source,) = read_inputs([str(SHOPS / "judgeme-reviews.csv")])
    explain_file(source, write_mapping=str(own), as_json=False)
    assert own.read_text("utf-8").startswith("# mapping judgeme-reviews\nkind: review")
    (grouped,) = read_inputs([PETS])
    with pytest.raises(CatalogError, match="cannot be written as a mapping"):
        explain_file(grouped, write_mapping=str(tmp_path / "x.yaml"), as_json=False)
    assert not (tmp_path / "x.yaml").exists()


def test_what_an_ingest_did_is_said_with_its_layout(
    capsys: pytest.CaptureFixture[str], sqlite_database: Database
) -> None:
    print_ingest(ingest_products(sqlite_database, PETS, currency="EUR", dry_run=True))
    shown = capsys.readouterr().out
    assert "(products of 13 rows): 6 read, 5 new, 1 rejected" in shown and "nothing was written" in shown
    assert "read as Shopify product CSV: columns Handle" in shown
    assert "values left out, their rows kept: 1 pictures, 1 variants.gtin, 1 variants.sku" in shown


def test_the_kind_of_rows_may_be_left_out() -> None:
    assert _kind_and_file(["reviews", "a.csv"]) == ("reviews", "a.csv")
    assert _kind_and_file(["a.csv"]) == ("", "a.csv")
    for words in (["reviews"], ["shoes", "a.csv"], ["a", "b", "c"]):
        with pytest.raises(typer.BadParameter, match="give a file"):
            _kind_and_file(words)


def test_a_file_that_nothing_reads_is_refused_as_ingest_refuses_it(
    tmp_path: Path, sqlite_database: Database
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("foo,bar\n1,2\n", encoding="utf-8")
    (source,) = read_inputs([str(path)])
    with pytest.raises(CatalogError, match=r"wrong.csv: which column is the product number\?") as explained:
        explain_file(source, write_mapping="", as_json=False)
    with pytest.raises(CatalogError) as ingested:
        ingest_products(sqlite_database, path)
    assert str(explained.value) == str(ingested.value)


def test_every_file_of_a_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "lamps.csv").write_text("id,title,price\nL1,Lamp,5 EUR\n")
    (tmp_path / "reviews.csv").write_text("id,product_id,rating,text\nR1,L1,5,Bright\n")
    (tmp_path / "clerks.csv").write_text("clerk,hours\nIda,38\n")
    result = CliRunner().invoke(app, ["ingest", str(tmp_path), "--explain"])
    assert result.exit_code == 0, result.output
    assert "lamps.csv: " in result.output and "reviews.csv: " in result.output
    assert "clerks.csv: passed over" in result.output
    both = CliRunner().invoke(app, ["ingest", str(tmp_path), "--explain", "--json"])
    assert [each["layout"] for each in json.loads(both.output)["files"]] == ["kms-products", "kms-reviews"]
    refused = CliRunner().invoke(app, ["ingest", str(tmp_path), "--write-mapping", str(tmp_path / "m.yaml")])
    assert refused.exit_code != 0 and not (tmp_path / "m.yaml").exists()


def test_an_explanation_names_the_column_of_a_join_and_what_was_decided(tmp_path: Path) -> None:
    path = tmp_path / "wear.csv"
    path.write_text(
        "SKU,Style no,Title,Group,Size,Price\n"
        "J-S,J,Rain jacket,Outdoor,S,9 EUR\nJ-M,J,Rain jacket,Outdoor,M,9 EUR\nB,B,Cord belt,Outdoor,,5 EUR\n"
    )
    result = CliRunner().invoke(app, ["ingest", str(path), "--explain"])
    assert result.exit_code == 0, result.output
    assert "line 2: J, of 2 rows joined by column 'Style no'" in result.output
    assert "column 'Group' looks like a group id" in result.output
