from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.query.pinyin import PinyinSpeller
from ranking.query.spelling import Speller

SPELLER = Speller(
    {"headphones": 9, "headphone": 3, "kettle": 4, "settle": 9, "waterproof": 2, "fi": 1, "quilt": 2},
    also_known=["trimmer"],
    is_written=lambda word: word == "quiet",
    english=lambda word: 0.0,
)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("headfones", "headphones"),
        ("haedphones", "headphones"),
        ("waterproff", "waterproof"),
        ("kettel", "kettle"),
        ("trimer", "trimmer"),
    ],
)
def test_slips_are_corrected(written: str, read_as: str) -> None:
    text, corrections = SPELLER.correct(f"a {written} please")
    assert text.split()[1] == read_as
    assert (written, read_as) in [(c.written, c.read_as) for c in corrections]


@pytest.mark.parametrize(
    "word", ["kettle", "Kettles", "headphone", "that", "quiet", "xyzzy", "tn-2110", "水壶", "fo"]
)
def test_what_is_known_short_or_far_stays(word: str) -> None:
    assert SPELLER.correct(word) == (word, ())


@given(st.text(max_size=60))
def test_any_text_is_accepted_and_told_exactly(text: str) -> None:
    corrected, corrections = SPELLER.correct(text)
    if not corrections:
        assert corrected == text
    for correction in corrections:
        assert correction.written in text and correction.read_as in corrected


@pytest.mark.parametrize(
    ("written", "read_as"), [("bank", "bank"), ("lamb", "lamb"), ("lmap", "lamp"), ("mose", "mouse")]
)
def test_a_letter_replaced_in_four_makes_another_word(written: str, read_as: str) -> None:
    assert Speller({"back": 9}, ["lamp", "mouse"]).correct(written)[0] == read_as


def test_the_first_letter_and_then_the_frequency_decide() -> None:
    assert SPELLER.correct("kettls")[0] == "kettle"
    speller = Speller({"cable": 1, "gable": 9}, english=lambda word: 0.0)
    assert speller.correct("cabled")[0] == "cable"


ENGLISH = {
    "tefal": 1.2,
    "teal": 3.2,
    "hubb": 1.4,
    "hub": 4.0,
    "pan": 4.3,
    "usb": 4.4,
    "airfryer": 1.5,
    "norwich": 4.0,
    "botlle": 2.1,
    "bottle": 4.2,
    "poll": 2.1,
    "pool": 3.9,
    "whirl": 2.9,
}
SHELVES = (
    ("teal", "mug"),
    ("hub", "usb"),
    ("air", "fryer"),
    ("water", "bottle"),
    ("norvik", "kettle"),
    ("whirl", "pool"),
)


def shop(pinyin: PinyinSpeller | None = None) -> Speller:
    """A speller of a catalogue whose products hold the pairs of words above."""
    words = {word: 5 for pair in SHELVES for word in pair} | {"headphones": 9, "backpack": 4, "head": 3}
    return Speller(
        words,
        ["hub", "headphones", "backpack", "bottle", "air fryer"],
        together=lambda beside: sum(set(beside) <= set(pair) for pair in SHELVES),
        english=lambda word: ENGLISH.get(word, 0.0),
        pinyin=pinyin,
    )


@pytest.mark.parametrize("query", ["tefal pan", "tefal", "tefal mug", "norwich"])
def test_a_possible_name_is_left_alone(query: str) -> None:
    assert shop().correct(query) == (query, ())


def test_the_words_beside_decide_on_a_rare_word() -> None:
    assert shop().correct("usb hubb")[0] == "usb hub"


def test_a_doubled_letter_in_the_wrong_place_is_a_common_slip() -> None:
    assert shop().correct("whirl poll")[0] == "whirl pool"
    assert shop().correct("norvik poll")[0] == "norvik poll"


