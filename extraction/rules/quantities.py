"""Measurements in running text: tells which attribute of the class a number with a unit measures."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Container, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from extraction.documents import Text
from extraction.rules.contexts import is_foreign
from extraction.rules.denial import Denial, find_denial
from extraction.rules.mention import Mention
from extraction.rules.moods import is_unstated
from extraction.rules.names import is_number_of_title, nouns_of_title
from extraction.rules.product_nouns import ProductNouns
from extraction.rules.roles import (
    are_sides_of_other,
    is_added,
    is_bound,
    is_depth,
    is_difference,
    is_elapsed,
    is_growth,
    is_named_otherwise,
    is_of_cloth,
    is_outgrown,
    is_said_of,
    names_other_measure,
    runs_on,
)
from extraction.rules.sizes import find_trouser_sizes
from kms.ontology.model import ROOT_CLASS, Attribute, Ontology
from kms.ontology.structure import HAS_VALUE
from kms.quantities.axes import Axis
from kms.quantities.mentions import QuantityMention, find_quantities
from kms.quantities.numbers import fold_width, read_number
from kms.quantities.unit_words import is_of_liquid
from kms.quantities.values import can_measure, canonical, dimensions_of, quantity_of, unit_for

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
_OF_PARTS = ("data_size", "power", "frequency", "voltage")
_SIDES = re.compile(r"(?:[\d.,/ -]+[^\W\d]{0,6}[\"”'’]?\s?(?:[LWHD]\b)?\s*[x×*]\s*)+$", re.IGNORECASE)
"""The sides before one: "11 x 8.5 x"."""
_WORD_BEFORE = re.compile(r"[A-Za-z]\s+$")
_OF_STUFF = re.compile(r"\s+of\s+(?!weight\b|length\b)[a-z]", re.IGNORECASE)
"""Behind a measure of something that the product takes or gives: "500 g of ice"."""
_PAUSE = re.compile(r"[,;:.!?•·，。；：、|)]")
_ONLY_NAMED = frozenset({"density"})
"""Dimensions that a form of another unit is read as only where words say so: "230克" of cotton, not of a shirt."""
_NEVER_ONE = frozenset({"package_quantity", "set_pieces", "persons"})
"""Counts that nobody states when they are one: "one pair, no stink"."""
_COUNT = (
    "(?:\\d+(?![.,]?\\d)|(?:a )?dozen|(?:twenty|thirty|forty|fifty)(?:[ -](?:one|two|three|four|five|six|seven|"
    "eight|nine))?|"
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    "[一二两三四五六七八九十百]+)"
)
"""The numbers that things are counted with; ``kms.quantities.numbers`` reads them."""
_RANGE_BEFORE = re.compile(
    rf"(?<![A-Za-z0-9.,])(?P<n>{_COUNT})\s?(?:[-–~～]|至|到|\bto\b)\s?$", re.IGNORECASE
)
"""The least of a counted range, before its greatest: "2-3 persons"."""
_GOES_ON = re.compile(r"[-–~～]\d|\s?[x×*]\s?\d|\s?(?:[cm]?m|in|inch|inches|k?g|m?l|oz|lbs?)\b")
"""Behind the least of a range, whose greatest the form must end with, and behind what is no count: "a box of 40 x 30 cm"."""


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
    def words(self) -> frozenset[str]:
        """The English words of its names."""
        return frozenset(word.casefold() for name in self.attribute.names("en") for word in name.split())

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
        self._own_nouns = lru_cache(maxsize=1_000)(ProductNouns(ontology).with_pronouns)

    def find_mentions(self, text: Text, class_id: str | None) -> Iterator[Mention]:
        """Quantities whose attribute can be told: by words nearby, or because hardly another one fits."""
        cues = self._cues_of(class_id or "product")
        dimensions = frozenset(c.attribute.dimension for c in cues.values() if c.attribute.dimension)
        taken = _Taken()
        for mention in self._read_counts(text, class_id or "product"):
            if taken.add(mention.start, mention.end):
                yield mention
        body = text.document.text
        quantities = [q for q in find_quantities(body, also=dimensions) if not taken.overlaps(q.start, q.end)]
        axes = {quantity.axis for quantity in quantities}
        is_liquid = text.document.field == "title" and is_of_liquid(body)
        for index, quantity in enumerate(quantities):
            sentence = text.sentence_at(quantity.start)
            if is_foreign(body, sentence, quantity.start) or is_unstated(text, quantity.start, quantity.end):
                continue
            if is_difference(body[quantity.end : quantity.end + 2 * AFTER]):
                continue
            before = body[max(sentence[0], quantity.start - 2 * BEFORE) : quantity.start]
            if is_of_cloth(quantity.unit, body[quantity.end : quantity.end + BEFORE]) or is_outgrown(
                before, body[quantity.end : quantity.end + AFTER]
            ):
                continue
            if can_measure(quantity, "length") and (is_depth(before) or is_added(before)):
                continue
            if quantity.ends is not None and is_growth(before):
                quantity = quantity.ends[1]
            split = _split_frequency(quantity, cues)
            if split:
                yield from split
                continue
            if quantity.axis is not None:
                if not self._is_side_of_other(text, quantity, class_id):
                    yield from self._read_side(quantity, axes, cues)
                continue
            if quantity.pieces > 1 and "package_quantity" in cues and _comes_in_packs(quantity):
                start, end = quantity.pieces_at or (quantity.start, quantity.end)
                pieces = QuantityMention(start, end, quantity.pieces, quantity.pieces, "count")
                yield _mention(pieces, "package_quantity", canonical(pieces), CONFIDENCE_LIST, None)
            begin = quantities[index - 1].end if index else 0
            stop = quantities[index + 1].start if index + 1 < len(quantities) else len(body)
            found = self._read_one(
                text,
                quantity,
                cues,
                begin,
                stop,
                is_liquid=is_liquid,
                named_only=class_id is None and quantity.pieces == 1,
            )
            if found is not None and stop < len(body) and _is_restated(body, quantity, quantities[index + 1]):
                again = self._read_one(
                    text, quantities[index + 1], cues, quantity.end, len(body),
                    is_liquid=is_liquid, named_only=class_id is None,
                )  # fmt: skip
                if again is not None and again.attribute != found.attribute:
                    continue
            if found is not None:
                yield found

    def _is_side_of_other(self, text: Text, quantity: QuantityMention, class_id: str | None) -> bool:
        body, sentence = text.document.text, text.sentence_at(quantity.start)
        before = _SIDES.sub("", body[max(sentence[0], quantity.start - 2 * BEFORE) : quantity.start])
        after = body[quantity.end : min(sentence[1], quantity.end + AFTER)]
        own = self._own_nouns(class_id or ROOT_CLASS) | nouns_of_title(text.context.title)
        return are_sides_of_other(before, after, own)

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
        is_liquid: bool,
    ) -> Mention | None:
        body = text.document.text
        fitting = [
            c
            for c in cues.values()
            if c.attribute.dimension not in (None, "count")
            and can_measure(quantity, c.attribute.dimension or "")
        ]
        if not fitting or quantity.unit == "count":
            return None
        sentence = text.sentence_at(quantity.start)
        is_fluid = is_liquid or is_of_liquid(body[quantity.end : quantity.end + 35])
        chosen = _choose(
            body, quantity, fitting, sentence, begin, stop, text.document.field,
            named_only=named_only, is_fluid=is_fluid,
        )  # fmt: skip
        if chosen is None:
            return None
        attribute, confidence = chosen
        denial = find_denial(text, (quantity.start, quantity.end), behind=False)
        value = canonical(quantity, attribute.dimension)
        return _mention(quantity, attribute.id, value, confidence, denial)

    def _read_side(
        self, quantity: QuantityMention, axes: Set[Axis | None], cues: dict[str, Cues]
    ) -> Iterator[Mention]:
        attribute = side_attribute(quantity.axis, axes, cues)
        if attribute is not None:
            yield _mention(quantity, attribute, canonical(quantity), CONFIDENCE_LIST, None)

    # counts

    def _read_counts(self, text: Text, class_id: str) -> Iterator[Mention]:
        body = text.document.text
        folded = fold_width(body)
        for attribute, pattern in self._counts_of(class_id):
            for match in pattern.finditer(folded):
                value = read_number(match["n"])
                if (
                    not value
                    or (value == 1 and attribute in _NEVER_ONE)
                    or _GOES_ON.match(body, match.end("n"))
                ):
                    continue
                group = "m" if "m" in pattern.groupindex else "n"
                start, end = match.span(group)
                sentence = text.sentence_at(start)
                least = _RANGE_BEFORE.search(body, max(0, start - 16), match.start("n"))
                low = read_number(least["n"]) if least else None
                if least is None or low is None or low >= value:
                    low = value
                else:
                    start = min(start, least.start("n"))
                if is_foreign(body, sentence, start) or is_unstated(text, start, end):
                    continue
                if text.document.field != "title" and is_number_of_title(
                    body, (start, end), text.context.title
                ):
                    continue
                denial = find_denial(text, (start, end), behind=False)
                counted = QuantityMention(start, end, float(low), float(value), "count")
                yield _mention(counted, attribute, canonical(counted), CONFIDENCE_COUNT, denial)
        own = self._cues_of(class_id)
        for size in find_trouser_sizes(body) if "waist" in own else ():
            side = QuantityMention(size.start, size.end, size.inches, size.inches, "inch")
            yield _mention(side, size.attribute, canonical(side), CONFIDENCE_LIST, None)

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
            (attribute, re.compile(r"(?<![A-Za-z0-9.,])" + form.replace("<N>", _COUNT), re.IGNORECASE))
            if form[0] != "\\" and not form.startswith(("(?P<m>S", "(?P<m>U"))
            else (attribute, re.compile(form.replace("<N>", _COUNT), re.IGNORECASE))
            for attribute, forms in _read_yaml("counts.yaml").items()
            if attribute in own
            for form in forms
        ]


def _split_frequency(quantity: QuantityMention, cues: dict[str, Cues]) -> list[Mention]:
    """The two ends of "20 Hz to 20 kHz", which have an attribute each."""
    if quantity.ends is None or "lower_frequency" not in cues or not quantity.unit.endswith("hertz"):
        return []
    attributes = ("lower_frequency", "upper_frequency")
    return [
        _mention(end, attribute, canonical(end), CONFIDENCE_NAMED, None)
        for attribute, end in zip(attributes, quantity.ends, strict=True)
    ]


def _is_restated(body: str, quantity: QuantityMention, following: QuantityMention) -> bool:
    """Whether the next quantity says the same in another unit, "39.6 cm (15.6 inch)"; its unit is the telling one."""
    if body[quantity.end : following.start].strip() != "(":
        return False
    shared = set(dimensions_of(quantity.unit)).intersection(dimensions_of(following.unit))
    return any(quantity_of(quantity, each).agrees_with(quantity_of(following, each)) for each in shared)


def _comes_in_packs(quantity: QuantityMention) -> bool:
    """Whether so many pieces of a size are a pack: modules of memory and outputs of a loudspeaker are parts of one thing."""
    return not any(can_measure(quantity, each) for each in _OF_PARTS)


def side_attribute(axis: Axis | None, axes: Set[Axis | None], attributes: Container[str]) -> str | None:
    """The attribute that a side of a product is; the depth of a class without one is its length where that is free.

    Args:
        axis: Of the side.
        axes: All that the same text or cell gives.
        attributes: What the class has.
    """
    if axis in attributes:
        return axis
    return "length" if axis == "depth" and "length" in attributes and "length" not in axes else None


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
    is_fluid: bool = False,
) -> tuple[Attribute, float] | None:
    """The attribute whose cue stands nearest; without cues, the first whose units and range fit.

    With ``named_only`` nothing is guessed from unit and range.
    """
    before = body[max(sentence[0], begin, quantity.start - BEFORE) : quantity.start]
    after = body[quantity.end : min(sentence[1], stop, quantity.end + AFTER + 24)]
    if is_elapsed(before, quantity.unit):
        return None
    best: tuple[float, int, Cues] | None = None
    for cues in fitting:
        distances = []
        if cues.before is not None:
            found = (m.end() for m in cues.before.finditer(before))
            all_ends = [
                end
                for end in found
                if not (cues.is_own and runs_on(before, end))
                and not names_other_measure(before, end, cues.words)
            ]
            distances += [len(before) - all_ends[-1]] if all_ends else []
            if all_ends and not cues.is_own and is_said_of(before, all_ends[-1]):
                # The name of a part is surer than the side: "the blade is 20 cm long".
                distances.append(-3)
        match = cues.after.search(after) if cues.after is not None else None
        if match is not None and match.start() <= AFTER and not _PAUSE.search(after, 0, match.start()):
            # "24 cm high, 15 cm wide": what follows at once is surer than what came before.
            distances.append(match.start() - 2)
        if distances and (best is None or (min(distances), cues.rank) < best[:2]):
            best = (min(distances), cues.rank, cues)
    if best is not None and not (best[2].is_own and is_bound(before)):
        return best[2].attribute, CONFIDENCE_NAMED
    if best is not None or named_only or is_named_otherwise(before):
        return None
    around = body[max(sentence[0], quantity.start - BEFORE) : min(sentence[1], quantity.end + BEFORE)]
    for cues in sorted(fitting, key=lambda c: c.rank):
        unit = unit_for(quantity.unit, cues.attribute.dimension or "")
        if field not in cues.fields or unit not in cues.units:
            continue
        if quantity.unit == "ounce" and (unit == "fluid_ounce") != is_fluid and len(fitting) > 1:
            continue
        if cues.is_own and (is_bound(before) or _is_of_stuff(before, after, field)):
            continue
        if cues.attribute.dimension in _ONLY_NAMED and unit != quantity.unit:
            continue
        if cues.low <= quantity.magnitude <= cues.high and not (cues.never and cues.never.search(around)):
            return cues.attribute, CONFIDENCE_ONLY
    if len(fitting) == 1 and fitting[0].attribute.dimension not in {"length", "time", "mass"}:
        only = fitting[0]
        if only.low <= quantity.magnitude <= only.high and not (only.never and only.never.search(around)):
            return only.attribute, CONFIDENCE_ONLY
    return None


def _is_of_stuff(before: str, after: str, field: str) -> bool:
    """Whether a measure is of something that the clause is about: "copes with 500 g of ice", but not "5 kg of calm"."""
    return field != "title" and _OF_STUFF.match(after) is not None and _WORD_BEFORE.search(before) is not None


def _mention(
    quantity: QuantityMention, attribute: str, value: str, confidence: float, denial: Denial | None
) -> Mention:
    return Mention(
        quantity.start,
        quantity.end,
        HAS_VALUE,
        attribute=attribute,
        value=value,
        negated=denial is not None,
        cue=denial.cue if denial else None,
        confidence=denial.weigh(confidence) if denial else confidence,
    )


class _Taken:
    """Character spans without overlaps, to which more are added in any order."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any of the spans shares a character with this one."""
        before = bisect_left(self._spans, (end,)) - 1
        return before >= 0 and self._spans[before][1] > start

    def add(self, start: int, end: int) -> bool:
        """Take a span unless a part of it is taken; whether it was free."""
        if self.overlaps(start, end):
            return False
        insort(self._spans, (start, end))
        return True


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
    entries: dict[str, Any] = yaml.safe_load(source)
    return entries
