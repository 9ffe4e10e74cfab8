from __future__ import annotations

import pytest

from kms.ontology.lacking import attributes_called, lacking_values
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("operating_system", ("no_os",)), ("coating", ("uncoated",)), ("colour", ()), ("ram", ())],
)
def test_values_that_say_that_there_is_none(attribute: str, expected: tuple[str, ...]) -> None:
    assert lacking_values(ONTOLOGY.attributes[attribute], ONTOLOGY) == expected


def test_attributes_are_found_by_the_thing_whose_amount_they_tell() -> None:
    assert [each.id for each in attributes_called("operating system", ONTOLOGY)] == ["operating_system"]
    assert list(attributes_called("zubrowka", ONTOLOGY)) == []
