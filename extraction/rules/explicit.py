"""Explicit mentions: a value beside its attribute's name, or a concept beside its relation's words.

Of a product whose kind is unknown nothing can be guessed, so its running text counts only where it says what it states:
"made of plastic", "colour: red", "suited for travel".
"""

from __future__ import annotations

import re

from kms.ontology.model import LANGUAGES, Ontology, Term

BEFORE = 30
AFTER = 12
_LEAD = re.compile(
    r"[\s:：=,，、/&]*(?:(?:is|are|in|of|the|a|an|and|pure|real|genuine|fine|natural|solid|100\s?%|\d{1,3}\s?%|(?![像似如仿])[\u3400-\u9fff]{1,3})"
    r"[\s,、/&]*){0,3}",
    re.IGNORECASE,
)
"""What may stand between an attribute's name and its value."""


class ExplicitNames:
    """Finds the names of attributes and relations around a mention."""

    def __init__(self, ontology: Ontology) -> None:
        terms: dict[str, Term] = {**ontology.relations, **ontology.attributes}
        self._names = {name: _pattern(term) for name, term in terms.items()}

    def stands_near(self, text: str, sentence: tuple[int, int], start: int, end: int, name: str) -> bool:
        """Whether the name of an attribute or relation stands close to ``text[start:end]`` in its sentence."""
        pattern = self._names[name]
        begin = max(sentence[0], start - BEFORE)
        return bool(
            pattern.search(text, begin, start) or pattern.search(text, end, min(sentence[1], end + AFTER))
        )

    def leads_to(self, text: str, sentence: tuple[int, int], start: int, name: str) -> bool:
        """Whether the name of an attribute or relation stands right before a place: "made of ", "Material: pure "."""
        pattern = self._names[name]
        begin = max(sentence[0], start - BEFORE)
        return any(
            _LEAD.fullmatch(text, named.end(), start) for named in pattern.finditer(text, begin, start)
        )


def _pattern(term: Term) -> re.Pattern[str]:
    names = sorted((name for language in LANGUAGES for name in term.names(language)), key=len, reverse=True)
    forms = [rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in names]
    return re.compile("|".join(forms), re.IGNORECASE)
