"""The shared cases of quantities, prices and feeds, where that folder is there; our own of each kind are unit tests."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extraction.documents import ProductContext, analyse
from extraction.rules.extractor import RuleExtractor
from kms.catalog.mapping import Mapping
from kms.catalog.models import Product
from kms.catalog.prices import read_price
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow, RowProblem
from kms.catalog.values import read_name
from kms.evidence.models import Document
from kms.journal.models import Event
from kms.journal.validation import check_events
from kms.ontology.labels import text_key
from kms.ontology.load import load_ontology
from kms.quantities.mentions import find_quantities
from kms.quantities.values import Quantity, QuantityError, parse_quantity
from kms.text.normalise import clean_text
from ranking.query.constraints import find_constraints
from tests.quality.shared_cases import needs_cases, read_cases

pytestmark = [
    pytest.mark.quality,
    needs_cases,
]
ONTOLOGY = load_ontology()
CLASS_OF = {
    "Width": "handbag", "Battery capacity": "bluetooth_speaker", "Weight": "laptop", "Length": "scarf",
    "Battery life": "headphones", "Dimensions": "handbag", "Voltage": "kettle", "Memory": "laptop", "Size": "trousers",
    "Weight (g)": "laptop", "weight_kg": "laptop",
}  # fmt: skip


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["input"][:40]) for case in read_cases(name)]


def quantities(text: str) -> list[Quantity]:
    found = []
    for mention in find_quantities(text):
        for attribute in ONTOLOGY.attributes.values():
            try:
                found.append(parse_quantity(text[mention.start : mention.end], attribute.dimension or ""))
                break
            except QuantityError:
                continue
    return found


def values(case: dict[str, Any], class_id: str | None) -> dict[str, str]:
    """Attribute to canonical value, as the rules read a case's text."""
    where, _, name = case["where"].partition(" ")
    text = f"{name}: {case['input']}" if where == "table" else case["input"]
    field = where if where in ("table", "title", "description") else "table"
    language = "zh" if re.search(r"[\u4e00-\u9fff]", text) else "en"
    document = Document.model_validate(
        {"id": f"product:P#{field}", "product_id": "P", "field": field, "text": text, "language": language}
    )
    evidence = RuleExtractor(ONTOLOGY).extract(analyse(document, ProductContext(class_id=class_id)))
    return {item.attribute: item.value for item in evidence if item.relation == "has_value"}


def expect(case: dict[str, Any]) -> None:
    kind, where, text, expected = case["kind"], case["where"], case["input"], case["expected"]
    if kind == "unit by mapping":
        mapping = Mapping.model_validate(
            {"kind": "product", "fields": {"id": "id", "title": "id"},
             "attributes": {"columns": {"Weight": "weight"}, "units": {"weight": "g"}}}
        )  # fmt: skip
        product = mapping.apply({"id": "1", "weight": text})
        assert isinstance(product, Product) and product.attributes["Weight"] == expected
    elif kind == "range":
        low, high = map(float, re.findall(r"\d+", expected))
        (mention,) = find_quantities(text)
        assert (mention.low, mention.high) == (low, high)
    elif kind == "pieces":
        size, pieces = re.findall(r"\d+", expected)
        (mention,) = find_quantities(text)
        assert (mention.low, mention.pieces) == (float(size), int(pieces))
    elif kind == "size letters" and where == "title":
        assert "clothing_size" not in values(case, "trousers")
    elif kind == "size letters":
        found = values(case, "trousers")
        assert found["waist"] == "34 inch" and found["length"] == "32 inch" and "clothing_size" not in found
    elif expected.startswith("no "):
        assert not {"weight", "screen_size"} & set(values(case, "laptop"))
        assert "weight" not in values(case, None)
    elif kind == "word for unit" and "Hz" in text:
        assert [(m.low, m.unit) for m in find_quantities(text)] == [(60.0, "hertz")]
    elif kind == "word for unit":
        assert values(case, "laptop")["screen_size"] == "14 inch"
    elif kind == "axes":
        sides = {m.axis: m.low for m in find_quantities(text)}
        assert sides == {"height": 30.0, "width": 20.0, "depth": 10.0}
    elif kind == "mixed dimensions":
        wanted = [float(n) for n in re.findall(r"[\d.]+", expected)]
        centimetres = [
            parse_quantity(f"{m.low} {m.unit}", "length").si_low * 100 for m in find_quantities(text)
        ]
        assert centimetres == pytest.approx(wanted, rel=1e-4)
    elif kind == "diameter":
        (mention,) = find_quantities(text)
        assert (mention.axis, mention.low, mention.unit) == ("diameter", 28.0, "centimeter")
    elif kind == "unit in the name":
        (quantity,) = quantities(expected)
        assert parse_quantity(values(case, "laptop")["weight"], "mass").agrees_with(quantity)
    else:
        wanted_quantities = quantities(re.split(r"\(", expected)[0])
        assert len(wanted_quantities) == 1
        found_quantities = quantities(text)
        assert len(found_quantities) == 1
        assert found_quantities[0].agrees_with(wanted_quantities[0], tolerance=1e-4)


