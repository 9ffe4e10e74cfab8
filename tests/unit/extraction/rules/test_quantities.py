from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.rules.quantities import MeasureReader
from kms.ontology.model import Ontology

from .conftest import MakeText


@pytest.fixture(scope="module")
def reader(ontology: Ontology) -> MeasureReader:
    return MeasureReader(ontology)


Found = set[tuple[str, str, str]]


def read(reader: MeasureReader, make_text: MakeText, text: str, class_id: str, **kinds: str) -> Found:
    analysed = make_text(text, class_id, **kinds)
    return {(text[m.start : m.end], m.attribute, m.value) for m in reader.find_mentions(analysed, class_id)}


@pytest.mark.parametrize(
    ("text", "class_id", "expected"),
    [
        ("Runs up to 30 hours, weighs 264 g.", "over_ear_headphones",
         {("30 hours", "battery_life", "30 hour"), ("264 g", "weight", "264 gram")}),
        ("Fully charged in 3 hrs.", "bluetooth_speaker", {("3 hrs", "charging_time", "3 hour")}),
        ("Each box is 24 cm high and 15 cm wide.", "bookshelf_speaker",
         {("24 cm", "height", "24 centimeter"), ("15 cm", "width", "15 centimeter")}),
        ("40 mm dynamic drivers", "over_ear_headphones", {("40 mm", "driver_size", "40 millimeter")}),
        ("Three years guarantee.", "over_ear_headphones", {("Three years", "warranty", "3 year")}),
        ("5 Hz to 35 kHz.", "over_ear_headphones",
         {("5 Hz", "lower_frequency", "5 hertz"), ("35 kHz", "upper_frequency", "35 kilohertz")}),
        ("SPF 50, water-resistant", "sunscreen", {("SPF 50", "spf", "50 count")}),
        ("Nine pockets, reinforced", "trousers", {("Nine pockets", "pocket_count", "9 count")}),
        ("It swallows a 3000 mm fly.", "tent", {("3000 mm", "waterproof_rating", "3000 millimeter")}),
        ("About 11 oz.", "over_ear_headphones", {("11 oz", "weight", "11 ounce")}),
        ("Commuter Travel Mug 16 oz steel body", "mug", {("16 oz", "capacity", "16 fluid_ounce")}),
        ("Our 4 year old loves it", "over_ear_headphones", set()),
        ("32 GB of memory, 1 TB of storage", "laptop",
         {("32 GB", "ram", "32 gigabyte"), ("1 TB", "storage_capacity", "1 terabyte")}),
        ("a 14-inch panel", "laptop", {("14-inch", "screen_size", "14 inch")}),
        ("The blade is 18 cm long.", "kitchen_knife", {("18 cm", "blade_length", "18 centimeter")}),
        ("At 120 cm high you can sit in it.", "tent", {("120 cm", "height", "120 centimeter")}),
        ("Playtime rose from 20 to 35 hours.", "over_ear_headphones", {("35 hours", "battery_life", "35 hour")}),
        ("A tote of 14 oz canvas", "handbag", set()),
        ("It boils half a litre of water in 4 minutes", "camping_stove", {("4 minutes", "boil_time", "4 minute")}),
        ("H: 21 cm, W: 30 cm", "handbag", {("21 cm", "height", "21 centimeter"), ("30 cm", "width", "30 centimeter")}),
        ("21 cm H, 30 cm W", "handbag", {("21 cm H", "height", "21 centimeter"), ("30 cm W", "width", "30 centimeter")}),
        ("A dome for 2-3 people", "tent", {("2-3", "persons", "2 to 3 count")}),
        ("Sleeps 5", "tent", {("5", "persons", "5 count")}),
        ("A 4-in-1 lipstick case with a box of 2,500 pins", "docking_station", set()),
        ("Crushes 300 g of ice at once", "blender", set()),
        ("Ships in a carton of 40 x 30 x 20 cm", "blender", set()),
        ("2x8GB RAM, 1TB SSD", "laptop", {("2x8GB", "ram", "16 gigabyte"), ("1TB", "storage_capacity", "1 terabyte")}),
        ("Box of 12", "socks", {("Box of 12", "package_quantity", "12 count")}),
    ],
)  # fmt: skip
def test_what_a_quantity_measures(
    reader: MeasureReader, make_text: MakeText, ontology: Ontology, text: str, class_id: str, expected: Found
) -> None:
    if class_id not in ontology.classes:
        pytest.fail(f"{class_id} is no class of the ontology")
    assert read(reader, make_text, text, class_id) == expected


