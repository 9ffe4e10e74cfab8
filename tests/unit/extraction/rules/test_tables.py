from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.rules.tables import TableReader, read_shop
from kms.ontology.model import Ontology

from .conftest import MakeText

Cell = tuple[str, str, str]


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> TableReader:
    return TableReader(ontology)


def read(reader: TableReader, make_text: MakeText, text: str, class_id: str | None) -> set[Cell]:
    return {
        (text[m.start : m.end], m.attribute, m.value)
        for m in reader.find_mentions(make_text(text, class_id, field="table"), class_id)
    }


@pytest.mark.parametrize(
    ("line", "class_id", "expected"),
    [
        ("Battery life: 30 h", "over_ear_headphones", {("30 h", "battery_life", "30 hour")}),
        ("Colour: black", "over_ear_headphones", {("black", "colour", "black")}),
        ("Material: cotton / elastane", "t_shirt",
         {("cotton", "material", "cotton"), ("elastane", "material", "elastane")}),
        ("Material: 95% cotton, 5% elastane", "t_shirt",
         {("cotton", "material", "cotton"), ("elastane", "material", "elastane")}),
        ("颜色: 黑色、白色", "t_shirt", {("黑色", "colour", "black"), ("白色", "colour", "white")}),
        ("重量: 264克", "over_ear_headphones", {("264克", "weight", "264 gram")}),
        ("Dimensions: 18 x 6 x 3 cm", "kitchen_scale",
         {("18", "length", "18 centimeter"), ("6", "width", "6 centimeter"), ("3 cm", "height", "3 centimeter")}),
        ("Frequency response: 20 Hz - 20 kHz", "over_ear_headphones",
         {("20 Hz", "lower_frequency", "20 hertz"), ("20 kHz", "upper_frequency", "20 kilohertz")}),
        ("Weight (g): 264", "over_ear_headphones", {("264", "weight", "264 gram")}),
        ("weight_kg: 0.5", "over_ear_headphones", {("0.5", "weight", "0.5 kilogram")}),
        ("重量（克）: 264", "over_ear_headphones", {("264", "weight", "264 gram")}),
        ("Battery life: 20-30 h", "over_ear_headphones", {("20-30 h", "battery_life", "20 to 30 hour")}),
        ("Battery life: 6 h 45 min", "over_ear_headphones", {("6 h 45 min", "battery_life", "6.75 hour")}),
        ("Capacity: 12 oz", "mug", {("12 oz", "capacity", "12 fluid_ounce")}),
        ("Weight: 12 oz", "handbag", {("12 oz", "weight", "12 ounce")}),
        ("Memory: 2 x 16GB", "laptop", {("2 x 16GB", "ram", "32 gigabyte")}),
        ("Size: W33/L34", "trousers", {("33", "waist", "33 inch"), ("34", "length", "34 inch")}),
        ("Dimensions (W x D x H): 40 x 20 x 30 cm", "handbag",
         {("40", "width", "40 centimeter"), ("20", "length", "20 centimeter"), ("30 cm", "height", "30 centimeter")}),
        ("Dimensions (cm): 40 x 20 x 30", "handbag",
         {("40", "length", "40 centimeter"), ("20", "width", "20 centimeter"), ("30", "height", "30 centimeter")}),
        ("Operating system: none", "laptop", {("none", "operating_system", "no_os")}),
        ("Coating: None", "frying_pan", {("None", "coating", "uncoated")}),
        ("操作系统: 无", "laptop", {("无", "operating_system", "no_os")}),
        ("Operating system: no", "laptop", {("no", "operating_system", "no_os")}),
        ("Colour: no", "over_ear_headphones", set()),
        ("Colour: none", "over_ear_headphones", {("none", "colour", "")}),
        ("Wireless: none", "over_ear_headphones", {("none", "wireless", "false")}),
        ("Weight: none", "over_ear_headphones", {("none", "weight", "")}),
        ("Package quantity: none", "food_storage", {("none", "package_quantity", "0 count")}),
        ("Operating system: n/a", "laptop", set()),
        ("Colour: -", "over_ear_headphones", set()),
        ("Weight: null", "over_ear_headphones", set()),
        ("Wireless: yes", "over_ear_headphones", {("yes", "wireless", "true")}),
        ("Colour: midnight unicorn", "over_ear_headphones", {("midnight unicorn", "colour", "")}),
        ("Colour: black, zorg", "over_ear_headphones", {("black", "colour", "black"), ("zorg", "colour", "")}),
        ("Waterproof rating: 3,000 mm", "tent", {("3,000 mm", "waterproof_rating", "3000 millimeter")}),
        ("Waterproof rating: IPX4", "tent", {("IPX4", "water_resistance", "ipx4")}),
        ("Contents: 500 ml", "food_storage", {("500 ml", "capacity", "500 milliliter")}),
        ("净含量: 2公斤", "food_storage", {("2公斤", "weight", "2 kilogram")}),
        ("Capacity: 2", "food_storage", {("2", "capacity", "")}),
        ("Pack size: 4 x 2 l", "food_storage", {("4 x 2 l", "package_quantity", "4 count")}),
        ("尺寸（宽×高×厚）: 30×20×8cm", "handbag",
         {("30", "width", "30 centimeter"), ("20", "height", "20 centimeter"), ("8cm", "length", "8 centimeter")}),
        ("Size: M", "t_shirt", {("M", "clothing_size", "m")}),
        ("规格: 高12cm 宽18cm", "food_storage",
         {("12cm", "height", "12 centimeter"), ("18cm", "width", "18 centimeter")}),
        ("Inseam: 32 in", "trousers", {("32 in", "length", "32 inch")}),
        ("Material: none", "t_shirt", {("none", "material", "")}),
        ("Weight: rather heavy", "over_ear_headphones", {("rather heavy", "weight", "")}),
        ("Shoe of the month: yes", "over_ear_headphones", set()),
    ],
)  # fmt: skip
def test_lines(
    reader: TableReader, make_text: MakeText, line: str, class_id: str, expected: set[Cell]
) -> None:
    assert read(reader, make_text, line, class_id) == expected


