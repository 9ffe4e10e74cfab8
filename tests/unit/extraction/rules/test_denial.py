"""How certain a denial is: near or far, of the product or of a person, of a bare or of a qualified use."""

from __future__ import annotations

import pytest

from extraction.rules.denial import Denial, find_denial, is_close
from extraction.rules.extractor import RuleExtractor
from kms.evidence.models import DocumentField
from kms.ontology.model import Ontology
from kms.types import Language

from .conftest import MakeText


@pytest.fixture(scope="module")
def extractor(ontology: Ontology) -> RuleExtractor:
    return RuleExtractor(ontology)


@pytest.mark.parametrize(
    ("text", "mention", "certainty"),
    [
        ("It is not waterproof.", "waterproof", "certain"),
        ("Please never put it in the dishwasher.", "dishwasher", "certain"),
        ("Not suitable for cycling.", "cycling", "certain"),
        ("You will not choose a radio to hear it outdoors.", "outdoors", "doubtful"),
        ("I'm not a photographer.", "photographer", "doubtful"),
        ("We don't have a dishwasher at home.", "dishwasher", "doubtful"),
        ("It would have been five stars if it were not loose.", "loose", "doubtful"),
        ("It might not be waterproof.", "waterproof", "doubtful"),
        ("There is no guesswork at the office.", "office", "doubtful"),
        ("It will not scratch my ceramic pan.", "ceramic", "doubtful"),
    ],
)
def test_certainty_in_reviews(make_text: MakeText, text: str, mention: str, certainty: str) -> None:
    denial = _deny(make_text, text, mention, "review_text")
    assert denial is not None
    assert denial.certainty == certainty


@pytest.mark.parametrize(
    "text",
    [
        "Who wouldn't want this for camping?",
        "What's not to love about camping with it?",
        "You can't go wrong with this for camping.",
        "You can't beat it for camping.",
        "I can't believe how good it is for camping.",
        "Not sure whether others use it for camping.",
    ],
)
def test_idioms_and_questions_deny_nothing(make_text: MakeText, text: str) -> None:
    assert _deny(make_text, text, "camping", "review_text") is None


@pytest.mark.parametrize(
    ("language", "text", "mention", "certainty"),
    [
        ("en", "Not for winter camping.", "winter", "qualified"),
        ("en", "Not for winter camping.", "camping", "qualified"),
        ("en", "Not recommended for serious mountain hiking.", "hiking", "qualified"),
        ("en", "Not suitable for children under three.", "children", "qualified"),
        ("en", "Not for hiking or camping.", "camping", "certain"),
        ("en", "Not intended for outdoor use.", "outdoor", "certain"),
        ("zh", "不适合夏季长途徒步。", "徒步", "qualified"),
        ("zh", "不适合夏季长途徒步。", "夏季", "qualified"),
        ("zh", "不建议用于徒步、露营。", "露营", "certain"),
        ("zh", "不适合徒步时使用。", "徒步", "certain"),
    ],
)
def test_a_narrowed_use_is_not_denied_as_a_whole(
    make_text: MakeText, language: Language, text: str, mention: str, certainty: str
) -> None:
    denial = _deny(make_text, text, mention, "description", language, is_concept=True)
    assert denial is not None
    assert denial.certainty == certainty


def test_looking_like_denies_materials_only(make_text: MakeText) -> None:
    text = make_text("A leather look.", field="description")
    assert find_denial(text, (2, 9), is_material=True) is not None
    assert find_denial(text, (2, 9)) is None


def test_a_doubtful_denial_is_believed_less_than_filters_ask_for(
    extractor: RuleExtractor, make_text: MakeText
) -> None:
    text = make_text("We don't have a dishwasher.", "mug", field="review_text")
    denied = [e for e in extractor.extract(text) if e.negated]
    assert [e.surface for e in denied] == ["dishwasher"]
    assert denied[0].confidence < 0.5


@pytest.mark.parametrize(
    ("text", "mention", "close"),
    [
        ("no harsh or artificial fragrance", "fragrance", True),
        ("not to be washed with bleach and then tumbled hot with nylon", "nylon", False),
        ("does not need batteries", "batteries", False),
        ("no marks on leather", "leather", False),
    ],
)
def test_closeness(text: str, mention: str, *, close: bool) -> None:
    first = text.index(" ", 4) if text.startswith("does") else text.index(" ")
    begin = 5 if text.startswith("does") else 0
    last = 8 if text.startswith("does") else first
    assert is_close(text, (begin, last), text.index(mention)) is close


def _deny(
    make_text: MakeText,
    text: str,
    mention: str,
    field: DocumentField,
    language: Language = "en",
    *,
    is_concept: bool = False,
) -> Denial | None:
    start = text.index(mention)
    made = make_text(text, field=field, language=language)
    return find_denial(made, (start, start + len(mention)), is_concept=is_concept)


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("It should not rust.", []),
        ("The tape won't yellow.", []),
        ("It is not yellow.", ["yellow"]),
        ("A scarf in rust.", ["rust"]),
    ],
)
def test_a_denied_verb_is_no_colour(
    extractor: RuleExtractor, make_text: MakeText, text: str, colours: list[str]
) -> None:
    found = extractor.extract(make_text(text, "scarf"))
    assert [e.surface for e in found if e.attribute == "colour"] == colours
