"""The work of reading a query grows with its length and not with its square, counted in calls."""

from __future__ import annotations

from functools import partial
from itertools import cycle

import pytest

from kms.ontology.load import load_ontology
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from tests.calls import calls_of

ONTOLOGY = load_ontology()
SHORT, LONG = 250, 500
MOST = 3.2
"""Times the work for twice the query; with the square it would be four times."""
MOST_CALLS = 250_000
"""For a query of 500 characters, calls of functions in C included: some tens of milliseconds."""
CLASSES_EN = [each.label.en for each in ONTOLOGY.classes.values()]
CLASSES_ZH = [each.label.zh for each in ONTOLOGY.classes.values()]
KINDS: dict[str, list[str]] = {
    "classes": [f"{name} " for name in CLASSES_EN],
    "classes in Chinese": CLASSES_ZH,
    "excluded classes": [f"not {name} " for name in CLASSES_EN],
    "one excluded class": ["not kettle "],
    "excluded words": ["-tavrin "],
    "excluded in Chinese": ["不要红色"],
    "ranges": [f"{low}-{low + 7} kg " for low in range(90)],
    "measures": [f"{number} {unit} " for number in range(3, 9) for unit in ("kg", "cm", "W", "hours", "mAh")],
    "bounds": [f"under {number} litres " for number in range(90)],
    "ounces of bottles": [f"{number} oz bottle " for number in range(90)],
    "dimensions": ["1x2x3 cm "],
    "chain": ["1x2x3x4x"],
    "sizes": ["2XL "],
    "prices": [f"€{number},500.50 " for number in range(1, 90)],
    "prices in Chinese": [f"{number}元以下" for number in range(10, 90)],
    "Chinese with units": ["1.5升水壶", "2公斤帐篷", "30小时耳机"],
    "Chinese numbers": ["3万毫安"],
    "misspelt": ["kettel ", "hedphones ", "jakcet "],
    "misspelt in Chinese": ["水胡", "帐蓬"],
    "names of brands": ["Norvik ", "Ostara Home "],
    "digits": ["1"],
    "signs": ["(", "+", "-", "*", "/"],
    "one character": ["一"],
}


@pytest.fixture(scope="module")
def reader() -> QueryReader:
    speller = Speller({"headphones": 9, "jacket": 2, "kettle": 4})
    return QueryReader(
        ONTOLOGY,
        brands={"norvik": ("brand:norvik", "Norvik"), "ostara home": ("brand:ostara_home", "Ostara Home")},
        products_of={"category:headphones": 9},
        speller=speller,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_work_is_in_proportion_to_length(reader: QueryReader, kind: str) -> None:
    short, long = (_query(KINDS[kind], length) for length in (SHORT, LONG))
    reader.understand(f"{short} z")  # fills what is remembered of words
    of_short, of_long = (calls_of(partial(reader.understand, text)) for text in (short, long))
    assert of_long <= MOST * of_short
    assert of_long <= MOST_CALLS


def _query(pieces: list[str], length: int) -> str:
    text = ""
    for piece in cycle(pieces):
        text += piece
        if len(text) >= length:
            return text[:length]
    raise AssertionError("no pieces")
