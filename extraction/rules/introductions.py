"""Introductions: entities that a relation's own words lead to, as in "contains oats, nuts and honey" or "made in Kyoto"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping, Sequence

from kms.ontology.labels import Match
from kms.ontology.model import LANGUAGES, Ontology, RelationType

_BETWEEN_WORDS = 3
_GAP = re.compile(
    r"[\s,、:：/&+]*(?:(?:and|or|as well as)\b\s*|[和与及或]\s*)?"
    rf"(?:[^\W\d_][\w'’-]*[\s,、/&+]+){{0,{_BETWEEN_WORDS}}}[\u4e00-\u9fff]{{0,4}}\s*",
    re.IGNORECASE,
)
"""What may stand between the relation's words, or an entity that they lead to, and the next entity: no end of a sentence."""

_REACH = 120
"""Characters that a gap has at most."""


class Introductions:
    """Finds which matches stand behind the words of a relation that reads only what its words introduce."""

    def __init__(self, ontology: Ontology) -> None:
        self._relations = {
            relation.range: relation
            for relation in ontology.relations.values()
            if relation.linking.text == "introduced" and relation.range in ontology.terms
        }
        self._words = {relation.id: _words_of(relation) for relation in self._relations.values()}

    def find(self, text: str, matches: Sequence[Match]) -> Mapping[str, frozenset[int]]:
        """Starts of the introduced matches, by relation."""
        introduced: dict[str, set[int]] = {name: set() for name in self._words}
        for kind, relation in self._relations.items():
            ends = [match.end() for match in self._words[relation.id].finditer(text)]
            own = [match for match in matches if any(r.kind == kind for r in match.readings)]
            for match in own:
                near = ends[bisect_left(ends, match.start - _REACH) : bisect_right(ends, match.start)]
                if any(_GAP.fullmatch(text, end, match.start) for end in near):
                    introduced[relation.id].add(match.start)
                    insort(ends, match.end)
        return {name: frozenset(starts) for name, starts in introduced.items()}


def _words_of(relation: RelationType) -> re.Pattern[str]:
    names = [name for language in LANGUAGES for name in relation.names(language)]
    alternatives = "|".join(
        re.escape(name) if not name.isascii() else rf"\b{re.escape(name)}\b"
        for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(alternatives, re.IGNORECASE)
