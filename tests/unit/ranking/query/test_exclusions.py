from __future__ import annotations

import pytest

from kms.ontology.load import load_ontology
from ranking.query.exclusions import find_unknown
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader

READER = QueryReader(
    load_ontology(),
    brands={"norvik": ("brand:norvik", "Norvik")},
    products_of={},
    speller=Speller({}, is_written=lambda word: True),
)


def read(query: str) -> tuple[set[str], set[str]]:
    """What is wanted and what is not, by the values of the fields."""
    entities = READER.understand(query).entities
    return {e.value for e in entities if not e.negated}, {e.value for e in entities if e.negated}


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        # A denial ends with what it denies.
        ("no plastic kettle", {"kettle"}, {"plastic"}),
        ("no pull harness medium", {"m"}, set()),
        ("jacket not waterproof black", {"jacket", "black"}, {"waterproof"}),
        ("headphones not for running", {"headphones"}, {"running"}),
        ("shoes not suitable for running", {"footwear"}, {"running"}),
        ("不要蓝牙耳机", {"headphones"}, {"bluetooth"}),
        ("不要红色的连衣裙", {"dress"}, {"red"}),
        # It goes on over what is joined to that.
        ("no leather or suede boots", {"boots"}, {"leather", "suede"}),
        # What is free of it is asked for, too.
        (
            "moisturiser without alcohol and fragrance",
            {"moisturiser", "alcohol_free", "fragrance_free"},
            {"alcohol", "fragrance"},
        ),
        ("不含酒精香精的护肤品", {"skincare", "alcohol_free", "fragrance_free"}, {"alcohol", "fragrance"}),
        ("headphones except norvik", {"headphones"}, {"norvik"}),
        ("不要Norvik的耳机", {"headphones"}, {"norvik"}),
        ("any speaker other than a norvik", {"speaker"}, {"norvik"}),
        # Something unknown is denied, and not what that would be for.
        ("headphones without logo for running", {"headphones", "running"}, set()),
        # Free of something is a value of its own.
        ("headphones without cable for running", {"headphones", "running", "true"}, set()),
        ("不带线的耳机", {"headphones", "true"}, set()),
        ("没有香味的护手霜", {"moisturiser", "fragrance_free"}, set()),
        # Of a pan that is not non-stick the class above is wanted.
        ("不要不粘锅", {"cookware"}, {"non_stick"}),
        ("laptop not too heavy for travel", {"laptop", "travel"}, set()),
        # The word for the opposite asks for it.
        ("wired mouse", {"false", "mouse"}, set()),
        ("有线鼠标", {"false", "mouse"}, set()),
        ("mouse not wired", {"mouse"}, {"false"}),
        # Of a class that is not wanted, alone, the class above is.
        ("非蓝牙音箱", {"speaker"}, {"bluetooth_speaker"}),
        ("not expensive headphones", {"headphones"}, set()),
        # Words that deny as a part of a name deny nothing else.
        ("non stick pan induction", {"non_stick", "frying_pan", "induction"}, set()),
        ("non-iron shirt blue", {"non_iron", "shirt", "blue"}, set()),
        ("no sleeves dress", {"sleeveless", "dress"}, set()),
        ("不含BPA水杯", {"bpa_free", "bottle", "mug"}, set()),
        ("无线耳机", {"true", "headphones"}, set()),
        ("无线降噪耳机", {"true", "active_noise_cancelling", "headphones"}, set()),
        ("无油面霜", {"oil_free", "moisturiser"}, set()),
        ("非常防水的外套", {"waterproof", "jacket"}, set()),
        ("wireless mouse non gaming", {"true", "mouse"}, {"gaming"}),
    ],
)
def test_what_a_query_wants_and_what_not(query: str, wanted: set[str], unwanted: set[str]) -> None:
    assert read(query) == (wanted, unwanted)


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("usb c charger that isn't braided", "usb c charger", ("braided",)),
        ("headphones without a mic", "headphones", ("mic",)),
        ("显示器 不要曲面", "显示器", ("曲面",)),
        ("jacket not polyester", "jacket", ()),
        ("laptop not chromebook", "laptop", ("chromebook",)),
        ("headset w/o mic", "headset", ("mic",)),
        ("speaker not bluetooth speaker", "speaker", ()),
        ("非蓝牙音箱", "音箱", ()),
        ("no show socks", "no show socks", ()),
        ("non dairy creamer", "non dairy creamer", ()),
    ],
)
def test_words_that_name_nothing(query: str, text: str, words: tuple[str, ...]) -> None:
    understanding = READER.understand(query)
    assert (understanding.text, understanding.excluded_words) == (text, words)


def test_what_is_named_by_what_it_lacks_is_searched_by_its_label() -> None:
    assert READER.understand("no sleeves dress").text == "sleeveless dress"
    assert READER.understand("non-stick pan").text == "non-stick pan"


