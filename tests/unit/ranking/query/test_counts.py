from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.ontology.load import load_ontology
from ranking.query.counts import find_counts

ONTOLOGY = load_ontology()


def counts(query: str, class_id: str) -> list[tuple[str, str, float]]:
    found = find_counts(query, ONTOLOGY.attributes_of(class_id))
    return [(query[m.start : m.end], attribute.id, m.low) for m, attribute in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tent for 3 people", ("3 people", "persons", 3)),
        ("5-person tent", ("5-person", "persons", 5)),
        ("three man tent", ("three man", "persons", 3)),
        ("tent sleeps 8", ("sleeps 8", "persons", 8)),
        ("tent that sleeps at least 8", ("8", "persons", 8)),
        ("tent for two", ("two", "persons", 2)),
        ("tent for 5 under 300", ("5", "persons", 5)),
        ("单人帐篷", ("单人", "persons", 1)),
        ("双人速开帐篷", ("双人", "persons", 2)),
        ("tent for 3 people under 250", ("3 people", "persons", 3)),
        ("tent for 6+ people", ("6+ people", "persons", 6)),
        ("tent sleeping 6+", ("sleeping 6+", "persons", 6)),
    ],
)
def test_persons(query: str, expected: tuple[str, str, float]) -> None:
    assert counts(query, "tent") == [expected]


@pytest.mark.parametrize(
    "query", ["tent for 2 nights", "tent for 3 seasons", "4 kg tent", "tent", "2 metre tent"]
)
def test_other_numbers_count_no_persons(query: str) -> None:
    assert counts(query, "tent") == []


def test_other_things_are_counted_by_their_names() -> None:
    assert counts("jacket with 3 pockets", "jacket") == [("3 pockets", "pocket_count", 3)]
    assert counts("mug for 2 people", "mug") == []  # a mug has no persons


@given(st.text(max_size=60))
def test_any_text_is_accepted(text: str) -> None:
    for mention, _ in find_counts(text, ONTOLOGY.attributes_of("tent")):
        assert 0 <= mention.start < mention.end <= len(text)
