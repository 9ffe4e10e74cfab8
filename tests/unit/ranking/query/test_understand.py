from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology
from ranking.models import Understanding
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader, exclusions

ONTOLOGY: Ontology = load_ontology()
READER = QueryReader(
    ONTOLOGY,
    brands={"norvik": ("brand:norvik", "Norvik"), "ostara home": ("brand:ostara_home", "Ostara Home")},
    products_of={"category:headphones": 9, "value:colours/black": 3},
    speller=Speller({"headphones": 9, "jacket": 2}, is_written=lambda word: True),
)


def nodes(understanding: Understanding) -> list[str]:
    return [("-" if e.negated else "") + e.node for e in understanding.entities]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("black headphones", ["value:colours/black", "category:headphones"]),
        ("黑色耳机", ["value:colours/black", "category:headphones"]),
        ("Norvik headphones for travel", ["brand:norvik", "category:headphones", "use:travel"]),
        ("ostara home headphones", ["brand:ostara_home", "category:headphones"]),
        ("儿童耳机", ["audience:children", "category:headphones"]),
        ("jacket not polyester", ["category:jacket", "-value:materials/polyester"]),
        ("外套 不要聚酯纤维", ["category:jacket", "-value:materials/polyester"]),
        ("headphones without norvik", ["category:headphones", "-brand:norvik"]),
        ("xyzzy", []),
    ],
)
def test_entities(query: str, expected: list[str]) -> None:
    assert nodes(READER.understand(query)) == expected


def test_a_value_of_another_kind_of_product_is_no_reading() -> None:
    assert nodes(READER.understand("轻薄笔记本电脑")) == ["category:laptop"]


def test_a_letter_of_a_quantity_is_no_size() -> None:
    assert not [e for e in READER.understand("hdmi cable 2m").entities if e.node.endswith("/m")]
    assert "value:clothing_size/m" in nodes(READER.understand("jacket size m"))


def test_quantities_are_values() -> None:
    (entity,) = [e for e in READER.understand("kettle 1.7 litre").entities if e.kind == "quantity"]
    assert entity.field == "attr.capacity" and float(entity.value) == pytest.approx(0.0017)


def test_what_is_searched_is_what_is_left() -> None:
    assert READER.understand("jacket not polyester under 100 euros").text == "jacket"
    assert READER.understand("耳机 不要聚酯纤维").text == "耳机"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("显示器 不要曲面", "显示器"),
        ("pan without teflonium", "pan"),
        ("without", "without"),
        ("不要", "不要"),
    ],
)
def test_unknown_exclusions_are_not_searched_for(query: str, text: str) -> None:
    assert READER.understand(query).text == text


def test_bounds_and_exclusions_stand_side_by_side() -> None:
    understanding = READER.understand("jacket not polyester under 100")
    assert [(c.condition.field, c.condition.lte) for c in understanding.constraints] == [("price", 100.0)]
    assert [(c.field, c.none_of) for c in exclusions(understanding)] == [("attr.material", ("polyester",))]


@pytest.mark.parametrize(
    ("query", "language"), [("kettle", "en"), ("水壶", "zh"), ("Norvik 耳机", "zh"), ("", "en")]
)
def test_language(query: str, language: str) -> None:
    assert READER.understand(query).language == language


PIECES = st.lists(
    st.sampled_from(
        [
            "under",
            "not",
            "不要",
            "without",
            "50",
            "1.7",
            "kg",
            "€",
            "headphones",
            "耳机",
            "-",
            "to",
            "between",
            "½",
            "以下",
        ]
    ),
    max_size=8,
).map(" ".join)


@given(st.text(max_size=80) | PIECES)
def test_any_text_is_accepted(query: str) -> None:
    understanding = READER.understand(query)
    assert understanding.query == query
    for entity in understanding.entities:
        assert entity.start < entity.end
    exclusions(understanding)


@pytest.mark.parametrize(
    ("query", "classes"),
    [
        ("水壶", ["bottle", "kettle"]),
        ("水壺 1.5升", ["bottle", "kettle"]),
        ("烧水壶", ["kettle"]),
        ("tumblers", ["bottle", "mug"]),
        ("travel mug", ["mug"]),
        ("移动硬盘", ["external_ssd", "storage_device"]),
    ],
)
def test_a_name_of_several_classes_means_them_all(query: str, classes: list[str]) -> None:
    entities = READER.understand(query).entities
    assert sorted(e.value for e in entities if e.kind == "class") == classes


def test_a_denied_name_of_several_classes_denies_them_all() -> None:
    assert set(nodes(READER.understand("户外装备 不要水壶"))) >= {"-category:bottle"}


@pytest.mark.parametrize(
    ("query", "free"),
    [
        ("不含酒精", "alcohol_free"),
        ("moisturiser without alcohol", "alcohol_free"),
        ("shampoo with no sulfates", "sulphate_free"),
        ("面霜 不要香精", "fragrance_free"),
        ("洗发水不含硅油", "silicone_free"),
    ],
)
def test_who_excludes_an_ingredient_asks_for_what_is_free_of_it(query: str, free: str) -> None:
    found = nodes(READER.understand(query))
    assert f"value:beauty_claim/{free}" in found
    assert any(node.startswith("-value:") for node in found)


def test_what_a_class_cannot_be_free_of_is_excluded_alone() -> None:
    assert nodes(READER.understand("kettle without silicone")) == [
        "category:kettle",
        "-value:materials/silicone",
    ]


@pytest.mark.parametrize(
    ("query", "class_id"),
    [
        ("cookie sheet", "bakeware"), ("jump drive", "storage_device"), ("tent stakes", "outdoor_accessory"),
        ("knapsack", "backpack"), ("wellies", "boots"), ("pocketbook", "handbag"), ("gilet", "jacket"),
        ("camping cooker", "camping_stove"), ("liquidiser", "blender"), ("波鞋", "sneakers"), ("行山杖", "hiking_poles"),
        ("滑鼠", "mouse"), ("隨身碟", "storage_device"), ("豆腐頭", "usb_charger"), ("瓦斯爐", "camping_stove"),
        ("單柄鍋", "saucepan"), ("榨汁机", "blender"), ("鸭舌帽", "hat"),
    ],
)  # fmt: skip
def test_classes_are_known_by_the_names_of_several_countries(query: str, class_id: str) -> None:
    assert nodes(READER.understand(query)) == [f"category:{class_id}"]
