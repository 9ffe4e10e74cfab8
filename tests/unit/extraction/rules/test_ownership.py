"""Whose measures and values are: the product's, an accessory's, a part's, another thing's or a person's."""

from __future__ import annotations

import pytest

from extraction.rules.extractor import RuleExtractor
from extraction.rules.mention import Occupied
from extraction.rules.ownership import Ownership
from extraction.rules.quantities import MeasureReader
from kms.ontology.model import Ontology
from kms.types import Language

from .conftest import MakeText


@pytest.fixture(scope="module")
def extractor(ontology: Ontology) -> RuleExtractor:
    return RuleExtractor(ontology)


@pytest.mark.parametrize(
    ("class_id", "text", "own"),
    [
        ("backpack", "The rain cover weighs 120 g.", []),
        ("backpack", "The backpack weighs 1.3 kg and its strap is 70 cm long.", ["1.3 kg"]),
        ("backpack", "Fits laptops up to 14 inch. Holds 24 l.", ["24 l"]),
        ("backpack", "Replaces the Corrie 2 (22 l, 900 g).", []),
        ("tent", "The box measures 40 x 20 x 20 cm. The tent itself weighs 3.2 kg.", ["3.2 kg"]),
        ("tent", "Each pole weighs 110 g.", []),
        ("true_wireless_earbuds", "In the box: a 50 cm cable and a 38 g charging case.", []),
        ("true_wireless_earbuds", "Each earbud weighs 4 g.", ["4 g"]),
        ("jacket", "Model is 180 cm tall and wears size L.", []),
        ("jacket", "Our model Lena is 171 cm and wears a size S.", []),
        ("laptop", "This model is slim and weighs 1.4 kg.", ["1.4 kg"]),
        ("laptop", "Comes in grey with its 12-hour battery life.", ["grey", "12-hour"]),
        ("over_ear_headphones", "Supplied with a 3 m charging cable. Weighs 280 g.", ["280 g"]),
        ("over_ear_headphones", "Comes with a cotton pouch.", []),
        ("handbag", "Includes a linen dust bag.", []),
        ("backpack", "The detachable belt adds 130 g.", []),
        ("sleeping_mat", "Supplied with a polyester repair kit.", []),
        ("shaver", "Comes with a pouch made of nylon.", []),
        ("kettle", "The base has a diameter of 14 cm. Holds 2 l.", ["2 l"]),
        ("jacket", "Mia (168 cm, 58 kg) is wearing the jacket.", []),
        ("sunscreen", "Plus a free 5 ml sachet.", []),
        ("handbag", "A roomy linen bag.", ["linen"]),
        ("over_ear_headphones", "The battery lasts 26 hours.", ["26 hours"]),
        ("blender", "The optional steel jug holds 2 l.", []),
        ("blender", "A 30 W USB-C adapter is enclosed.", []),
        ("usb_charger", "A 30 W charger for the desk.", ["30 W"]),
        ("shaver", "Its storage pouch is made of cork.", []),
        ("handbag", "Wear it with our red linen scarf.", []),
        ("kettle", "Boils faster, 400 W more powerful than before.", []),
        ("backpack", "Includes a free steel mug.", []),
        ("backpack", "BPA free nylon.", ["nylon"]),
        ("mug", "Arrives in an oak presentation gift box.", []),
        ("shaver", "In the box: a stand and a cork travel case.", []),
        ("trousers", "Worn by Ben, 6'1\".", []),
        ("backpack", "Replacing my 25 l daypack.", []),
        ("head_torch", "Ours: 500 lumens.", ["500 lumens"]),
        ("monitor", "For a laptop with Thunderbolt 4.", []),
        ("laptop", "A laptop with Thunderbolt 4.", ["Thunderbolt 4"]),
        ("kitchen_knife", "A sheath of oak keeps the edge.", []),
        ("tent", "Groundsheet (polyester, 400 g) sold separately.", []),
        ("tent", "Storage sack of red polyester.", []),
        ("handbag", "Add our matching suede belt.", []),
        ("jacket", "Mia wears a medium.", []),
        ("kettle", "Works with your induction hob.", ["induction hob"]),
    ],
)
def test_measures_and_values_of_other_things_are_left_out(
    extractor: RuleExtractor, make_text: MakeText, class_id: str, text: str, own: list[str]
) -> None:
    found = [e.surface for e in extractor.extract(make_text(text, class_id)) if e.relation == "has_value"]
    assert found == own


