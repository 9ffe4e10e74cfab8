"""Query understanding: corrections, constraints, entities of the graph, exclusions."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from kms.facts.keys import quantity_key
from kms.filters import Condition
from kms.lexical.analysis import STOP_WORDS
from kms.ontology.implications import Claim, concept_field
from kms.ontology.labels import LabelKind, Match, Reading, singular
from kms.ontology.lacking import attributes_called, lacking_values
from kms.ontology.model import Attribute, Ontology
from kms.ontology.structure import ATTRIBUTE_FIELD, CATEGORY_FIELD
from kms.quantities.mentions import QuantityMention, find_quantities
from kms.quantities.values import QuantityError, quantity_of
from kms.text.chinese import contains_chinese, fold_traditional
from kms.types import Language
from ranking.models import Entity, Understanding
from ranking.query.ages import Age, AgeReader
from ranking.query.amounts import is_age
from ranking.query.attribute_choice import AttributeChooser
from ranking.query.brand_names import BrandNames
from ranking.query.choices import find_choices
from ranking.query.compounds import CompoundReader, Modifier
from ranking.query.constraints import dimensions_of_classes, find_constraints
from ranking.query.counts import find_counts
from ranking.query.entities import entity_of
from ranking.query.exclusions import (
    UnknownExclusion,
    denied_verb_starts,
    find_denied,
    find_denied_verbs,
    find_lacking,
    find_unknown,
    settle_classes,
)
from ranking.query.function_words import FUNCTION_WORDS, REQUESTS
from ranking.query.kind_names import KindNames, classes_asked_as
from ranking.query.leanings import LeaningReader
from ranking.query.number_names import PRICE_NAMES, NumberNames
from ranking.query.parts import blanked, listed_numbers, searched, want_described, without_described
from ranking.query.spelling import Speller
from ranking.query.temperatures import find_temperatures

_FIRST: tuple[LabelKind, ...] = ("class", "value", "attribute")
"""Kinds of readings that are preferred, in this order; then those of concepts in the ontology's order."""
_FREE_EN = ("{}-free", "{}less", "un{}ed")
_FREE_ZH = ("无{}", "不含{}")
QUANTITY_TOLERANCE = 0.1
Span = tuple[int, int]

_CHOICE = re.compile(r"(?P<verb>[\u3400-\u9fff])[不没](?P=verb)以?")
"""A question with yes and no in one, which denies nothing: 有没有, 能不能, 可不可以."""


