"""Units: the parts of a query that a product must satisfy, each with the products that satisfy it.

A unit is an entity (a class, brand, value, use, audience or quantity) or a word that no entity covers. An entity is
satisfied by a fact of the graph, or by its words in the product's text unless the text denies them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np

from kms.lexical.analysis import STOP_WORDS, query_words, stem_ways, stems
from kms.ontology.labels import singular
from kms.ontology.model import LANGUAGES, Ontology
from kms.ontology.structure import ATTRIBUTE_FIELD
from ranking.models import Choice, ClassRule, Entity
from ranking.query.function_words import FUNCTION_WORDS, REQUESTS
from ranking.serving.index import ServingIndex
from ranking.serving.search.exclude import names_of
from ranking.serving.search.naming import names_class
from ranking.serving.search.stages import Mask, Query
from ranking.serving.search.unit import Unit, Units, information_of
from ranking.serving.search.ways import holding_any, quantity_ways
from ranking.serving.search.word_units import (
    SIZED,
    cut_off,
    free_words,
    lacking_unit,
    leaning_spans,
    with_head,
    word_unit,
)

LEAST_COVERAGE = 0.8
"""Least part of the products that hold a class's words and are in some class, for the class to be required."""
_JOINED = re.compile(r"\s*(?:[,/&、]|\band\b|\bor\b|和|或者?|与|及)?\s*", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’](?:s(?![^\W_]))?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_WORD_BEFORE = re.compile(r"(?P<word>[^\W_]+(?:['’-][^\W_]+)*)[\s-]+$")
_OPPOSITES = {"true": "false", "false": "true"}
Span = tuple[int, int]
_MOST_TITLES = 100
"""Titles that are compared with a phrase of a query: it bounds the cost."""
_SHORTEST_PART = 3
"""Letters of a name that may stand within a word of the query."""


def split_units(index: ServingIndex, query: Query) -> Units:
    """The units of a query, in its order."""
    text = query.understanding.text
    spans = _locate(text, query.entities)
    heads = _heads(text, query.entities, spans, index.ontology)
    if _is_of_another(index, text, heads, spans) or _is_acted_on(query, heads, spans):
        heads = []
    choices = query.understanding.choices
    of_heads = next((c for c in choices if any(c.option_of(head) is not None for head in heads)), None)
    if of_heads is not None:
        heads = [e for e in query.entities if e.kind == "class" and of_heads.option_of(e) is not None]
    units: list[Unit] = []
    rule: ClassRule = "none"
    modifiers = {e.node for e in query.entities if e.kind == "class" and e not in heads}
    is_exact = any(leaning.is_extreme for leaning in query.understanding.leanings)
    excluded = {(e.start, e.end): e.node for e in query.understanding.entities if e.negated}

    def unit_of(same: Sequence[Entity]) -> Unit:
        return _any_of(
            index, [_entity_unit(index, e, excluded.get((e.start, e.end)), is_exact=is_exact) for e in same]
        )

    if heads:
        is_head = not _has_noun_behind(text, heads, spans, query)
        modifiers |= set() if is_head else {e.node for e in heads}
        is_told = any(index.ontology.classes[e.value].signs for e in heads)
        rule = "certain" if is_head and not is_told and _is_covered(index, heads) else "uncertain"
        if of_heads is None:
            units.append(_class_unit(index, heads, rule))
    units += [
        _choice_unit(index, query, choice, unit_of, rule if choice is of_heads else None)
        for choice in choices
    ]
    chosen = [e for e in query.entities if any(c.option_of(e) is not None for c in choices)]
    others = [entity for entity in query.entities if entity not in heads and entity not in chosen]
    units += [unit_of(same) for same in _meanings(others)]
    words = [word_unit(index, surface, ways) for surface, ways in free_words(text, spans, query)]
    rests = cut_off(text, spans.values())
    words = [word for word in words if word.is_known or word.surface not in rests]
    units += words if heads or query.task is not None else with_head(text, words)
    units += [lacking_unit(index, word) for word in query.understanding.lacking]
    return Units(tuple(units), rule, tuple(e.value for e in heads), frozenset(modifiers))