@pytest.mark.parametrize("case", cases("quantities.jsonl"))
def test_quantities(case: dict[str, Any]) -> None:
    expect(case)


@pytest.mark.parametrize(
    "case", [c for c in cases("feeds.jsonl") if c.values[0]["kind"] in ("prices", "brands")]
)
def test_prices_and_brands(case: dict[str, Any]) -> None:
    text, expected = case["input"], case["expected"]
    if case["kind"] == "brands":
        assert text_key(read_name("brand", text)) == ("" if expected == "no brand" else expected)
        return
    mapping = re.search(r"currency ([A-Z]{3})", case["where"])
    if expected.startswith("refused"):
        with pytest.raises(RowProblem):
            read_price("price", text, currency=mapping and mapping[1])
        return
    price = read_price("price", text, currency=mapping and mapping[1])
    amount, currency = expected.split()
    assert (float(price.amount), price.currency) == (float(amount), currency)


FILES = {
    "(two empty lines, then the header)": (b"\n\nsku,name\n1,Kettle\n", {"sku": "1", "name": "Kettle"}),
    "sku,name,cost,,": (b"sku,name,cost,,\n1,Kettle,5,,\n", {"sku": "1", "name": "Kettle", "cost": "5"}),
    "sep=;\\nsku;name\\n1;Kettle": (b"sep=;\nsku;name\n1;Kettle\n", {"sku": "1", "name": "Kettle"}),
    "sku,name": ("sku,name\n1,Kettle\n".encode("utf-16"), {"sku": "1", "name": "Kettle"}),
}


@pytest.mark.parametrize(
    "case", [c for c in cases("feeds.jsonl") if c.values[0]["kind"] not in ("prices", "brands")]
)
def test_feeds_and_events(case: dict[str, Any], tmp_path: Path) -> None:
    text = case["input"]
    if case["kind"] == "entities":
        assert clean_text(text) == case["expected"]
    elif case["kind"] == "events":
        late = "2099" in text
        moment = datetime(2099 if late else 2026, 1, 1, tzinfo=UTC)
        event = Event(id="e", type="view", shopper_id="s", product_id="P", timestamp=moment)
        (problem,) = check_events(
            [event], known_products=lambda ids: set(ids) if late else set(), now=datetime.now(UTC)
        )
        assert problem is not None and problem.code == ("bad_timestamp" if late else "unknown_product")
    elif text in FILES:
        (tmp_path / "p.csv").write_bytes(FILES[text][0])
        (row,) = read_rows(tmp_path / "p.csv")
        assert isinstance(row, RawRow) and not isinstance(row, BadRow) and row.values == FILES[text][1]
    else:
        mapping = Mapping.model_validate({"kind": "product", "fields": {"id": "sku", "title": "title"}})
        (missing,) = mapping.missing_columns([dict.fromkeys(text.split(","), "x")])
        assert missing.is_required and missing.columns == ("sku",)


QUERIES = {
    "headphones $50–$100": ("price.usd", 50, 100),
    "耳机 300～500元": ("price.cny", 300, 500),
    "mouse under 99,99 euro": ("price.eur", None, 99.99),
    "laptop under 1.000 euro": ("price.eur", None, 1000),
    "jacket under 1k": ("price", None, 1000),
    "headphones 20+ hours": ("attr.battery_life", 71_928, None),
    "2-in-1 laptop": None,
}


@pytest.mark.parametrize("case", [c for c in cases("queries.jsonl") if c.values[0]["input"] in QUERIES])
def test_numbers_of_queries(case: dict[str, Any]) -> None:
    query = case["input"]
    words = re.findall(r"headphones|mouse|laptop|jacket", query)
    found = [f.constraint.condition for f in find_constraints(query, ONTOLOGY, words)]
    wanted = QUERIES[query]
    assert [(c.field, c.gte, c.lte) for c in found] == ([wanted] if wanted else [])