@pytest.mark.parametrize(
    ("query", "searched", "words", "values"),
    [
        ("monitor not curved", "monitor", ("curved",), set()),
        ("pillow no feathers", "pillow", ("feathers",), set()),
        ("toaster but not retro", "toaster", ("retro",), set()),
        ("lamp that isn't zirconia", "lamp", ("zirconia",), set()),
        ("headphones -norvik", "headphones", (), {"norvik"}),
        ("headphones -oblenta", "headphones", ("oblenta",), set()),
        ("boots -leather -zips", "boots", ("zips",), {"leather"}),
        ("NOT over-ear headphones", "headphones", (), {"over_ear_headphones"}),
        ("jacket without hood or toggles", "jacket", ("toggles",), {"hooded"}),
        ("earbuds not norvik, oblenta or leather", "earbuds", ("oblenta",), {"norvik", "leather"}),
        ("cream that doesn't contain alcohol or oxybenzone", "cream", ("oxybenzone",), {"alcohol"}),
        ("耳机 不要挂绳", "耳机", ("挂绳",), set()),
        # 以外 and 除外 stand behind what they leave out; a question with yes and no in one leaves nothing out.
        ("红色以外的背包", "的背包", (), {"red"}),
        ("除了红色以外的背包", "的背包", (), {"red"}),
        ("背包 红色除外", "背包", (), {"red"}),
        ("有没有红色的背包", "红色的背包", (), set()),
        ("能不能水洗的外套", "水洗的外套", (), set()),
        ("可不可以露营用的背包", "露营用的背包", (), set()),
        ("not a curved monitor", "monitor", ("curved",), set()),
        ("nothing made of leather, a bag", ", a bag", (), {"leather"}),
        # What stands between a denial and the thing goes with the denial, and so does what the thing is a part of.
        ("duvet not filled with feathers", "duvet", ("feathers",), set()),
        ("speaker that's not made by norvik", "speaker", (), {"norvik"}),
        ("bag that has no leather", "bag", (), {"leather"}),
        ("i don't want over-ear headphones", "headphones", (), {"over_ear_headphones"}),
        ("headphones but please no bluetooth", "headphones", (), {"bluetooth"}),
        ("coffee maker that isn't a capsule model", "coffee maker", (), {"capsule"}),
        ("laptop that doesn't run linux", "laptop", (), {"linux"}),
        ("pan that doesn't scratch lacquer", "pan", (), set()),
        ("wifi does not reach the attic", "wifi the attic", (), set()),
        # Names, negative numbers and idioms exclude nothing.
        ("no-show socks", "no-show socks", (), set()),
        ("no show socks", "no show socks", (), set()),
        ("non-slip mat", "non-slip mat", (), set()),
        ("sleeping bag -10 degrees", "sleeping bag -10 degrees", (), set()),
    ],
)
def test_words_that_the_ontology_does_not_know(
    query: str, searched: str, words: tuple[str, ...], values: set[str]
) -> None:
    understood = READER.understand(query)
    assert understood.text == searched
    assert understood.excluded_words == words
    assert {e.value for e in understood.entities if e.negated} == values


@pytest.mark.parametrize(
    ("query", "verb", "wanted"),
    [
        ("shampoo that does not dry out my curly hair", "dry out", {"shampoo", "curly"}),
        ("backpack that won't hurt for hiking", "hurt", {"backpack", "hiking"}),
    ],
)
def test_a_denied_verb_is_said_not_to_be_understood(query: str, verb: str, wanted: set[str]) -> None:
    understood = READER.understand(query)
    assert understood.not_understood == (verb,)
    assert understood.excluded_words == ()
    assert {e.value for e in understood.entities if not e.negated} == wanted


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ("screen not 24 inch", set(), {"attr.screen_size"}),
        ("monitor not 32 inch", {"monitor"}, {"attr.screen_size"}),
        ("monitor that isn't a 24 inch", {"monitor"}, {"attr.screen_size"}),
        ("laptop -16gb", {"laptop"}, {"attr.ram"}),
        ("laptop without 8 GB ram", {"laptop"}, {"attr.ram"}),
        ("kettle other than 1.5 l", {"kettle"}, {"attr.capacity"}),
        ("不要15寸的笔记本电脑", {"laptop"}, {"attr.screen_size"}),
        ("帐篷 不要4人的", {"tent"}, {"attr.persons"}),
        ("tent not 6-person", {"tent"}, {"attr.persons"}),
    ],
)
def test_denied_numbers(query: str, wanted: set[str], unwanted: set[str]) -> None:
    entities = READER.understand(query).entities
    assert {e.value for e in entities if not e.negated and e.kind != "quantity"} == wanted
    assert {e.field for e in entities if e.negated and e.kind == "quantity"} == unwanted or not wanted


@pytest.mark.parametrize(
    "query",
    [
        "no plastic 1.7 litre kettle",
        "sleeping bag -5 degrees",
        "headphones not for running with 20 hours",
        "不要塑料的1.5升水壶",
        "laptop that isn't heavy with 16 gb",
    ],
)
def test_a_number_that_a_denial_does_not_reach_is_wanted(query: str) -> None:
    assert [e.negated for e in READER.understand(query).entities if e.kind == "quantity"] == [False]


