"""Names by which excluded things are looked for."""

from __future__ import annotations

import pytest

from kms.ontology.load import load_ontology
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from ranking.serving.search.exclude import names_of

ONTOLOGY = load_ontology()
READER = QueryReader(ONTOLOGY, brands={}, products_of={}, speller=Speller({}, set()))


@pytest.mark.parametrize(
    ("query", "written", "others"),
    [
        ("headphones without mic", "mic", {"microphone", "麦克风"}),
        ("charger not gan", "gan", {"GaN", "氮化镓"}),
        ("不要真皮的手提包", "真皮", {"leather"}),
        ("headphones that are not wireless", "wireless", {"无线"}),
    ],
)
def test_an_excluded_thing_is_known_by_all_its_names(query: str, written: str, others: set[str]) -> None:
    (entity,) = [e for e in READER.understand(query).entities if e.negated]
    names = names_of(ONTOLOGY, entity)
    assert names[0] == written
    assert others <= set(names)


def test_short_names_are_left_out() -> None:
    (size,) = [e for e in READER.understand("hoodie not small").entities if e.negated]
    assert "S" not in names_of(ONTOLOGY, size)
