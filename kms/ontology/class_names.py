"""Names of classes in what shops write: category paths, and the kinds of products that titles name.

A path is linked by its leaf, and a name by its head, the last noun: "Pets > Cat trees" is about trees. Words before the
head must be known, for an unknown one usually makes another kind of thing: an angle grinder grinds no coffee.
"""

from __future__ import annotations

import re

from kms.ontology.labels import Match, Reading, normalise
from kms.ontology.model import Ontology

_SURE_SEPARATOR = re.compile(r"\s*(?:>+|»|›|→|\||::)\s*")
_OTHER_SEPARATOR = re.compile(r"\s*(?:\\|/|(?<=\S)\s+-\s+)\s*")
"""What also stands within names ("Food / Treats"), so it separates them only where no sure separator does."""
_KIND_SIGN = " » "
_WORD = re.compile(r"[^\W_](?:[^\W_]|['\u2019](?=\w))*")


def split_path(path: str) -> tuple[str, ...]:
    """The names of a category path, from the general to the special one."""
    separator = _SURE_SEPARATOR if _SURE_SEPARATOR.search(path) else _OTHER_SEPARATOR
    return tuple(name for name in separator.split(path.strip()) if name)


def fold_path(path: str) -> str:
    """A category path for comparison, whatever stands between its names."""
    return " > ".join(normalise(name) for name in split_path(path))


def class_of_path(path: str, ontology: Ontology) -> str | None:
    """The class that a shop's category names: its id, a path that the class lists, or a path whose leaf is called like it.

    Args:
        path: An id, a name, or names from the general to the special one with ``>``, ``/``, ``|`` or the like between;
            behind ``»`` a kind that the shop names beside them.
        ontology: Its classes.
    """
    if path in ontology.classes:
        return path
    place, sign, _ = path.rpartition(_KIND_SIGN)
    if sign and ">" in place:
        return _class_of_kind(path, place, ontology)
    return _class_of_whole(path, ontology)


def _class_of_kind(path: str, place: str, ontology: Ontology) -> str | None:
    """The class of a place or, where the kind behind it has one below that, of the kind."""
    if listed := ontology.class_of_shop_path.get(fold_path(path)):
        return listed
    above, below = _class_of_whole(place, ontology), _class_of_whole(path, ontology)
    if above is None or (below is not None and above in ontology.hierarchy.ancestors(below)):
        return below
    return above


def _class_of_whole(path: str, ontology: Ontology) -> str | None:
    own = ontology.class_of_shop_path.get(fold_path(path)) if ontology.class_of_shop_path else None
    whole = own or _named(path, ontology)
    if whole is not None:
        return whole
    names = split_path(path)
    if not names:
        return None
    leaf = names[-1]
    return leaf if leaf in ontology.classes else _named(leaf, ontology) or _class_by_head(leaf, ontology)


def _named(name: str, ontology: Ontology) -> str | None:
    return next((r.id for r in ontology.labels.lookup(name) if r.kind == "class"), None)


def _class_by_head(name: str, ontology: Ontology) -> str | None:
    """The class whose label ends a name, where all words before it are known to the ontology."""
    matches = ontology.labels.find(name)
    if not matches or _WORD.search(name, matches[-1].end):
        return None
    head = matches[-1]
    reading = class_reading(head)
    if reading is None:
        return None
    known = [(match.start, match.end) for match in matches[:-1]]
    before = _WORD.finditer(name, 0, head.start)
    if all(any(start <= word.start() < end for start, end in known) for word in before):
        return reading.id
    return None


def class_reading(match: Match) -> Reading | None:
    """The class among a match's readings."""
    return next((reading for reading in match.readings if reading.kind == "class"), None)
