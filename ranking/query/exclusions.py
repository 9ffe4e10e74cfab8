"""What a query does not want: "no plastic kettle" is a kettle, and not of plastic; 不要蓝牙耳机 are headphones.

Queries have no punctuation to end a denial, so it ends with the first thing that it denies and with what is joined to
that by "or", "and" or a list of values of one field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kms.lexical.analysis import contains_chinese, segment
from kms.ontology.model import Ontology
from kms.text.negation import find_cue
from ranking.models import Entity

Span = tuple[int, int]

_LEAVING_OUT_EN = r"w/o|except(?:\s+for)?|excluding|(?:other|rather)\s+than|apart\s+from|anything\s+but"
_LEAVING_OUT_ZH = "不要|不想要|除了|不含|不带"
_ARTICLE = r"(?:(?:an?|the|any)\s+)?"
_BEFORE = re.compile(rf"(?:{_LEAVING_OUT_ZH}|不是|非|\b(?:{_LEAVING_OUT_EN})\s+{_ARTICLE})$", re.IGNORECASE)
"""Right before what is excluded; more than texts, queries say what they leave out."""
_KIND_DEPTH = 2
"""From this depth on a class is a kind of product that somebody asks for, and no family."""
_JOINED = re.compile(
    r"\s*(?:[,/&、]|\band\b|\bor\b|\bnor\b|和|或者?|与|及)\s*(?:(?:and|or)\s+)?" + _ARTICLE,
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"(?P<word>\w+)\s+(?:for|with)\b", re.IGNORECASE)
_SUITS = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "suitable good great ideal meant made designed intended recommended fit right okay ok"
    ).split()
)
"""With these "not … for running" denies the running; else, as in "not too heavy for travel", something before it."""
_UNKNOWN = re.compile(
    rf"\b(?:without|{_LEAVING_OUT_EN}|(?:(?:that|which)\s+)?(?:isn['’]?t|aren['’]?t|is\s+not|are\s+not))\s+"
    rf"{_ARTICLE}(?P<en>[A-Za-z]{{3,}})|(?:{_LEAVING_OUT_ZH})\s*(?P<zh>[\u3400-\u9fff]+)",
    re.IGNORECASE,
)


class UnknownExclusion(NamedTuple):
    """Where a query excludes a word that names nothing in the ontology, and which."""

    start: int
    end: int
    word: str


def find_denied(text: str, entities: Sequence[Entity], names: Sequence[Span]) -> dict[int, int]:
    """Which entities a query excludes: where the entity starts to where its exclusion does.

    Args:
        text: The query.
        entities: By their place in it.
        names: Spans of words that state something by themselves; "no sleeves" denies nothing else.
    """
    denied: dict[int, int] = {}
    names = sorted(names)
    for number, entity in enumerate(entities):
        if entity.kind == "quantity":
            continue
        cue = _cue(text, entity.start, names)
        if cue is None:
            continue
        between = [e for e in entities[:number] if e.start >= cue[1]]
        if between:
            last = between[-1]
            if last.start not in denied or not _continues(text, last, entity):
                continue
        denied[entity.start] = cue[0]
    return denied


def find_unknown(text: str, taken: Sequence[Span]) -> list[UnknownExclusion]:
    """Excluded words that are no part of ``taken``."""
    found = []
    for match in _UNKNOWN.finditer(text):
        word = match.group("en") or segment(match.group("zh"))[0]
        start = match.start("en") if match.group("en") else match.start("zh")
        if not any(start < stop and begin < start + len(word) for begin, stop in taken):
            found.append(UnknownExclusion(match.start(), start + len(word), word))
    return found


def settle_classes(entities: Sequence[Entity], ontology: Ontology) -> tuple[list[Entity], list[str]]:
    """What excluded classes leave of a query: its entities, and words that titles should not have.

    Of "headphones without a mic" the mic is no kind of headphones that a filter could leave out; nor can it leave out
    "chromebook", which means laptops, of "laptop not chromebook": both are words. "Non-bluetooth speaker" alone
    wants the class above.
    """
    hierarchy = ontology.hierarchy
    wanted = [e.value for e in entities if e.kind == "class" and not e.negated]
    below = {each for c in wanted for each in hierarchy.descendants(c)}
    above = {each for c in wanted for each in (c, *hierarchy.ancestors(c))}
    excluded = [e for e in entities if e.kind == "class" and e.negated]
    words = [e.surface for e in excluded if wanted and e.value not in below]
    kept = [e for e in entities if e not in excluded or e.value not in above]
    if kept and all(e.negated for e in kept) and kept[0].kind == "class":
        kept += _class_above(kept[0], ontology)
    return kept, words


def _class_above(entity: Entity, ontology: Ontology) -> list[Entity]:
    parent = ontology.classes[entity.value].parent
    if parent is None or ontology.hierarchy.depth(parent) < _KIND_DEPTH:
        return []
    label = ontology.classes[parent].label
    surface = label.of("zh" if contains_chinese(entity.surface) else "en")
    found = {"surface": surface, "node": f"category:{parent}", "value": parent, "negated": False}
    return [entity.model_copy(update={**found, "label_en": label.en, "label_zh": label.zh})]


def _cue(text: str, start: int, names: Sequence[Span]) -> Span | None:
    excluded = _BEFORE.search(text, 0, start)
    if excluded:
        return excluded.span()
    cue = find_cue(text, (0, len(text)), start, "zh" if contains_chinese(text) else "en", names=names)
    if cue is None:
        return None
    purpose = _PURPOSE.search(text, cue[1], start)
    if purpose and purpose["word"].casefold() not in _SUITS:
        return None
    return cue


def _continues(text: str, last: Entity, entity: Entity) -> bool:
    joint = text[last.end : entity.start]
    if not joint.strip():
        return last.field == entity.field and entity.kind == "value"
    return _JOINED.fullmatch(joint) is not None
