"""Values that say that there is none of what their attribute is called: "none" or "caffeine-free" of caffeine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kms.ontology.model import LANGUAGES, Attribute, Ontology, VocabularyValue
from kms.text.answers import says_none
from kms.text.chinese import contains_chinese
from kms.text.negation import find_cue

_OF_AMOUNT = ("{}", "{} level", "{} content", "{}含量")
_OF_LACKING = ("{} free", "{}-free", "no {}", "without {}", "无{}", "不含{}")


def attributes_called(word: str, ontology: Ontology) -> Iterator[Attribute]:
    """Attributes that tell how much of a thing there is: "caffeine", "caffeine level"."""
    yield from _called(_OF_AMOUNT, word, ontology)


def attributes_lacking(word: str, ontology: Ontology) -> Iterator[Attribute]:
    """Attributes answered by yes where there is none of a thing: "grain free"."""
    yield from (each for each in _called(_OF_LACKING, word, ontology) if each.type == "boolean")


def _called(patterns: Iterable[str], word: str, ontology: Ontology) -> Iterator[Attribute]:
    found = (reading for name in patterns for reading in ontology.labels.lookup(name.format(word)))
    for attribute_id in dict.fromkeys(reading.id for reading in found if reading.kind == "attribute"):
        yield ontology.attributes[attribute_id]


def lacking_values(attribute: Attribute, ontology: Ontology) -> tuple[str, ...]:
    """Ids of the attribute's values that say so, in the vocabulary's order; empty where it has none."""
    names = [name.casefold() for language in LANGUAGES for name in attribute.names(language)]
    return tuple(
        value_id
        for value_id, value in ontology.values_of(attribute.id).items()
        if any(says_none(said) or _denies(said, names) for said in _names_of(value))
    )


def _names_of(value: VocabularyValue) -> list[str]:
    return [name for language in LANGUAGES for name in value.names(language)]


def _denies(said: str, names: list[str]) -> bool:
    """Whether a value's name denies one of its attribute's names."""
    folded = said.casefold()
    language = "zh" if contains_chinese(said) else "en"
    for name in names:
        start = folded.find(name)
        if start >= 0 and folded != name:
            end = start + len(name)
            if find_cue(folded, (0, len(folded)), start, language, end) is not None:
                return True
    return False
