"""Uses, audiences and seasons: those of the product, apart from times and places of actions on it."""

from __future__ import annotations

import pytest

from extraction.rules.extractor import RuleExtractor
from kms.ontology.model import Ontology
from kms.types import Language

from .conftest import MakeText


@pytest.fixture(scope="module")
def extractor(ontology: Ontology) -> RuleExtractor:
    return RuleExtractor(ontology)


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "Re-wax each autumn.", []),
        ("en", "Oil it every spring and it will last.", []),
        ("en", "New colours since last summer.", []),
        ("en", "Wash it at the office sink.", []),
        ("en", "Made for spring and autumn.", ["spring_and_autumn"]),
        ("en", "A warm layer for winter.", ["winter"]),
        ("en", "Dry your hair while travelling.", ["travel"]),
        ("zh", "每年秋季打蜡一次。", []),
        ("zh", "适合秋季穿着。", ["autumn"]),
    ],
)
def test_a_time_of_care_is_no_season_of_the_product(
    extractor: RuleExtractor, make_text: MakeText, language: Language, text: str, values: list[str]
) -> None:
    found = extractor.extract(make_text(text, "jacket", language=language))
    assert [e.value for e in found if e.attribute == "season" or e.relation == "suited_for"] == values


@pytest.mark.parametrize(
    ("text", "is_used"),
    [
        ("Great for hiking.", True),
        ("I wear them at work all day.", True),
        ("Hiking, it kept me dry.", True),
        ("Two months of hiking and no hole.", True),
        ("The parcel shop next door sells hiking maps.", False),
        ("Everybody talks about running these days.", False),
    ],
)
def test_a_use_in_a_review_needs_a_phrase_of_use(
    extractor: RuleExtractor, make_text: MakeText, text: str, *, is_used: bool
) -> None:
    found = extractor.extract(make_text(text, "jacket", field="review_text"))
    uses = [e for e in found if e.relation == "suited_for"]
    assert [e.confidence >= 0.7 for e in uses] == [is_used]
