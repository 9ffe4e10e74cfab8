"""Denied words of a text: words for what the product is not or has not, which the text index leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kms.lexical.analysis import STOP_WORDS
from kms.ontology.labels import LabelKind
from kms.ontology.model import Ontology
from kms.text.chinese import contains_chinese
from kms.text.negation import find_cue, has_cue

_KINDS: frozenset[LabelKind] = frozenset({"class", "value", "use", "audience", "attribute"})
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{3,}(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True)
class DeniedText:
    """A text split by what it denies.

    Attributes:
        affirmed: The text with each denied word replaced by blanks.
        denied: The denied words, joined by blanks.
        nodes: Graph nodes of the denied values, uses, audiences and classes.
    """

    affirmed: str
    denied: str = ""
    nodes: frozenset[str] = frozenset()


def split_denied(text: str, ontology: Ontology) -> DeniedText:
    """Find what a text denies: labels of the ontology in both languages, and any other English word.

    Chinese words without a label stay: where one begins is a guess of the segmentation.
    """
    language = "zh" if contains_chinese(text) else "en"
    if not has_cue(text, language):
        return DeniedText(text)
    labels = ontology.labels.find(text, _KINDS)
    # A label that holds its own "no" ("non-stick", 无线) states something and denies nothing else.
    names = [(m.start, m.end) for m in labels if any(ontology.says_value(r) for r in m.readings)]
    spans: list[tuple[int, int]] = []
    nodes: set[str] = set()
    for label in labels:
        if find_cue(text, (0, len(text)), label.start, language, label.end, names=names):
            spans.append((label.start, label.end))
            nodes.update(reading.node for reading in label.readings)
    covered = [(label.start, label.end) for label in labels]
    for word in _WORD.finditer(text):
        if word.group().casefold() in STOP_WORDS or _overlaps(word.span(), covered):
            continue
        cue = find_cue(text, (0, len(text)), word.start(), "en", names=names)
        if cue and text[cue[1] : word.start()].strip(" ") != "-" and text[cue[1] : word.start()] != "":
            spans.append(word.span())
    if not spans:
        return DeniedText(text)
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return DeniedText("".join(kept), " ".join(text[s:e] for s, e in sorted(spans)), frozenset(nodes))


def _overlaps(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
