"""Choices: parts of a query of which a product needs only one ("black or white", "kettle or toaster", 红色或蓝色).

What "or" joins is found by the shape of the phrases on its sides. Classes are alternatives with what stands before each of
them ("red kettle or blue mug"); a class alone on the right shares what stands before the left one ("red kettle or mug").
Without a class on one side, what stands beside the "or" is: of a list of values as many as are of the same fields ("matte
black or glossy white mug"), else one ("men's black or white shoes").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ranking.models import Choice, Entity, Option

Span = tuple[int, int]

_OR = r"(?:(?:\bor\b|或者|或是|抑或|还是|或)(?:\s+else\b)?)"
_LEADING = r"(?:(?:an?|the|any|some|in|with|for|of|from)\s+){0,2}"
JOINT = re.compile(rf"\beither\b|{_OR}", re.IGNORECASE)
"""Words that join alternatives and say nothing else."""
_JOINED_BY_OR = re.compile(rf"\s*,?\s*{_OR}\s*{_LEADING}", re.IGNORECASE)
_JOINED_BY_COMMA = re.compile(rf"\s*[,，、]\s*{_LEADING}", re.IGNORECASE)
_BESIDE = re.compile(r"[\s-]*|\s*的\s*|['’]s?\s+")
_EITHER = re.compile(r"\beither\s+$", re.IGNORECASE)
_WORD = re.compile(r"(?:(?!的)[\u3400-\u9fff])+|[^\W\d_][^\W_]*(?:['’-][^\W_]+)*")
_UNKNOWN = "word"
_CLASS = "class"


class _Item(NamedTuple):
    """A part of a phrase.

    Attributes:
        field: The filter field that it belongs to, or that it is a class or an unknown word.
        implied: Of a class: the fields of which it implies a value.
    """

    start: int
    end: int
    field: str
    implied: tuple[str, ...] = ()

    @property
    def is_class(self) -> bool:
        return self.field == _CLASS


_Phrase = list[_Item]


def find_choices(
    text: str,
    entities: Sequence[Entity],
    taken: Sequence[Span],
    is_word: Callable[[str], bool],
    implied_by: Callable[[str], Iterable[str]] = lambda class_id: (),
) -> Iterator[Choice]:
    """The choices of a query, left to right.

    Args:
        text: The corrected query.
        entities: What it names.
        taken: Spans that are no part of a phrase: constraints, leanings, exclusions.
        is_word: Whether a word that names nothing known says something of a product.
        implied_by: The filter fields of which a class implies a value.
    """
    if not _OR_ANYWHERE.search(text):
        return
    for phrases in _lists(text, _items(text, entities, taken, is_word, implied_by)):
        options = _options(phrases)
        if len(options) > 1:
            spans = [(option[0].start, option[-1].end) for option in options]
            start = either.start() if (either := _EITHER.search(text, 0, spans[0][0])) else spans[0][0]
            yield Choice(
                surface=text[start : spans[-1][1]],
                options=tuple(Option(start=a, end=b, surface=text[a:b]) for a, b in spans),
            )


_OR_ANYWHERE = re.compile(_OR, re.IGNORECASE)


def _items(
    text: str,
    entities: Sequence[Entity],
    taken: Sequence[Span],
    is_word: Callable[[str], bool],
    implied_by: Callable[[str], Iterable[str]],
) -> list[_Item]:
    """Entities and unknown words by their place, none overlapping another; of overlapping entities the first and longest."""
    items: list[_Item] = []
    end = 0
    for entity in sorted(entities, key=lambda e: (e.start, -e.end)):
        if entity.start >= end and not entity.negated:
            if entity.kind == "class":
                items.append(_Item(entity.start, entity.end, _CLASS, tuple(implied_by(entity.value))))
            else:
                items.append(_Item(entity.start, entity.end, entity.field))
            end = entity.end
    # A mark for each character keeps this linear in the query's length.
    covered = bytearray(len(text))
    for start, stop in (
        *taken,
        *((e.start, e.end) for e in entities),
        *(m.span() for m in JOINT.finditer(text)),
    ):
        covered[start:stop] = b"\1" * (stop - start)
    for word in _WORD.finditer(text):
        for start, stop in _uncovered(covered, word.span()):
            if is_word(text[start:stop]):
                items.append(_Item(start, stop, _UNKNOWN))
    return sorted(items)


def _uncovered(covered: bytearray, span: Span) -> Iterator[Span]:
    start, stop = span
    while start < stop:
        if covered[start]:
            start += 1
            continue
        end = covered.find(1, start, stop)
        end = stop if end < 0 else end
        yield start, end
        start = end


def _lists(text: str, items: Sequence[_Item]) -> Iterator[list[_Phrase]]:
    """Lists of phrases that "or" joins; before the last of them commas may."""
    phrases: list[_Phrase] = []
    has_or = False
    for number, item in enumerate(items):
        between = (items[number - 1].end, item.start) if number else (0, 0)
        if number and _BESIDE.fullmatch(text, *between):
            phrases[-1].append(item)
        elif number and _JOINED_BY_OR.fullmatch(text, *between):
            phrases.append([item])
            has_or = True
        elif (
            number
            and not has_or
            and _JOINED_BY_COMMA.fullmatch(text, *between)
            and phrases[-1][-1].field == item.field
        ):
            phrases.append([item])
        else:
            if has_or:
                yield phrases
            phrases, has_or = [[item]], False
    if has_or:
        yield phrases


def _options(phrases: list[_Phrase]) -> list[_Phrase]:
    """What a product needs one of, each the parts that it then needs all of; empty where the phrases are no choice."""
    *former, last = phrases
    has_class = [any(item.is_class for item in phrase) for phrase in phrases]
    if all(has_class):
        kinds = [_up_to_class(phrase) for phrase in phrases]
        is_shared = all(len(kind) == 1 for kind in kinds[1:])
        return [kind[-1:] for kind in kinds] if is_shared else kinds
    if not any(has_class[:-1]):
        modifiers = _up_to_class(last)[:-1] if has_class[-1] else last
        if modifiers:
            return _of_same_fields(former, modifiers)
        if all(phrase[-1].field in last[0].implied for phrase in former):
            return [*(phrase[-1:] for phrase in former), last[:1]]  # "in-ear or over-ear headphones"
        are_words = all(item.field == _UNKNOWN for phrase in former for item in phrase)
        return [*former, last[:1]] if are_words else []
    first, *others = phrases
    if not has_class[0] or any(has_class[1:]):
        return []
    same = next((item for item in reversed(first) if item.field == others[0][0].field), None)
    if same is None and not first[-1].is_class:
        same = first[-1]
    if same is not None:
        return [[same], *(phrase[:1] for phrase in others)]
    are_words = all(item.field == _UNKNOWN for phrase in others for item in phrase)
    return [first[-1:], *others] if are_words else []


def _up_to_class(phrase: _Phrase) -> _Phrase:
    at = max(number for number, item in enumerate(phrase) if item.is_class)
    return phrase[: at + 1]


def _of_same_fields(former: Sequence[_Phrase], modifiers: _Phrase) -> list[_Phrase]:
    """The ends of some phrases and the beginning of the modifiers behind them: as many parts as are of the same fields.

    Where none are, one part of each; "glossy white" goes together against "black".
    """
    most = min(len(modifiers), *(len(phrase) for phrase in former))
    for number in range(most, 0, -1):
        fields = sorted(item.field for item in modifiers[:number])
        if all(sorted(item.field for item in phrase[-number:]) == fields for phrase in former):
            return [*(phrase[-number:] for phrase in former), modifiers[:number]]
    field = former[-1][-1].field
    at = next((n for n, item in enumerate(modifiers) if item.field == field), 0)
    return [*(phrase[-1:] for phrase in former), modifiers[: at + 1]]
