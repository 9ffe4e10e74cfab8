"""Numeric conditions in a query's words: "under 50", "at least 20 hours", "between 1 and 2 litres", 300元以下."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kms.filters import Condition
from kms.ontology.model import Attribute, Ontology
from kms.quantities.mentions import QuantityMention
from kms.quantities.values import QuantityError, quantity_of
from kms.text.nouns import has_plural
from kms.text.plurals import singular_of
from ranking.models import Constraint
from ranking.query.amounts import Amount, count_articles, currency_of_amount, find_amounts
from ranking.query.attribute_choice import AttributeChooser

Bound = Literal["most", "least", "between", "below", "beyond", "near"]
"""``below`` and ``beyond`` leave the number itself out; ``near`` is ``NEAR`` of it to both sides."""
NEAR = 0.2
"""How far from a number what is "about" it may be, as a share of it."""
Counts = Sequence[tuple[QuantityMention, Attribute]]

_LESS = r"less|fewer|cheaper|lower|lighter|shorter|smaller|thinner|narrower|slimmer|quieter"
_MORE = r"more|greater|longer|bigger|larger|heavier|taller|wider|thicker|stronger|brighter|louder|faster|higher|dearer"
_AT_MOST = r"(?:under|below|up to|at most|max(?:imum)?(?: of)?|within|budget(?: of| is)?|预算|最多|至多|<=|≤)"
_AT_LEAST = r"(?:over|above|at least|min(?:imum)?(?: of)?|from|至少|最少|不少于|不低于|不小于|>=|≥)"
_BEFORE: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("most", re.compile(rf"(?<![A-Za-z]){_AT_MOST}\s*$", re.IGNORECASE)),
    ("least", re.compile(rf"(?<![A-Za-z]){_AT_LEAST}\s*$", re.IGNORECASE)),
    (
        "below",
        re.compile(rf"(?:(?<![A-Za-z])(?:{_LESS}) than|低于|少于|小于|轻于|短于|不到|<)\s*$", re.IGNORECASE),
    ),
    (
        "beyond",
        re.compile(
            rf"(?:(?<![A-Za-z])(?:(?:{_MORE}) than|exceed(?:s|ing)?)|超过|多于|大于|高于|长于|重于|>)\s*$",
            re.IGNORECASE,
        ),
    ),
)
_ABOUT = re.compile(
    r"(?:(?<![A-Za-z])(?:around|about|approximately|approx\.?|roughly|circa|ca\.?|something like)\s|[~～≈]|"
    r"大约|大概|约莫?|差不多)\s*$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[,;，；]|(?:with|without|and|in|for|that|which|but)\b|的)", re.IGNORECASE)
"""Behind a bare number that is a sum; "a book about 20 animals" has no price."""
_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("near", re.compile(r"\s?(?:or so|ish)\b|\s?(?:左右|上下)", re.IGNORECASE)),
    (
        "most",
        re.compile(rf"\s*(?:or (?:under|below|{_LESS})\b|max\b|以下|以内|之内|以里|内)", re.IGNORECASE),
    ),
    ("least", re.compile(rf"\s*(?:or (?:over|above|up|{_MORE})\b|plus\b|以上|起)", re.IGNORECASE)),
)
_DENIAL = re.compile(
    r"(?:(?:\b(?:not|no|never|nothing|none|without|except(?:\s+for)?|excluding|(?:other|rather)\s+than|anything\s+but)|"
    # Without its apostrophe only behind a verb: "tent under 2 kg" denies nothing.
    r"n['’]t|\b(?:is|are|was|were|do|does|did|wo|ca|would|could|should|must|have|has|had)nt)\s+"
    r"(?:(?:be|being|cost|costing|priced|weigh|weighing|any|anything|an?|the|ones?|in|within|with|from|have|having)\s+)*"
    r"|(?:不要|不想要|不能|不可以?|不得|不在|不|别|没有?|除了|排除)\s*)$",
    re.IGNORECASE,
)
"""Right before a bound it turns the bound around ("not over 300" is at most 300); right before a range it excludes it."""
_TURNED: dict[Bound, Bound] = {
    "near": "near",
    "most": "least",
    "least": "most",
    "below": "least",
    "beyond": "most",
    "between": "between",
}
_BETWEEN = re.compile(r"\b(?:between|from)\s+$", re.IGNORECASE)
_TO = re.compile(r"\s+(?:and|to)\s+|\s?(?:到|至)\s?", re.IGNORECASE)
_BEHIND_RANGE = re.compile(r"之间")
_LONGEST_BOUND = 20
"""Characters before an amount in which its bound is looked for."""
_DENIED = re.compile(r"\w*n['’]?t\b|\b(?:not|no|never|nothing|none|without)\b|不|别|没", re.IGNORECASE)
_OR = re.compile(r"\s*,?\s*(?:\bor\b|或者|或是|还是|或)\s*", re.IGNORECASE)
_JOINED_BOUND = re.compile(
    rf"\s*,?\s*(?:\b(?:or|and|but)\b|或者|或是|还是|或|和|且)\s*(?:(?:{_AT_MOST}|{_AT_LEAST}|(?:{_LESS}|{_MORE})\s+than)\s*)",
    re.IGNORECASE,
)
"""Between a bare number and one with a unit: a word that joins them, and the bound of the second."""
_POUNDS = re.compile(r"\s?pounds?\b", re.IGNORECASE)
_WEIGHING = re.compile(r"weigh|heav|light(?:er|weight)|\bload|carr(?:y|ies)|holds?\b", re.IGNORECASE)


_COUNTED = re.compile(
    r"\s(?P<noun>[A-Za-z]{3,})(?=\s*(?:$|[,.;]|(?:with|without|and|or|in|for|that|which|under|over)\b))"
)


@dataclass(frozen=True)
class FoundConstraint:
    """A constraint and where it stands in the query."""

    start: int
    end: int
    constraint: Constraint


def find_constraints(
    query: str,
    ontology: Ontology,
    class_ids: Sequence[str] = (),
    currency: str | None = None,
    counts: Counts = (),
    chooser: AttributeChooser | None = None,
) -> list[FoundConstraint]:
    """All numeric constraints of a query, left to right, without overlaps.

    A number with a currency, or with a bound and without a unit, is a price, in that currency where it names one. A unit
    goes to the attribute that the query names, else to the one attribute of the named class (or of all) that has its
    dimension; with several the one most classes have. A number of an attribute that the named class lacks bounds nothing.

    Args:
        query: Either language.
        ontology: Attributes and their words.
        class_ids: Classes that the query names.
        currency: The shop's own, which settles what ``$`` and ``¥`` mean.
        counts: Numbers of things that the query names, with their attributes.
        chooser: Chooses the attribute of a quantity; default one that knows no products.
    """
    chosen = chooser or AttributeChooser(ontology)
    counted = dict(counts)
    written, query = query, count_articles(query)
    amounts = find_amounts(query, dimensions_of_classes(ontology, class_ids), tuple(counted))
    amounts = _with_shared_units(query, amounts)
    found: list[FoundConstraint] = []
    position = 0
    while position < len(amounts):
        amount = _as_money(amounts[position], query)
        following = amounts[position + 1] if position + 1 < len(amounts) else None
        bound, start, end, used = _bound_of(amount, following and _as_money(following, query), query)
        if bound is not None:
            pair = (amount, _as_money(amounts[position + 1], query)) if used == 2 else (amount, amount)
            condition = _condition(bound, pair, query, chosen, class_ids, currency, counted)
            if condition is not None:
                denial = _denial_before(query, start) if bound == "between" else None
                start = denial.start() if denial else start
                surface = written[start:end].strip()
                constraint = Constraint(surface=surface, condition=condition, negated=denial is not None)
                found.append(FoundConstraint(start, end, constraint))
        position += used
    return list(_joined_by_or(written, found))


def _with_shared_units(query: str, amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts, a bare one before "or" or "and" with the unit of the next: "under 30 or over 60 litres"."""
    shared = list(amounts)
    for at in range(len(shared) - 2, -1, -1):
        amount, following = shared[at], shared[at + 1]
        is_bare = amount.quantity is None and amount.sign is None
        if not is_bare or not (following.quantity or following.sign):
            continue
        if not _JOINED_BOUND.fullmatch(query, amount.end, following.start):
            continue
        quantity = following.quantity and replace(
            following.quantity, start=amount.start, end=amount.end, low=amount.low, high=amount.high
        )
        shared[at] = replace(amount, quantity=quantity, sign=following.sign)
    return shared