@pytest.mark.parametrize(
    ("text", "class_id", "expected"),
    [
        ("续航30小时，重264克", "over_ear_headphones",
         {("30小时", "battery_life", "30 hour"), ("264克", "weight", "264 gram")}),
        ("充满约1.5小时", "bluetooth_speaker", {("1.5小时", "charging_time", "1.5 hour")}),
        ("一年质保", "over_ear_headphones", {("一年", "warranty", "1 year")}),
        ("蓝牙、2.4G双模", "mouse", set()),
        ("极限零下5度", "sleeping_bag", {("零下5度", "limit_temperature", "-5 degC")}),
        ("共5个口袋", "jacket", {("5个口袋", "pocket_count", "5 count")}),
        ("采用230克新疆有机棉", "t_shirt", {("230克", "fabric_weight", "230 gram / meter ** 2")}),
    ],
)  # fmt: skip
def test_in_chinese(
    reader: MeasureReader, make_text: MakeText, text: str, class_id: str, expected: Found
) -> None:
    assert read(reader, make_text, text, class_id, language="zh") == expected


def test_a_list_of_dimensions_is_length_width_height(reader: MeasureReader, make_text: MakeText) -> None:
    found = read(reader, make_text, "Non-slip feet, 18 x 6 x 3 cm.", "kitchen_scale")
    assert found == {
        ("18", "length", "18 centimeter"),
        ("6", "width", "6 centimeter"),
        ("3 cm", "height", "3 centimeter"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "Lighter than the Norvik Drift, which weighs 310 g.",
        "65 g rather than 54 g",
        "Unlike the Drift with its 590 g",
        "My old pair weighed 300 g",
    ],
)
def test_the_value_of_another_product_is_not_this_products(
    reader: MeasureReader, make_text: MakeText, text: str
) -> None:
    values = {value for _, _, value in read(reader, make_text, text, "over_ear_headphones")}
    assert values <= {"65 gram"}


def test_denied_counts_are_denied(reader: MeasureReader, make_text: MakeText) -> None:
    text = make_text("It does not weigh 300 g.", "over_ear_headphones")
    (mention,) = reader.find_mentions(text, "over_ear_headphones")
    assert mention.negated
    assert mention.cue is not None
    assert text.document.text[slice(*mention.cue)] == "not"


@given(
    text=st.text(max_size=120),
    class_id=st.sampled_from(["over_ear_headphones", "laptop", "tent", "sunscreen"]),
)
def test_any_text_is_read(reader: MeasureReader, make_text: MakeText, text: str, class_id: str) -> None:
    for mention in reader.find_mentions(make_text(text, class_id), class_id):
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.attribute


@pytest.mark.parametrize(
    ("class_id", "text", "expected"),
    [
        ("laptop", 'Grey notebook, 39.6 cm (15.6") display', {"screen_size"}),
        ("laptop", "Fast (12 MB cache, 2.6 GHz)", set()),
        ("laptop", "144 Hz panel", {"refresh_rate"}),
        ("bluetooth_speaker", "Two drivers, 2 x 2 W", set()),
    ],
)
def test_a_size_said_twice_is_one_and_parts_are_no_pack(
    ontology: Ontology, make_text: MakeText, class_id: str, text: str, expected: set[str]
) -> None:
    found = MeasureReader(ontology).find_mentions(make_text(text, class_id), class_id)
    assert {m.attribute for m in found if m.attribute != "power"} == expected
