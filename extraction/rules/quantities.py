"""Numbers with units, and which attribute of the class they measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

import yaml

from extraction.documents import Text
from extraction.rules.contexts import is_foreign
from extraction.rules.mention import Mention
from extraction.rules.roles import is_bound, is_named_otherwise, runs_on
from kms.facts.quantities import QuantityMention, dimensions_of, find_quantities, parse_number, parse_word
from kms.ontology.model import Attribute, Ontology
from kms.ontology.structure import HAS_VALUE
from kms.text.negation import find_cue

BEFORE = 40
"""Characters before a quantity in which a cue counts."""
AFTER = 14
"""Characters between a quantity and a cue behind it."""
CONFIDENCE_NAMED = 0.91
"""Precision on the sample catalogue's train and validation splits, as of the three below."""
CONFIDENCE_ONLY = 0.93
CONFIDENCE_COUNT = 0.91
CONFIDENCE_LIST = 0.91

OWN_MEASURES = frozenset({"weight", "length", "width", "height", "diameter"})
_AXES = ("length", "width", "height")
_TO = re.compile(r"\s*(?:to|-|–|—|至|到|~)\s*")
_NUMBER = r"\d+(?:[.,]\d+)?"
_LIST = re.compile(
    rf"(?<![\d.])(?P<a>{_NUMBER})\s?(?:cm|mm|in|\"|″|m)?\s?[x×*]\s?(?P<b>{_NUMBER})\s?(?:cm|mm|in|\"|″|m(?!m))?"
    rf"(?:\s?[x×*]\s?(?P<c>{_NUMBER}))?\s?(?P<unit>cm|mm|in(?:ches)?\b|\"|″|m\b|厘米|毫米)"
)
_PAUSE = re.compile(r"[,;:.!?•·，。；：、|)]")
_UNITS = {"cm": "centimeter", "mm": "millimeter", "m": "meter", "厘米": "centimeter", "毫米": "millimeter"}
_VESSEL = re.compile(
    r"\b(?:reservoir|jug|mug|bottle|cup|tank|flask|carafe|glass|body|double-wall\w*|tumbler|kettle|serum|lotion|"
    r"shampoo|toner|drops|cleanser|mist)\b|\bfl\b",
    re.IGNORECASE,
)
_NEVER_ONE = frozenset({"package_quantity", "set_pieces", "persons"})
"""Counts that nobody states when they are one: "one pair, no stink"."""
_WORD = "(?:\\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[一二两三四五六七八九十]+)"


@dataclass(frozen=True)
class Cues:
    """How an attribute is told in text, see ``measures.yaml``."""

    attribute: Attribute
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    never: re.Pattern[str] | None
    units: frozenset[str]
    low: float
    high: float
    fields: frozenset[str]
    rank: int

    @property
    def is_own(self) -> bool:
        """Whether it measures the product itself, and no bound on what it carries can be meant."""
        return self.attribute.id in OWN_MEASURES


