"""The ``kms`` command on a small installation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kms.settings import reset_settings
from tests.integration.cli_fixture import Command, environment, fresh, kms
from tests.platform_fixture import REPOSITORY, platform_state

__all__ = ["environment", "fresh", "kms", "platform_state"]

PRODUCT = {"id": "SHOP-1", "title": "Veldra Hush 9 wireless headphones, waterproof", "brand": "Veldra",
           "category": "headphones", "price": "59.90 EUR", "description": "Waterproof headphones for running."}  # fmt: skip


def write_rows(path: Path, *rows: object) -> str:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def test_search_shows_reasons(kms: Command) -> None:
    shown = kms("search", "waterproof headphones under 200", "-n", "3").stdout
    assert "understood" in shown
    assert "Matches" in shown
    answer = kms.json("search", "headphones", "--filter", "price:..100", "--no-explain")
    assert answer["hits"]
    assert all(hit["product"]["price"]["amount"] <= 100 for hit in answer["hits"])


def test_recommend_and_product(kms: Command) -> None:
    assert kms.json("recommend", "nobody-yet")["kind"] == "cold"
    assert "recommendations" in kms("recommend", "s0028", "-n", "3").stdout
    shown = kms("product", "AUD-001").stdout
    assert "facts" in shown
    assert kms.json("product", "AUD-001")["id"] == "AUD-001"


def test_errors_are_one_text_with_status_2(kms: Command) -> None:
    assert kms("product", "nobody", status=2).stderr.startswith("kms: product 'nobody'")
    assert "'nothing' cannot be filtered" in kms("search", "x", "-f", "nothing:x", status=2).stderr
    assert "cannot read the condition" in kms("search", "x", "-f", "price", status=2).stderr
    assert "there is no order 'cheap'" in kms("search", "x", "--sort", "cheap", status=2).stderr
    assert "500 characters" in kms("search", "x" * 501, status=2).stderr
    assert "KMS_GRAPH=neo4j" in kms("graph", "compare", status=2).stderr


def test_a_wrong_setting_is_an_error_of_one_text(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMS_PORT", "many")
    reset_settings()
    shown = Command(environment)("graph", "counts", status=2).stderr
    assert "KMS_PORT" in shown


def test_without_an_index_a_search_says_what_to_do(fresh: Command) -> None:
    assert "kms index build" in fresh("search", "headphones", status=2).stderr


def test_new_exchange_rates_make_new_indexes(
    fresh: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = write_rows(tmp_path / "products.jsonl", PRODUCT)
    assert fresh.json("extract", products)["is_index_new"]
    assert not fresh.json("extract")["is_index_new"]
    monkeypatch.setenv("KMS_CURRENCY", "USD")
    monkeypatch.setenv("KMS_EXCHANGE_RATES", '{"EUR": 1.1}')
    reset_settings()
    assert fresh.json("extract")["is_index_new"]
    assert not fresh.json("extract")["is_index_new"]


def test_the_main_job_from_files_to_an_answer(fresh: Command, tmp_path: Path) -> None:
    products = write_rows(tmp_path / "products.jsonl", PRODUCT, {"id": "SHOP-2"}, "{broken")
    reviews = write_rows(
        tmp_path / "reviews.jsonl",
        {"id": "R1", "product_id": "SHOP-1", "rating": 5, "text": "The sound is great."},
        {"id": "R2", "product_id": "NOBODY", "rating": 5, "text": "Good."},
    )
    report = fresh.json("extract", products, reviews)
    assert (report["read"], report["new"], report["rejected"]) == (5, 2, 3)
    assert sum(report["reasons"].values()) == 3
    assert report["reasons"]["unknown_product"] == 1
    assert report["facts"]["in_category"] == 1
    assert report["index_version"] == 1
    assert set(report["seconds"]) == {"ingest", "extract", "graph", "index"}
    rejects = [Path(item["rejects_file"]) for item in report["inputs"]]
    assert all(path.is_file() for path in rejects)

    again = fresh.json("extract", products, reviews)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert (again["documents"], again["built"], again["is_index_new"]) == (0, 0, False)
    assert again["facts"] == report["facts"]

    assert [h["product"]["id"] for h in fresh.json("search", "waterproof headphones")["hits"]] == ["SHOP-1"]

    changed = write_rows(tmp_path / "products.jsonl", {**PRODUCT, "title": "Veldra Hush 9 headphones, red"})
    update = fresh("extract", changed).stdout
    assert "1 changed" in update
    assert "index version 2 is live" in update

    other = write_rows(tmp_path / "products.jsonl", {**PRODUCT, "id": "SHOP-3"})
    last = fresh.json("extract", other, "--delete-missing", "--delete-many")
    assert (last["new"], last["deleted"], last["products"]) == (1, 1, 1)
    assert [h["product"]["id"] for h in fresh.json("search", "headphones")["hits"]] == ["SHOP-3"]
    assert "extract" in fresh("runs").stdout


def test_ingest_alone(fresh: Command, tmp_path: Path) -> None:
    products = write_rows(tmp_path / "shop.jsonl", PRODUCT, {"id": "SHOP-2"})
    assert (
        "refused, nothing was written" in fresh("ingest", "products", products, "--strict", status=2).stderr
    )
    shown = fresh("ingest", "products", products).stdout
    assert "2 read, 1 new, 1 rejected" in shown
    assert "shop.jsonl.rejects.jsonl" in shown
    events = write_rows(
        tmp_path / "clicks.jsonl",
        {
            "id": "e1",
            "type": "view",
            "shopper_id": "s1",
            "product_id": "SHOP-1",
            "timestamp": "2026-01-01T00:00:00Z",
        },
    )
    assert fresh.json("ingest", "events", events)["new"] == 1
    assert "no such file" in fresh("ingest", "reviews", str(tmp_path / "none.csv"), status=2).stderr
    assert fresh("ingest", "shoes", products, status=2)


def test_graph_commands(kms: Command) -> None:
    counts = kms.json("graph", "counts")
    assert counts["node:product"] == 38
    assert kms.json("graph", "build")["built"] == 0
    assert kms.json("graph", "rebuild")["built"] == 38
    assert kms.json("graph", "counts") == counts
    assert "category" in kms("graph", "counts").stdout


def test_index_commands(kms: Command) -> None:
    status = kms.json("index", "status")
    assert (status["version"], status["products"], status["waiting_products"]) == (1, 38, 0)
    assert "no older good version" in kms("index", "roll-back", status=2).stderr
    assert kms.json("index", "build") == {"version": 2, "products": 38, "embedded": 0}
    assert "version 1 is live" in kms("index", "roll-back").stdout
    assert "version: 1" in kms("index", "status").stdout


def test_looking_at_an_installation(kms: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is sound" in kms("ontology", "validate").stdout
    assert "open proposals" in kms("proposals", "-n", "5").stdout
    assert isinstance(kms.json("proposals"), list)
    assert kms("version").stdout.strip()
    monkeypatch.setenv("KMS_NEO4J_PASSWORD", "hunter2")
    monkeypatch.setenv("KMS_DATABASE_URL", "postgresql://shop:hunter3@db/kms")
    reset_settings()
    shown = kms("settings").stdout + kms("settings", "--json").stdout
    assert "hunter" not in shown
    assert "postgresql://shop:***@db/kms" in shown


def test_an_ontology_with_problems_is_shown_with_file_and_line(fresh: Command, tmp_path: Path) -> None:
    assert "no ontology folder" in fresh("ontology", "validate", str(tmp_path / "none"), status=2).stderr
    empty = tmp_path / "ontology"
    empty.mkdir()
    assert "problem(s)" in fresh("ontology", "validate", str(empty), status=1).stdout


def test_neo4j_is_not_running(fresh: Command) -> None:
    assert "not running" in fresh("neo4j", "status", status=3).stdout
    assert "it was not running" in fresh("neo4j", "down").stdout


def test_training_names_what_is_missing(fresh: Command) -> None:
    assert "no such settings file" in fresh("train", "extractor", "-s", "nothing", status=2).stderr


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv = ['kms', '--help']\n"
        "from api.cli.main import app\n"
        "try: app()\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'spacy', 'nicegui', 'scipy', 'numpy', 'sqlalchemy', 'fastapi', 'pint',"
        " 'onnxruntime', 'neo4j', 'pydantic_settings', 'jieba'} & set(sys.modules)\n"
        "sys.exit(f'loaded {sorted(heavy)}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name in ("demo", "ingest", "extract", "graph", "index", "serve", "search", "recommend", "ontology",
                 "proposals", "train", "evaluate", "neo4j", "runs", "version", "settings"):  # fmt: skip
        assert name in done.stdout


def test_a_file_without_a_usable_row_ends_with_status_2_and_no_index(fresh: Command, tmp_path: Path) -> None:
    bad = write_rows(tmp_path / "bad.jsonl", "{broken", '{"id": "", "title": ""}')
    refused = fresh("extract", bad, status=2).stderr
    assert "none of its rows can be used; 2 bad rows" in refused
    assert "bad.jsonl:1" in refused
    assert "the catalogue is empty" in fresh("index", "build", status=2).stderr
    assert "kms index build" in fresh("search", "kettle", status=2).stderr


def test_the_schedulers_script_is_the_same_job(fresh: Command, tmp_path: Path) -> None:
    products = write_rows(tmp_path / "products.jsonl", PRODUCT, "{broken")
    command = [sys.executable, "scripts/extract_batch.py"]
    done = subprocess.run(
        [*command, products, "--json"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["new"], report["rejected"], report["index_version"]) == (1, 1, 1)
    refused = subprocess.run(
        [*command, str(tmp_path / "none.jsonl")], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "no such file" in refused.stderr
    assert "Traceback" not in refused.stderr
    strict = subprocess.run(
        [*command, products, "--fail-on-rejects"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert strict.returncode == 3
    assert "1 rejected" in strict.stdout
