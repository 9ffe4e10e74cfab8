"""Product nouns: the words that name a product of a class, by the ontology's labels."""

from __future__ import annotations

from functools import lru_cache

from extraction.rules.accessories import own_words
from kms.ontology.labels import singular
from kms.ontology.model import ROOT_CLASS, Ontology


class ProductNouns:
    """Last words of the labels of classes, which name things: "kettle" of "electric kettle"."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self.of = lru_cache(maxsize=1_000)(self._read)
        """Nouns of a class, its ancestors and descendants."""
        self.all = frozenset(_last_word(name) for each in ontology.classes for name in self._names(each))

    def with_pronouns(self, class_id: str) -> frozenset[str]:
        """Nouns of a class, and the subjects that are the product in any class."""
        return own_words() | self.of(class_id)

    def _read(self, class_id: str) -> frozenset[str]:
        hierarchy = self._ontology.hierarchy
        line = (class_id, *hierarchy.ancestors(class_id), *hierarchy.descendants(class_id))
        if class_id == ROOT_CLASS:
            line = (class_id,)
        return frozenset(_last_word(name) for each in line for name in self._names(each))

    def _names(self, class_id: str) -> list[str]:
        term = self._ontology.classes[class_id]
        return [*term.names("en"), *term.names("zh")]


def _last_word(name: str) -> str:
    return singular(name.split()[-1]) if name.split() else ""
