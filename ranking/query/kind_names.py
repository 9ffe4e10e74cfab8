"""Shared nouns of classes: finds all classes that a noun names, "collar" where they are "Dog Collars" and "Cat Collars".

Shops call their categories by what is sold and for whom or of what ("Cat Toys"), list several kinds in one name ("Drills and
drivers"), and have the same name in two places ("Saws (Hand tools)"). Shoppers write the noun. It names all classes
whose names end with it, where there are several, and those whose list has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kms.ontology.labels import Match, Reading, singular
from kms.ontology.model import LANGUAGES, Ontology

_PLACE = re.compile(r"\s*\([^()]*\)$")
_LIST = re.compile(r"\s*(?:[,/&+]|(?<!\w)and(?!\w))\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_\u3400-\u9fff]+(?:['’-][^\W_\u3400-\u9fff]+)*")
_SHORTEST = 3
_LEAST_SHARED = 2
"""Classes whose names end with a noun, for it to name them: one alone may be another kind that is called so too."""
_MOST_WORDS = 3
Span = tuple[int, int]


class KindNames:
    """Finds such names in queries under one ontology."""

    def __init__(self, ontology: Ontology, products_of: Mapping[str, int]) -> None:
        """Collect the names of classes that have products; ``products_of`` is their number by node id."""
        self._others: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
        listed: dict[str, dict[str, None]] = defaultdict(dict)
        headed: dict[str, dict[str, None]] = defaultdict(dict)
        for each in ontology.classes.values():
            label = each.label.en
            if not label or not products_of.get(f"category:{each.id}"):
                continue
            name = _PLACE.sub("", label)
            parts = [part for part in map(singular, _LIST.split(name)) if part]
            for part in parts:
                *others, head = part.split()
                if len(parts) > 1 or name != label:
                    listed[part][each.id] = None
                headed[head][each.id] = None
                self._others[head, each.id].append(frozenset(others))
        names = {name: classes for name, classes in headed.items() if len(classes) >= _LEAST_SHARED}
        for name, classes in listed.items():
            names.setdefault(name, {}).update(classes)
        self._names = {
            name: tuple(Reading("class", class_id, name, "en") for class_id in classes)
            for name, classes in names.items()
            if len(name) >= _SHORTEST and not any(r.kind == "class" for r in ontology.labels.lookup(name))
        }

    def find(self, text: str, taken: Sequence[Span]) -> Iterator[Match]:
        """The names in a text where no other name stands, longest first; each with the classes that may be meant.

        Where the rest of a class's own name stands elsewhere in the text ("toys for indoor cats"), only such classes are.
        """
        if not self._names:
            return
        words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
        keys = [singular(text[start:end]) for start, end in words]
        known = frozenset(part for key in keys for part in key.split())
        at = 0
        while at < len(words):
            for length in range(min(_MOST_WORDS, len(words) - at), 0, -1):
                start, end = words[at][0], words[at + length - 1][1]
                readings = self._names.get(" ".join(keys[at : at + length]))
                if not readings or any(start < e and s < end for s, e in taken):
                    continue
                if any(text[a:b].strip() for (_, a), (b, _) in pairwise(words[at : at + length])):
                    continue
                yield Match(start, end, self._narrowed(readings, known))
                at += length - 1
                break
            at += 1

    def _narrowed(self, readings: tuple[Reading, ...], known: frozenset[str]) -> tuple[Reading, ...]:
        fitting = tuple(
            reading
            for reading in readings
            if any(
                others and others <= known for others in self._others.get((reading.surface, reading.id), ())
            )
        )
        return fitting or readings


def classes_asked_as(ontology: Ontology) -> dict[str, list[Reading]]:
    """The classes that are asked as the names of others, by the name in the singular."""
    shared: dict[str, list[Reading]] = {}
    for each in ontology.classes.values():
        for language in LANGUAGES:
            for name in each.asked_as.of(language):
                shared.setdefault(singular(name), []).append(Reading("class", each.id, name, language))
    return shared
