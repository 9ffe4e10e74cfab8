"""The measure of denial: what is drawn, and how readings are compared with judgements."""

from __future__ import annotations

from typing import Any

import pytest

from extraction.documents import ProductContext
from kms.evidence.models import Document
from scripts import measure_denial


def test_mechanisms_fire_where_the_plain_reading_differs() -> None:
    document = Document(
        id="d", product_id="P", field="description", text="Not waterproof. In black.", language="en"
    )
    rows = list(measure_denial.read_texts([(document, ProductContext("jacket"))]))
    assert {(r["sentence"][r["start"] : r["end"]], r["plain"], r["full"]) for r in rows} == {
        ("waterproof", "own", "denied"),
        ("black", "own", "own"),
    }


def test_a_draw_is_blind_and_takes_one_mention_a_sentence() -> None:
    rows = [_row(number, "own", "denied") for number in range(20)] + [_row(3, "own", "denied")]
    drawn = list(measure_denial.draw_rows([rows], seed=5, count=10))
    assert len(drawn) == len({row["hash"] for row in drawn}) == 4
    assert all("full" not in row and row["label"] == "" for row in drawn)
    assert drawn == list(measure_denial.draw_rows([rows], seed=5, count=10))


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    labels = {0: "denied", 1: "own", 2: "none"}
    readings = [_row(0, "own", "denied"), _row(1, "own", "denied"), _row(2, "own", "own")]
    read = {measure_denial._key(row): row for row in readings}
    judged = {key: row | {"label": labels[row["start"]]} for key, row in read.items()}
    measure_denial.print_score("after", judged, read, set(read), show_errors=False)
    printed = capsys.readouterr().out
    assert "value denied: 1 of 2 = 50.0 %" in printed
    assert "recall, value: 1 of 2" in printed


def _row(number: int, plain: str, full: str) -> dict[str, Any]:
    return {
        "hash": f"h{number}", "start": number, "end": number + 1, "claim": "has_value colour red", "opinion": None,
        "sentence": "no red here", "before": "", "field": "description", "plain": plain, "full": full, "sure": 0.9,
    }  # fmt: skip
