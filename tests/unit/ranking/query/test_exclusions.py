from __future__ import annotations

import pytest

from kms.ontology.load import load_ontology
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
    entities = READER.read(query).entities
    return {e.value for e in entities if not e.negated}, {e.value for e in entities if e.negated}


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        # A denial ends with what it denies.
        ("no plastic kettle", {"kettle"}, {"plastic"}),
        ("jacket not waterproof black", {"jacket", "black"}, {"waterproof"}),
        ("headphones not for running", {"headphones"}, {"running"}),
        ("shoes not suitable for running", {"footwear"}, {"running"}),
        ("不要蓝牙耳机", {"headphones"}, {"bluetooth"}),
        ("不要红色的连衣裙", {"dress"}, {"red"}),
        # It goes on over what is joined to that.
        ("no leather or suede boots", {"boots"}, {"leather", "suede"}),
        ("moisturiser without alcohol and fragrance", {"moisturiser"}, {"alcohol", "fragrance"}),
        ("不含酒精香精的护肤品", {"skincare"}, {"alcohol", "fragrance"}),
        ("headphones except norvik", {"headphones"}, {"norvik"}),
        ("不要Norvik的耳机", {"headphones"}, {"norvik"}),
        ("any speaker other than a norvik", {"speaker"}, {"norvik"}),
        # Something unknown is denied, and not what that would be for.
        ("headphones without cable for running", {"headphones", "running"}, set()),
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
        ("不含BPA水杯", {"bpa_free", "bottle"}, set()),
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
        ("usb c charger that isn't gan", "usb c charger", ("gan",)),
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
    understanding = READER.read(query)
    assert (understanding.text, understanding.excluded_words) == (text, words)


def test_what_is_named_by_what_it_lacks_is_searched_by_its_label() -> None:
    assert READER.read("no sleeves dress").text == "sleeveless dress"
    assert READER.read("non-stick pan").text == "non-stick pan"


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
    understood = READER.read(query)
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
    understood = READER.read(query)
    assert understood.not_understood == (verb,)
    assert understood.excluded_words == ()
    assert {e.value for e in understood.entities if not e.negated} == wanted