def _joined_by_or(query: str, found: Sequence[FoundConstraint]) -> Iterator[FoundConstraint]:
    """The constraints, those that "or" joins as one of which either condition is enough."""
    last: FoundConstraint | None = None
    for each in found:
        is_either = (
            last is not None
            and not (last.constraint.negated or each.constraint.negated)
            and _OR.fullmatch(query, last.end, each.start)
        )
        if last is not None and is_either and _DENIED.match(query, last.start):
            # Who wants nothing under 20 or over 90 wants neither.
            condition = each.constraint.condition
            other = condition.model_copy(update={"gte": condition.lte, "lte": condition.gte})
            each = replace(each, constraint=each.constraint.model_copy(update={"condition": other}))
        elif last is not None and is_either:
            otherwise = (*last.constraint.otherwise, each.constraint.condition)
            update = {"surface": query[last.start : each.end].strip(), "otherwise": otherwise}
            last = replace(last, end=each.end, constraint=last.constraint.model_copy(update=update))
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def dimensions_of_classes(ontology: Ontology, class_ids: Sequence[str]) -> frozenset[str]:
    """What the quantities of some classes measure."""
    own = (a.dimension for c in set(class_ids) for a in ontology.attributes_of(c))
    return frozenset(dimension for dimension in own if dimension)


