"""The work of reading a text grows with its length and not with its square, counted in executed lines of code."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from extraction.documents import ProductContext, Text, analyse
from extraction.rules.extractor import RuleExtractor
from kms.evidence.models import Document, DocumentField
from kms.ontology.model import Ontology
from kms.types import Language

SHORT, LONG = 600, 2_400
"""Characters; of shorter texts quantities are remembered, and reading them again would cost nothing."""
MOST = 5.0
"""Times the work for four times the text; with the square it would be sixteen times."""
KINDS: dict[str, tuple[str, Language]] = {
    "sides": ("12 x 30 cm ", "en"),
    "measures": ("30 hours, 264 g, ", "en"),
    "counts": ("pack of 3, set of 12. ", "en"),
    "groups": ("100 250 ", "en"),
    "words": ("black wireless headphones for running ", "en"),
    "sentences": ("The sound is great. Not waterproof. ", "en"),
    "tied": ("foldable-black ", "en"),
    "introductions": ("contains oats, nuts, ", "en"),
    "Chinese": ("无线耳机防水，适合跑步。", "zh"),
    "Chinese without a break": ("蓝牙耳机续航长适合跑步的人用", "zh"),
    "one character": ("锹", "zh"),
    "degrees": ("耐热200度", "zh"),
}


@pytest.fixture(scope="module")
def extractor(ontology: Ontology) -> RuleExtractor:
    return RuleExtractor(ontology)


@pytest.mark.parametrize("field", ["title", "description", "review_text"])
@pytest.mark.parametrize("kind", KINDS)
def test_work_is_in_proportion_to_length(extractor: RuleExtractor, kind: str, field: DocumentField) -> None:
    piece, language = KINDS[kind]
    class_id = None if field == "title" else "over_ear_headphones"
    short, long = (_text(piece, length, language, field, class_id) for length in (SHORT, LONG))
    # Fills what is remembered between texts, but not what is remembered of this one.
    extractor.extract(_text(piece, SHORT - 1, language, field, class_id))
    assert _count_lines(extractor, long) <= MOST * _count_lines(extractor, short)


def _text(piece: str, length: int, language: Language, field: DocumentField, class_id: str | None) -> Text:
    text = (piece * (length // len(piece) + 1))[:length]
    document = Document(id="d", product_id="P", field=field, text=text, language=language)
    return analyse(document, ProductContext(class_id, "Veldra"))


def _count_lines(extractor: RuleExtractor, text: Text) -> int:
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        extractor.extract(text)
    finally:
        sys.settrace(before)
    return count
