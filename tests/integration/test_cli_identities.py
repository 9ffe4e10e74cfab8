"""``kms brands`` and ``kms duplicates``: what is proposed, decided, undone and refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli_fixture import Command, environment, fresh
from tests.platform_fixture import platform_state

__all__ = ["environment", "fresh", "platform_state"]

EAN = "4006381333931"
ROWS = (
    "id,title,brand,price,gtin",
    f"A-1,Norvik Drift headphones NVK-D200B black,Norvik,59.90 EUR,{EAN}",
    "A-2,Norvik Glimt table lamp oak,Norvik,39.00 EUR,",
    f"B-1,Headphones Drift NVKD200B,NORVIK GmbH,61.00 EUR,{EAN}",
    "B-2,Norvik Kids night light,Norvik Kids,19.00 EUR,",
    "C-1,Haldern kettle 1.7 l steel,Haldern,29.00 EUR,",
)


@pytest.fixture
def shop(fresh: Command, tmp_path: Path) -> Command:
    """The command on five rows, of which two are one product and two names are one brand."""
    file = tmp_path / "products.csv"
    file.write_text("\n".join(ROWS) + "\n", "utf-8")
    assert fresh.json("ingest", "products", str(file))["new"] == 5
    return fresh


def between(pairs: list[dict[str, Any]], one: str, other: str) -> dict[str, Any]:
    """The pair of two names or ids."""
    found = [pair for pair in pairs if {pair["left"], pair["right"]} == {one, other}]
    assert len(found) == 1, pairs
    return found[0]


def test_brands_are_proposed_decided_and_taken_back(shop: Command) -> None:
    proposed = shop.json("brands", "propose")
    alias = between(proposed, "NORVIK GmbH", "Norvik")
    line = between(proposed, "Norvik Kids", "Norvik")
    assert (alias["kind"], line["kind"]) == ("brand_alias", "sub_brand")
    assert alias["evidence"] and alias["score"] > line["score"]
    assert not any("Haldern" in (pair["left"], pair["right"]) for pair in proposed)

    shown = shop("brands", "accept", alias["id"]).stdout
    assert f"accepted: {alias['id']} {alias['left']} is {alias['right']}" in shown
    assert "kms extract" in shown
    shop("brands", "reject", line["id"])
    assert shop.json("brands", "list") == []
    decided = {pair["id"]: pair["status"] for pair in shop.json("brands", "list", "--decided")}
    assert decided == {alias["id"]: "accepted", line["id"]: "rejected"}
    assert shop.json("brands", "propose") == [], "what is decided is not proposed again"

    assert "1 were so already" in shop("brands", "reject", line["id"]).stdout
    assert "open again" in shop("brands", "undo", alias["id"], line["id"]).stdout
    assert {pair["id"] for pair in shop.json("brands", "list")} == set(decided)


def test_brands_are_decided_by_name_and_as_the_other_kind(shop: Command) -> None:
    line = between(shop.json("brands", "propose"), "Norvik Kids", "Norvik")
    assert "Norvik Kids is Norvik" in shop("brands", "accept", line["id"], "--as-alias").stdout
    assert "NORVIK GmbH is Norvik" in shop("brands", "accept", "--alias", "NORVIK GmbH", "Norvik").stdout
    assert (
        "no product has the brand 'NVK'"
        in shop("brands", "accept", "--alias", "NVK", "Norvik", status=2).output
    )
    assert "is a line of" in shop("brands", "accept", "--line", "Haldern Home", "Haldern").stdout
    by_hand = between(shop.json("brands", "list", "--decided"), "NORVIK GmbH", "Norvik")
    assert by_hand["evidence"] == ["decided by hand"]


def test_duplicates_are_found_decided_and_taken_back(shop: Command) -> None:
    found = shop.json("duplicates", "find", "--no-vectors")
    pair = between(found, "A-1", "B-1")
    assert pair["score"] >= 0.99
    assert any(EAN in each for each in pair["evidence"])
    assert shop.json("duplicates", "list") == found
    assert "scored by the rule" in shop("duplicates", "find", "--no-vectors", "--quiet").stdout

    assert f"accepted: {pair['id']}" in shop("duplicates", "accept", "--from-score", "0.99").stdout
    assert shop.json("duplicates", "list") == []
    assert shop.json("duplicates", "find", "--no-vectors") == [], "one product is not proposed again"
    shop("duplicates", "undo", pair["id"])
    assert [each["id"] for each in shop.json("duplicates", "list")] == [pair["id"]]
    shop("duplicates", "reject", pair["id"][:6])
    assert shop.json("duplicates", "find", "--no-vectors") == []


def test_a_pair_is_decided_without_a_proposal(shop: Command) -> None:
    assert "C-1" in shop("duplicates", "accept", "--pair", "C-1", "A-2").stdout
    (decided,) = shop.json("duplicates", "list", "--decided")
    assert (decided["left"], decided["right"], decided["status"]) == ("C-1", "A-2", "accepted")


def test_what_cannot_be_decided_is_one_message(shop: Command) -> None:
    assert "nothing to accept" in shop("brands", "accept", status=2).stderr
    assert "nothing to accept" in shop("duplicates", "accept", status=2).stderr
    assert "not both" in shop("brands", "accept", "x", "--as-line", "--as-alias", status=2).stderr
    assert "'NOBODY'" in shop("duplicates", "accept", "--pair", "NOBODY", "A-1", status=2).stderr
    assert "nobody" in shop("brands", "reject", "nobody", status=2).stderr
    alias = between(shop.json("brands", "propose"), "NORVIK GmbH", "Norvik")
    assert "kms brands accept" in shop("duplicates", "accept", alias["id"], status=2).stderr
    assert "pair of brands" in shop("duplicates", "reject", alias["id"], status=2).stderr
    assert shop.json("duplicates", "list", "--decided") == []
