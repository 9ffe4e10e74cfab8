from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kms.ontology import LabelIndex, Ontology, iterate_labels, load_ontology, normalise
from kms.ontology.labels import singular


@pytest.fixture(scope="module")
def labels(ontology: Ontology) -> LabelIndex:
    return ontology.labels


def meanings(labels: LabelIndex, surface: str) -> set[tuple[str, str | None, str]]:
    return {(reading.kind, reading.attribute, reading.id) for reading in labels.lookup(surface)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("USB-C", "usb c"),
        ("Over\u2011Ear  Headphones", "over-ear headphones"),
        ("IPX-4", "ipx4"),
        ("ＩＰＸ４", "IPX4"),
        ("100%", "100 %"),
        ("men's", "men"),
        ("Men’s shoes", "men shoes"),
        ("cafe\u0301", "café"),
        ("蓝牙 5.3", "蓝牙5.3"),
        ("noise_cancelling", "noise cancelling"),
        ("STRASSE", "straße"),
    ],
)
def test_spellings_of_the_same_label_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("wifi", "wi-fi"), ("5.3", "53"), ("c", "c++"), ("红色", "红"), ("it's", "its")]
)
def test_different_labels_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("stripes", "stripe"),
        ("batteries", "battery"),
        ("boxes", "box"),
        ("glasses", "glass"),
        ("glass", "glass"),
        ("ties", "tie"),
        ("bus", "bus"),
        ("IPS", "ips"),
        ("torches", "torch"),
        ("iris", "iris"),
    ],
)
def test_simple_plurals_fold(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@example("⿂")
@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert singular(singular(text)) == singular(text)


@given(st.text(alphabet="abz -_'sS19.红色", max_size=12))
def test_case_and_surrounding_blanks_do_not_matter(text: str) -> None:
    assert normalise(f"  {text} ") == normalise(text)
    assert normalise(text.swapcase()) == normalise(text)


def test_every_label_finds_its_own_term(ontology: Ontology, labels: LabelIndex) -> None:
    for reading in iterate_labels(ontology):
        assert (reading.kind, reading.attribute, reading.id) in meanings(labels, reading.surface)


def test_all_kinds_and_both_languages_are_iterated(ontology: Ontology) -> None:
    readings = list(iterate_labels(ontology))
    assert {r.kind for r in readings} == {
        "class",
        "attribute",
        "value",
        "use",
        "audience",
        "aspect",
        "relation",
    }
    assert {r.language for r in readings} == {"en", "zh"}
    assert all((r.kind == "value") == (r.vocabulary is not None) for r in readings)


def test_a_word_with_several_meanings_gives_all(labels: LabelIndex) -> None:
    assert {("value", "water_resistance", "waterproof"), ("aspect", None, "waterproofing")} <= meanings(
        labels, "防水"
    )
    assert meanings(labels, "grey") == meanings(labels, "Gray") == {("value", "colour", "grey")}


def test_lookup_may_be_narrowed_to_a_language(labels: LabelIndex) -> None:
    assert labels.lookup("grey", "en")
    assert not labels.lookup("grey", "zh")
    assert not labels.lookup("zzzz")


def test_a_meaning_is_given_once_even_if_both_languages_write_it_alike(labels: LabelIndex) -> None:
    assert [reading.id for reading in labels.lookup("IPX4")] == ["ipx4"]


def found(labels: LabelIndex, text: str) -> list[str]:
    return [text[match.start : match.end] for match in labels.find(text)]


def test_the_longest_label_wins(labels: LabelIndex) -> None:
    assert found(labels, "Over-Ear Headphones made of stainless steel") == [
        "Over-Ear Headphones", "made of", "stainless steel",
    ]  # fmt: skip
    assert found(labels, "防水的头戴式耳机，黑色") == ["防水", "头戴式耳机", "黑色"]


def test_offsets_are_into_the_text_as_given(labels: LabelIndex) -> None:
    text = "  ＩＰＸ４ — men’s RAINCOAT"
    matches = labels.find(text, frozenset({"value", "audience"}))
    assert [(text[m.start : m.end], m.readings[0].id) for m in matches] == [
        ("ＩＰＸ４", "ipx4"),
        ("men", "men"),
    ]


def test_plurals_match_except_values_of_one_word(labels: LabelIndex) -> None:
    assert meanings(labels, "bluetooth speakers") == {("class", None, "bluetooth_speaker")}
    assert not any(kind == "value" for kind, _, _ in meanings(labels, "glasses"))
    assert not any(kind == "value" for kind, _, _ in meanings(labels, "greens"))


def test_punctuation_ends_a_label(labels: LabelIndex) -> None:
    assert "stainless steel" not in found(labels, "stainless, steel")


def test_one_chinese_character_counts_only_alone(labels: LabelIndex) -> None:
    assert found(labels, "颜色: 黑")[-1] == "黑"
    assert "木" not in found(labels, "积木")
    assert found(labels, "黑/红") == ["黑", "红"]


@pytest.mark.parametrize(
    ("written", "class_id"),
    [("無線滑鼠", "mouse"), ("滑鼠", "mouse"), ("筆記型電腦", "laptop"), ("行動硬碟", "storage_device")],
)
def test_words_of_taiwan_are_labels(labels: LabelIndex, written: str, class_id: str) -> None:
    assert class_id in {reading.id for match in labels.find(written) for reading in match.readings}


def test_two_letter_acronyms_need_capitals(labels: LabelIndex) -> None:
    assert "US" in found(labels, "Made in the US")
    assert "us" not in found(labels, "let us go")


def test_kinds_narrow_the_search(labels: LabelIndex) -> None:
    text = "waterproof headphones for hiking"
    assert [m.readings[0].id for m in labels.find(text, frozenset({"use"}))] == ["hiking"]


@given(st.text(alphabet="usb-c 黑色木防水 hiking IPX4's,.", max_size=40))
def test_matches_never_overlap_and_read_what_they_cover(ontology: Ontology, text: str) -> None:
    end = 0
    for match in ontology.labels.find(text):
        assert end <= match.start < match.end <= len(text)
        end = match.end
        for reading in match.readings:
            assert singular(text[match.start : match.end]) == singular(reading.surface)


def test_filtered_meanings_do_not_hide_the_others(labels: LabelIndex) -> None:
    """ "fits" is a relation's label; whoever looks for aspects still finds the plural of "fit"."""
    assert [m.readings[0].id for m in labels.find("It fits", frozenset({"aspect"}))] == ["fit"]


def test_a_plural_alternative_label_does_not_match_its_singular(folder: Path) -> None:
    core = folder / "core" / "core.yaml"
    lamp = "lamp: {parent: product, label: {en: lamps, zh: 灯}, alt: {en: [cans]}"
    core.write_text(
        core.read_text(encoding="utf-8").replace("lamp: {parent: product, label: {en: lamp, zh: 灯}", lamp)
    )
    index = load_ontology(folder).labels
    assert index.lookup("lamp")
    assert index.lookup("cans")
    assert not index.lookup("can")