def test_each_line_has_its_own_offsets(reader: TableReader, make_text: MakeText) -> None:
    text = "Colour: black\nWeight:  264 g\n"
    assert read(reader, make_text, text, "over_ear_headphones") == {
        ("black", "colour", "black"),
        ("264 g", "weight", "264 gram"),
    }


def test_without_a_class_any_attribute_may_be_meant(reader: TableReader, make_text: MakeText) -> None:
    assert ("40 ohm", "impedance", "40 ohm") in read(reader, make_text, "Impedance: 40 ohm", None)


def test_a_misspelt_name_is_recognised(reader: TableReader, make_text: MakeText) -> None:
    assert read(reader, make_text, "Batery life: 30 h", "over_ear_headphones") == {
        ("30 h", "battery_life", "30 hour")
    }


def test_the_shops_statements(make_text: MakeText, ontology: Ontology) -> None:
    text = make_text("brand: Veldra\ncategory: laptop\ncomplements: P-7\nother: x", field="shop")
    found = [(m.relation, text.document.text[m.start : m.end], m.value) for m in read_shop(text, ontology)]
    assert found == [
        ("made_by", "Veldra", ""),
        ("in_category", "laptop", "laptop"),
        ("complements", "P-7", "P-7"),
    ]


@given(name=st.sampled_from(["Colour", "Weight", "尺寸", "Material", "x"]), value=st.text(max_size=40))
def test_any_value_is_read(reader: TableReader, make_text: MakeText, name: str, value: str) -> None:
    text = f"{name}: {value}"
    for mention in reader.find_mentions(make_text(text, "t_shirt", field="table"), "t_shirt"):
        assert 0 <= mention.start < mention.end <= len(text)


def test_a_short_form_of_a_name_needs_its_class(reader: TableReader, make_text: MakeText) -> None:
    assert read(reader, make_text, "Shape: rectangular", None) == set()
    assert read(reader, make_text, "Shape: rectangular", "sleeping_bag") != set()
