"""Words of a product's table as they are written, for exclusions: what a cell lists, whether any attribute knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kms.lexical.denied import split_denied
from kms.ontology.model import Ontology
from kms.text.answers import is_placeholder, read_answer, says_none
from kms.text.chinese import contains_chinese
from kms.text.negation import has_cue
from kms.text.shares import split_cell

_LONGEST = 60
_LONGEST_WORDS = 6


def words_of_cells(table: Mapping[str, str], ontology: Ontology) -> Iterator[str]:
    """The parts of the cells that are words and that their column does not deny, as "Free from: gluten, nuts" does."""
    for name, value in table.items():
        if has_cue(f"{name}:", "zh" if contains_chinese(name) else "en"):
            continue
        for part in split_cell(value):
            if _is_word(part):
                stated = split_denied(part, ontology).affirmed.strip()
                if stated:
                    yield stated


def _is_word(part: str) -> bool:
    if len(part) > _LONGEST or len(part.split()) > _LONGEST_WORDS or not any(map(str.isalpha, part)):
        return False
    return not (is_placeholder(part) or says_none(part) or read_answer(part) is not None)