@pytest.mark.parametrize(
    ("class_id", "text", "own"),
    [
        ("backpack", "防雨罩重120克，背包重1.3千克", ["1.3千克"]),
        ("jacket", "模特身高180厘米，穿L码", []),
        ("backpack", "适用于14英寸笔记本，自重900克", ["900克"]),
        ("true_wireless_earbuds", "包装清单：50厘米数据线，38克充电盒。", []),
        ("shaver", "收纳盒为竹制。", []),
        ("mug", "配橡木礼盒。", []),
        ("camping_stove", "气瓶（300克）需另购。", []),
        ("tent", "防潮垫重300克，可单独购买。", []),
        ("perfume", "瓶装50ml，另送3ml小样。", ["50ml"]),
        ("backpack", "可搭配我们的羊毛围巾。", []),
        ("handbag", "与红色围巾一起使用更好看。", []),
        ("backpack", "另有钢制水壶可选购。", []),
        ("laptop", "附带一个30W充电器。", []),
        ("backpack", "赠送两个钢制挂钩和帆布袋。", []),
    ],
)
def test_in_chinese(
    extractor: RuleExtractor, make_text: MakeText, class_id: str, text: str, own: list[str]
) -> None:
    language: Language = "zh"
    found = extractor.extract(make_text(text, class_id, language=language))
    assert [e.surface for e in found if e.relation == "has_value"] == own


def test_occupied_spans_tell_overlaps() -> None:
    occupied = Occupied([(5, 9), (0, 3), (1, 20), (30, 31)])
    assert occupied.overlaps(19, 25)
    assert occupied.overlaps(30, 40)
    assert not occupied.overlaps(20, 30)
    assert not Occupied([]).overlaps(0, 100)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I moved from gold to silver, coincidence?", []),
        ("Gold medal for the maker.", []),
        ("It is silver and looks good.", ["silver"]),
        ("I bought it in silver.", ["silver"]),
        ("Lovely blue headphones.", ["blue"]),
    ],
)
def test_a_review_says_a_colour_of_the_product(
    extractor: RuleExtractor, make_text: MakeText, text: str, own: list[str]
) -> None:
    read = extractor.extract(make_text(text, "over_ear_headphones", field="review_text"))
    assert [e.surface for e in read if e.attribute == "colour"] == own


@pytest.mark.parametrize(
    ("class_id", "text", "attribute", "own"),
    [
        ("sneakers", "With a padded collar.", "garment_feature", []),
        ("backpack", "Suitable for cats from 3 to 9 kg.", "weight", []),
        ("backpack", "Suitable for cats from 3 to 9 kg. Weighs 700 g.", "weight", ["700 g"]),
        ("backpack", "适合5至20公斤的狗", "weight", []),
        ("sneakers", "Heel drop 6 mm.", "heel_height", []),
        ("sneakers", "Heel 3 cm.", "heel_height", ["3 cm"]),
    ],
)
def test_measures_of_users_and_features_of_parts(
    extractor: RuleExtractor, make_text: MakeText, class_id: str, text: str, attribute: str, own: list[str]
) -> None:
    language: Language = "en" if text.isascii() else "zh"
    found = extractor.extract(make_text(text, class_id, language=language))
    assert [e.surface for e in found if e.attribute == attribute] == own


@pytest.mark.parametrize(
    ("title", "text", "counts"),
    [
        ("Oxley Drift 3 socks", "The Drift 3 pairs wool with nylon.", []),
        ("Oxley wool socks 3 pairs", "Wool socks 3 pairs for winter.", ["3 pairs"]),
        ("Oxley wool socks", "Three pairs in a box.", ["Three pairs"]),
    ],
)
def test_a_models_number_counts_nothing(
    extractor: RuleExtractor, make_text: MakeText, title: str, text: str, counts: list[str]
) -> None:
    found = extractor.extract(make_text(text, "socks", title=title))
    assert [e.surface for e in found if e.attribute == "package_quantity"] == counts


