"""Values of a product's own table in its title."""

from __future__ import annotations

import pytest

from kms.catalog.models import Product
from kms.induction.heads import heads_of
from kms.induction.kinds import find_kinds
from kms.induction.stated import cut_stated, stated_values
from kms.ontology.load import load_ontology

KNOWN = load_ontology()
BRANDS = ("Orrin", "Tessel", "Quarrow", "Lindholt")


def product(title: str, **attributes: str) -> Product:
    return Product(id="p", title=title, attributes={n.replace("_", " "): v for n, v in attributes.items()})


@pytest.mark.parametrize(
    ("title", "attributes", "nouns"),
    [
        ("Orrin garden bench Teak", {"material": "Teak"}, ["bench"]),
        ("Orrin wax paper", {"material": "Paper"}, ["paper"]),
        ("Orrin shed lamp Wall", {"placement": "Wall,Floor"}, ["lamp"]),
        ("Orrin trowel", {"type": "Trowel"}, ["trowel"]),
        ("Orrin potting bench", {"product name": "Potting bench"}, ["bench"]),
        ("Orrin lamp LED", {"has lamp": "Yes"}, ["lamp"]),
    ],
)
def test_heads_of_titles_without_stated_qualities(
    title: str, attributes: dict[str, str], nouns: list[str]
) -> None:
    cut = cut_stated(product(title, **attributes), lambda phrase: phrase == "wax paper")
    assert [head.noun for head in heads_of(cut)] == nouns


def test_numbers_and_answers_are_no_stated_words() -> None:
    own = product(
        "Orrin 12 V pump", voltage="12 V", cordless="yes", product_type="pump", finish="Matt / Gloss"
    )
    assert stated_values(own) == {"matt / gloss", "matt", "gloss"}


def test_a_quality_behind_the_thing_is_no_kind() -> None:
    rows = [
        Product(
            id=f"s{n}",
            title=f"{BRANDS[n % 4]} {n}X garden bench Cedar",
            brand=BRANDS[n % 4],
            attributes={"Wood": "Cedar"},
        )
        for n in range(24)
    ]
    kinds = {kind.name for kind in find_kinds(rows, KNOWN)}
    assert "bench" in kinds or "garden bench" in kinds
    assert "cedar" not in kinds


@pytest.mark.parametrize(
    ("title", "nouns"),
    [
        ("Orrin seed pots (box of 100)", ["pot"]),
        ("Orrin single-phase hoist, 15ft rope, black", ["hoist"]),
        ("Orrin 15ft rope", ["rope"]),
        ("Orrin garden $25.00 seed voucher", ["voucher"]),
    ],
)
def test_packing_and_measured_parts_are_no_heads(title: str, nouns: list[str]) -> None:
    assert [head.noun for head in heads_of(title) if not head.is_counted] == nouns
