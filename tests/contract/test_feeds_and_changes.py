"""Files taken in again while the catalogue is changed otherwise, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kms.catalog.feeds import FeedStore, read_said
from kms.catalog.ingest import ingest_products, ingest_reviews
from kms.catalog.ingest_report import IngestReport
from kms.catalog.json_models import patch_offer, patch_product
from kms.catalog.models import Product, Review
from kms.catalog.offers import SalePrice, Variant
from kms.catalog.store import (
    CatalogStore,
    read_products,
    remove_products,
    remove_reviews,
    write_products,
    write_reviews,
)
from kms.currency import Price
from kms.db.session import Database

Leaves = dict[str, Any]
"""A row as its fields, by path."""


def euros(amount: str) -> Price:
    return Price(amount=Decimal(amount), currency="EUR")


LAMP = Product(
    id="L", title="Lamp", price=euros("40"), stock=5, attributes={"Colour": "red", "Weight": "1 kg"}
)
BED = Product(
    id="B",
    title="Dog bed",
    price=euros("20"),
    variants=(
        Variant(id="B-S", price=euros("20"), stock=1, options={"Size": "S"}),
        Variant(id="B-L", price=euros("30"), stock=2, options={"Size": "L"}),
    ),
)
REVIEW = Review(id="R", product_id="L", rating=4, text="Bright.")


class Shop:
    """A store that files and an API write to; the API as the server does it, in one transaction a change."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.catalog = CatalogStore(database)

    def file(self, *rows: Product, feed: str = "shop", **how: Any) -> IngestReport:
        return ingest_products(self.database, list(rows), feed=feed, **how)

    def reviews(self, *rows: Review, feed: str = "shop", **how: Any) -> IngestReport:
        return ingest_reviews(self.database, list(rows), feed=feed, **how)

    def patch(self, product_id: str, **body: Any) -> None:
        with self.database.write(in_turn=True) as session:
            (product,) = read_products(session, [product_id])
            write_products(session, [patch_product(product, body).product])

    def offer(self, product_id: str, variant: str, **body: Any) -> None:
        with self.database.write(in_turn=True) as session:
            (product,) = read_products(session, [product_id])
            write_products(session, [patch_offer(product, variant, body)])

    def put(self, row: Product | Review) -> None:
        with self.database.write(in_turn=True) as session:
            if isinstance(row, Product):
                write_products(session, [row])
            else:
                write_reviews(session, [row])

    def delete(self, row_id: str, *, is_review: bool = False) -> None:
        with self.database.write(in_turn=True) as session:
            if is_review:
                remove_reviews(session, [row_id])
            else:
                remove_products(session, [row_id])


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)


def outcomes(report: IngestReport) -> dict[str, int]:
    return {str(outcome): count for outcome, count in report.divergences.counts.items()}


def test_a_file_that_says_the_same_again_leaves_what_was_changed_since(shop: Shop) -> None:
    shop.file(LAMP, BED)
    shop.patch("L", price="29.90 EUR", stock=0, publication="hidden", attributes={"Colour": None})
    shop.offer("B", "B-S", price="10 EUR", sale="8 EUR")
    before = shop.catalog.products(["L", "B"])
    again = shop.file(LAMP, BED)
    assert shop.catalog.products(["L", "B"]) == before
    assert (again.new, again.changed, again.unchanged, outcomes(again)) == (0, 0, 2, {"kept": 2})
    lamp, bed = again.divergences.first
    assert set(lamp.fields) == {"price", "stock", "publication", "attributes.Colour"}
    assert bed.fields == ("variants.B-S.price", "variants.B-S.sale")
    assert "changed since, and kept where the file says what it said before (2): L (price, stock, " in str(
        again.divergences.lines()
    )


def test_a_field_that_the_file_changed_wins_and_the_others_stay(shop: Shop) -> None:
    shop.file(LAMP)
    shop.patch("L", price="29.90 EUR", stock=0, attributes={"Weight": "2 kg", "Made": "2026"})
    said = LAMP.model_copy(
        update={
            "price": euros("35"),
            "title": "Desk lamp",
            "attributes": {"Colour": "blue", "Weight": "1 kg"},
        }
    )
    report = shop.file(said)
    lamp = shop.catalog.product("L")
    assert (lamp.price, lamp.title, lamp.stock) == (euros("35"), "Desk lamp", 0)
    assert lamp.attributes == {"Colour": "blue", "Weight": "2 kg", "Made": "2026"}
    assert outcomes(report) == {"kept": 1, "overruled": 1}
    fields = {each.outcome: each.fields for each in report.divergences.first}
    assert fields == {"kept": ("stock", "attributes.Weight", "attributes.Made"), "overruled": ("price",)}
    assert (shop.file(said).unchanged, shop.catalog.product("L")) == (1, lamp)