def _locate(text: str, entities: Sequence[Entity]) -> dict[str, Span]:
    """Place of each entity in the searched text, by node; an entity whose words were removed has none."""
    folded = text.casefold()
    spans: dict[str, Span] = {}
    position = 0
    places: dict[Span, Span] = {}
    for entity in sorted(entities, key=lambda e: e.start):
        if same := places.get((entity.start, entity.end)):
            spans[entity.node] = same  # another meaning of the same words
            continue
        at = _find_words(folded, entity.surface.casefold(), position)
        if at < 0:
            at = _find_words(folded, entity.surface.casefold())
        if at >= 0:
            position = at + len(entity.surface)
            possessive = _POSSESSIVE.match(text, position)
            spans[entity.node] = (at, possessive.end() if possessive else position)
            places[(entity.start, entity.end)] = spans[entity.node]
    return spans


def _heads(text: str, entities: Sequence[Entity], spans: dict[str, Span], ontology: Ontology) -> list[Entity]:
    """The classes that are asked for: the last one of the first noun phrase that names any, and those joined to it.

    Noun phrases are headed by their last noun in both languages: a laptop backpack is a backpack. Where the last noun
    names a part of what stands before it ("laptop ssd"), either may be meant.
    """
    classes = [e for e in entities if e.kind == "class"]
    placed = sorted((e for e in classes if e.node in spans), key=lambda e: spans[e.node])
    if not placed:
        return classes[:1]
    turns = [m.start() for m in FUNCTION_WORDS.finditer(text)]
    first = spans[placed[0].node][0]
    if _asks_for_another(text, min([*turns, len(text)]), first, spans):
        return []
    end = next((turn for turn in turns if turn > first), len(text))
    phrase = [e for e in placed if spans[e.node][0] < end]
    heads = [phrase[-1]]
    for entity in reversed(phrase[:-1]):
        between = (spans[entity.node][1], spans[heads[0].node][0])
        words = text[slice(*between)]
        is_listed = bool(words.strip()) and _JOINED.fullmatch(words) is not None
        fields = {f"{ATTRIBUTE_FIELD}{a.id}" for a in ontology.attributes_of(heads[0].value)}
        if not (
            spans[entity.node] == spans[heads[0].node]
            or is_listed
            or _is_number_of_both(between, text, entities, spans, fields)
            or (not words.strip() and _is_part(ontology, heads[0], entity))
        ):
            break
        heads.insert(0, entity)
    return heads


def _is_of_another(index: ServingIndex, text: str, heads: Sequence[Entity], spans: dict[str, Span]) -> bool:
    """Whether the word before a name that no class has alone makes it another thing, which no product of the classes is.

    "Sewing machine" is no coffee machine, though both are machines; "puppy food" is dog food where its texts say so.
    """
    if not heads or heads[0].node not in spans:
        return False
    start, end = spans[heads[0].node]
    before = _WORD_BEFORE.search(text[:start])
    if before is not None and _is_sold_elsewhere(index, before.group("word"), text[start:end], heads):
        return True
    if before is None or names_class(index.ontology, heads[0]):
        return False
    if any(first < before.end() and before.start() < last for first, last in spans.values()):
        return False
    word = before.group("word").casefold()
    if word in STOP_WORDS | REQUESTS or word.isdigit() or FUNCTION_WORDS.fullmatch(word):
        return False
    holding = holding_any(index.postings.affirmed, stem_ways(word))
    return not any(holding[index.facts.holders(entity).positions].any() for entity in heads)


def _is_acted_on(query: Query, heads: Sequence[Entity], spans: dict[str, Span]) -> bool:
    """Whether the classes that a query names are what something is to be done to."""
    task = query.task
    places = [spans[entity.node][0] for entity in heads if entity.node in spans]
    return task is not None and bool(places) and all(task.start <= at < task.end for at in places)


