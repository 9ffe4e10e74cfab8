"""Glossary of a version: other names of things that the shop's own ontology does not know.

A shop that sells 电热水壶 under an ontology of its own has no word "kettle". The default ontology has both names of it, so
that a query in the other language, or with another word, can be read as what the shop calls the thing. Beside it stands a
list of names of things of all kinds (``ontology/glossary``), which is wider than the classes that the default ontology has.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from kms.errors import ConfigurationError
from kms.ontology.labels import iterate_labels, singular
from kms.ontology.load import default_folder
from kms.ontology.model import Ontology, OntologyClass
from kms.text.chinese import contains_chinese

Glossary = Mapping[str, tuple[str, ...]]
"""A name in the singular to the other names of what it may mean."""

Names = Sequence[Sequence[str]]
"""Names that mean the same thing, of each thing."""

_Meaning = tuple[str, str, str | None]
_FILE = "glossary.json"
_FOLDER = "glossary"
_BETWEEN_NAMES = re.compile(r"\s*[,|]\s*")
_SHORTEST = {True: 2, False: 3}
"""Characters of a Chinese name and of another one; shorter ones mean too much."""


def load_names(folder: Path | None = None) -> list[list[str]]:
    """Names of things in both languages, those of one thing together.

    Args:
        folder: Of YAML files, each a mapping of families to lines such as "mop | 拖把, 墩布"; default: that of the
            ontology which comes with the program.

    Raises:
        ConfigurationError: A file is no such mapping.
    """
    names: list[list[str]] = []
    for path in sorted((folder or default_folder() / _FOLDER).glob("*.yaml")):
        families = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(families, dict):
            raise ConfigurationError(
                f"{path}: not a mapping of families to lines of names; write 'family: [...]'"
            )
        for family, lines in families.items():
            for line in lines:
                same = _BETWEEN_NAMES.split(line) if isinstance(line, str) else []
                if len(same) < 2 or not all(same):
                    raise ConfigurationError(
                        f"{path}: {family}: {line!r} is no line of names; write 'mop | 拖把'"
                    )
                names.append(same)
    return names


def make_glossary(known: Ontology, own: Ontology, things: Names = ()) -> dict[str, tuple[str, ...]]:
    """Names of things that the shop's own ontology lacks, with their other names.

    A kettle may also be called what a narrower class is, the electric kettle. Two English names of one class are left out,
    since they are often wider and narrower ones (mug, tumbler), and so are classes that list unlike things.

    Args:
        known: The default ontology.
        own: The shop's.
        things: Further names; those of one thing mean the same in either language (nappy, diaper), and come first.
    """
    names: dict[_Meaning, list[str]] = defaultdict(list)
    for reading in iterate_labels(known):
        if _is_telling(reading.surface):
            names[reading.kind, reading.id, reading.attribute].append(reading.surface)
    glossary: dict[str, dict[str, None]] = defaultdict(dict)
    for alike in things:
        for name in alike:
            if _is_telling(name) and not own.labels.lookup(name):
                glossary[singular(name)].update(dict.fromkeys(other for other in alike if other != name))
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


def _is_telling(name: str) -> bool:
    return len(name) >= _SHORTEST[contains_chinese(name)]


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
