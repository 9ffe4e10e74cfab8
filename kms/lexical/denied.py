"""Denied words of a text: words for what the product is not or has not, which the text index leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kms.lexical.analysis import STOP_WORDS
from kms.ontology.labels import LabelKind
from kms.ontology.model import Ontology
from kms.text.chinese import contains_chinese
from kms.text.chinese_words import longest_words
from kms.text.negation import find_cue, find_poor_fit, has_cue

_KINDS: frozenset[LabelKind] = frozenset({"class", "value", "use", "audience", "attribute"})
_SITUATIONS: frozenset[LabelKind] = frozenset({"use", "audience"})
_SITUATED = re.compile(r"\b(?:for|in|during)\b", re.IGNORECASE)
"""Without one of these an English text says of no use or user how badly the product does there."""
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{3,}(?:[-'’][^\W\d_]+)*")


_HAN = re.compile(r"[\u3400-\u9fff]+")
_LACKING = frozenset("无無")
"""Begin words for what has none of something: 无尘."""
_HAVING = frozenset("含有带")
_LACKS = re.compile(r"(.+?)(?:-|\s)free|(?:no|zero)(?:-|\s)(.+)|[无無零](.+)", re.IGNORECASE)
"""Labels that say what a thing has not."""
Span = tuple[int, int]


@dataclass(frozen=True)
class DeniedText:
    """A text split by what it denies.

    Attributes:
        affirmed: The text with each denied word replaced by blanks.
        denied: The denied words, joined by blanks.
        nodes: Graph nodes of the denied values, uses, audiences and classes.
        unblanked: Denied words that stay in ``affirmed``: Chinese ones that no label names, and those of labels that say
            what a thing has not, as "sulfate" of "sulfate free".
    """

    affirmed: str
    denied: str = ""
    nodes: frozenset[str] = frozenset()
    unblanked: str = ""


def split_denied(text: str, ontology: Ontology) -> DeniedText:
    """Find what a text denies: labels of the ontology in both languages, and any other English word.

    Chinese words without a label stay in the affirmed text: where one begins is a guess of the segmentation.
    """
    language = "zh" if contains_chinese(text) else "en"
    if not has_cue(text, language) and (language == "zh" or not _SITUATED.search(text)):
        return DeniedText(text)
    labels = ontology.labels.find(text, _KINDS)
    # A label that holds its own "no" ("non-stick", 无线) states something and denies nothing else.
    names = [(m.start, m.end) for m in labels if any(ontology.says_value(r) for r in m.readings)]
    spans: list[Span] = []
    nodes: set[str] = set()
    for label in labels:
        whole = (0, len(text))
        is_situation = any(reading.kind in _SITUATIONS for reading in label.readings)
        if find_cue(text, whole, label.start, language, label.end, names=names) or (
            is_situation and find_poor_fit(text, whole, label.start, language, label.end)
        ):
            spans.append((label.start, label.end))
            nodes.update(reading.node for reading in label.readings)
    covered = [(label.start, label.end) for label in labels]
    for word in _WORD.finditer(text):
        if word.group().casefold() in STOP_WORDS or _overlaps(word.span(), covered):
            continue
        cue = find_cue(text, (0, len(text)), word.start(), "en", names=names)
        if cue and text[cue[1] : word.start()].strip(" ") != "-" and text[cue[1] : word.start()] != "":
            spans.append(word.span())
    lacking = [_LACKS.fullmatch(text, *span) for span in covered]
    kept_words = [word for match in lacking if match for word in match.groups() if word]
    if language == "zh":
        kept_words += _denied_chinese(text, covered, names)
    unblanked = " ".join(dict.fromkeys(kept_words))
    if not spans:
        return DeniedText(text, unblanked=unblanked)
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return DeniedText(
        "".join(kept), " ".join(text[s:e] for s, e in sorted(spans)), frozenset(nodes), unblanked
    )


def _denied_chinese(text: str, covered: list[Span], names: list[Span]) -> Iterator[str]:
    """Chinese words without a label behind words that deny them: 漆 and 蜡 of 无漆无蜡."""
    for run in _HAN.finditer(text):
        at = run.start()
        for word in longest_words(run.group()):
            start, at = at, at + len(word)
            if word in STOP_WORDS or word in _HAVING or _overlaps((start, at), covered):
                continue
            if cue := find_cue(text, (0, len(text)), start, "zh", names=names):
                if cue[1] <= start:
                    yield word
            elif word[0] in _LACKING and len(word) > 1:
                yield word[1:]


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
