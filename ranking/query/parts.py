"""Parts of a query's text: what is blanked, what is searched, and what stands beside excluded or listed things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kms.quantities.mentions import QuantityMention
from kms.quantities.numbers import find_numbers, fold_width
from ranking.models import Entity
from ranking.query.choices import JOINT
from ranking.query.exclusions import UnknownExclusion

Span = tuple[int, int]

_DENYING = re.compile(r"(?:no|not|without)\s", re.IGNORECASE)
_OR_NUMBER = re.compile(r"\s*(?:\bor\b|或者?|还是)\s*", re.IGNORECASE)


def without_described(
    text: str, entities: Sequence[Entity], unknown: Sequence[UnknownExclusion]
) -> tuple[list[Entity], list[Span]]:
    """Entities without the values that an excluded word describes, and the spans of those.

    Who wants something other than waxed cotton wants no cotton, and excludes none that is not waxed.
    """
    ends = {exclusion.end for exclusion in unknown}
    described = [
        e
        for e in entities
        if e.kind == "value" and not e.negated and e.start - 1 in ends and text[e.start - 1] == " "
    ]
    return [e for e in entities if e not in described], [(e.start, e.end) for e in described]


def want_described(
    text: str, entities: Sequence[Entity], unknown: Sequence[UnknownExclusion], cuts: list[Span]
) -> tuple[list[Entity], list[Span]]:
    """Entities with the classes wanted that an excluded word describes, and the spans to cut without those.

    Who wants no curved monitor wants a monitor.
    """
    ends = {exclusion.end for exclusion in unknown}
    wanted = [
        e
        for e in entities
        if e.kind == "class" and e.negated and e.start - 1 in ends and text[e.start - 1] == " "
    ]
    stops = {e.end for e in wanted}
    return (
        [e.model_copy(update={"negated": False}) if e in wanted else e for e in entities],
        [cut for cut in cuts if cut[1] not in stops],
    )


def blanked(text: str, spans: Sequence[Span]) -> str:
    """The text with blanks in place of some spans, so that offsets stay true."""
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def searched(text: str, cut: list[Span], entities: list[Entity]) -> str:
    """What the text index is asked: without ``cut``, and "no sleeves", whose words others have, as "sleeveless"."""
    kept = list(text)
    for entity in entities:
        if not entity.negated and _DENYING.match(entity.surface):
            kept[entity.start : entity.end] = [entity.label_en, *[""] * (entity.end - entity.start - 1)]
    for start, end in cut:
        kept[start:end] = " " * (end - start)
    return " ".join("".join(kept).split())


def listed_numbers(
    text: str, mentions: Sequence[QuantityMention]
) -> list[tuple[QuantityMention, QuantityMention]]:
    """Bare numbers that "or" joins to quantities, as quantities of their unit, with those: "2 or 3 person tent"."""
    ends = {mention.start: mention for mention in mentions if mention.low == mention.high}
    if not ends or not JOINT.search(text):
        return []
    listed = []
    for number in find_numbers(fold_width(text)):
        joint = _OR_NUMBER.match(text, number.end)
        of = ends.get(joint.end()) if joint else None
        if of is not None:
            value = float(number.value)
            listed.append((replace(of, start=number.start, end=number.end, low=value, high=value), of))
    return listed
