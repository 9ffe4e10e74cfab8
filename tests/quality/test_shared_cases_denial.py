"""The given cases of denial, ownership and polarity, where ``../shared/cases`` is present."""

from __future__ import annotations

import pytest

from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.evidence.models import Document, DocumentField, Evidence
from kms.ontology import load_ontology
from tests.quality.shared_cases import needs_cases, read_cases

pytestmark = needs_cases
CASES = read_cases("denial_and_comparison.jsonl")
CLASSES = {
    "540 g": "backpack", "1.7 l": "kettle", "no fact": "kettle", "20 h, waterproof": "bluetooth_speaker",
    "1.2 kg, 16 GB": "laptop", "weight 5 g (each), no length": "true_wireless_earbuds",
    "no weight of the backpack": "backpack", "no height, no size": "jacket",
    "polyester; denied: leather": "jacket", "wool; denied: polyester, nylon": "jacket",
    "denied: parabens, fragrance, alcohol": "moisturiser",
}  # fmt: skip
ASSERTED = {
    "540 g": {"540 g"}, "1.7 l": {"1.7 l"}, "no fact": set(), "20 h, waterproof": {"20-hour", "waterproof"},
    "1.2 kg, 16 GB": {"1.2 kg", "16 GB"}, "weight 5 g (each), no length": {"5 g"},
    "no weight of the backpack": set(), "no height, no size": set(), "polyester; denied: leather": {"polyester"},
    "wool; denied: polyester, nylon": {"wool"}, "Bluetooth; denied: NFC": {"Bluetooth"},
}  # fmt: skip
INCIDENTAL = {"red", "USB-C"}
"""Mentions that a case leaves open."""


@pytest.mark.parametrize("case", [c for c in CASES if c["where"] == "description"], ids=lambda c: c["input"])
def test_descriptions(case: dict[str, str]) -> None:
    expected = case["expected"]
    found = list(_read(case["input"], CLASSES.get(expected, "over_ear_headphones"), "description"))
    asserted = {e.surface for e in found if not e.negated} - INCIDENTAL
    assert asserted == ASSERTED.get(expected, set())


@pytest.mark.parametrize("case", [c for c in CASES if c["where"] == "review"], ids=lambda c: c["input"])
def test_reviews(case: dict[str, str]) -> None:
    expected = case["expected"]
    found = {(e.value, e.polarity) for e in _read(case["input"], "over_ear_headphones", "review_text")}
    if "battery negative" in expected:
        assert ("battery_life", "negative") in found
        assert ("battery_life", "positive") not in found
    if "battery positive" in expected:
        assert ("battery_life", "positive") in found
    if expected.startswith("sound negative"):
        assert ("sound_quality", "negative") in found
        assert ("sound_quality", "positive") not in found
    if "positive or n" in expected or "positive or neutral" in expected:
        assert ("sound_quality", "negative") not in found


def _read(text: str, class_id: str, field: DocumentField) -> list[Evidence]:
    document = Document(id="d", product_id="P", field=field, text=text, language="en")
    return Pipeline(load_ontology()).extract([(document, ProductContext(class_id))])