@pytest.mark.parametrize(
    ("title", "text", "own"),
    [
        ("Card file box", "Stores 300 3 x 5 inch cards. Size: 6 x 4 x 3 inch.", ["6", "4", "3 inch"]),
        (
            "Filing cabinet",
            "Bottom drawers: 12 in. W x 15 in. D. Dimensions: 40 x 50 x 60 cm.",
            ["40", "50", "60 cm"],
        ),
        (
            "Counter display",
            "Shows standard 9 cm wide calling cards. Length of the display: 30 cm.",
            ["30 cm"],
        ),
        ("Index cards, ruled", "Handy 3 x 5 inch index cards.", ["3", "5 inch"]),
        ("Power strip", "Cord length: 3 m. Length: 40 cm.", ["40 cm"]),
        ("Glue stick", "Works on wood and leather. Material: plastic.", ["plastic"]),
        ("Fountain pen", "Net weight: 33 g Cap: screw type", ["33 g"]),
    ],
)
def test_of_a_product_without_a_class_the_title_names_what_is_its_own(
    extractor: RuleExtractor, make_text: MakeText, title: str, text: str, own: list[str]
) -> None:
    found = extractor.extract(make_text(text, None, title=title))
    assert [e.surface for e in found if e.relation == "has_value"] == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("The spandex on these shorts gives way.", ["spandex"]),
        ("These navy nylon laces are strong.", ["navy", "nylon"]),
        ("I have a silver chain that goes with it.", []),
        ("I love the red!", ["red"]),
    ],
)
def test_looks_in_reviews_are_own_where_a_demonstrative_points_at_the_product(
    extractor: RuleExtractor, make_text: MakeText, text: str, own: list[str]
) -> None:
    found = extractor.extract(make_text(text, "trousers", field="review_text"))
    assert [e.surface for e in found if e.relation == "has_value"] == own


def test_a_list_of_the_box_counts_in_any_sentence(extractor: RuleExtractor, make_text: MakeText) -> None:
    text = make_text("A light tent. In the box: a 30 g tin. Weighs 2 kg.", "tent")
    assert [e.surface for e in extractor.extract(text)] == ["2 kg"]


@pytest.mark.parametrize(
    ("text", "own"), [("紫色好看，很百搭。", ["紫色"]), ("羊毛很软。", ["羊毛"]), ("配我的紫色裙子", [])]
)
def test_a_clauses_topic_in_a_chinese_review_is_the_product(
    extractor: RuleExtractor, make_text: MakeText, text: str, own: list[str]
) -> None:
    language: Language = "zh"
    found = extractor.extract(make_text(text, "sweater", field="review_text", language=language))
    assert [e.surface for e in found if e.relation == "has_value"] == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Friends always assume it is real silk.", []),
        ("You'd swear this was linen.", []),
        ("It passes for wool from afar.", []),
        ("同事都以为是真丝", []),
        ("I think it is wool.", ["wool"]),
        ("They thought of cold days: it is wool.", ["wool"]),
    ],
)
def test_a_look_that_others_take_it_to_have_is_none(
    extractor: RuleExtractor, make_text: MakeText, text: str, own: list[str]
) -> None:
    language: Language = "en" if text.isascii() else "zh"
    mentions = extractor.extract(make_text(text, "scarf", field="review_text", language=language))
    assert [m.surface for m in mentions if m.relation == "has_value"] == own


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("Boards 27 mm thick, untreated.", False),
        ("The edge is 2 mm thick.", False),
        ("Only 27 mm thick.", True),
        ("The bed is 27 mm thick.", True),
    ],
)
def test_a_thickness_of_what_the_product_is_made_of_is_not_its_height(
    ontology: Ontology, make_text: MakeText, text: str, is_own: bool
) -> None:
    document = make_text(text, "camp_furniture", title="Raised Bed")
    found = MeasureReader(ontology).find_mentions(document, "camp_furniture")
    ownership = Ownership(ontology)
    heights = [m for m in found if m.attribute == "height"]
    assert heights
    assert [ownership.is_of_other(document, m, "camp_furniture") for m in heights] == [not is_own]
