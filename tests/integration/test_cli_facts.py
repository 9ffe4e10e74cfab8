"""``kms facts``: lists, decisions one by one and over a filter, undoing, history, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli_fixture import Command, environment, fresh, kms, read_products
from tests.platform_fixture import platform_state

__all__ = ["environment", "fresh", "kms", "platform_state"]

ROWS = (
    "id,title,brand,category,weight,colour,price",
    "K-1,Haldern kettle 1.7 l red,Haldern,Kettles,1.2 kg,red,29.00 EUR",
    "K-2,Haldern kettle 1 l blue,Haldern,Kettles,1.1 kg,blue,25.00 EUR",
    "K-3,Norvik kettle red,Norvik,Kettles,1.3 kg,red,35.00 EUR",
)


@pytest.fixture
def shop(fresh: Command, tmp_path: Path) -> Command:
    """The command on three kettles, read and built."""
    return read_products(fresh, tmp_path / "products.csv", ROWS)


def values(shop: Command, *words: str) -> set[tuple[str, str, str, str]]:
    facts = shop.json("facts", "list", *words)["facts"]
    return {(f["product_id"], f["fact"]["target"]["key"], f["status"], f["reason"]) for f in facts}


def test_facts_are_decided_listed_and_taken_back(shop: Command) -> None:
    before = values(shop, "--field", "colour")
    assert ("K-1", "colours/red", "proposed", "") in before

    told = shop("facts", "reject", "K-1", "colour", "red", "--reason", "source_wrong").stdout
    assert "1 decided" in told and "no text says" not in told
    odd = shop("facts", "reject", "K-1", "colour", "blue").stdout
    assert "no text says colour blue of K-1 now" in odd
    shop("facts", "undo", shop.json("facts", "history")[0]["id"])
    shop("facts", "correct", "K-2", "weight", "1.1 kg", "--to", "900 g")
    shop("facts", "state", "K-3", "weight", "2 kg")
    shop("graph", "build")
    assert values(shop, "--product", "K-1", "--status", "rejected") == {
        ("K-1", "colours/red", "rejected", "source_wrong")
    }
    assert values(shop, "--field", "weight", "--status", "accepted") == {
        ("K-2", "weight/0.9 kilogram", "accepted", "wrong_value"),
        ("K-3", "weight/2 kilogram", "accepted", "checked"),
    }
    shown = shop.json("facts", "show", "K-1", "colour", "red")
    assert shown["facts"][0]["status"] == "rejected"
    assert shown["facts"][0]["fact"]["evidence"]
    past = shop.json("facts", "history")
    past = [d for d in past if d["verdict"] != "undo" and not d["undone_by"]]
    assert [(d["product_id"], d["verdict"]) for d in past] == [
        ("K-3", "state"),
        ("K-2", "correct"),
        ("K-1", "reject"),
    ]

    assert "3 taken back" in shop("facts", "undo", *[d["id"] for d in past]).stdout
    assert "was taken back already" in shop("facts", "undo", past[0]["id"], status=2).output
    shop("graph", "build")
    assert values(shop, "--field", "colour") == before
    assert [d["verdict"] for d in shop.json("facts", "history", "K-1")] == [
        "undo",
        "undo",
        "reject",
        "reject",
    ]


def test_over_a_filter_count_and_sample_come_first(shop: Command) -> None:
    shown = shop("facts", "reject", "--field", "colour", "--value", "red").stdout
    assert "2 facts" in shown and "nothing was decided" in shown
    assert shop.json("facts", "history") == []
    assert "2 decided" in shop("facts", "reject", "--field", "colour", "--value", "red", "--yes").stdout
    shop("graph", "build")
    assert {each[0] for each in values(shop, "--status", "rejected", "--why", "misread")} == {"K-1", "K-3"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("reject", "K-1", "colour", "octarine"), "no colour is called 'octarine'"),
        (("reject", "K-1", "shade", "red"), "no attribute and no relation"),
        (("reject", "K-1", "colr", "red"), "did you mean colour?"),
        (("state", "K-1", "weight", "> 3 kg"), "bounds and signs are not kept"),
        (("state", "K-1", "colour", "red", "--until", "0001-01-01"), "of the years 1900 to"),
        (("accept", "nobody", "colour", "red"), "not in the catalogue"),
        (("reject", "K-1", "colour", "red", "--reason", "ugly"), "is no reason"),
        (("reject", "K-1", "colour", "red", "--reason", "other"), "needs a note"),
        (("reject",), "give product, field and value, or filters"),
        (("correct", "K-1", "colour", "red", "--to", "red"), "says already"),
        (("undo", "f00"), "no decision begins"),
    ],
)
def test_what_cannot_be_decided_says_what_to_do(kms: Command, words: tuple[str, ...], told: str) -> None:
    product = kms.json("facts", "list", "-n", "1")["facts"][0]["product_id"]
    words = tuple(product if word == "K-1" else word for word in words)
    assert told in kms("facts", *words, status=2).output.replace("\n", " ")
