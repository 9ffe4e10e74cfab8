"""What an inferred fact rests on, in words: one wording for hits, pages and API."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from api.facts import Label, name_of
from kms.facts.keys import split_key
from kms.ontology.model import Ontology

LabelOf = Callable[[str], Label]
"""Label of a node in both languages, by its id."""


def word_sources(sources: Sequence[str], ontology: Ontology, label_of: LabelOf) -> Label:
    """Facts by their keys: ``hydrostatic head: 3 m, category: tent``; classes come last."""
    english: list[str] = []
    chinese: list[str] = []
    for key in sorted(sources, key=lambda each: each.startswith("in_category:")):
        relation, attribute, target = split_key(key, ontology)
        name = name_of(relation, attribute, ontology)
        value = label_of(target)
        english.append(f"{name[0]}: {value[0]}")
        chinese.append(f"{name[1]}：{value[1]}")
    return ", ".join(english), "，".join(chinese)
