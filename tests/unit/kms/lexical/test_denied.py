from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.lexical.denied import split_denied
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("The lid is not dishwasher safe.", "dishwasher safe"),
        ("It never rattles and has no handle.", "handle"),
        ("Sold without batteries", "batteries"),
        ("这款背包不防水", "防水"),
    ],
)
def test_what_is_denied_is_left_out(text: str, denied: str) -> None:
    found = split_denied(text, ONTOLOGY)
    for word in denied.split():
        assert word in found.denied
        assert word not in found.affirmed
    assert len(found.affirmed) == len(text)


@pytest.mark.parametrize(
    "text", ["Non-stick coating", "无线耳机", "Not only waterproof but light", "A plain lamp"]
)
def test_names_that_hold_a_no_deny_nothing(text: str) -> None:
    affirmed = split_denied(text, ONTOLOGY).affirmed
    for word in ("stick", "无线", "waterproof", "light", "lamp"):
        assert (word in affirmed) == (word in text)


@given(st.text(max_size=200))
def test_any_text_is_split_and_keeps_its_length(text: str) -> None:
    found = split_denied(text, ONTOLOGY)
    assert len(found.affirmed) == len(text)
    assert all(a == t or a == " " for a, t in zip(found.affirmed, text, strict=True))


def test_denied_chinese_words_without_a_label_are_known_and_stay_in_the_text() -> None:
    found = split_denied("无漆无蜡,天然毛竹,不含膨润土。", ONTOLOGY)
    assert {"漆", "蜡", "膨润土"} <= set(found.unblanked.split()) | set(found.denied.split())
    assert "毛竹" not in found.unblanked
    assert "漆" in found.affirmed


def test_what_a_label_says_a_thing_has_not_is_denied_and_the_label_stays() -> None:
    found = split_denied("Paraben free, gentle foam", ONTOLOGY)
    assert "Paraben" in found.denied + found.unblanked
    kept = split_denied("Silicone-free and light", ONTOLOGY)
    assert kept.unblanked == "Silicone"
    assert "Silicone-free" in kept.affirmed
