from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.sample.markup import GoldMention, GoldRelation, GoldText, MarkupError, parse_markup


def test_text_without_annotation_stays_as_it_is() -> None:
    assert parse_markup("Plain (really) text, 100%.") == GoldText("Plain (really) text, 100%.")
    assert parse_markup("") == GoldText("")


def test_offsets_are_into_the_clean_text() -> None:
    gold = parse_markup("Up to [30 hours](battery_life=30 hour) in [graphite](colour=grey).")
    assert gold.text == "Up to 30 hours in graphite."
    assert gold.mentions == (
        GoldMention(6, 14, "30 hours", "battery_life", "30 hour"),
        GoldMention(18, 26, "graphite", "colour", "grey"),
    )


def test_opinions_point_to_their_aspects() -> None:
    gold = parse_markup(
        "[Sound](aspect=sound_quality#1) and [fit](aspect=fit#2) are [great](+1,2), [meh](~0), [bad](-2)"
    )
    assert gold.relations == (
        GoldRelation("opinion_positive", 0, 2),
        GoldRelation("opinion_positive", 1, 2),
        GoldRelation("opinion_neutral", None, 3),
        GoldRelation("opinion_negative", 1, 4),
    )
    assert [mention.value for mention in gold.mentions[2:]] == ["positive", "neutral", "negative"]


def test_negation_goes_from_the_words_to_the_value() -> None:
    gold = parse_markup("[Not](not>1) [waterproof](water_resistance=waterproof#1)")
    assert gold.relations == (GoldRelation("negates", 0, 1),)
    assert gold.mentions[0].value == ""


def test_values_may_belong_to_another_product_which_may_have_a_role() -> None:
    gold = parse_markup("fits the [Drift](product=AUD-007:compatible_with#2) of [310 g](weight=310 gram#3@2)")
    assert gold.relations == (GoldRelation("compatible_with", None, 0), GoldRelation("value_of", 0, 1))
    assert [(mention.value, mention.reference) for mention in gold.mentions] == [
        ("AUD-007", 2),
        ("310 gram", 3),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("[a](colour=red", "stray bracket"),
        ("a] b", "stray bracket"),
        ("[a [b](colour=red)](use=travel)", "stray bracket"),
        ("[](colour=red)", "empty or padded"),
        ("[ red](colour=red)", "empty or padded"),
        ("[red](red)", "cannot read the label"),
        ("[red](colour=)", "cannot read the label"),
        ("[red](Colour=red)", "cannot read the label"),
        ("[good](+)", "cannot read the label"),
        ("[good](+1)", "points to #1"),
        ("[not](not>0) good", "needs a reference"),
        ("[red](colour=red@4)", "points to #4"),
        ("[red](colour=red#1#2)", "more than one reference"),
        ("[red](colour=red#0)", "more than one reference, or reference 0"),
        ("[a](use=travel#1) [b](use=office#1)", "given twice"),
        ("[a](product=X:friend)", "role 'friend'"),
        ("[a](colour=red:variant_of)", "role 'variant_of'"),
    ],
)
def test_broken_annotation_is_refused_with_its_place(source: str, message: str) -> None:
    with pytest.raises(MarkupError, match=message):
        parse_markup(source)


plain = st.text(st.characters(exclude_characters="[]()", exclude_categories=["Cs"]), max_size=12)
surfaces = plain.map(str.strip).filter(bool)
labels = st.sampled_from(["colour=red", "weight=1.5 kilogram", "use=travel", "class=lamp", "wireless=true"])


@given(st.lists(st.tuples(plain, surfaces, labels), max_size=6), plain)
def test_any_annotated_text_comes_apart_into_what_it_was_made_of(
    parts: list[tuple[str, str, str]], end: str
) -> None:
    source = "".join(f"{before}[{surface}]({label})" for before, surface, label in parts) + end
    gold = parse_markup(source)
    assert gold.text == "".join(before + surface for before, surface, _ in parts) + end
    assert [f"{m.type}={m.value}" for m in gold.mentions] == [label for _, _, label in parts]
    assert all(gold.text[m.start : m.end] == m.surface for m in gold.mentions)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        gold = parse_markup(source)
    except MarkupError:
        return
    assert "[" not in gold.text
