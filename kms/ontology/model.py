"""The ontology in memory: immutable, typed, with its hierarchy one attribute away."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from kms.ontology.rules import Rule
from kms.ontology.structure import (
    ATTRIBUTE_FIELD,
    AVAILABILITY_FIELD,
    CONDITION_FIELD,
    HAS_VALUE,
    LANGUAGE_FIELD,
    PRODUCT,
    SALE_FIELD,
)
from kms.ontology.styles import EdgeStyle, NodeStyle
from kms.types import Frozen, Language

if TYPE_CHECKING:
    from kms.ontology.hierarchy import Hierarchy
    from kms.ontology.implications import Implications
    from kms.ontology.labels import LabelIndex, Reading
    from kms.ontology.rule_book import RuleBook

AttributeType = Literal["enum", "quantity", "text", "boolean"]
Members = Literal["rows", "classes", "brands", "values", "paths", "terms"]
TextLinking = Literal["never", "named", "introduced"]
ReadIn = Literal["texts", "tables"]
SoldBy = Literal["piece", "measure"]
PathDirection = Literal["shared", "forward", "backward"]
PathPurpose = Literal["similar", "complements"]

TermId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
ValueId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=80)]
Words = Annotated[str, Field(min_length=1, max_length=200)]

ROOT_CLASS = "product"
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Labels(Frozen):
    """The one name to show, in each language; a shop of one language writes that one, which is then shown in both."""

    en: Words
    zh: Words

    @model_validator(mode="before")
    @classmethod
    def _fill_other_language(cls, data: object) -> object:
        if isinstance(data, dict):
            for missing, given in (("en", "zh"), ("zh", "en")):
                if data.get(missing) is None and isinstance(data.get(given), str):
                    return {**data, missing: data[given]}
        return data

    def of(self, language: Language) -> str:
        """The label in one language."""
        return self.zh if language == "zh" else self.en


class AlternativeLabels(Frozen):
    """Other names that shoppers and shops use."""

    en: tuple[Words, ...] = ()
    zh: tuple[Words, ...] = ()

    def of(self, language: Language) -> tuple[str, ...]:
        """The alternative labels in one language."""
        return self.zh if language == "zh" else self.en


class Term(Frozen):
    """Anything with an id and words.

    Attributes:
        schema_org: The schema.org type or property that means the same, where there is one.
    """

    id: TermId
    label: Labels
    alt: AlternativeLabels = AlternativeLabels()
    schema_org: str | None = None

    def names(self, language: Language) -> tuple[str, ...]:
        """The label first, then the alternative labels."""
        return (self.label.of(language), *self.alt.of(language))


class OntologyClass(Term):
    """A kind of product.

    Attributes:
        attributes: Its own; ``Ontology.attributes_of`` adds the inherited ones.
        implies: What is so of every product of the class; references as ``implications.read_reference`` reads them.
        asked_as: Names of other classes by which a query may mean this one as well: 水壶, the name of a bottle, of a
            kettle. In texts they name the other class.
        paths: Places in the shop's own category trees that mean it, names from the root to the leaf with ``>`` between.
        cells: Cells of the shop's own tables that mean it, for products without a category: ``product type: notebook``.
        signs: Words of titles and texts and columns of tables by which products without a category are told to be of it,
            with weights (``kms.induction.signs``). A class that has any was induced and not stated: queries lean to its
            products and do not require it.
        sold_by: ``measure`` where its products are amounts of a stuff, such as foods and creams: colours and materials in
            their texts are those of ingredients and packaging (``extraction.rules.stuffs``). It is not inherited.
    """

    parent: TermId | None = None
    asked_as: AlternativeLabels = AlternativeLabels()
    attributes: tuple[TermId, ...] = ()
    implies: tuple[str, ...] = ()
    paths: tuple[Annotated[str, Field(min_length=1, max_length=1_000)], ...] = ()
    cells: tuple[Annotated[str, Field(pattern=r"^[^:]+: .+$", max_length=1_000)], ...] = ()
    signs: dict[str, float] = Field(default_factory=dict)
    sold_by: SoldBy = "piece"


class Attribute(Term):
    """An attribute of products.

    Attributes:
        vocabulary: Enum only: where its values are.
        dimension: Quantity only: a key of ``kms.quantities.dimensions.REFERENCE_UNITS``.
        unit: Quantity only: the unit that people expect to read, in pint's names.
        more: Quantity only: words of a query that ask for much of it ("long battery", 大容量).
        less: Quantity only: words that ask for little of it ("lightweight", 轻便).
        higher: Quantity only: adjectives that ask for much of it as comparatives and superlatives alone: "tallest" asks for
            height, a "tall lamp" is a kind of lamp.
        lower: Quantity only: the same for little of it ("thinnest", 最薄).
        opposite: Boolean only: words that say that it is not so ("wired", 有线).
        read_in: Boolean only: whether its name says in texts and queries that it is so, or in tables alone.
        cardinality: Enum only: whether a product has at most one value; of several that texts and table state, the
            strongest is used then. A boolean and a number have one by nature.
    """

    type: AttributeType
    vocabulary: TermId | None = None
    dimension: str | None = None
    unit: str | None = None
    more: AlternativeLabels = AlternativeLabels()
    less: AlternativeLabels = AlternativeLabels()
    higher: AlternativeLabels = AlternativeLabels()
    lower: AlternativeLabels = AlternativeLabels()
    opposite: AlternativeLabels = AlternativeLabels()
    read_in: ReadIn = "texts"
    cardinality: Literal["one", "many"] = "many"


class VocabularyValue(Term):
    """One value of a vocabulary. Unlike other ids its id may begin with a digit.

    Attributes:
        broader: Values of the same vocabulary that this one is a kind of: ``bluetooth`` of ``bluetooth_5_3``.
        implies: Claims of other attributes that follow from it; references as ``implications.read_reference`` reads them.
        read_in: Where its names mean it: in texts, queries and tables, or in ``tables`` alone, for words that mostly mean
            something else ("4", "power"); left out: as its vocabulary says.
    """

    id: ValueId
    broader: tuple[ValueId, ...] = ()
    implies: tuple[str, ...] = ()
    read_in: ReadIn | None = None


class Vocabulary(Term):
    """A closed list of values, in the order of the file.

    Attributes:
        read_in: Where the names of its values mean them, unless a value says otherwise.
    """

    values: dict[str, VocabularyValue] = Field(min_length=1)
    read_in: ReadIn = "texts"


class Template(Labels):
    """A sentence in each language with ``{names}`` of what is filled in."""

    def fill(self, **names: tuple[str, str]) -> tuple[str, str]:
        """English and Chinese, from English and Chinese of each name; the English one begins with a capital."""
        english = self.en.format(**{name: pair[0] for name, pair in names.items()})
        chinese = self.zh.format(**{name: pair[1] for name, pair in names.items()})
        return english[:1].upper() + english[1:], chinese


class EntityType(Term):
    """A kind of node.

    Attributes:
        members: Where its entities come from: ``rows`` of the catalogue, the ``classes``, the ``brands`` that rows
            state, the ``values`` of attributes, the category ``paths`` that rows state, or a closed list of ``terms``.
        section: Terms only: the key under which the files list them.
        plurals: Whether the English plural of a one-word name means the ``same`` ("runners", "runner"), or is kept
            ``apart`` ("sleeps" is not sleep).
    """

    members: Members
    plurals: Literal["same", "apart"] = "same"
    compounds: Literal["joined", "apart"] = "apart"
    section: TermId | None = None
    style: NodeStyle


class Linking(Frozen):
    """Rules by which mentions of a relation's range become facts.

    Attributes:
        text: In titles and descriptions: never; wherever an entity is ``named``; or only where the relation's own words
            ``introduced`` it ("made in Japan").
        table: In tables: never; or in a line that is ``named`` like the relation.
        confidence: Of a mention in a title or description.
        review_confidence: Of a mention in a review; without it reviews are not read for the relation.
    """

    text: TextLinking = "never"
    table: Literal["never", "named"] = "never"
    confidence: float = Field(default=0.85, gt=0, le=1)
    review_confidence: float | None = Field(default=None, gt=0, le=1)


class PathType(Frozen):
    """A path from product to product over one relation, for recommendations.

    Attributes:
        name: In scores and reasons.
        direction: ``shared`` goes to an entity and on to another product that has it; ``forward`` goes along the edge,
            ``backward`` against it.
        weight: Factor of its score.
        alpha: Exponent of the chance of each step; below 1 it evens out how many edges an entity has.
        purpose: Whether it leads to similar products or to what goes with one.
        wording: The reason; ``{through}``, ``{attribute}`` and ``{seed}`` are filled in.
    """

    name: TermId
    direction: PathDirection = "shared"
    weight: float = Field(ge=0)
    alpha: float = Field(default=1.0, gt=0)
    purpose: PathPurpose = "similar"
    wording: Template


class RelationType(Term):
    """An edge of the graph.

    Attributes:
        domain: An entity type.
        range: An entity type.
        cardinality: Whether a product has at most one.
        facet: The filter field that holds its entities; none without it.
        weight: Of one of its entities in a query; 0 where queries do not name them.
        linking: How mentions become facts.
        reason: Of a search hit; ``{attribute}`` and ``{target}`` are filled in.
        inverse: What the relation is called read from its range.
        paths: Paths over it that recommendations walk.
        behaviour: Weight of its entities' rows in the behaviour model; without one 1 where it leads to something that
            products share, and 0 where it leads to products.
    """

    domain: TermId
    range: TermId
    cardinality: Literal["one", "many"] = "many"
    facet: TermId | None = None
    weight: float = Field(default=0.0, ge=0)
    linking: Linking = Linking()
    reason: Template | None = None
    inverse: Labels | None = None
    paths: tuple[PathType, ...] = ()
    behaviour: float | None = Field(default=None, ge=0)
    style: EdgeStyle


class Concept(Term):
    """An entity of a type with a closed list of terms: a use, an audience, a review aspect.

    Attributes:
        kind: Its entity type.
        broader: Concepts of the same kind that this one is a kind of.
        implies: Claims that follow from it; references as ``implications.read_reference`` reads them.
        excludes: Concepts of the same kind that something of this one is not of, unless it says so: what is for women
            is not for men. It holds in both directions.
        ages: Of an audience: the first and the last year of age that it has.
    """

    kind: TermId
    broader: tuple[TermId, ...] = ()
    implies: tuple[str, ...] = ()
    excludes: tuple[TermId, ...] = ()
    ages: tuple[float, float] | None = None


class OntologyBrand(Term):
    """A brand under several names; brands that are not written here go by the name that rows state.

    Attributes:
        line_of: The brand that it is a line of.
    """

    line_of: TermId | None = None


class Release(Frozen):
    """Release of the ontology."""

    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    date: datetime.date
    note: str = ""


class Ontology(Frozen):
    """All sections, keyed by id in the files' order. ``kms.ontology.load_ontology`` makes and checks it."""

    release: Release
    classes: dict[str, OntologyClass]
    attributes: dict[str, Attribute]
    vocabularies: dict[str, Vocabulary]
    entities: dict[str, EntityType]
    relations: dict[str, RelationType]
    brands: dict[str, OntologyBrand] = Field(default_factory=dict)
    rules: dict[str, Rule] = Field(default_factory=dict)
    terms: dict[str, dict[str, Concept]]
    """Concepts by entity type and id; a type without concepts has no key."""

    @property
    def version(self) -> str:
        """The release, as evidence and the graph record it."""
        return self.release.version

    @property
    def graph_version(self) -> str:
        """What the graph's edges are made with: the release, and the rules, which say nothing of how texts are read."""
        return f"{self.version}+{self._rules_digest}" if self.rules else self.version

    @cached_property
    def _rules_digest(self) -> str:
        said = "\n".join(rule.model_dump_json() for _, rule in sorted(self.rules.items()))
        return hashlib.blake2b(said.encode(), digest_size=6).hexdigest()

    @cached_property
    def rule_book(self) -> RuleBook:
        """The rules, ready to run."""
        from kms.ontology.rule_book import RuleBook

        return RuleBook(self)

    def with_rules(self, rules: Mapping[str, Rule]) -> Ontology:
        """The same ontology with other rules, which must fit it (``kms.ontology.check.read_rule_text``)."""
        other = self.model_copy(update={"rules": dict(rules)})
        for made_of_rules in ("rule_book", "_rules_digest"):
            other.__dict__.pop(made_of_rules, None)
        return other

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The class tree."""
        from kms.ontology.hierarchy import Hierarchy

        return Hierarchy(self.classes)

    @cached_property
    def class_of_shop_path(self) -> dict[str, str]:
        """Class ids by the shop's own category paths, folded by ``class_names.fold_path``."""
        from kms.ontology.class_names import fold_path

        return {fold_path(path): each.id for each in self.classes.values() for path in each.paths}

    def is_called_in_texts(self, attribute_id: str, value_id: str) -> bool:
        """Whether texts and queries call a value, or the yes and no of an attribute, by its name."""
        attribute = self.attributes.get(attribute_id)
        if attribute is None:
            return True
        if attribute.type == "boolean":
            return attribute.read_in == "texts"
        vocabulary = self.vocabularies.get(attribute.vocabulary or "")
        value = vocabulary.values.get(value_id) if vocabulary else None
        return vocabulary is None or ((value and value.read_in) or vocabulary.read_in) == "texts"

    @cached_property
    def implications(self) -> Implications:
        """Implications: broader values, and claims that imply others."""
        from kms.ontology.implications import Implications

        return Implications(self)

    @cached_property
    def labels(self) -> LabelIndex:
        """The index over all words of both languages."""
        from kms.ontology.labels import LabelIndex

        return LabelIndex(self)

    def attributes_of(self, class_id: str) -> tuple[Attribute, ...]:
        """Attributes of a class, inherited ones first, each once.

        Raises:
            NotFoundError: No such class.
        """
        known = self._attributes_of.get(class_id)
        if known is None:
            chain = (*reversed(self.hierarchy.ancestors(class_id)), class_id)
            ids = dict.fromkeys(attribute for link in chain for attribute in self.classes[link].attributes)
            known = self._attributes_of[class_id] = tuple(self.attributes[attribute] for attribute in ids)
        return known

    def values_of(self, attribute_id: str) -> dict[str, VocabularyValue]:
        """The values that an enum attribute may have; empty for attributes of other types or unknown ids."""
        attribute = self.attributes.get(attribute_id)
        if attribute is None or attribute.vocabulary is None:
            return {}
        return self.vocabularies[attribute.vocabulary].values

    def says_value(self, reading: Reading) -> bool:
        """Whether a label states something by itself: a value, or an attribute that is so or not."""
        if reading.kind == "attribute":
            return self.attributes[reading.id].type == "boolean"
        return reading.kind == "value"

    def concept(self, kind: str, concept_id: str) -> Concept | None:
        """A concept by entity type and id, or ``None``."""
        return self.terms.get(kind, {}).get(concept_id)

    def excluded_by(self, kind: str, concept_id: str) -> frozenset[str]:
        """Ids of the concepts of a type that exclude one, in either direction."""
        terms = self.terms.get(kind, {})
        own = terms[concept_id].excludes if concept_id in terms else ()
        return frozenset((*own, *(other.id for other in terms.values() if concept_id in other.excludes)))

    def concepts(self) -> Iterator[Concept]:
        """The concepts of all entity types."""
        for terms in self.terms.values():
            yield from terms.values()

    @cached_property
    def value_fields(self) -> tuple[str, ...]:
        """Filter fields that hold values, besides ``attr.<attribute id>``."""
        facets = (relation.facet for relation in self.relations.values() if relation.facet)
        return tuple(
            dict.fromkeys((*facets, LANGUAGE_FIELD, AVAILABILITY_FIELD, SALE_FIELD, CONDITION_FIELD))
        )

    @cached_property
    def product_relations(self) -> tuple[str, ...]:
        """Relations from a product to another one."""
        ends = (PRODUCT, PRODUCT)
        return tuple(r.id for r in self.relations.values() if (r.domain, r.range) == ends)

    def path(self, name: str) -> PathType | None:
        """A path of a relation by its name."""
        return self._paths.get(name)

    @cached_property
    def _attributes_of(self) -> dict[str, tuple[Attribute, ...]]:
        """What ``attributes_of`` has answered; every query asks it several times."""
        return {}

    @cached_property
    def _paths(self) -> dict[str, PathType]:
        return {path.name: path for relation in self.relations.values() for path in relation.paths}

    def attributes_of_value(self, key: str) -> tuple[str, ...]:
        """Attributes that can have the value of a node: its key is ``materials/steel``, or ``foldable/true``."""
        owner = key.partition("/")[0]
        shared = tuple(a.id for a in self.attributes.values() if a.vocabulary == owner)
        return shared or ((owner,) if owner in self.attributes else ())

    def relation_to(self, entity_type: str) -> RelationType | None:
        """The relation by which products have entities of a type; the first one that is declared."""
        return self._relations_to.get(entity_type)

    def relation_of_field(self, field: str) -> RelationType | None:
        """The relation whose entities a filter field holds."""
        if field.startswith(ATTRIBUTE_FIELD):
            return self.relations.get(HAS_VALUE)
        return self._relations_of_fields.get(field)

    @cached_property
    def _relations_to(self) -> dict[str, RelationType]:
        relation_of: dict[str, RelationType] = {}
        for relation in self.relations.values():
            if relation.domain == PRODUCT:
                relation_of.setdefault(relation.range, relation)
        return relation_of

    @cached_property
    def _relations_of_fields(self) -> dict[str, RelationType]:
        return {relation.facet: relation for relation in self.relations.values() if relation.facet}
