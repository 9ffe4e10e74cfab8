"""The ontology in memory: immutable, typed, with its hierarchy one attribute away."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kms.types import Frozen, Language

if TYPE_CHECKING:
    from kms.ontology.hierarchy import Hierarchy
    from kms.ontology.implications import Implications
    from kms.ontology.labels import LabelIndex, Reading

AttributeType = Literal["enum", "quantity", "text", "boolean"]
ConceptKind = Literal["use", "audience", "aspect"]

TermId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
ValueId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=80)]
Words = Annotated[str, Field(min_length=1, max_length=200)]

ROOT_CLASS = "product"
LANGUAGES: tuple[Language, ...] = ("en", "zh")
RELATION_ENDS = ("Product", "Class", "Brand", "Value", "Use", "Audience", "Aspect")


class Labels(Frozen):
    """The one name to show, in each language."""

    en: Words
    zh: Words

    def of(self, language: Language) -> str:
        """The label in one language."""
        return self.zh if language == "zh" else self.en


class AlternativeLabels(Frozen):
    """What shoppers and shops also write."""

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
    """

    parent: TermId | None = None
    attributes: tuple[TermId, ...] = ()
    implies: tuple[str, ...] = ()


class Attribute(Term):
    """What can be said of a product.

    Attributes:
        vocabulary: Enum only: where its values are.
        dimension: Quantity only: a key of ``kms.ontology.dimensions.REFERENCE_UNITS``.
        unit: Quantity only: the unit that people expect to read, in pint's names.
        more: Quantity only: words of a query that ask for much of it ("long battery", 大容量).
        less: Quantity only: words that ask for little of it ("lightweight", 轻便).
        opposite: Boolean only: words that say that it is not so ("wired", 有线).
    """

    type: AttributeType
    vocabulary: TermId | None = None
    dimension: str | None = None
    unit: str | None = None
    more: AlternativeLabels = AlternativeLabels()
    less: AlternativeLabels = AlternativeLabels()
    opposite: AlternativeLabels = AlternativeLabels()


class VocabularyValue(Term):
    """One value of a vocabulary. Unlike other ids its id may begin with a digit.

    Attributes:
        broader: Values of the same vocabulary that this one is a kind of: ``bluetooth`` of ``bluetooth_5_3``.
        implies: Claims of other attributes that follow from it; references as ``implications.read_reference`` reads them.
    """

    id: ValueId
    broader: tuple[ValueId, ...] = ()
    implies: tuple[str, ...] = ()


class Vocabulary(Term):
    """A closed list of values, in the order of the file."""

    values: dict[str, VocabularyValue] = Field(min_length=1)


class RelationType(Term):
    """An edge of the graph. Domain and range: a class id or one of ``RELATION_ENDS``."""

    domain: str
    range: str


class Concept(Term):
    """A use, an audience, or a review aspect.

    Attributes:
        broader: Concepts of the same kind that this one is a kind of.
        implies: Claims that follow from it; references as ``implications.read_reference`` reads them.
    """

    kind: ConceptKind
    broader: tuple[TermId, ...] = ()
    implies: tuple[str, ...] = ()


class Release(Frozen):
    """Which state of the ontology this is."""

    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    date: datetime.date
    note: str = ""


class Ontology(Frozen):
    """All sections, keyed by id in the files' order. ``kms.ontology.load_ontology`` makes and checks it."""

    release: Release
    classes: dict[str, OntologyClass]
    attributes: dict[str, Attribute]
    vocabularies: dict[str, Vocabulary]
    relations: dict[str, RelationType]
    uses: dict[str, Concept]
    audiences: dict[str, Concept]
    aspects: dict[str, Concept]

    @property
    def version(self) -> str:
        """The release, as evidence and the graph record it."""
        return self.release.version

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The class tree."""
        from kms.ontology.hierarchy import Hierarchy

        return Hierarchy(self.classes)

    @cached_property
    def implications(self) -> Implications:
        """What follows from what: broader values, and claims that imply others."""
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
        chain = (*reversed(self.hierarchy.ancestors(class_id)), class_id)
        ids = dict.fromkeys(attribute for link in chain for attribute in self.classes[link].attributes)
        return tuple(self.attributes[attribute] for attribute in ids)

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
        """A concept by kind and id, or ``None``."""
        sections = {"use": self.uses, "audience": self.audiences, "aspect": self.aspects}
        return sections.get(kind, {}).get(concept_id)

    def concepts(self) -> Iterator[Concept]:
        """Uses, audiences and aspects."""
        yield from self.uses.values()
        yield from self.audiences.values()
        yield from self.aspects.values()
