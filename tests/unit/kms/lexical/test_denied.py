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