def test_variants_are_merged_by_field_and_the_price_follows_from_them(shop: Shop) -> None:
    shop.file(BED)
    shop.offer("B", "B-S", price="15 EUR", stock=9)
    dearer = BED.variants[1].model_copy(update={"price": euros("12")})
    further = Variant(id="B-XL", price=euros("50"))
    report = shop.file(BED.model_copy(update={"variants": (BED.variants[0], dearer, further)}))
    bed = shop.catalog.product("B")
    assert [(each.id, each.price, each.stock) for each in bed.variants] == [
        ("B-S", euros("15"), 9), ("B-L", euros("12"), 2), ("B-XL", euros("50"), None),
    ]  # fmt: skip
    assert bed.price == euros("12")
    assert outcomes(report) == {"kept": 1}


def test_a_sale_that_no_longer_is_one_goes_with_the_files_price(shop: Shop) -> None:
    shop.file(LAMP)
    shop.patch("L", sale="30 EUR", stock=1)
    report = shop.file(LAMP.model_copy(update={"price": euros("25")}))
    lamp = shop.catalog.product("L")
    assert (lamp.price, lamp.sale, lamp.stock) == (euros("25"), None, 1)
    assert {each.outcome: each.fields for each in report.divergences.first} == {
        "kept": ("stock",), "overruled": ("sale",),
    }  # fmt: skip


def test_what_was_deleted_stays_deleted_until_it_is_made_again(shop: Shop) -> None:
    shop.file(LAMP, BED)
    shop.reviews(REVIEW)
    shop.delete("L")
    changed = LAMP.model_copy(update={"stock": 7})
    assert outcomes(shop.file(changed, BED)) == {"still_deleted": 1}
    reviews = shop.reviews(REVIEW, strict=True)
    assert (outcomes(reviews), reviews.rejected) == ({"still_deleted": 1}, 0)
    assert shop.catalog.counts()["products"] == 1
    shop.put(LAMP.model_copy(update={"stock": 1}))
    shop.file(changed, BED)
    assert shop.catalog.product("L").stock == 1
    assert shop.catalog.counts()["reviews"] == 0


def test_reviews_keep_what_was_changed_since(shop: Shop) -> None:
    shop.file(LAMP)
    shop.reviews(REVIEW, REVIEW.model_copy(update={"id": "R2"}))
    shop.put(REVIEW.model_copy(update={"rating": 2.0}))
    shop.delete("R2", is_review=True)
    rows = (REVIEW, REVIEW.model_copy(update={"id": "R2"}))
    assert outcomes(shop.reviews(*rows)) == {"kept": 1, "still_deleted": 1}
    report = shop.reviews(REVIEW.model_copy(update={"text": "Bright and warm."}), rows[1])
    (review,) = shop.catalog.reviews_of("L")
    assert (review.rating, review.text) == (2.0, "Bright and warm.")
    assert outcomes(report) == {"kept": 1, "still_deleted": 1}


def test_overwrite_takes_the_files_rows_and_says_what_is_lost(shop: Shop) -> None:
    shop.file(LAMP, BED)
    shop.reviews(REVIEW)
    shop.patch("L", stock=0)
    shop.delete("B")
    dry = shop.file(LAMP, BED, overwrite=True, dry_run=True)
    assert (dry.new, dry.changed, outcomes(dry)) == (1, 1, {"overruled": 1})
    assert shop.catalog.product("L").stock == 0
    report = shop.file(LAMP, BED, overwrite=True)
    assert (report.new, report.changed, outcomes(report)) == (1, 1, {"overruled": 1})
    assert report.divergences.first[0].fields == ("stock",)
    assert shop.catalog.products(["L", "B"]) == [LAMP, BED]
    assert outcomes(shop.file(LAMP, BED)) == {}


def test_a_file_of_another_name_is_compared_with_what_the_latest_file_said(shop: Shop) -> None:
    shop.file(LAMP, feed="monday")
    shop.patch("L", price="30 EUR", stock=1)
    report = shop.file(LAMP.model_copy(update={"stock": 4}), feed="tuesday")
    lamp = shop.catalog.product("L")
    assert (lamp.price, lamp.stock) == (euros("30"), 4)
    assert outcomes(report) == {"kept": 1, "overruled": 1}


def test_a_row_that_only_the_api_made_keeps_what_the_file_does_not_say(shop: Shop) -> None:
    shop.put(LAMP)
    shop.file(Product(id="L", title="Desk lamp"))
    assert shop.catalog.product("L") == LAMP.model_copy(update={"title": "Desk lamp"})