def _is_sold_elsewhere(index: ServingIndex, before: str, name: str, heads: Sequence[Entity]) -> bool:
    """Whether titles have the word and the name together, and none of those products is of the classes that the name means.

    Where "Bags" is a class and sleeping bags are of another, who asks for a sleeping bag wants no bag.
    """
    called = holding_any(index.postings.named, stem_ways(before))
    called &= holding_any(index.postings.headed, stem_ways(name))
    phrase = f" {singular(f'{before} {name}')} "
    together = [
        at
        for at in np.flatnonzero(called)[:_MOST_TITLES].tolist()
        if phrase in f" {singular(index.documents[at].title)} "
    ]
    is_of_class = np.zeros(len(index.ids), dtype=np.bool_)
    for entity in heads:
        is_of_class[index.facts.holders(entity).positions] = True
    return bool(together) and not is_of_class[together].any()


def _is_part(ontology: Ontology, part: Entity, whole: Entity) -> bool:
    """Whether a class's name stands in that of an attribute of both classes: the SSD of a laptop's "SSD capacity"."""
    named = set(stems(part.surface))
    others = {attribute.id for attribute in ontology.attributes_of(whole.value)}
    shared = [attribute for attribute in ontology.attributes_of(part.value) if attribute.id in others]
    names = (name for attribute in shared for language in LANGUAGES for name in attribute.names(language))
    return any(named < set(stems(name)) for name in names)


def _is_number_of_both(
    between: Span, text: str, entities: Sequence[Entity], spans: dict[str, Span], fields: set[str]
) -> bool:
    """Whether only a number stands between two classes, of an attribute that the second one has, too.

    The SSD of "laptop 1 TB SSD" may be in the laptop, so that a product of either kind fits. A backpack has no screen:
    the number of "laptop 15 inch backpack" is the laptop's.
    """
    begin, end = between
    numbers = [
        e for e in entities if e.kind == "quantity" and e.node in spans and begin <= spans[e.node][0] < end
    ]
    rest = "".join(
        character
        for at, character in enumerate(text[begin:end], begin)
        if not any(spans[e.node][0] <= at < spans[e.node][1] for e in numbers)
    )
    return bool(numbers) and not rest.strip() and all(e.field in fields for e in numbers)


def _asks_for_another(text: str, turn: int, first: int, spans: dict[str, Span]) -> bool:
    """Whether words that name nothing known stand in a phrase before the class: "chalk in my kettle" wants no kettle."""
    if turn >= first:
        return False
    return any(
        word.group().casefold() not in STOP_WORDS | REQUESTS
        and not any(start <= word.start() < end for start, end in spans.values())
        for word in _WORD.finditer(text, 0, turn)
    )


def _has_noun_behind(text: str, heads: Sequence[Entity], spans: dict[str, Span], query: Query) -> bool:
    """Whether a further word stands right behind the class: a headphone stand is no headphone."""
    if heads[-1].node not in spans:
        return False
    end = spans[heads[-1].node][1]
    behind = re.match(r"[\s\-]*([^\W_]+)", text[end:])
    return behind is not None and not _is_explained(behind, end, text, spans, query)


def _is_covered(index: ServingIndex, heads: Sequence[Entity]) -> bool:
    """Whether the catalogue's products are classified well enough for a class to be required.

    Some are in the class, and of those that hold its words ``LEAST_COVERAGE`` are in some class.
    """
    if not any(len(index.facts.holders(entity).positions) for entity in heads):
        return False
    classified = index.columns.known("category")
    holding = np.zeros(len(index.ids), dtype=np.bool_)
    for entity in heads:
        holding |= index.postings.affirmed.holding(stems(entity.surface))
    among = classified[holding if holding.any() else index.columns.visible()]
    return bool(len(among)) and float(among.mean()) >= LEAST_COVERAGE