def _as_money(amount: Amount, query: str) -> Amount:
    """Pounds are money where nothing else says that a weight is meant; shops write "lb" of weights."""
    quantity = amount.quantity
    if quantity is None or quantity.surface.casefold() not in ("pound", "pounds") or _WEIGHING.search(query):
        return amount
    return replace(amount, quantity=None, sign="pounds")


def _bound_of(amount: Amount, following: Amount | None, query: str) -> tuple[Bound | None, int, int, int]:
    """Comparison words of an amount: their kind, where they begin and end, and how many amounts they take."""
    window = max(0, amount.start - _LONGEST_BOUND)
    between = _BETWEEN.search(query, window, amount.start)
    if following is not None and _TO.fullmatch(query, amount.end, following.start):
        has_unit = any(each.quantity or each.sign for each in (amount, following))
        is_chinese = query[amount.end : following.start].strip() in ("到", "至")
        if between is not None or (is_chinese and has_unit):
            end = _end_of_range(query, following.end)
            return "between", between.start() if between else amount.start, end, 2
    if amount.is_range:
        start = between.start() if between else amount.start
        is_said = amount.quantity is not None or amount.sign is not None or between is not None
        return ("between" if is_said else None), start, _end_of_range(query, amount.end), 1
    for kind, pattern in _BEFORE:
        if match := pattern.search(query, window, amount.start):
            turned, start = _turn(kind, query, match.start())
            return turned, start, amount.end, 1
    is_said = amount.quantity is not None or amount.sign is not None
    if (match := _ABOUT.search(query, window, amount.start)) and (is_said or _ENDS.match(query, amount.end)):
        return "near", match.start(), amount.end, 1
    for kind, pattern in _AFTER:
        if match := pattern.match(query, amount.end):
            turned, start = _turn(kind, query, amount.start)
            return turned, start, match.end(), 1
    return ("least" if amount.is_least else None), amount.start, amount.end, 1


def _turn(kind: Bound, query: str, start: int) -> tuple[Bound, int]:
    """The bound that is meant where a denial stands right before one, and where its words begin."""
    denial = _denial_before(query, start)
    return (_TURNED[kind], denial.start()) if denial else (kind, start)


def _denial_before(query: str, start: int) -> re.Match[str] | None:
    return _DENIAL.search(query, max(0, start - _LONGEST_BOUND), start)


def _end_of_range(query: str, end: int) -> int:
    behind = _BEHIND_RANGE.match(query, end)
    return behind.end() if behind else end


def _condition(
    bound: Bound,
    pair: tuple[Amount, Amount],
    query: str,
    chooser: AttributeChooser,
    class_ids: Sequence[str],
    currency: str | None,
    counted: Mapping[QuantityMention, Attribute],
) -> Condition | None:
    first, second = pair
    quantity = second.quantity or first.quantity
    if quantity is None or first.sign or second.sign:
        code = currency_of_amount(first, currency) or currency_of_amount(second, currency)
        if code is None and (first.sign or second.sign):
            return None  # kroner of one of four countries
        if code is None and _counts_things(query, second.end, chooser.names_class):
            return None  # "over 150 pages"
        return _bounds(bound, f"price.{code.lower()}" if code else "price", first.low, second.high)
    attribute = counted.get(quantity) or chooser.choose(quantity, query, class_ids)
    if attribute is None or attribute.dimension is None:
        return None
    try:
        low = quantity_of(
            first.quantity or replace(quantity, low=first.low, high=first.high), attribute.dimension
        )
        high = quantity_of(
            second.quantity or replace(quantity, low=second.low, high=second.high), attribute.dimension
        )
    except QuantityError:
        return None
    return _bounds(bound, f"attr.{attribute.id}", low.si_low, high.si_high)


def _counts_things(query: str, end: int, names_class: Callable[[str], bool]) -> bool:
    """Whether what stands right behind a bare number and ends its phrase is a noun in the plural, which it counts.

    The headphones of "budget 200 headphones" are what is asked for.
    """
    counted = _COUNTED.match(query, end)
    if counted is None:
        return False
    noun = counted["noun"].casefold()
    return singular_of(noun) != noun and has_plural(noun) and not names_class(noun)


def _bounds(bound: Bound, field: str, first: float, second: float) -> Condition:
    # Shops round when they convert; a bound should not cut off what says the same in another unit.
    slack = 0.0 if field.startswith("price") else 1e-3
    if bound in ("below", "beyond"):
        slack = -slack  # what says the same in another unit is not more
    low, high = sorted((first, second))
    least, most = low - abs(low) * slack, high + abs(high) * slack
    match bound:
        case "between":
            return Condition(field=field, gte=least, lte=most)
        case "near":
            return Condition(field=field, gte=low - abs(low) * NEAR, lte=high + abs(high) * NEAR)
        case "most" | "below":
            return Condition(field=field, lte=most)
        case "least" | "beyond":
            return Condition(field=field, gte=least)
