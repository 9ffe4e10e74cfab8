"""Opinions by lexicon: judging words linked to the nearest aspect of their clause.

After the nearest-aspect rule of Hu and Liu 2004, "Mining and summarizing customer reviews", section 3; the words are
our own. It reads Chinese, which the default encoder cannot, and is the baseline of the model in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

import yaml

from extraction.documents import Text
from extraction.rules.mention import Mention
from kms.text.negation import find_cue
from kms.evidence.models import Polarity
from kms.ontology.model import Ontology

CONFIDENCE = 0.6
CONFIDENCE_OVERALL = 0.5
_CLAUSE = re.compile(r"[.;:!?,。；！？，、\n]|\b(?:but|however|although|though|yet|while)\b|但是|但|不过|就是|只是", re.IGNORECASE)
_OPPOSITE: dict[Polarity, Polarity] = {"positive": "negative", "negative": "positive", "neutral": "neutral"}
_INTENSIFIERS = re.compile(
    r"(?:\b(?:very|really|so|too|quite|pretty|extremely|incredibly|super|rather|a bit|absolutely|not|never)\s+)+$"
    r"|(?:非常|很|太|特别|超级|超|真的|真|有点|比较|挺|相当|不太|不)+$",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def lexicon() -> dict[str, dict[str, Polarity]]:
    """Word to polarity by language."""
    source = resources.files("extraction.rules").joinpath("lexicon.yaml").read_text("utf-8")
    words: dict[str, dict[str, Polarity]] = {}
    for language, lists in yaml.safe_load(source).items():
        words[language] = {}
        for polarity, text in lists.items():
            words[language].update({word: polarity for word in text.split()})
    return words


def find_opinions(text: Text, ontology: Ontology) -> Iterator[Mention]:
    """Aspects with the judging words of their clause, and judging words without an aspect on the whole product."""
    document = text.document
    aspects = ontology.labels.find(document.text, frozenset({"aspect"}))
    judgements = list(_judgements(text))
    used: set[int] = set()
    for start, end in _clauses(document.text, text.sentences):
        inside = [j for j in judgements if start <= j[0] < end]
        for match in (a for a in aspects if start <= a.start < end):
            aspect = next(r.id for r in match.readings if r.kind == "aspect")
            free = [j for j in inside if j[1] <= match.start or j[0] >= match.end]
            if not free:
                continue
            # What follows its aspect is preferred: "the battery lasts", rather than "great. The battery".
            nearest = min(free, key=lambda j: (j[0] - match.end if j[0] >= match.end else match.start - j[1] + 8))
            used.add(nearest[0])
            yield Mention(
                match.start,
                match.end,
                "has_aspect",
                value=aspect,
                polarity=nearest[2],
                opinion=(nearest[0], nearest[1]),
                confidence=CONFIDENCE,
            )
        for first, last, polarity in inside:
            if first not in used and not any(a.start <= first < a.end for a in aspects):
                yield Mention(
                    first,
                    last,
                    "has_aspect",
                    value="overall",
                    polarity=polarity,
                    opinion=(first, last),
                    confidence=CONFIDENCE_OVERALL,
                )


def _judgements(text: Text) -> Iterator[tuple[int, int, Polarity]]:
    document = text.document
    words = lexicon()[document.language]
    for start, end in text.tokens:
        polarity = words.get(document.text[start:end].casefold())
        if polarity is None:
            continue
        sentence = text.sentence_at(start)
        cue = find_cue(document.text, sentence, start, document.language)
        if cue is not None:
            polarity, start = _OPPOSITE[polarity], cue[0]
        else:
            lead = _INTENSIFIERS.search(document.text[sentence[0] : start])
            start -= len(lead.group()) if lead else 0
        yield start, end, polarity


def _clauses(text: str, sentences: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    for start, end in sentences:
        cursor = start
        for match in _CLAUSE.finditer(text, start, end):
            if match.start() > cursor:
                yield cursor, match.start()
            cursor = match.end()
        if cursor < end:
            yield cursor, end