def _is_explained(behind: re.Match[str], end: int, text: str, spans: dict[str, Span], query: Query) -> bool:
    """Whether the word behind a class is a function word, a part of another entity, or a leaning."""
    start, stop = end + behind.start(1), end + behind.end(1)
    word = behind.group(1).casefold()
    if (
        word in STOP_WORDS | REQUESTS
        or FUNCTION_WORDS.match(text, start)
        or word.isdigit()
        or SIZED.match(text, start)
    ):
        return True
    covered = [*spans.values(), *leaning_spans(text, query)]
    return any(first < stop and start < last for first, last in covered)


def _class_unit(index: ServingIndex, heads: Sequence[Entity], rule: ClassRule) -> Unit:
    satisfied = np.zeros(len(index.ids), dtype=np.bool_)
    for entity in heads:
        satisfied[index.facts.holders(entity).positions] = True
        if rule == "uncertain":
            satisfied |= index.postings.affirmed.holding(stems(entity.surface))
    surface = " / ".join(e.surface for e in heads)
    return Unit(
        surface,
        satisfied,
        satisfied,
        np.zeros_like(satisfied),
        information_of(index, satisfied),
        is_class=True,
    )


def _choice_unit(
    index: ServingIndex,
    query: Query,
    choice: Choice,
    unit_of: Callable[[Sequence[Entity]], Unit],
    class_rule: ClassRule | None,
) -> Unit:
    """The unit of a choice: products that have all parts of one of its options.

    Args:
        index: The version that is searched.
        query: As understood.
        choice: One of its choices.
        unit_of: Makes the unit of entities that the same words name.
        class_rule: Where the choice says what kind of product is asked for, how its classes are matched.
    """
    wanted = [e for e in query.understanding.entities if not e.negated]
    options: list[list[Unit]] = []
    for number, option in enumerate(choice.options):
        own = [e for e in wanted if choice.option_of(e) == number]
        parts: list[Unit] = []
        for same in _meanings(own):
            is_head = class_rule is not None and same[0].kind == "class"
            parts.append(_class_unit(index, same, class_rule or "none") if is_head else unit_of(same))
        for surface, ways in _other_words(option.surface, own):
            word = word_unit(index, surface, ways)
            # What is only mentioned in a text is not the kind of product that is asked for.
            parts.append(word if class_rule is None else replace(word, satisfied=word.stated))
        options.append(parts)
    satisfied = _of_options(options, lambda unit: unit.satisfied)
    stated = _of_options(options, lambda unit: unit.stated)
    denied = reduce(
        np.logical_and, (reduce(np.logical_or, (u.denied for u in parts)) for parts in options if parts)
    )
    return Unit(
        choice.surface,
        satisfied,
        stated,
        denied & ~satisfied,
        information_of(index, satisfied),
        is_class=class_rule is not None,
        is_word=all(unit.is_word for parts in options for unit in parts),
    )


def _of_options(options: Sequence[Sequence[Unit]], mask_of: Callable[[Unit], Mask]) -> Mask:
    """Products for which a mask holds of all units of an option, (n,)."""
    each = (reduce(np.logical_and, map(mask_of, parts)) for parts in options if parts)
    return np.asarray(reduce(np.logical_or, each))


def _find_words(folded: str, surface: str, start: int = 0) -> int:
    """The place of words in a text, whole ones first: the size "l" is no part of "cooling"; -1 without one."""
    whole = re.compile(rf"(?<![a-z0-9]){re.escape(surface)}(?![a-z0-9])").search(folded, start)
    if whole is not None:
        return whole.start()
    return -1 if surface.isascii() and len(surface) < _SHORTEST_PART else folded.find(surface, start)