class QueryReader:
    """Reads queries under one ontology and one version of the indexes."""

    def __init__(
        self,
        ontology: Ontology,
        *,
        brands: Mapping[str, tuple[str, str]],
        products_of: Mapping[str, int],
        speller: Speller,
        currency: str | None = None,
    ) -> None:
        """Prepare.

        Args:
            ontology: Labels in both languages.
            brands: Normalised brand name to node id and written form.
            products_of: Node id to number of products, to choose among several readings.
            speller: Corrects words that nobody knows.
            currency: The shop's own.
        """
        self._ontology = ontology
        self._find_labels = lru_cache(maxsize=1_024)(ontology.labels.find)
        self._brands = BrandNames(brands)
        self._products_of = products_of
        self.speller = speller
        self._currency = currency
        self._leanings = LeaningReader(ontology)
        self._ages = AgeReader(ontology)
        self._number_names = {
            f"{ATTRIBUTE_FIELD}{a.id}": NumberNames.of_attribute(a)
            for a in ontology.attributes.values()
            if a.type == "quantity"
        }
        self._number_names["price"] = NumberNames(PRICE_NAMES)
        self._chooser = AttributeChooser(ontology, products_of)
        self._compounds = CompoundReader(ontology, products_of)
        self._asked_as = classes_asked_as(ontology)
        self._kind_names = KindNames(ontology, products_of)
        self._attributes_by_class: dict[str, frozenset[str]] = {}
        concepts = [kind for kind in ontology.terms if _is_asked_for(kind, ontology)]
        self._rank = {kind: place for place, kind in enumerate((*_FIRST, *concepts))}

    def with_products(
        self, brands: Mapping[str, tuple[str, str]], products_of: Mapping[str, int], speller: Speller
    ) -> QueryReader:
        """The same for a version some of whose products changed.

        Args:
            brands: Those that it lacks.
            products_of: As in the constructor.
            speller: As in the constructor.
        """
        other = copy.copy(self)
        other._brands = self._brands.with_more(brands)
        other._products_of = products_of
        other.__dict__.pop("_measured", None)
        other.__dict__.pop("_counted", None)
        other.speller = speller
        other._chooser = self._chooser.with_products(products_of)
        other._compounds = CompoundReader(self._ontology, products_of)
        other._kind_names = KindNames(self._ontology, products_of)
        return other

    @property
    def products_of(self) -> Mapping[str, int]:
        """Node id to number of products."""
        return self._products_of

    def understand(self, query: str) -> Understanding:
        """Understand a query; any text is accepted."""
        text, corrections = self.speller.correct(fold_traditional(query.strip()))
        text = blanked(text, [choice.span() for choice in _CHOICE.finditer(text)])
        language: Language = "zh" if contains_chinese(text) else "en"
        ages = self._ages.find(text)
        text = blanked(text, [(age.start, age.end) for age in ages])
        first, first_cuts, first_modifiers = self._entities(text, [])
        classes = [e.value for e in first if e.kind == "class" and not e.negated]
        counts = list(self._find_counts(text, classes))
        found = find_constraints(text, self._ontology, classes, self._currency, counts, self._chooser)
        leaning = self._leanings.find(text, classes, first, {} if classes else self._measured)
        bounds = [self._widen(text, (f.start, f.end), f.constraint.condition.field, first) for f in found]
        taken = bounds + [(f.start, f.end) for f in leaning if not _overlaps((f.start, f.end), bounds)]
        if taken:
            entities, cuts, modifiers = self._entities(text, taken)
        else:
            entities, cuts, modifiers = list(first), first_cuts, first_modifiers
        entities = self._with_audiences(entities, ages, language)
        named = [(e.start, e.end) for e in entities] + taken
        verbs = find_denied_verbs(text, named)
        named += [(v.start, v.end) for v in verbs]
        lacking = find_lacking(text, named)
        named += [(v.start, v.end) for v in lacking]
        unknown = [*modifiers, *find_unknown(text, named, [(e.start, e.end) for e in entities if e.negated])]
        freedoms = {exclusion: entity for exclusion in unknown for entity in self._freedom(text, exclusion)}
        entities += [*freedoms.values(), *self._freedoms_of_excluded(text, entities)]
        entities, described = without_described(text, entities, unknown)
        entities, cuts = want_described(text, entities, unknown, cuts)
        cut = described + bounds + [(f.start, f.end) for f in (*unknown, *verbs, *lacking)]
        cut += self._names_of_numbers(text, entities)
        cut += cuts
        words_searched = searched(text, cut, entities)
        entities, words = settle_classes(entities, self._ontology)
        choices = tuple(find_choices(text, entities, [*cut, *taken], _is_telling, self._fields_implied))
        if not words_searched:
            words_searched = " ".join(e.surface for e in entities if e.kind == "class" and not e.negated)
        return Understanding(
            query=query,
            language=language,
            text=words_searched,
            entities=tuple(entities),
            excluded_words=tuple(dict.fromkeys([*(f.word for f in unknown if f not in freedoms), *words])),
            lacking=tuple(dict.fromkeys(f.word for f in lacking)),
            not_understood=tuple(dict.fromkeys(f.word for f in verbs)),
            choices=choices,
            constraints=tuple(f.constraint for f in found),
            leanings=tuple(f.leaning for f in leaning if not _overlaps((f.start, f.end), bounds)),
            corrections=corrections,
        )

    def _entities(
        self, text: str, taken: list[Span]
    ) -> tuple[list[Entity], list[Span], list[UnknownExclusion]]:
        """Entities that a text names, spans of the words that exclude, and excluded modifiers that name nothing known."""
        found = list(self._brands.find(text, taken))
        taken = [*taken, *((e.start, e.end) for e in found)]
        matches = self._find_labels(text, frozenset(self._rank))
        kinds = tuple(self._kind_names.find(text, [*taken, *((m.start, m.end) for m in matches)]))
        matches = tuple(sorted((*matches, *kinds), key=lambda match: match.start)) if kinds else matches
        named = [(match, class_id) for match in matches for class_id in self._classes_of(text, match)]
        classes = [class_id for _, class_id in named]
        own = self._attributes_below(classes)
        if own:
            matches = self._with_table_words(text, matches, own)
        named_at: dict[str | None, set[int]] = {}
        for match, class_id in named:
            for attribute_id in self._attributes_of(class_id):
                named_at.setdefault(attribute_id, set()).add(match.start)
        verbs = denied_verb_starts(text)
        counted = dict(self._find_counts(text, classes))
        quantities = find_quantities(text, also=dimensions_of_classes(self._ontology, classes))
        numbers = (*counted, *(q for q in quantities if not is_age(text, q)))
        for mention, of in listed_numbers(text, numbers):
            numbers = (*numbers, mention)
            if of in counted:
                counted[mention] = counted[of]
        measured = [(m.start, m.end) for m in numbers]
        for match in matches:
            if any(match.start < end and start < match.end for start, end in taken):
                continue
            if text[match.start - 1 : match.start] in ("'", "’"):
                continue  # the "m" of "I'm" is no size
            span = (match.start, match.end)
            if any(start <= span[0] and span[1] <= end and span != (start, end) for start, end in measured):
                continue  # the "m" of "2m" is no size
            is_of_others = any(
                r.kind == "value" and named_at.get(r.attribute, set()) - {match.start} for r in match.readings
            )
            reading = self._choose(match.readings, own, is_of_others=is_of_others)
            if reading is None or (match.start in verbs and reading.kind != "attribute"):
                continue
            entity = entity_of(text, match.start, match.end, reading, self._ontology)
            found.append(entity)
            if reading.kind == "class":
                shared = (*self._asked_as.get(singular(entity.surface), ()), *_others(match, reading, kinds))
                found += (entity_of(text, match.start, match.end, other, self._ontology) for other in shared)
            modifier = self._modifier(entity)
            if modifier and modifier.reading:
                found.append(
                    entity_of(text, match.start, match.start + modifier.end, modifier.reading, self._ontology)
                )
        found += self._find_quantities(text, taken, classes, numbers, counted)
        found.sort(key=lambda e: (e.start, e.end))
        names = [(m.start, m.end) for m in matches if any(map(self._ontology.says_value, m.readings))]
        names += taken
        denied = find_denied(text, found, names)
        cuts = list(denied.values())
        settled: list[Entity] = []
        modifiers: list[UnknownExclusion] = []
        for entity in found:
            span = (entity.start, entity.end)
            modifier = self._modifier(entity)
            if modifier is None:
                settled.append(entity.model_copy(update={"negated": True}) if span in denied else entity)
                continue
            # Who denies "gan charger" wants a charger.
            end = entity.start + modifier.end
            is_denied = span in denied or (entity.start, end) in denied
            if span in denied and modifier.has_head and modifier.reading is None:
                cuts.remove(denied[span])
                word = entity.surface[: modifier.end]
                modifiers.append(UnknownExclusion(denied[span][0], end, word))
            if is_denied and modifier.wider:
                # Who wants no "non-stick pan" (不粘锅) may want any other: the class above, which the head names.
                entity = entity_of(
                    text, entity.start + modifier.head, entity.end, modifier.wider, self._ontology
                )
            elif is_denied and modifier.has_head:
                head = {"start": entity.start + modifier.head, "surface": entity.surface[modifier.head :]}
                entity = entity.model_copy(update=head)
            settled.append(entity)
        return settled, cuts, modifiers

    def _with_table_words(self, text: str, matches: Sequence[Match], own: set[str]) -> tuple[Match, ...]:
        """The matches, and the words of the named classes' tables, which mean nothing without the class."""
        taken = [(match.start, match.end) for match in matches]
        more = []
        for match in self._find_labels(text, frozenset({"value"}), in_table=True):
            readings = tuple(r for r in match.readings if r.in_tables and r.attribute in own)
            if readings and not _overlaps((match.start, match.end), taken):
                more.append(Match(match.start, match.end, readings))
        return tuple(sorted((*matches, *more), key=lambda match: match.start)) if more else tuple(matches)

    def _find_counts(self, text: str, classes: Sequence[str]) -> Iterator[tuple[QuantityMention, Attribute]]:
        """Numbers whose words or class say what they are of: counted things, and temperatures without a unit."""
        attributes = self._attributes_named(classes)
        # Without a class a number still counts what some product of the shop says how many it has of.
        yield from find_counts(text, attributes if classes else self._counted, by_name=not classes)
        for mention in find_temperatures(text, attributes):
            if attribute := self._chooser.choose(mention, text, classes):
                yield mention, attribute

    @cached_property
    def _counted(self) -> list[Attribute]:
        """Attributes that count something and that products of the shop have."""
        return [
            a for a in self._ontology.attributes.values() if a.dimension == "count" and a.id in self._measured
        ]

    @cached_property
    def _measured(self) -> Mapping[str, int]:
        """Number of products that have some quantity of an attribute, by its id."""
        products: Counter[str] = Counter()
        for node, count in self._products_of.items():
            if node.startswith("value:") and "/" in node:
                products[node.removeprefix("value:").partition("/")[0]] += count
        return products

    def _fields_implied(self, class_id: str) -> list[str]:
        """The filter fields of which a class implies a value."""
        closure = self._ontology.implications.closure([Claim(CATEGORY_FIELD, class_id)])
        return [claim.field for claim in closure if claim.field != CATEGORY_FIELD]

    def _with_audiences(
        self, entities: list[Entity], ages: Sequence[Age], language: Language
    ) -> list[Entity]:
        """The entities with the audiences of ages; where words name such an audience, it has the age or stands for it."""
        for age in ages:
            concepts = self._ages.audiences(age)
            nodes = {f"{concept.kind}:{concept.id}" for concept in concepts}
            named = [e for e in entities if not e.negated and e.kind in self._ages.kinds]
            if any(e.node in nodes for e in named):
                continue
            beside = next((e for e in named if e.node in self._ages.nodes), None)
            for concept in concepts:
                start, end = (beside.start, beside.end) if beside else (age.start, age.end)
                surface = beside.surface if beside else concept.label.of(language)
                entities.append(
                    Entity(
                        start=start, end=end, surface=surface, kind=concept.kind, node=f"{concept.kind}:{concept.id}",
                        field=concept_field(concept.kind, self._ontology), value=concept.id,
                        label_en=concept.label.en, label_zh=concept.label.zh,
                    )
                )  # fmt: skip
        return sorted(entities, key=lambda e: (e.start, e.end)) if ages else entities

    def _classes_of(self, text: str, match: Match) -> Iterator[str]:
        """Ids of the classes that a label names, and of those that may be meant by it as well."""
        own = [reading.id for reading in match.readings if reading.kind == "class"]
        yield from own
        if own:
            yield from (r.id for r in self._asked_as.get(singular(text[match.start : match.end]), ()))

    def _freedom(self, text: str, exclusion: UnknownExclusion) -> Iterator[Entity]:
        """The value that says what products are free of, for an excluded word: 无香味 for 没有香味, 无线 for 不带线.

        None where several levels of an attribute say so: they all count, and what has another level is left out.
        """
        called = attributes_called(exclusion.word, self._ontology)
        if any(len(lacking_values(each, self._ontology)) > 1 for each in called):
            return
        names = _FREE_ZH if contains_chinese(exclusion.word) else _FREE_EN
        for reading in (
            r for name in names for r in self._ontology.labels.lookup(name.format(exclusion.word))
        ):
            if reading.kind == "value" or (
                reading.kind == "attribute" and self._ontology.says_value(reading)
            ):
                named = entity_of(text, exclusion.start, exclusion.end, reading, self._ontology)
                yield named.model_copy(update={"surface": reading.surface})
                return

    def _freedoms_of_excluded(self, text: str, entities: Sequence[Entity]) -> Iterator[Entity]:
        """The values that say that products are free of what is excluded: 无酒精 for 不含酒精, "fragrance-free"."""
        own = self._attributes_below([e.value for e in entities if e.kind == "class" and not e.negated])
        for entity in entities:
            if not entity.negated or entity.kind in ("class", "brand", "quantity"):
                continue
            for name in dict.fromkeys((entity.surface, entity.label_en, entity.label_zh)):
                for value in self._freedom(text, UnknownExclusion(entity.start, entity.end, name)):
                    attribute = value.field.removeprefix(ATTRIBUTE_FIELD)
                    if value.field != entity.field and (not own or attribute in own):
                        yield value
                        break
                else:
                    continue
                break

    def _attributes_named(self, classes: Sequence[str]) -> list[Attribute]:
        """Attributes of the named classes, the classes' own first."""
        own = [a for class_id in dict.fromkeys(classes) for a in self._ontology.attributes_of(class_id)]
        return list({a.id: a for a in own}.values())

    def _widen(self, text: str, span: Span, field: str, entities: Sequence[Entity]) -> Span:
        """The span of a number of a field with the field's names beside it, as far as no entity stands there."""
        names = self._number_names.get("price" if field.startswith("price.") else field)
        taken = [(e.start, e.end) for e in entities if e.kind != "quantity"]
        return span if names is None else names.widen(text, span, taken)

    def _names_of_numbers(self, text: str, entities: Sequence[Entity]) -> Iterator[Span]:
        """Where the names of attributes stand beside numbers that have no bound; the numbers themselves stay."""
        for entity in entities:
            if entity.kind == "quantity":
                start, end = self._widen(text, (entity.start, entity.end), entity.field, entities)
                yield start, entity.start
                yield entity.end, end

    def _modifier(self, entity: Entity) -> Modifier | None:
        return self._compounds.modifier_of(entity.value, entity.surface) if entity.kind == "class" else None

    def _choose(self, readings: tuple[Reading, ...], own: set[str], *, is_of_others: bool) -> Reading | None:
        """The reading that is meant.

        Args:
            readings: What the words can mean.
            own: Attributes of the classes that the query names.
            is_of_others: The words can mean a value that a class has which other words of the query name.
        """
        if is_of_others:
            # "Moisturiser without fragrance", "pan for a gas stove": what those have, and no second kind of product.
            readings = tuple(r for r in readings if r.kind != "class")
        best: tuple[tuple[int, int], Reading] | None = None
        for reading in readings:
            if reading.kind == "attribute" and not self._ontology.says_value(reading):
                continue
            if reading.kind == "value" and own and reading.attribute not in own:
                continue  # "sheer" is no kind of laptop
            support = self._products_of.get(reading.node, 0)
            key = (0 if support else 1, self._rank[reading.kind] * 10_000_000 - support)
            if best is None or key < best[0]:
                best = (key, reading)
        return best[1] if best else None

    def _attributes_below(self, classes: list[str]) -> set[str]:
        """Attributes of the named classes and of their subclasses."""
        return {attribute for class_id in set(classes) for attribute in self._attributes_of(class_id)}

    def _attributes_of(self, class_id: str) -> frozenset[str]:
        known = self._attributes_by_class.get(class_id)
        if known is None:
            below = (class_id, *self._ontology.hierarchy.descendants(class_id))
            known = frozenset(a.id for each in below for a in self._ontology.attributes_of(each))
            self._attributes_by_class[class_id] = known
        return known

    def _find_quantities(
        self,
        text: str,
        taken: list[Span],
        classes: list[str],
        mentions: Sequence[QuantityMention],
        counted: Mapping[QuantityMention, Attribute],
    ) -> list[Entity]:
        found = []
        # A mark for each character keeps this linear in the query's length.
        covered = bytearray(len(text))
        for start, end in taken:
            covered[start:end] = b"\1" * (end - start)
        for mention in mentions:
            if any(covered[mention.start : mention.end]):
                continue
            attribute = counted.get(mention) or self._chooser.choose(mention, text, classes)
            if attribute is None or attribute.dimension is None:
                continue
            try:
                quantity = quantity_of(mention, attribute.dimension)
            except QuantityError:
                continue
            surface = text[mention.start : mention.end]
            covered[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            found.append(
                Entity(
                    start=mention.start,
                    end=mention.end,
                    surface=surface,
                    kind="quantity",
                    node=f"value:{quantity_key(attribute.id, quantity)}",
                    field=f"attr.{attribute.id}",
                    value=f"{quantity.si_magnitude:.6g}",
                    label_en=f"{attribute.label.en} {surface}",
                    label_zh=f"{attribute.label.zh} {surface}",
                )
            )
        return found


def exclusions(understanding: Understanding) -> tuple[Condition, ...]:
    """Exclusions of the query that filters can say, as conditions; numbers and words are left out by ``search.exclude``."""
    return tuple(
        Condition(field=e.field, none_of=(e.value,))
        for e in understanding.entities
        if e.negated and e.kind != "quantity"
    )


def _others(match: Match, chosen: Reading, kinds: Sequence[Match]) -> tuple[Reading, ...]:
    """The other classes of a name that several have."""
    return tuple(reading for reading in match.readings if reading is not chosen) if match in kinds else ()


def _is_asked_for(kind: str, ontology: Ontology) -> bool:
    """Whether queries name concepts of a type."""
    relation = ontology.relation_to(kind)
    return relation is not None and relation.weight > 0


def _is_telling(word: str) -> bool:
    """Whether a word says something of the thing that is asked for."""
    folded = word.casefold()
    return folded not in STOP_WORDS and folded not in REQUESTS and not FUNCTION_WORDS.fullmatch(word)


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
