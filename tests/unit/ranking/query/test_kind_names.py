from __future__ import annotations

import pytest

from kms.ontology.model import Labels, Ontology, OntologyClass
from ranking.query.kind_names import KindNames
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from tests.shop_fixture import ONTOLOGY

LABELS = {
    "shed": "Garden sheds",
    "rose_beds": "Rose beds",
    "herb_beds": "Herb beds",
    "hoes_rakes": "Hoes, rakes and edgers",
    "pots_in": "Pots (Indoor)",
    "pots_out": "Pots (Outdoor)",
    "jacket": "Jackets",
    "empty": "Empty beds",
}


def made(labels: dict[str, str]) -> Ontology:
    classes = {
        "product": ONTOLOGY.classes["product"],
        **{
            key: OntologyClass(id=key, label=Labels.model_validate({"en": label}), parent="product")
            for key, label in labels.items()
        },
    }
    return Ontology(
        **{**{name: getattr(ONTOLOGY, name) for name in Ontology.model_fields}, "classes": classes}
    )


GARDEN = made(LABELS)
COUNTS = {f"category:{key}": 1 for key in LABELS if key != "empty"}
NAMES = KindNames(GARDEN, COUNTS)


def classes_of(text: str) -> list[list[str]]:
    return [[reading.id for reading in match.readings] for match in NAMES.find(text, [])]


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("bed", [["rose_beds", "herb_beds"]]),
        ("long beds with a frame", [["rose_beds", "herb_beds"]]),
        ("rake", [["hoes_rakes"]]),
        ("edgers or hoes", [["hoes_rakes"], ["hoes_rakes"]]),
        ("pot", [["pots_in", "pots_out"]]),
        ("bed for roses", [["rose_beds"]]),
        ("pots outdoor", [["pots_in", "pots_out"]]),
        ("shed", []),
        ("jacket", []),
        ("bedding", []),
        ("", []),
    ],
)
def test_names(text: str, classes: list[list[str]]) -> None:
    assert classes_of(text) == classes


def test_taken_words_are_no_names() -> None:
    assert not list(NAMES.find("rose bed", [(0, 8)]))


def test_queries_name_all_classes_that_may_be_meant() -> None:
    reader = QueryReader(
        GARDEN, brands={}, products_of=COUNTS, speller=Speller({}, is_written=lambda word: True)
    )
    understood = reader.understand("red bed")
    assert [e.value for e in understood.entities if e.kind == "class"] == ["rose_beds", "herb_beds"]
    assert [e.value for e in reader.understand("bed for herbs").entities if e.kind == "class"] == [
        "herb_beds"
    ]


def test_names_of_single_classes_are_left_to_the_labels() -> None:
    counts = {f"category:{each}": 1 for each in ONTOLOGY.classes}
    assert not list(KindNames(ONTOLOGY, counts).find("headphones laptop jacket kettle", []))