def _other_words(surface: str, entities: Sequence[Entity]) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Words of an option that no entity has, each with the ways in which the index may hold it."""
    rest = surface
    for entity in entities:
        at = _find_words(rest.casefold(), entity.surface.casefold())
        if at >= 0:
            rest = f"{rest[:at]} {rest[at + len(entity.surface) :]}"
    for word in dict.fromkeys(query_words(rest)):
        if word not in STOP_WORDS:
            yield word, stem_ways(word)


def _entity_unit(index: ServingIndex, entity: Entity, excluded: str | None = None, *, is_exact: bool) -> Unit:
    """The unit of an entity; where it says that products are free of something, with the node of that."""
    has = np.zeros(len(index.ids), dtype=np.bool_)
    holders = index.facts.holders(entity).positions
    if is_exact and entity.kind == "quantity" and len(equal := index.facts.equal(entity)):
        # What is only near would come first by the number that decides the order.
        holders = equal
    has[holders] = True
    if excluded is not None:
        has |= index.postings.denied.holding([excluded])
    denied = (index.postings.denied.holding([entity.node]) | _of_excluded(index, entity)) & ~has
    if entity.kind == "brand":
        # Texts name other brands beside their own, to compare or to fit.
        named = has | holding_any(index.postings.about, stem_ways(entity.surface))
        return Unit(entity.surface, named, named, denied, information_of(index, named))
    if entity.kind == "quantity":
        written = quantity_ways(entity.surface)
    else:
        written = tuple(stem_ways(entity.surface))
        denied |= holding_any(index.postings.denied, written) & ~has
    satisfied = has | (holding_any(index.postings.affirmed, written) & ~denied)
    stated = has | (holding_any(index.postings.about, written) & ~denied)
    if entity.kind not in ("class", "quantity"):
        # Tags and cells that no class reads may say it by another name: "kids", of what is asked for children.
        called = holding_any(index.postings.about, _other_names(index, entity)) & ~denied
        satisfied, stated = satisfied | called, stated | called
    is_quality = (
        entity.kind not in ("class", "brand") and not holding_any(index.postings.headed, written).any()
    )
    return Unit(
        entity.surface, satisfied, stated, denied, information_of(index, satisfied), is_quality=is_quality
    )


def _other_names(index: ServingIndex, entity: Entity) -> list[tuple[str, ...]]:
    """The ways to write the names of an entity that mean nothing else."""
    lookup = index.ontology.labels.lookup
    names = [name for name in names_of(index.ontology, entity) if name != entity.surface]
    sure = [name for name in names if {reading.node for reading in lookup(name)} == {entity.node}]
    return [way for name in sure for way in stem_ways(name)]


def _of_excluded(index: ServingIndex, entity: Entity) -> Mask:
    """Products that are known to have what excludes an entity: boots for men are none for women."""
    found = np.zeros(len(index.ids), dtype=np.bool_)
    others = index.ontology.excluded_by(entity.kind, entity.value)
    if entity.kind == "value" and entity.value in _OPPOSITES:
        others = frozenset({_OPPOSITES[entity.value]})
    for other in others:
        found[index.columns.holding(entity.field, other)] = True
    return found


def _meanings(entities: Sequence[Entity]) -> list[list[Entity]]:
    """Entities by the words that name them: 两人 of a tent are a couple, or two persons, and no product need be for both."""
    same: dict[tuple[int, int, bool], list[Entity]] = {}
    for entity in entities:
        same.setdefault((entity.start, entity.end, entity.kind == "class"), []).append(entity)
    return list(same.values())


def _any_of(index: ServingIndex, units: Sequence[Unit]) -> Unit:
    """One unit that products satisfy who satisfy any of some."""
    first = units[0]
    if len(units) == 1:
        return first
    satisfied = reduce(np.logical_or, (unit.satisfied for unit in units))
    stated = reduce(np.logical_or, (unit.stated for unit in units))
    denied = reduce(np.logical_or, (unit.denied for unit in units)) & ~satisfied
    return replace(
        first, satisfied=satisfied, stated=stated, denied=denied, information=information_of(index, satisfied)
    )
