"""Matching: which products satisfy a request, and by which rule.

The rule for words: a product must satisfy all units of the query. Where none does, units are given up one after the
other: first those that no product satisfies, then the one that says least; the class that is asked for never, nor,
without a class, the noun that stands in its place. Without a class, a unit that no product satisfies is not given up,
and the units that are kept must carry ``LEAST_KEPT`` of the query's information: else nothing fits. Also without a
class, facts, title, brand or category of a product must hold ``LEAST_STATED`` of the information: a food container
whose description names dog food is no dog food. With a class, a product whose title is headed by the query's noun and
whose names have all its other words is what is asked for, too, where none of the class is. Where none does, products
match whose own text says it of themselves (``search.own_text``): a pen with "a snap cap".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

import numpy as np

from kms.text.nouns import is_adjective
from ranking.models import MatchRule
from ranking.serving.index import ServingIndex
from ranking.serving.search.acted_on import find_acted_on
from ranking.serving.search.exclude import find_allowed
from ranking.serving.search.naming import called_in_words
from ranking.serving.search.own_text import find_in_own_text
from ranking.serving.search.stages import Alternatives, Mask, MatchSet, Positions, Query
from ranking.serving.search.unit import Unit, Units
from ranking.serving.search.units import split_units

LEAST_KEPT = 0.6
LEAST_STATED = 0.5
_LONGEST_NAME = 60
"""Characters of a description that may be a name."""
_MOST_NAMES = 1_000
_SENTENCE = re.compile(r"[.!?](?:\s|$)|[。！？\n]")


def match(index: ServingIndex, query: Query) -> MatchSet:
    """Products that satisfy the filter, the stated constraints, the exclusions and the words."""
    allowed = find_allowed(index, query)
    units = split_units(index, query)
    if not units.units and query.named is None:
        # A query of stop words alone ("the") names nothing.
        rule: MatchRule = "nothing" if query.is_unreadable else "everything"
        return MatchSet(allowed if rule == "everything" else np.zeros_like(allowed), allowed, rule, units)
    if query.named is not None and allowed[query.named]:
        mask = all_of(units.units, allowed)
        mask[query.named] = True
        return MatchSet(mask, allowed, "product_id", units)
    if query.task is not None:
        # All words of a task tell what a product does, and none what it is.
        mask = all_of(units.units, allowed & ~find_acted_on(index, query))
        return MatchSet(mask, allowed, "all_terms" if mask.any() else "nothing", units)
    allowed_by_words = allowed & (
        _is_stated(units)
        | _may_stand_in_texts(index, units, allowed)
        | _stand_in_names(index, units, allowed)
    )
    mask = all_of(units.units, allowed_by_words)
    if mask.any():
        return MatchSet(mask, allowed, "all_terms", units)
    if units.class_rule != "none":
        mask = allowed & called_in_words(index, query)
        if mask.any():
            return MatchSet(mask, allowed, "all_terms", units)
    mask = find_in_own_text(index, query, units, all_of(units.units, allowed))
    if mask.any():
        return MatchSet(mask, allowed, "all_terms", units)
    head = next((unit for unit in units.units if unit.is_head and unit.stated.any()), None)
    if head is not None:
        # A product that has a part of what is asked for must be called so; one that has all in passing is none.
        allowed_by_words = allowed & head.stated & ~all_of(units.units, allowed)
    kept = relax(units.units, allowed_by_words)
    if _may_relax(units, kept):
        mask = all_of(kept, allowed_by_words)
        dropped = [unit for unit in units.units if unit not in kept]
        mask = without_denied(dropped, mask)
        if mask.any():
            return MatchSet(mask, allowed, "relaxed", units, tuple(unit.surface for unit in dropped))
    return MatchSet(mask, allowed, "nothing", units)


def without_denied(dropped: Sequence[Unit], mask: Mask) -> Mask:
    """A mask without the products that are known not to be what was given up: others may be so, and those are not."""
    return reduce(np.logical_and, (~unit.denied for unit in dropped), mask)


def relax(units: Sequence[Unit], allowed: Mask) -> list[Unit]:
    """The units that are left when some product satisfies all of them; empty where there are none such."""
    kept = [unit for unit in units if (unit.satisfied & allowed).any()]
    while kept and not all_of(kept, allowed).any():
        droppable = [unit for unit in kept if not (unit.is_class or unit.is_head)] or kept
        kept.remove(min(droppable, key=lambda unit: unit.information))
    if kept:
        # What had to go only because something else stood beside it comes back.
        for unit in sorted(units, key=lambda unit: -unit.information):
            if unit not in kept and all_of([*kept, unit], allowed).any():
                kept.append(unit)
    return kept


def find_alternatives(index: ServingIndex, query: Query, matches: MatchSet) -> Alternatives:
    """Find alternatives where nothing matches: without the stated constraints, without some words, or both.

    The request's own filter and what the query excludes hold all the same.
    """
    constraints = [c for c in query.understanding.constraints if not c.negated]
    units = matches.units.units
    without = find_allowed(index, query, with_constraints=False)
    if constraints and (mask := all_of(units, without)).any():
        return Alternatives(mask, tuple(c.surface for c in constraints))
    for allowed, given_up in ((matches.allowed, ()), (without, constraints)):
        kept = relax(units, allowed)
        if kept:
            mask = all_of(kept, allowed)
            dropped = [u.surface for u in units if u not in kept]
            if not given_up and not dropped:
                # Texts hold every word, but only in passing: the words that are not stated are what is missing.
                dropped = [u.surface for u in units if not (u.stated & mask).any()]
                dropped = dropped or [u.surface for u in units]
            return Alternatives(mask, (*(c.surface for c in given_up), *dropped))
    return Alternatives(np.zeros_like(matches.allowed), tuple(u.surface for u in units))


def put_heads_first(matches: MatchSet, positions: Positions) -> Positions:
    """Alternatives with those first that are of the kind that is asked for, otherwise in their order.

    Of pots for stir-frying, where none says so, other pots are nearer than a sauce for stir-frying.
    """
    heads = [unit for unit in matches.units.units if unit.is_head or unit.is_class]
    if not heads:
        return positions
    is_kind = reduce(np.logical_or, (unit.stated for unit in heads))[positions]
    return np.concatenate([positions[is_kind], positions[~is_kind]])


def names_unknown_thing(matches: MatchSet) -> bool:
    """Whether a query without a class has words that some product satisfies and others that none does."""
    known = [unit.is_known for unit in matches.units.units]
    return matches.units.class_rule == "none" and any(known) and not all(known)


def _may_relax(units: Units, kept: Sequence[Unit]) -> bool:
    if not kept:
        return False
    if units.class_rule != "none":
        return any(unit.is_class for unit in kept)
    if any(not unit.is_known for unit in units.units):
        return False
    whole = sum(unit.information for unit in units.units)
    return sum(unit.information for unit in kept) >= LEAST_KEPT * whole


def _is_stated(units: Units) -> Mask:
    """Products of which facts, title, brand and category hold enough of the query to be what is asked for."""
    held = sum(unit.information * unit.stated.astype(np.float64) for unit in units.units)
    whole = sum(unit.information for unit in units.units)
    if units.class_rule != "none" or whole <= 0:
        return np.ones_like(units.units[0].stated)
    return np.asarray(held >= LEAST_STATED * whole - 1e-9)


def _may_stand_in_texts(index: ServingIndex, units: Units, allowed: Mask) -> Mask:
    """Products whose text has all words of a query that asks for qualities alone ("microwave safe"), (n,).

    What a text says in passing is no kind of product, but it is a quality of the one that it describes.
    """
    if units.class_rule != "none" or not all(map(tells_quality, units.units)):
        return np.zeros_like(allowed)
    return all_of(units.units, allowed)


def _stand_in_names(index: ServingIndex, units: Units, allowed: Mask) -> Mask:
    """Products that have all words and whose description is but a further name ("1 TB Glacier White PS4 Pro"), (n,)."""
    found = np.zeros_like(allowed)
    if units.class_rule == "none":
        for at in np.flatnonzero(all_of(units.units, allowed))[:_MOST_NAMES].tolist():
            text = index.documents[at].description
            found[at] = 0 < len(text) <= _LONGEST_NAME and _SENTENCE.search(text) is None
    return found


def tells_quality(unit: Unit) -> bool:
    """Whether a unit says how a product is, or for what, and not what it is."""
    if unit.is_word:
        return not unit.is_head or is_adjective(unit.surface)
    return unit.is_quality


def all_of(units: Sequence[Unit], allowed: Mask) -> Mask:
    """The allowed products that satisfy all units, (n,)."""
    return reduce(np.logical_and, (unit.satisfied for unit in units), allowed.copy())
