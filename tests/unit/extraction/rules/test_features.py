from __future__ import annotations

import pytest

from extraction.rules.tables import TableReader
from kms.ontology.model import Ontology

from .conftest import MakeText

Said = set[tuple[str, str, bool]]


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> TableReader:
    return TableReader(ontology)


@pytest.mark.parametrize(
    ("line", "class_id", "expected"),
    [
        ("HDMI: no", "monitor", {("connectivity", "hdmi", True)}),
        ("HDMI: yes", "monitor", {("connectivity", "hdmi", False)}),
        ("HDMI: 2", "monitor", {("connectivity", "hdmi", False)}),
        ("Wi-Fi support: ✗", "radio", {("connectivity", "wifi", True)}),
        ("Bluetooth: 5.3", "radio", {("connectivity", "bluetooth_5_3", False)}),
        ("Waterproof: IPX7", "jacket", {("water_resistance", "ipx7", False)}),
        ("Noise cancelling: no", "headset", {("noise_cancelling", "active_noise_cancelling", True)}),
        ("Dishwasher safe: No", "saucepan", {("care", "dishwasher_safe", True)}),
        ("Linen: 55%", "shirt", {("material", "linen", False)}),
        ("Wool: 0 %", "shirt", {("material", "wool", True)}),
        ("是否防水: 否", "jacket", {("water_resistance", "waterproof", True)}),
        ("NFC功能: 有", "speaker", {("connectivity", "nfc", False)}),
        ("Key features: HDMI (yes), NFC (no)", "monitor",
         {("connectivity", "hdmi", False), ("connectivity", "nfc", True)}),
        ("tags: HDMI, clearance, office gear", "monitor", {("connectivity", "hdmi", False)}),
        ("tags: hand cream, gift", "jacket", set()),
        ("tags: gift, olive oil", "jacket", set()),
        ("tags: cream, gift", "jacket", {("colour", "cream", False)}),
        ("标签: 蓝牙, 热卖", "speaker", {("connectivity", "bluetooth", False)}),
        ("Features: Wi-Fi: no", "radio", {("connectivity", "wifi", True)}),
        ("功能: 蓝牙（无）、NFC", "speaker", {("connectivity", "bluetooth", True), ("connectivity", "nfc", False)}),
        ("Oven safe: ✓", "saucepan", {("oven_safe", "true", False)}),
        ("Cable for HDMI: no", "monitor", set()),
        ("Waterproof: maybe", "jacket", set()),
        ("SPF: yes", "jacket", set()),
        ("Manual: yes", "speaker", set()),
        ("Manual: yes", None, set()),
        ("Bluetooth: yes", None, {("connectivity", "bluetooth", False)}),
        ("Numeric keypad: yes", "keyboard", {("keyboard_layout", "numpad_only", False)}),
        ("Numeric keypad: yes", None, set()),
    ],
)  # fmt: skip
def test_rows_of_features(
    reader: TableReader, make_text: MakeText, line: str, class_id: str | None, expected: Said
) -> None:
    found = reader.find_mentions(make_text(line, class_id, field="table"), class_id)
    assert {(m.attribute, m.value, m.negated) for m in found} == expected
