from __future__ import annotations

import json

import pytest

from kms.ontology.lacking import attributes_called, attributes_lacking, lacking_values
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology

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


def test_attributes_that_are_answered_by_yes_where_there_is_none() -> None:
    data = json.loads(ONTOLOGY.model_dump_json())
    data["attributes"]["grain_free"] = {
        "id": "grain_free", "type": "boolean", "label": {"en": "Grain free", "zh": "不含谷物"}, "read_in": "tables",
    }  # fmt: skip
    ontology = Ontology.model_validate(data)
    assert [each.id for each in attributes_lacking("grain", ontology)] == ["grain_free"]
    assert [each.id for each in attributes_lacking("谷物", ontology)] == ["grain_free"]
    assert list(attributes_lacking("grain", ONTOLOGY)) == []
