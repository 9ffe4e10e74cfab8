from __future__ import annotations

import pytest

from kms.ontology.load import load_ontology
from ranking.query.compounds import CompoundReader

READER = CompoundReader(load_ontology(), {"value:coatings/non_stick": 3})


@pytest.mark.parametrize(
    ("class_id", "name", "modifier", "meaning"),
    [
        ("jacket", "rain jacket", "rain", "rain"),
        ("jacket", "羽绒服", "羽绒", "down"),
        ("mouse", "gaming mouse", "gaming", "gaming"),
        ("tent", "pop-up tent", "pop-up", "pop_up"),
        ("sleeping_bag", "羽绒睡袋", "羽绒", "down"),
        ("tent", "dome tent", "dome", None),
        ("handbag", "手提包", "手提", None),
        ("jacket", "jacket", None, None),
        ("coffee_maker", "espresso machine", "espresso", "espresso"),
        ("coffee_maker", "French press", None, None),
        ("casserole", "Dutch oven", None, None),
        ("bluetooth_speaker", "Bluetooth speaker", None, None),
        ("sneakers", "小白鞋", None, None),
    ],
)
def test_modifiers(class_id: str, name: str, modifier: str | None, meaning: str | None) -> None:
    found = READER.modifier_of(class_id, name)
    assert (found and name[: found.end]) == modifier
    assert (found and found.reading and found.reading.id) == meaning


def test_an_unknown_class_name_has_no_modifier() -> None:
    assert READER.modifier_of("tent", "xqzj") is None
    assert READER.modifier_of("tent", "") is None
