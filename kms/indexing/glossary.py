"""Glossary of a version: other names of things that the default ontology knows and the shop's own ontology does not.

A shop that sells 电热水壶 under an ontology of its own has no word "kettle". The default ontology has both names of it, so
that a query in the other language, or with another Chinese word, can be read as what the shop calls the thing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from kms.ontology.labels import iterate_labels, singular
from kms.ontology.model import Ontology, OntologyClass
from kms.text.chinese import contains_chinese

Glossary = Mapping[str, tuple[str, ...]]
"""A name in the singular to the other names of what it may mean."""

_Meaning = tuple[str, str, str | None]
_FILE = "glossary.json"
_SHORTEST = {True: 2, False: 3}
"""Characters of a Chinese name and of another one; shorter ones mean too much."""


def make_glossary(known: Ontology, own: Ontology) -> dict[str, tuple[str, ...]]:
    """Names of the default ontology that the shop's own lacks, with their other names.

    A kettle may also be called what a narrower class is, the electric kettle. Two English names of one thing are left out,
    since they are often wider and narrower ones (mug, tumbler), and so are classes that list unlike things.
    """
    names: dict[_Meaning, list[str]] = defaultdict(list)
    for reading in iterate_labels(known):
        if len(reading.surface) >= _SHORTEST[contains_chinese(reading.surface)]:
            names[reading.kind, reading.id, reading.attribute].append(reading.surface)
    glossary: dict[str, dict[str, None]] = defaultdict(dict)
    for (kind, identifier, _), same in names.items():
        others = list(same)
        if kind == "class":
            if _is_list(known.classes[identifier]):
                continue
            for narrower in _called_alike(known, identifier):
                others += names["class", narrower, None]
        for name in same:
            if own.labels.lookup(name):
                continue
            for other in others:
                if other != name and (contains_chinese(name) or contains_chinese(other)):
                    glossary[singular(name)][other] = None
    return {name: tuple(others) for name, others in glossary.items() if others}


def _is_list(each: OntologyClass) -> bool:
    """Whether a class gathers unlike things: no other name ends like its label, as of "outdoor accessory"."""
    others = each.alt.en
    return bool(others) and not any(_head(name) == _head(each.label.en) for name in others)


def _called_alike(known: Ontology, class_id: str) -> Iterator[str]:
    """Classes below one whose labels end like its own: "electric kettle" below "kettle"."""
    label = known.classes[class_id].label.en
    for child in known.hierarchy.children(class_id):
        if _head(known.classes[child].label.en) == _head(label):
            yield child


def _head(name: str) -> str:
    return singular(name).rsplit(" ", 1)[-1]


def write_glossary(folder: Path, glossary: Glossary) -> None:
    """Write a glossary into a version's folder."""
    if glossary:
        (folder / _FILE).write_text(json.dumps(glossary, ensure_ascii=False), "utf-8")


def read_glossary(folder: Path) -> dict[str, tuple[str, ...]]:
    """The glossary of a version; empty where it has none."""
    path = folder / _FILE
    if not path.exists():
        return {}
    return {name: tuple(others) for name, others in json.loads(path.read_text("utf-8")).items()}
