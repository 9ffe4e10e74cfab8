from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kms.catalog import ingest_run
from kms.catalog.ingest import ingest_events, ingest_products, ingest_reviews
from kms.catalog.mapping import Mapping
from kms.catalog.models import Product, Review
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.errors import CatalogError, ConfigurationError
from kms.evidence.store import EvidenceStore
from kms.journal.events import Journal
from kms.journal.models import Event


def write(path: Path, rows: Sequence[dict[str, Any] | str]) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def lamp(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": f"L{number}", "title": f"Lamp {number}", **changes}


BAD: list[dict[str, Any] | str] = [
    lamp(1),
    '{"id": "L2", "title": ',
    {"id": "L3"},
    lamp(4, price="cheap"),
    lamp(1, title="Another lamp"),
    lamp(5, title="x" * 3_000),
    lamp(6),
]


def test_bad_rows_are_set_aside_and_the_rest_goes_in(sqlite_database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "lamps.jsonl", BAD)
    report = ingest_products(sqlite_database, path, rejects_dir=tmp_path / "rejects")
    assert (report.read, report.new, report.rejected) == (7, 3, 4)
    assert report.rejects == {"duplicate_id": 1, "missing": 1, "syntax": 1, "too_long": 1}
    assert report.rejects_file == tmp_path / "rejects" / "lamps.jsonl.rejects.jsonl"
    rejects = [json.loads(line) for line in report.rejects_file.read_text(encoding="utf-8").splitlines()]
    assert [(item["line"], item["field"], item["reason"]) for item in rejects] == [
        (2, "", "syntax"),
        (3, "title", "missing"),
        (4, "price", "invalid"),
        (5, "id", "duplicate_id"),
        (6, "title", "too_long"),
    ]
    (left_out,) = report.first_left_out
    assert left_out.startswith("lamps.jsonl:4: price 'cheap' is no price; leave the cell empty")
    assert CatalogStore(sqlite_database).product_ids() == ["L1", "L4", "L6"]


def test_rejects_file_goes_when_the_file_is_mended(sqlite_database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "lamps.jsonl", BAD)
    rejects = tmp_path / "rejects"
    ingest_products(sqlite_database, path, rejects_dir=rejects)
    write(path, [lamp(1), lamp(6)])
    report = ingest_products(sqlite_database, path, rejects_dir=rejects)
    assert report.rejects_file is None
    assert list(rejects.iterdir()) == []


def test_strict_mode_refuses_the_file(sqlite_database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "lamps.jsonl", BAD)
    with pytest.raises(CatalogError, match=r"(?s)refused, nothing was written: 4 bad rows.*lamps.jsonl:2: "):
        ingest_products(sqlite_database, path, strict=True, rejects_dir=tmp_path / "rejects")
    assert (tmp_path / "rejects" / "lamps.jsonl.rejects.jsonl").is_file()
    assert CatalogStore(sqlite_database).counts()["products"] == 0
    good = write(tmp_path / "good.jsonl", [lamp(1), lamp(2)])
    assert ingest_products(sqlite_database, good, strict=True).new == 2


def test_twice_changes_nothing_and_a_changed_row_is_an_update(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = write(tmp_path / "lamps.jsonl", [lamp(number) for number in range(5)])
    ingest_products(sqlite_database, path)
    evidence = EvidenceStore(sqlite_database)
    before = list(evidence.changed_products("graph"))
    again = ingest_products(sqlite_database, path)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 5)
    assert list(evidence.changed_products("graph")) == before
    write(path, [lamp(0, title="Better lamp"), *(lamp(number) for number in range(1, 5))])
    changed = ingest_products(sqlite_database, path)
    assert (changed.new, changed.changed, changed.unchanged) == (0, 1, 4)


def test_run_that_was_killed_between_chunks_is_simply_run_again(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_run, "CHUNK", 2)
    path = write(tmp_path / "lamps.jsonl", [lamp(number) for number in range(7)])

    @contextmanager
    def killed_at_five(_description: str, _total: int | None) -> Iterator[Any]:
        seen = []

        def advance(_count: int) -> None:
            seen.append(1)
            if len(seen) == 5:
                raise KeyboardInterrupt

        yield advance

    with pytest.raises(KeyboardInterrupt):
        ingest_products(sqlite_database, path, progress=killed_at_five)
    assert CatalogStore(sqlite_database).counts()["products"] == 4
    report = ingest_products(sqlite_database, path)
    assert (report.new, report.unchanged) == (3, 4)


def test_products_that_the_whole_catalogue_does_not_name_are_deleted(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = write(tmp_path / "lamps.jsonl", [lamp(number) for number in range(4)])
    ingest_products(sqlite_database, path)
    # L1 is a bad row today, but it is named: it stays.
    write(path, [lamp(0), {"id": "L1"}, lamp(2)])
    report = ingest_products(sqlite_database, path, delete_missing=True, delete_many=True)
    assert (report.deleted, report.rejected) == (1, 1)
    assert CatalogStore(sqlite_database).product_ids() == ["L0", "L1", "L2"]


def test_nothing_is_deleted_when_the_file_does_not_say_what_is_there(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = write(tmp_path / "lamps.jsonl", [lamp(number) for number in range(4)])
    ingest_products(sqlite_database, path)
    sources: list[list[dict[str, Any] | str]] = [[lamp(0), '{"id": '], [lamp(0), {"title": "no id"}], []]
    for rows in sources:
        write(path, rows)
        report = ingest_products(sqlite_database, path, delete_missing=True, delete_many=True)
        assert report.deleted == 0
        assert "nothing was deleted" in report.note
    assert CatalogStore(sqlite_database).counts()["products"] == 4


def test_reviews_of_unknown_products_are_set_aside(sqlite_database: Database, tmp_path: Path) -> None:
    ingest_products(sqlite_database, [Product(id="L1", title="Lamp")])
    rows: list[dict[str, Any] | str] = [
        {"id": "R1", "product_id": "L1", "rating": 5, "text": "Good."},
        {"id": "R2", "product_id": "L9", "rating": 5, "text": "Good."},
        {"id": "R3", "product_id": "L1", "rating": "five"},
    ]
    path = write(tmp_path / "reviews.jsonl", rows)
    report = ingest_reviews(sqlite_database, path)
    assert (report.new, report.rejects) == (1, {"invalid": 1, "unknown_product": 1})
    assert sorted((item.line, item.field) for item in report.first_rejects) == [
        (2, "product_id"),
        (3, "rating"),
    ]
    with pytest.raises(CatalogError, match="2 bad rows"):
        ingest_reviews(sqlite_database, path, strict=True)
    write(path, rows[:1])
    assert ingest_reviews(sqlite_database, path, strict=True).unchanged == 1


def test_reviews_that_are_gone_can_be_deleted(sqlite_database: Database) -> None:
    ingest_products(sqlite_database, [Product(id="L1", title="Lamp")])
    reviews = [Review(id=f"R{number}", product_id="L1", text="Good.") for number in range(3)]
    ingest_reviews(sqlite_database, reviews)
    assert ingest_reviews(sqlite_database, reviews[:2], delete_missing=True, delete_many=True).deleted == 1


def test_events_go_into_the_journal_once(sqlite_database: Database, tmp_path: Path) -> None:
    ingest_products(sqlite_database, write(tmp_path / "lamps.jsonl", [lamp(1)]))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    events = [
        Event(id=f"e{n}", type="view", shopper_id="s", timestamp=moment, product_id="L1") for n in range(3)
    ]
    rows: list[dict[str, Any] | str] = [event.model_dump(mode="json") for event in events]
    rows.append({**events[0].model_dump(mode="json"), "id": "e9", "type": "stare"})
    path = write(tmp_path / "events.jsonl", rows)
    report = ingest_events(sqlite_database, path)
    assert (report.new, report.rejects) == (3, {"invalid": 1})
    assert ingest_events(sqlite_database, events).unchanged == 3
    assert Journal(sqlite_database).history("s")[0] == events[2]


def test_mapping_of_another_kind_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "lamps.jsonl", [lamp(1)])
    with pytest.raises(ConfigurationError, match="for a review, not for a product"):
        ingest_products(sqlite_database, path, "kms-reviews")


def csv_file(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


MAPPING = Mapping.model_validate(
    {"kind": "product", "fields": {"id": "sku", "title": "name", "brand": "maker"}}
)


def test_a_file_without_a_column_that_every_row_needs_is_one_message(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = csv_file(tmp_path / "tea.csv", "sku_no,label,maker\n1,Green tea,Halden\n2,Black tea,Halden\n")
    with pytest.raises(CatalogError) as caught:
        ingest_products(sqlite_database, path, MAPPING, rejects_dir=tmp_path)
    assert str(caught.value) == (
        "tea.csv has no column sku, which the mapping reads id from (did you mean sku_no?); name, which the mapping "
        "reads title from. Its columns are: sku_no, label, maker"
    )
    assert not list(tmp_path.glob("*.rejects.jsonl"))


def test_other_columns_that_a_file_lacks_are_noted_once(sqlite_database: Database, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "tea.csv", "sku,name,makers\n1,Green tea,Halden\n2,Black tea,Halden\n")
    report = ingest_products(sqlite_database, path, MAPPING)
    assert (report.new, report.rejected) == (2, 0)
    assert "maker, which the mapping reads brand from (did you mean makers?)" in report.note
    ready = csv_file(tmp_path / "own.csv", "id,title\n7,Oolong\n")
    assert ingest_products(sqlite_database, ready).note == ""


def test_reviews_without_a_column_of_ratings_say_so(sqlite_database: Database, tmp_path: Path) -> None:
    ingest_products(sqlite_database, [Product(id="L1", title="Lamp")])
    path = csv_file(tmp_path / "own.csv", "id,product_id,grade,text\nR1,L1,5,Bright\n")
    report = ingest_reviews(sqlite_database, path)
    assert report.new == 1
    assert report.note == (
        "no column rating, which the mapping reads rating from. The file's columns are: id, product_id, grade, text; "
        "not used: grade"
    )
    rated = csv_file(tmp_path / "rated.csv", "id,product_id,rating,text\nR2,L1,5,Bright\n")
    assert ingest_reviews(sqlite_database, rated).note == ""


def test_a_file_none_of_whose_rows_can_be_used_changes_nothing(
    sqlite_database: Database, tmp_path: Path
) -> None:
    ingest_products(sqlite_database, write(tmp_path / "good.jsonl", [lamp(1)]))
    bad = csv_file(tmp_path / "bad.csv", "id,title\n1,\n2,\n")
    with pytest.raises(
        CatalogError, match=r"(?s)nothing was written: none of its rows can be used; 2 bad rows.*bad.csv:2"
    ):
        ingest_products(sqlite_database, bad, delete_missing=True, rejects_dir=tmp_path)
    assert CatalogStore(sqlite_database).product_ids() == ["L1"]
    assert (tmp_path / "bad.csv.rejects.jsonl").is_file()


def test_events_of_a_batch_are_checked_as_those_of_the_api(sqlite_database: Database, tmp_path: Path) -> None:
    ingest_products(sqlite_database, write(tmp_path / "p.jsonl", [lamp(1)]))
    event = {"type": "view", "shopper_id": "s", "product_id": "L1", "timestamp": "2026-01-05T10:00:00Z"}
    rows: list[dict[str, Any] | str] = [
        {**event, "id": "good"},
        {**event, "id": "future", "timestamp": "2098-06-01T00:00:00Z"},
        {**event, "id": "unknown", "product_id": "L99"},
        {**event, "id": "rating", "type": "rating"},
        {**event, "id": "nothing", "product_id": None},
    ]
    path = write(tmp_path / "events.jsonl", rows)
    report = ingest_events(sqlite_database, path)
    assert (report.new, report.rejects) == (1, {"invalid": 1, "missing": 2, "unknown_product": 1})
    assert [(r.line, r.field) for r in report.first_rejects] == [
        (2, "timestamp"), (3, "product_id"), (4, "value"), (5, "product_id"),
    ]  # fmt: skip
    assert "future" in report.first_rejects[0].message
    with pytest.raises(CatalogError, match="4 bad rows"):
        ingest_events(sqlite_database, path, strict=True)


def test_a_complete_feed_deletes_only_what_it_alone_named(sqlite_database: Database, tmp_path: Path) -> None:
    lamps = write(tmp_path / "lamps.jsonl", [lamp(number) for number in range(4)])
    sale = write(tmp_path / "sale.jsonl", [lamp(number) for number in (3, 7, 8)])
    for path in (lamps, sale):
        ingest_products(sqlite_database, path)
    write(lamps, [lamp(0), lamp(1)])
    report = ingest_products(sqlite_database, lamps, delete_missing=True, delete_many=True)
    assert report.deleted == 1  # L2; L3 is named by the sale, too
    assert CatalogStore(sqlite_database).product_ids() == ["L0", "L1", "L3", "L7", "L8"]
    write(sale, [lamp(7)])
    assert ingest_products(sqlite_database, sale, delete_missing=True, delete_many=True).deleted == 2
    assert CatalogStore(sqlite_database).product_ids() == ["L0", "L1", "L7"]


def test_a_feed_may_come_in_files_of_changing_names(sqlite_database: Database, tmp_path: Path) -> None:
    monday = write(tmp_path / "monday.jsonl", [lamp(number) for number in range(3)])
    tuesday = write(tmp_path / "tuesday.jsonl", [lamp(0)])
    ingest_products(sqlite_database, monday, feed="lamps")
    unnamed = ingest_products(sqlite_database, tuesday, delete_missing=True, delete_many=True)
    assert (unnamed.deleted, "never of the feed" in unnamed.note) == (0, True)
    assert (
        ingest_products(sqlite_database, tuesday, delete_missing=True, delete_many=True, feed="lamps").deleted
        == 2
    )


def test_a_column_that_the_header_names_twice_matters_only_where_it_is_used(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(CatalogError, match="names a column twice: title, which the mapping reads title from"):
        ingest_products(sqlite_database, csv_file(tmp_path / "a.csv", "id,title,title\n1,Lamp,Light\n"))
    report = ingest_products(sqlite_database, csv_file(tmp_path / "b.csv", "id,title,x,x\n1,Lamp,2,3\n"))
    assert report.new == 1


@pytest.mark.parametrize("text", ["", "id,title\n", "id,title\n,\n"])
def test_a_file_without_rows_says_so_and_deletes_nothing(
    sqlite_database: Database, tmp_path: Path, text: str
) -> None:
    path = csv_file(tmp_path / "a.csv", "id,title\n1,Lamp\n")
    ingest_products(sqlite_database, path)
    report = ingest_products(sqlite_database, csv_file(path, text), delete_missing=True, delete_many=True)
    assert report.note.startswith("the file has no rows; nothing was deleted")
    assert CatalogStore(sqlite_database).product_ids() == ["1"]


def test_an_id_that_came_before_names_the_line(sqlite_database: Database, tmp_path: Path) -> None:
    report = ingest_products(sqlite_database, csv_file(tmp_path / "a.csv", "id,title\n\n1,A\n2,B\n1,C\n"))
    assert str(report.first_rejects[0]) == "a.csv:5: id '1' was there before, in line 3 of this file"


def test_the_mapping_says_encoding_and_rows(sqlite_database: Database, tmp_path: Path) -> None:
    fields = {"id": "编号", "title": "名称"}
    (tmp_path / "a.csv").write_bytes("编号,名称\nk1,儿童自行车\n".encode("gb18030"))
    table = Mapping.model_validate({"kind": "product", "encoding": "gb18030", "fields": fields})
    assert ingest_products(sqlite_database, tmp_path / "a.csv", table).new == 1
    (tmp_path / "b.json").write_text(
        json.dumps({"a": [{"编号": "k2", "名称": "水壶"}], "b": [{}]}), encoding="utf-8"
    )
    nested = Mapping.model_validate({"kind": "product", "rows": "a", "fields": fields})
    assert ingest_products(sqlite_database, tmp_path / "b.json", nested).new == 1


def test_a_file_whose_name_is_no_unicode(sqlite_database: Database, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/lamps-\xff.csv"))
    report = ingest_products(
        sqlite_database, csv_file(path, "id,title\n1,Lamp\n2,\n"), rejects_dir=tmp_path / "r"
    )
    assert report.first_rejects[0].file == r"lamps-\xff.csv"
    assert report.model_dump_json()
