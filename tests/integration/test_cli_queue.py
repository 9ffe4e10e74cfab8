"""``kms queue``: lists, answers, many at once, undoing, and the way through a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kms.queue.sheets import read_sheet, write_sheet
from tests.integration.cli_fixture import Command, environment, fresh, kms, read_products
from tests.platform_fixture import platform_state

__all__ = ["environment", "fresh", "kms", "platform_state"]

ROWS = (
    "id,title,description,category,weight,colour,price",
    "K-1,Kettle one,It weighs 2.4 kg.,Kettles,1.2 kg,red,29.00 EUR",
    "K-2,Kettle two,It weighs 2.2 kg.,Kettles,1.1 kg,sunsetty,25.00 EUR",
    "K-3,Kettle three,,Kettles,1.3 kg,sunsetty,35.00 EUR",
)


@pytest.fixture
def shop(fresh: Command, tmp_path: Path) -> Command:
    """The command on three kettles with two contradictions and an unknown colour."""
    return read_products(fresh, tmp_path / "products.csv", ROWS)


def questions(shop: Command, *words: str) -> dict[str, str]:
    """Ids of open questions by what they ask."""
    items = shop.json("queue", "list", *words)["items"]
    return {f"{i['kind']} {i['field']} {i['word'] or i['options'][0]['label_en']}": i["id"] for i in items}


def test_questions_are_answered_one_by_one_and_over_a_filter(shop: Command) -> None:
    open_ = questions(shop)
    assert {"contradiction weight 1.2 kg", "contradiction weight 1.1 kg", "word colour sunsetty"} <= set(
        open_
    )
    shown = shop("queue", "show", open_["word colour sunsetty"]).stdout
    assert "[sunsetty]" in shown and "K-2" in shown, "the word stands marked in its line"
    told = shop("queue", "decide", open_["contradiction weight 1.2 kg"][:8], "accept", "--option", "2").stdout
    assert "(1 product)" in told
    shop("graph", "build")
    held = shop.json("facts", "list", "--product", "K-1", "--field", "weight")["facts"]
    assert {(f["fact"]["value_en"], f["status"]) for f in held} >= {("2.4 kg", "accepted")}
    late = shop("queue", "decide", open_["contradiction weight 1.2 kg"], "reject", status=2)
    assert "answered it at" in late.stderr

    word = open_["word colour sunsetty"]
    assert "says who" in shop("queue", "decide", word, "assign", status=2).stderr
    wrong = shop("queue", "decide", word, "reject", "--reason", "perhaps", status=2).stderr
    assert "the reasons: misread, too_vague, of_another, other" in " ".join(wrong.split())
    assert "did you mean colour" in shop("queue", "list", "--field", "kolour", status=2).stderr
    nothing = shop("queue", "bulk", "reject", "--kind", "merge").stdout
    assert "nothing is done" in nothing and "--yes" not in nothing

    assert "nothing was done" in shop("queue", "bulk", "reject", "--kind", "word").stdout
    done = shop("queue", "bulk", "reject", "--kind", "word", "--yes").stdout
    assert questions(shop, "--kind", "word") == {}
    batch = done.partition("kms queue undo ")[2].split()[0]
    shop("queue", "undo", batch)
    assert "word colour sunsetty" in questions(shop, "--kind", "word")
    assert "reject" in shop("queue", "history").stdout
    assert "no action" in shop("queue", "decide", open_["word colour sunsetty"], "perhaps", status=2).stderr
    assert "a filter is needed" in shop("queue", "bulk", "reject", status=2).stderr


@pytest.mark.parametrize("name", ["queue.xlsx", "queue.csv"])
def test_a_spreadsheet_is_written_edited_tried_and_done(shop: Command, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    shop("queue", "export", str(file))
    rows = read_sheet(file)
    head = rows[0]
    kinds = [row[head.index("kind")] for row in rows]
    answers = {"contradiction": ("perhaps", ""), "word": ("correct", "red")}
    for row in rows[1:]:
        row += [""] * (len(head) - len(row))
        decision, to = answers.get(row[head.index("kind")], ("", ""))
        row[head.index("decision")], row[head.index("to")] = decision, to
    write_sheet(file, rows)
    before = questions(shop)
    tried = shop("queue", "import", str(file), "--dry-run", status=1).stdout
    line = kinds.index("contradiction") + 1
    assert f"{name}:{line}: 'perhaps' is no decision" in tried
    assert "would be done" in tried and "sunsetty" in tried
    assert questions(shop) == before, "a try does nothing"
    shop("queue", "import", str(file), status=1)
    assert set(before) - set(questions(shop)) == {"word colour sunsetty"}
    shop("graph", "build")
    held = shop.json("facts", "list", "--field", "colour", "--status", "accepted")["facts"]
    assert {f["product_id"] for f in held} == {"K-2", "K-3"}
    again = shop("queue", "import", str(file), status=1).stdout
    assert "answered it at" in again


def test_notes_of_a_spreadsheet_are_made_once(shop: Command, tmp_path: Path) -> None:
    file = tmp_path / "queue.csv"
    shop("queue", "export", str(file))
    head, *rows = read_sheet(file)
    notes = [("comment", "ask the maker", ""), ("assign", "", "ben"), ("skip", "", ""), ("flag", "", "")]
    assert len(rows) >= 3
    for row, given in zip(rows, notes, strict=False):
        row += [""] * (len(head) - len(row))
        for name, value in zip(("decision", "note", "assignee"), given, strict=True):
            row[head.index(name)] = value
    write_sheet(file, [head, *rows])
    shop("queue", "import", str(file))
    done = shop.json("queue", "history")
    assert [each["action"] for each in done][::-1] == [each[0] for each in notes][: len(rows)]
    again = shop("queue", "import", str(file)).stdout
    assert "not done twice" in again
    assert shop.json("queue", "history") == done


def test_what_is_no_file_of_the_queue_is_refused(shop: Command, tmp_path: Path) -> None:
    with (tmp_path / "other.csv").open("w", newline="") as file:
        csv.writer(file).writerow(["a", "b"])
    assert "no column id" in shop("queue", "import", str(tmp_path / "other.csv"), status=2).stderr
    assert ".xlsx or .csv" in shop("queue", "export", str(tmp_path / "queue.pdf"), status=2).stderr