class MeasureReader:
    """Finds what quantities measure; keeps the patterns of each class."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._cues_of = lru_cache(maxsize=1_000)(self._make_cues)
        self._counts_of = lru_cache(maxsize=1_000)(self._make_counts)

    def read(self, text: Text, class_id: str | None) -> Iterator[Mention]:
        """Quantities whose attribute can be told: by words nearby, or because hardly another one fits."""
        cues = self._cues_of(class_id or "product")
        taken: list[tuple[int, int]] = []
        for mention in (*self._read_lists(text, cues), *self._read_counts(text, class_id or "product")):
            if not _overlaps(mention, taken):
                taken.append((mention.start, mention.end))
                yield mention
        quantities = [q for q in find_quantities(text.document.text) if not _overlaps(q, taken)]
        ranges = dict(_frequency_range(text.document.text, quantities)) if "lower_frequency" in cues else {}
        for index, quantity in enumerate(quantities):
            if index in ranges:
                place = (quantity.start, quantity.end)
                yield _mention(
                    *place, ranges[index], quantity.magnitude, quantity.unit, CONFIDENCE_NAMED, None
                )
                continue
            begin = quantities[index - 1].end if index else 0
            stop = quantities[index + 1].start if index + 1 < len(quantities) else len(text.document.text)
            found = self._read_one(text, quantity, cues, begin, stop, named_only=class_id is None)
            if found is not None:
                yield found

    # one quantity

    def _read_one(
        self,
        text: Text,
        quantity: QuantityMention,
        cues: dict[str, Cues],
        begin: int,
        stop: int,
        *,
        named_only: bool,
    ) -> Mention | None:
        body = text.document.text
        quantity = self._settle_unit(text, quantity, cues)
        dimensions = dimensions_of(quantity.unit)
        measured = [c for c in cues.values() if c.attribute.dimension != "count"]
        fitting = [c for c in measured if c.attribute.dimension in dimensions]
        if not fitting:
            return None
        sentence = text.sentence_at(quantity.start)
        chosen = _choose(
            body, quantity, fitting, sentence, begin, stop, text.document.field, named_only=named_only
        )
        if chosen is None or is_foreign(body, sentence, quantity.start):
            return None
        attribute, confidence = chosen
        cue = find_cue(body, sentence, quantity.start, text.document.language)
        place = (quantity.start, quantity.end)
        return _mention(*place, attribute.id, quantity.magnitude, quantity.unit, confidence, cue)

    def _settle_unit(self, text: Text, quantity: QuantityMention, cues: dict[str, Cues]) -> QuantityMention:
        """Shops write "oz" of liquids, "G" of bytes and "克" of cloth."""
        body = text.document.text
        surface = body[quantity.start : quantity.end]
        unit = quantity.unit
        if unit == "ounce" and "capacity" in cues:
            around = body[quantity.end : quantity.end + 35]
            if _VESSEL.search(around) or (text.document.field == "title" and _VESSEL.search(body)):
                unit = "fluid_ounce"
        elif unit == "gram" and surface.endswith("G"):
            bytes_fit = "storage_capacity" in cues and quantity.magnitude >= 8
            unit = "gigabyte" if bytes_fit else "generation" if quantity.magnitude < 10 else unit
        elif unit == "gram" and "fabric_weight" in cues:
            behind = body[quantity.end : quantity.end + 8]
            if re.match(r"(?:新疆|重磅|有机|纯)*棉|重磅", behind):
                unit = "gram / meter ** 2"
        if unit == quantity.unit:
            return quantity
        return QuantityMention(quantity.start, quantity.end, quantity.magnitude, unit)

    # lists of dimensions, ranges, counts

    def _read_lists(self, text: Text, cues: dict[str, Cues]) -> Iterator[Mention]:
        body = text.document.text
        for start, end, axis, number, unit in find_axes(body):
            if axis in cues and not is_foreign(body, text.sentence_at(start), start):
                yield _mention(start, end, axis, number, unit, CONFIDENCE_LIST, None)

    def _read_counts(self, text: Text, class_id: str) -> Iterator[Mention]:
        body = text.document.text
        for attribute, pattern in self._counts_of(class_id):
            for match in pattern.finditer(body):
                number = match["n"]
                value = float(number) if number[0].isdigit() else float(parse_word(number) or 0)
                if not value or (value == 1 and attribute in _NEVER_ONE):
                    continue
                group = "m" if "m" in pattern.groupindex else "n"
                start, end = match.span(group)
                sentence = text.sentence_at(start)
                if is_foreign(body, sentence, start):
                    continue
                cue = find_cue(body, sentence, start, text.document.language)
                yield _mention(start, end, attribute, value, "count", CONFIDENCE_COUNT, cue)

    # patterns of a class

    def _make_cues(self, class_id: str) -> dict[str, Cues]:
        written = _read_yaml("measures.yaml")
        order = {name: number for number, name in enumerate(written)}
        result = {}
        for attribute in self._ontology.attributes_of(class_id):
            if attribute.type != "quantity":
                continue
            entry: dict[str, Any] = written.get(attribute.id, {})
            names = [*attribute.names("en"), *attribute.names("zh")]
            low, high = entry.get("range", (0, float("inf")))
            result[attribute.id] = Cues(
                attribute,
                _compile([_escape(n) for n in names], entry.get("before")),
                _compile([rf"(?:of )?{_escape(n)}" for n in names], entry.get("after")),
                _compile([], entry.get("never")),
                frozenset(entry.get("units", ())),
                low,
                high,
                frozenset(entry.get("fields", ("title", "description", "table"))),
                order.get(attribute.id, len(order)),
            )
        return result

    def _make_counts(self, class_id: str) -> list[tuple[str, re.Pattern[str]]]:
        own = {a.id for a in self._ontology.attributes_of(class_id)}
        return [
            (attribute, re.compile(r"(?<![A-Za-z0-9.,])" + form.replace("<N>", _WORD), re.IGNORECASE))
            if form[0] != "\\" and not form.startswith(("(?P<m>S", "(?P<m>U"))
            else (attribute, re.compile(form.replace("<N>", _WORD), re.IGNORECASE))
            for attribute, forms in _read_yaml("counts.yaml").items()
            if attribute in own
            for form in forms
        ]


def _frequency_range(body: str, quantities: list[QuantityMention]) -> Iterator[tuple[int, str]]:
    """Positions of "20 Hz to 20 kHz" in a list of quantities, with the attribute of each."""
    for index, (first, second) in enumerate(pairwise(quantities)):
        between = body[first.end : second.start]
        if first.unit.endswith("hertz") and second.unit.endswith("hertz") and _TO.fullmatch(between):
            yield index, "lower_frequency"
            yield index + 1, "upper_frequency"


def find_axes(text: str) -> Iterator[tuple[int, int, str, float, str]]:
    """Lists such as "18 x 6 x 3 cm": start, end, axis (length, width, height), number and unit of each.

    The last number's span holds the unit.
    """
    for match in _LIST.finditer(text):
        unit = _UNITS.get(match["unit"], "inch")
        groups = [group for group in "abc" if match[group] is not None]
        for group, axis in zip(groups, _AXES, strict=False):
            end = match.end() if group == groups[-1] else match.end(group)
            yield match.start(group), end, axis, parse_number(match[group]), unit


def _choose(
    body: str,
    quantity: QuantityMention,
    fitting: list[Cues],
    sentence: tuple[int, int],
    begin: int,
    stop: int,
    field: str,
    *,
    named_only: bool = False,
) -> tuple[Attribute, float] | None:
    """The attribute whose cue stands nearest; without cues, the first whose units and range fit.

    With ``named_only`` nothing is guessed from unit and range.
    """
    before = body[max(sentence[0], begin, quantity.start - BEFORE) : quantity.start]
    after = body[quantity.end : min(sentence[1], stop, quantity.end + AFTER + 24)]
    best: tuple[float, int, Cues] | None = None
    for cues in fitting:
        distances = []
        if cues.before is not None:
            ends = [m.end() for m in cues.before.finditer(before) if not runs_on(before, m.end())]
            distances += [len(before) - ends[-1]] if ends else []
        match = cues.after.search(after) if cues.after is not None else None
        if match is not None and match.start() <= AFTER and not _PAUSE.search(after, 0, match.start()):
            # "24 cm high, 15 cm wide": what follows at once is surer than what came before.
            distances.append(match.start() - 2)
        if distances and (best is None or (min(distances), cues.rank) < best[:2]):
            best = (min(distances), cues.rank, cues)
    if best is not None and not (best[2].is_own and is_bound(before)):
        return best[2].attribute, CONFIDENCE_NAMED
    if best is not None or named_only or is_named_otherwise(before) or is_bound(before):
        return None
    around = body[max(sentence[0], quantity.start - BEFORE) : min(sentence[1], quantity.end + BEFORE)]
    for cues in sorted(fitting, key=lambda c: c.rank):
        if field not in cues.fields or quantity.unit not in cues.units:
            continue
        if cues.low <= quantity.magnitude <= cues.high and not (cues.never and cues.never.search(around)):
            return cues.attribute, CONFIDENCE_ONLY
    if len(fitting) == 1 and fitting[0].attribute.dimension not in {"length", "time", "mass"}:
        only = fitting[0]
        if not (only.never and only.never.search(around)):
            return only.attribute, CONFIDENCE_ONLY
    return None


def _mention(
    start: int,
    end: int,
    attribute: str,
    magnitude: float,
    unit: str,
    confidence: float,
    cue: tuple[int, int] | None,
) -> Mention:
    return Mention(
        start,
        end,
        HAS_VALUE,
        attribute=attribute,
        value=f"{magnitude:g} {unit}",
        negated=cue is not None,
        cue=cue,
        confidence=confidence,
    )


def _overlaps(mention: Mention | QuantityMention, taken: list[tuple[int, int]]) -> bool:
    return any(mention.start < end and start < mention.end for start, end in taken)


def _escape(name: str) -> str:
    escaped = re.escape(name)
    return rf"\b{escaped}\b" if name.isascii() else escaped


def _compile(names: list[str], written: str | None) -> re.Pattern[str] | None:
    forms = [f"(?<![A-Za-z])(?:{written})"] if written else []
    forms += names
    return re.compile("|".join(forms), re.IGNORECASE) if forms else None


@lru_cache(maxsize=4)
def _read_yaml(name: str) -> dict[str, Any]:
    source = resources.files("extraction.rules").joinpath(name).read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(source)
    return found