def test_a_complete_feed_says_which_changed_rows_it_deleted(shop: Shop) -> None:
    shop.file(LAMP, BED, *(Product(id=f"P{n}", title="Bulb") for n in range(8)))
    shop.patch("L", stock=0)
    rest = (BED, *(Product(id=f"P{n}", title="Bulb") for n in range(8)))
    report = shop.file(*rest, delete_missing=True)
    assert (report.deleted, outcomes(report)) == (1, {"deleted_although_changed": 1})
    # Its feed itself deleted it: when the feed names it again, it is new.
    assert (shop.file(LAMP, *rest).new, outcomes(shop.file(LAMP, *rest))) == (1, {})


def test_a_deleted_row_that_its_feed_names_no_more_is_new_when_it_comes_again(shop: Shop) -> None:
    shop.file(LAMP, BED)
    shop.delete("L")
    assert outcomes(shop.file(BED, delete_missing=True)) == {}
    assert FeedStore(shop.database, "product").rows_of("shop") == ["B"]
    assert shop.file(LAMP, BED).new == 1


def test_rows_on_which_they_do_not_agree_are_written_to_a_file(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "lamps.jsonl"
    path.write_text("\n".join(json.dumps({"id": f"P{n}", "title": "Lamp", "stock": 1}) for n in range(30)))
    ingest_products(shop.database, path, rejects_dir=tmp_path)
    for number in range(25):
        shop.patch(f"P{number}", stock=2)
    report = ingest_products(shop.database, path, rejects_dir=tmp_path).divergences
    assert (report.counts, len(report.first)) == ({"kept": 25}, 20)
    assert report.file is not None
    rows = [json.loads(line) for line in report.file.read_text().splitlines()]
    assert [row["id"] for row in rows] == [f"P{n}" for n in range(25)]
    assert rows[0] == {"id": "P0", "outcome": "kept", "fields": ["stock"]}
    ingest_products(shop.database, path, rejects_dir=tmp_path, overwrite=True)
    assert ingest_products(shop.database, path, rejects_dir=tmp_path).divergences.file is None
    assert not report.file.exists()


def test_rows_are_kept_twice_only_where_the_catalogue_has_others(shop: Shop) -> None:
    shop.file(LAMP, BED)
    shop.patch("L", stock=0)
    with shop.database.read() as session:
        said = read_said(session, "product", ["L", "B"])
    assert {name: each[0].content is None for name, each in said.items()} == {"L": False, "B": True}


# Random interleavings: each field has the value that was said last, by the API or by a file that changed it.

FIELDS = ("title", "stock", "attributes.Colour", "attributes.Made", "variants.V1.stock", "variants.V2.stock")


def product_of(row_id: str, leaves: Leaves) -> Product:
    variants = tuple(Variant(id=v, stock=leaves.get(f"variants.{v}.stock")) for v in ("V1", "V2"))
    table = {n: leaves[f"attributes.{n}"] for n in ("Colour", "Made") if f"attributes.{n}" in leaves}
    return Product(
        id=row_id, title=leaves["title"], stock=leaves.get("stock"), attributes=table, variants=variants
    )


def leaves_of(product: Product) -> Leaves:
    leaves: Leaves = {"title": product.title, "stock": product.stock}
    leaves |= {f"attributes.{name}": value for name, value in product.attributes.items()}
    leaves |= {f"variants.{each.id}.stock": each.stock for each in product.variants}
    return {name: value for name, value in leaves.items() if value is not None}


class Expected:
    """What must be there: a model of its own, field by field in the order in which things were said."""

    def __init__(self) -> None:
        self.rows: dict[str, Leaves] = {}
        self.said: dict[str, dict[str, Leaves]] = {}
        """By row what each feed said last, the latest last."""

    def take(self, feed: str, file: Mapping[str, Leaves]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {"kept": set(), "overruled": set(), "still_deleted": set()}
        for row_id, leaves in file.items():
            told = self.said.setdefault(row_id, {})
            was_told, before = bool(told), told.get(feed, list(told.values())[-1] if told else {})
            if feed not in told or told[feed] != leaves:
                told.pop(feed, None)
                told[feed] = dict(leaves)
            if row_id not in self.rows:
                if was_told:
                    found["still_deleted"].add(row_id)
                else:
                    self.rows[row_id] = dict(leaves)
                continue
            row = self.rows[row_id]
            for name in FIELDS:
                was, has, says = before.get(name), row.get(name), leaves.get(name)
                if says != was:
                    if has not in (was, says):
                        found["overruled"].add(row_id)
                    row[name] = says
                elif has != says:
                    found["kept"].add(row_id)
            self.rows[row_id] = {name: value for name, value in row.items() if value is not None}
        return {name: ids for name, ids in found.items() if ids}

    def drop(self, feed: str, file: Mapping[str, Leaves]) -> None:
        for row_id in [each for each, told in self.said.items() if feed in told and each not in file]:
            del self.said[row_id][feed]
            if not self.said[row_id]:
                self.rows.pop(row_id, None)
                del self.said[row_id]


def draw_value(name: str, rng: random.Random) -> Any:
    if name == "title":
        return rng.choice(["Lamp", "Bed", "Bowl"])
    if name.endswith("stock"):
        return rng.randint(0, 3)
    return rng.choice(["red", "blue", "1999", None])


def draw_leaves(rng: random.Random) -> Leaves:
    drawn = {name: draw_value(name, rng) for name in FIELDS}
    return {name: value for name, value in drawn.items() if value is not None}


@pytest.mark.parametrize("seed", range(8))
def test_random_interleavings_have_a_known_end(shop: Shop, seed: int) -> None:
    rng, expected = random.Random(seed), Expected()
    files: dict[str, dict[str, Leaves]] = {feed: {} for feed in ("one", "two")}
    seen: set[str] = set()
    for _ in range(40):
        what = rng.choice(["file", "file", "patch", "patch", "put", "delete", "complete"])
        row_id = rng.choice(["P1", "P2", "P3"])
        is_there = row_id in expected.rows
        if what in ("file", "complete"):
            feed = rng.choice(list(files))
            file = files[feed]
            for each in rng.sample(["P1", "P2", "P3"], rng.randint(0, 2)):
                name = rng.choice(FIELDS)
                row = file.setdefault(each, draw_leaves(rng))
                row[name] = draw_value(name, rng)
                file[each] = {key: value for key, value in row.items() if value is not None}
            if what == "complete" and len(file) > 1:
                file.pop(rng.choice(sorted(file)))
            if not file:
                continue
            is_complete = what == "complete"
            rows = [product_of(each, leaves) for each, leaves in file.items()]
            report = shop.file(*rows, feed=feed, delete_missing=is_complete, delete_many=is_complete)
            found = expected.take(feed, file)
            if is_complete and "nothing was deleted: the source" not in report.note:
                expected.drop(feed, file)
            counted = {name: count for name, count in outcomes(report).items() if name in found}
            assert counted == {name: len(ids) for name, ids in found.items()}
            seen |= found.keys()
        elif what == "delete":
            shop.delete(row_id)
            expected.rows.pop(row_id, None)
        elif what == "put":
            leaves = draw_leaves(rng)
            shop.put(product_of(row_id, leaves))
            expected.rows[row_id] = leaves
        elif is_there:
            name = rng.choice(FIELDS)
            value = draw_value(name, rng)
            if name.startswith("variants."):
                shop.offer(row_id, name.split(".")[1], stock=value)
            elif name.startswith("attributes."):
                shop.patch(row_id, attributes={name.split(".")[1]: value})
            elif name == "stock":
                shop.put(shop.catalog.product(row_id).model_copy(update={"stock": value}))
            else:
                shop.patch(row_id, **{name: value})
            row = {**expected.rows[row_id], name: value}
            expected.rows[row_id] = {key: each for key, each in row.items() if each is not None}
        assert {p.id: leaves_of(p) for p in shop.catalog.iter_products()} == expected.rows
    assert seen == {"kept", "overruled", "still_deleted"}


def test_a_dry_run_says_the_same_and_writes_nothing(shop: Shop) -> None:
    shop.file(LAMP, BED)
    shop.patch("L", stock=0)
    shop.delete("B")
    said = LAMP.model_copy(update={"stock": 9, "price": euros("41")})
    before = shop.catalog.product("L")
    dry, real = shop.file(said, BED, dry_run=True), None
    assert shop.catalog.product("L") == before
    real = shop.file(said, BED)
    assert dry.divergences.counts == real.divergences.counts == {"overruled": 1, "still_deleted": 1}
    assert (dry.changed, dry.unchanged) == (real.changed, real.unchanged) == (1, 0)


def test_a_sale_of_the_api_stays_while_it_is_one(shop: Shop) -> None:
    shop.file(LAMP)
    shop.patch("L", sale="30 EUR")
    shop.file(LAMP.model_copy(update={"price": euros("50")}))
    assert shop.catalog.product("L").sale == SalePrice(price=euros("30"))