@pytest.mark.parametrize(
    ("query", "field", "low", "high"),
    [
        ("monitor not between 150 and 250", "price", 150, 250),
        ("headphones anything but 80-120 euro", "price.eur", 80, 120),
        ("laptop not 13 to 14 inch", "attr.screen_size", 0.330, 0.356),
        ("耳机 不要200到400元的", "price.cny", 200, 400),
        ("kettle except 1 to 1.5 litres", "attr.capacity", 0.000999, 0.0015015),
    ],
)
def test_denied_ranges(query: str, field: str, low: float, high: float) -> None:
    (constraint,) = READER.understand(query).constraints
    condition = constraint.condition
    assert constraint.negated
    assert condition.field == field
    assert condition.gte == pytest.approx(low, rel=0.01)
    assert condition.lte == pytest.approx(high, rel=0.01)


@pytest.mark.parametrize(
    ("query", "text", "lacking"),
    [
        ("nut-free muesli", "muesli", ("nut",)),
        ("lactose free milk", "milk", ("lactose",)),
        ("mug free shipping", "mug free shipping", ()),
        ("free mug", "free mug", ()),
        ("fragrance-free moisturiser", "fragrance-free moisturiser", ()),
    ],
)
def test_things_to_be_free_of(query: str, text: str, lacking: tuple[str, ...]) -> None:
    understood = READER.understand(query)
    assert (understood.text, understood.lacking) == (text, lacking)


@pytest.mark.parametrize(
    ("query", "unwanted"),
    [
        ("leather-free boots", {"leather"}),
        ("boots leather free", {"leather"}),
        ("plastic free bottle", {"plastic"}),
    ],
)
def test_free_behind_a_known_name_excludes_it(query: str, unwanted: set[str]) -> None:
    assert read(query)[1] == unwanted


@pytest.mark.parametrize(
    ("query", "wanted", "verb"),
    [
        ("boots that don't slip on wet stone", {"boots"}, "slip"),
        ("jacket that won't zip through", {"jacket"}, "zip"),
    ],
)
def test_a_denied_verb_names_no_value(query: str, wanted: set[str], verb: str) -> None:
    understood = READER.understand(query)
    assert wanted <= {e.value for e in understood.entities}
    assert not [e for e in understood.entities if e.negated]
    assert verb in understood.not_understood


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted", "words"),
    [
        ("gaming mouse", {"gaming", "mouse"}, set(), ()),
        ("羽绒服", {"down", "jacket"}, set(), ()),
        ("珐琅锅", {"enamel", "casserole"}, set(), ()),
        ("不要游戏鼠标", {"mouse"}, {"gaming"}, ()),
        ("no gaming mouse", {"mouse"}, {"gaming"}, ()),
        ("不要氮化镓充电器", {"usb_charger"}, {"gan"}, ()),
        ("charger that isn't gan", {"usb_charger"}, {"gan"}, ()),
        # A modifier that names nothing is a word.
        ("no dome tent", {"tent"}, set(), ("dome",)),
        ("不要隧道帐篷", {"tent"}, set(), ("隧道",)),
        # A class whose own label is the compound has the modifier's meaning by itself.
        ("running shoes", {"sneakers"}, set(), ()),
    ],
)
def test_modifiers_of_class_names(
    query: str, wanted: set[str], unwanted: set[str], words: tuple[str, ...]
) -> None:
    assert read(query) == (wanted, unwanted)
    assert READER.understand(query).excluded_words == words


@pytest.mark.parametrize(
    ("query", "word"),
    [("jacket other than quilted cotton", "quilted"), ("mug except speckled ceramic", "speckled")],
)
def test_a_value_that_an_excluded_word_describes_is_not_wanted(query: str, word: str) -> None:
    understood = READER.understand(query)
    assert understood.excluded_words == (word,)
    assert [e.kind for e in understood.entities] == ["class"]


@pytest.mark.parametrize(
    ("query", "excluded"),
    [
        ("jeans without belt loops", ["belt loops"]),
        ("candle no palm wax", ["palm wax"]),
        ("juice without added sweeteners", ["added sweeteners"]),
        ("without artificial sweeteners", ["artificial sweeteners"]),
        ("no xanthan gravy", ["xanthan"]),  # a gravy is wanted
        ("jeans without belt slim", ["belt"]),
        ("无硅油洗发水", ["硅油"]),
        ("面霜 无防腐剂", ["防腐剂"]),
        ("tea not in bags", ["bags"]),
        ("soup not with cream", ["cream"]),
        ("不用气的炉子", ["气"]),
        ("不需要工具的柜子", ["工具"]),
        ("不用洗的米", []),
        ("无花果干", []),
        ("无人机", []),
        ("margarine -palm spread", ["palm"]),
        ("margarine without palm or coconut fat", ["palm", "coconut"]),
    ],
)
def test_a_denied_noun_phrase_is_denied_as_a_whole(query: str, excluded: list[str]) -> None:
    assert [found.word for found in find_unknown(query, [])] == excluded