def test_misspelt_words_speak_for_each_other() -> None:
    english = {"shoos": 1.0, "shoes": 5.0, "shoots": 4.0, "running": 5.0}
    speller = Speller(
        {"running": 4, "shoes": 2, "shoots": 4},
        together=lambda words: 3 * ({*words} == {"running", "shoes"}),
        english=lambda word: english.get(word, 0.0),
    )
    assert speller.correct("shoos")[0] == "shoots"
    assert speller.correct("runing shoos")[0] == "running shoes"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("head phones", "headphones"),
        ("a Back Pack please", "a backpack please"),
        ("water bottle", "water bottle"),
        ("airfryer", "air fryer"),
        ("the kettle", "the kettle"),
    ],
)
def test_words_are_joined_and_split_as_the_catalogue_writes_them(written: str, read_as: str) -> None:
    text, corrections = shop().correct(written)
    assert text == read_as
    assert bool(corrections) == (written != read_as)


def test_a_query_of_nonsense_costs_a_bounded_number_of_lookups() -> None:
    asked: list[str] = []

    def english(word: str) -> float:
        asked.append(word)
        return 0.0

    nonsense = " ".join(f"qx{a}{b}zv" for a in "bcdfghjk" for b in "lmnpqrst")
    text, corrections = Speller({"kettle": 1}, english=english).correct(nonsense)
    assert text == nonsense
    assert not corrections


CHINESE = PinyinSpeller({"耳机": 5, "水壶": 2}, ["蓝牙", "保温杯"])


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("耳击", "耳机"), ("蓝呀耳机", "蓝牙耳机"), ("不锈钢宝温杯", "不锈钢保温杯"), ("erji", "耳机")],
)
def test_chinese_is_corrected_by_sound(written: str, read_as: str) -> None:
    text, corrections = shop(CHINESE).correct(written)
    assert text == read_as
    assert corrections


@pytest.mark.parametrize("query", ["耳机", "出差", "适合跑步", "水", "好用"])
def test_chinese_words_stay(query: str) -> None:
    assert shop(CHINESE).correct(query) == (query, ())


def test_a_form_that_only_shares_a_stem_is_no_word_of_the_texts() -> None:
    speller = Speller({"headphones": 9}, is_written=lambda word: True, english=lambda word: 0.0)
    assert speller.correct("headphons")[0] == "headphones"


def test_a_plural_is_as_frequent_as_both_of_its_numbers() -> None:
    frequencies = {"strainer": 2.95, "strainers": 2.4, "trainers": 6.0}
    speller = Speller({"trainers": 9}, english=lambda each: frequencies.get(each, 0.0))
    assert speller.correct("strainers") == ("strainers", ())
    frequencies["strainer"] = 1.0
    assert Speller({"trainers": 9}, english=lambda each: frequencies.get(each, 0.0)).correct("strainers")[1]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("back pack", "backpack"),
        ("multi color", "multi color"),  # English seldom writes it as one word
        ("top load", "top load"),
    ],
)
def test_words_are_joined_only_where_english_joins_them(written: str, read_as: str) -> None:
    english = {"back": 5.5, "pack": 4.6, "backpack": 4.0, "multi": 4.2, "color": 5.0, "top": 5.6, "load": 4.5}
    speller = Speller(
        {"backpack": 9, "multicolor": 9, "topload": 9}, english=lambda word: english.get(word, 1.0)
    )
    assert speller.correct(written)[0] == read_as


@pytest.mark.parametrize(
    ("written", "read_as"), [("KTLE", "KTLE"), ("KETTEL", "kettle"), ("PL KETL", "PL KETL")]
)
def test_short_words_in_capitals_are_codes(written: str, read_as: str) -> None:
    assert SPELLER.correct(written)[0] == read_as


def test_what_no_product_has_apart_is_one_word() -> None:
    words = {"sledgehammer": 1, "hammer": 4}
    frequency = {"sledge": 3.2, "hammer": 4.1, "sledgehammer": 2.7}
    speller = Speller(words, english=lambda word: frequency.get(word, 0.0))
    assert speller.correct("sledge hammer")[0] == "sledgehammer"
    apart = Speller({**words, "sledge": 2}, english=lambda word: frequency.get(word, 0.0))
    assert apart.correct("sledge hammer") == ("sledge hammer", ())
