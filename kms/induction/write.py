"""Writing of an induced ontology as a folder of readable YAML, over a copy of the default ontology's core."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kms.induction.brands import brand_lines
from kms.induction.broader import find_head, holds_name
from kms.induction.columns import read_column
from kms.induction.flow import to_flow
from kms.induction.induce import InducedAttribute, Induction, language_of
from kms.induction.names import is_word
from kms.induction.rules import write_rules
from kms.induction.slugs import make_slug, make_unique
from kms.ontology.labels import normalise
from kms.ontology.model import LANGUAGES, Attribute, Ontology, OntologyClass, Vocabulary
from kms.ontology.source import RELEASE_FILE, Entry, read_source

_SHOWN_COLUMNS = 6
FIRST_VERSION = "1.0.0"
CLASSES, ATTRIBUTES, VOCABULARIES = "classes.yaml", "attributes.yaml", "vocabularies.yaml"
BRANDS = "brands.yaml"


def write_ontology(
    induction: Induction,
    known: Ontology,
    known_folder: Path,
    folder: Path,
    *,
    day: datetime.date,
    version: str = FIRST_VERSION,
) -> None:
    """Write ``release.yaml``, ``core/`` and ``families/`` below a folder, which is made.

    Args:
        induction: What to write.
        known: The default ontology that it was induced over.
        known_folder: Its files.
        folder: Must not exist.
        day: The release's date.
        version: The release's number; texts are read again under another one only.
    """
    shutil.copytree(known_folder / "core", folder / "core")
    (folder / "families").mkdir()
    source = read_source(known_folder)
    in_core = {
        (section, entry.id)
        for section, entries in source.sections.items()
        for entry in entries
        if entry.file.startswith("core/")
    }
    new = _new_values(induction)
    writer = _Writer(induction, known, in_core, new)
    # From the last one of a file to the first, for each moves the lines behind it.
    for entry in sorted(source.sections["vocabularies"], key=lambda entry: -max(entry.lines.values())):
        if ("vocabularies", entry.id) in in_core and new.get(entry.id):
            _extend(folder / entry.file, entry, writer.new_values(entry.id))
    release = {
        "version": version,
        "date": day.isoformat(),
        "note": f"Induced from {induction.products} products over release {known.version} of the default ontology.",
    }
    (folder / RELEASE_FILE).write_text(
        "".join(
            f"{key}: {to_flow(value)}\n" if key == "note" else f"{key}: {value}\n"
            for key, value in release.items()
        ),
        "utf-8",
    )
    for name, lines in (
        (CLASSES, writer.classes()),
        (ATTRIBUTES, writer.attributes()),
        (VOCABULARIES, writer.vocabularies()),
        (BRANDS, brand_lines(induction.brands)),
    ):
        text = list(lines)
        if text:
            (folder / "families" / name).write_text("\n".join(text) + "\n", "utf-8")
    write_rules(folder, induction.tree, known, induction.attributes.values())


def _new_values(induction: Induction) -> dict[str, dict[str, int]]:
    """New words by vocabulary with their cells; what several attributes add is added once."""
    new: dict[str, dict[str, tuple[str, int]]] = {}
    for attribute in induction.attributes.values():
        if attribute.vocabulary is None:
            continue
        own = new.setdefault(attribute.vocabulary, {})
        for value, count in attribute.values.items():
            folded = normalise(value)
            written, before = own.get(folded, (value, 0))
            own[folded] = (written, before + count)
    return {name: dict(values.values()) for name, values in new.items()}


class _Writer:
    def __init__(
        self,
        induction: Induction,
        known: Ontology,
        in_core: set[tuple[str, str]],
        new: Mapping[str, Mapping[str, int]],
    ) -> None:
        self._induction = induction
        self._known = known
        self._in_core = in_core
        self._new = new
        self._named = {
            (vocabulary, normalise(value))
            for attribute, value in induction.names
            if attribute in induction.attributes
            and (vocabulary := induction.attributes[attribute].vocabulary) is not None
        }
        self._own = [
            each for each in induction.attributes.values() if each.known is None or not self._has(each.id)
        ]
        self._adopted = [
            known.attributes[each] for each in induction.adopted if ("attributes", each) not in in_core
        ]
        self._ids = {
            *(id for section, id in in_core if section == "attributes"),
            *induction.attributes,
            *induction.adopted,
        }

    def _has(self, attribute_id: str) -> bool:
        return ("attributes", attribute_id) in self._in_core

    def classes(self) -> Iterable[str]:
        """Lines of the classes."""
        tree = self._induction.tree
        if not tree.classes:
            return
        told = self._induction.by_title + self._induction.by_signs
        yield f"# {len(tree.classes)} classes out of the categories of {self._induction.classed - told} products."
        if told:
            yield f"# {told} products without a category have theirs by their titles, cells and signs."
        yield "classes:"
        taken = {normalise(each.label) for each in tree.classes.values()}
        taken |= {normalise(n) for lang in LANGUAGES for n in self._known.classes["product"].names(lang)}
        for each in tree.classes.values():
            yield f"  # {each.products} products" + (
                f", {each.own} of them its own" if each.own != each.products else ""
            )
            if each.stated:
                counts = ", ".join(f"{attribute} ({count})" for attribute, count in each.stated.items())
                yield f"  # Stated in texts: {counts}"
            yield f"  {to_flow(each.id)}:"
            yield f"    parent: {to_flow(each.parent)}"
            label = {language_of(each.label): each.label}
            names: dict[str, list[str]] = {}
            if each.known is not None:
                label, names = _names_of(each.label, each.known, taken)
            for alternative in each.alternatives:
                if normalise(alternative) not in taken:
                    taken.add(normalise(alternative))
                    names.setdefault(language_of(alternative), []).append(alternative)
            yield f"    label: {to_flow(label)}"
            if names:
                yield f"    alt: {to_flow(names)}"
            if each.paths:
                yield f"    paths: {to_flow(list(each.paths))}"
            if each.cells:
                yield f"    cells: {to_flow([': '.join(cell) for cell in each.cells])}"
            if each.signs:
                yield f"    signs: {to_flow(each.signs)}"
            if each.is_sold_by_measure:
                yield "    sold_by: measure"
            if each.attributes:
                yield f"    attributes: {to_flow(each.attributes)}"

    def attributes(self) -> Iterable[str]:
        """Lines of the attributes that the core does not have."""
        if not self._own and not self._adopted:
            return
        yield "# Attributes out of the columns of the shop's tables, and those that the default ontology's classes have."
        yield "attributes:"
        for each in self._own:
            yield f"  # {_provenance(each)}"
            plain = _plain_known(each.known) if each.known else _plain_own(each)
            if (
                plain["type"] == "boolean"
                and each.known is None
                and (each.id, "true") not in self._induction.names
            ):
                plain["read_in"] = "tables"
            yield f"  {to_flow(each.id)}: {to_flow(plain)}"
        for attribute in self._adopted:
            yield f"  {attribute.id}: {to_flow(_plain_known(attribute))}"

    def vocabularies(self) -> Iterable[str]:
        """Lines of the vocabularies that the core does not have."""
        used = dict.fromkeys(
            [
                *(each.vocabulary for each in self._induction.attributes.values()),
                *(attribute.vocabulary for attribute in self._adopted),
            ]
        )
        wanted = [each for each in used if each is not None and ("vocabularies", each) not in self._in_core]
        labels = {each.vocabulary: each.label for each in reversed(self._own)}
        if not wanted:
            return
        yield "# Vocabularies: words of the shop's cells with how many cells have them."
        yield "vocabularies:"
        for each in wanted:
            known = self._known.vocabularies.get(each)
            label = known.label.model_dump() if known else {language_of(labels[each]): labels[each]}
            yield f"  {to_flow(each)}:"
            yield f"    label: {to_flow(label)}"
            if known is None:
                yield "    read_in: tables  # but for those that titles call so, too"
            yield "    values:"
            if known is not None:
                for value in known.values.values():
                    plain = value.model_dump(exclude_defaults=True, exclude={"id"}, mode="json")
                    plain["implies"] = [ref for ref in value.implies if ref.partition("/")[0] in self._ids]
                    yield f"      {to_flow(value.id)}: {to_flow({k: v for k, v in plain.items() if v})}"
            yield from self.new_values(each)

    def new_values(self, vocabulary: str) -> list[str]:
        """Lines of the words that the shop's cells add to a vocabulary."""
        known: Vocabulary | None = self._known.vocabularies.get(vocabulary)
        taken_ids = set(known.values) if known else set()
        taken_names = {
            normalise(name)
            for value in (known.values.values() if known else ())
            for language in LANGUAGES
            for name in value.names(language)
        }
        ids: dict[str, str] = {}
        for value in self._new.get(vocabulary, {}):
            if normalise(value) not in taken_names:
                taken_names.add(normalise(value))
                ids[value] = make_unique(make_slug(value, is_value=True), taken_ids)
                taken_ids.add(ids[value])
        heads = names_of_values(known) | {normalise(value): value_id for value, value_id in ids.items()}
        called = {name for each, name in self._named if each == vocabulary}
        lines = []
        for value, value_id in ids.items():
            plain: dict[str, Any] = {"label": {language_of(value): value}}
            head = find_head(value, heads)
            if head is not None:
                plain["broader"] = [head]
            if implied := self._implied(vocabulary, value):
                plain["implies"] = [implied]
            # A text that has the longer name would say the shorter one else.
            is_name = normalise(value) in called or (is_word(value) and holds_name(value, called))
            if is_name != (known is not None):
                plain["read_in"] = "texts" if is_name else "tables"
            lines.append(f"      {to_flow(value_id)}: {to_flow(plain)}  # {self._new[vocabulary][value]}")
        return lines

    def _implied(self, vocabulary: str, value: str) -> str | None:
        """What a value says of an attribute of every product: a fibre of a composition is a material."""
        named = [each.consists_of for each in self._own if each.vocabulary == vocabulary and each.consists_of]
        if not named:
            return None
        names = names_of_values(self._known.vocabularies[named[0].vocabulary or ""])
        found = names.get(normalise(value)) or find_head(value, names)
        return f"{named[0].id}/{found}" if found else None


def names_of_values(vocabulary: Vocabulary | None) -> dict[str, str]:
    """Ids of a vocabulary's values by their normalised names; labels before other names."""
    values = list(vocabulary.values.values()) if vocabulary else []
    names: dict[str, str] = {}
    for value in values:
        for language in LANGUAGES:
            names.setdefault(normalise(value.label.of(language)), value.id)
    for value in values:
        for language in LANGUAGES:
            for name in value.names(language):
                names.setdefault(normalise(name), value.id)
    return names


def _names_of(own: str, known: OntologyClass, taken: set[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The shop's name with the default ontology's in the other language, and alternatives that no class has."""
    language = language_of(own)
    label = {language: own}
    names: dict[str, list[str]] = {}
    for other in LANGUAGES:
        for name in known.names(other):
            if normalise(name) in taken:
                continue
            taken.add(normalise(name))
            if other not in label:
                label[other] = name
            else:
                names.setdefault(other, []).append(name)
    return label, names


def _provenance(each: InducedAttribute) -> str:
    columns = [f"{name!r} ({count})" for name, count in each.columns.most_common(_SHOWN_COLUMNS)]
    rest = len(each.columns) - len(columns)
    text = f"{each.facts} of {each.cells} cells, from {', '.join(columns)}" + (
        f" and {rest} more" if rest else ""
    )
    if each.several:
        text += f"; {each.several} cells have several values"
    return " ".join(f"{text}; {each.reason}".rstrip("; ").split())


def _plain_own(each: InducedAttribute) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": each.type.type, "label": {language_of(each.label): each.label}}
    if each.type.type == "enum":
        plain |= {"vocabulary": each.vocabulary, "cardinality": each.cardinality}
    if each.type.type == "quantity":
        plain |= {"dimension": each.type.dimension, "unit": each.type.unit}
    written = dict.fromkeys(read_column(name).label for name in sorted(each.columns))
    others: dict[str, list[str]] = {}
    taken = {normalise(each.label)}
    for name in written:
        if normalise(name) not in taken:
            taken.add(normalise(name))
            others.setdefault(language_of(name), []).append(name)
    if others:
        plain["alt"] = others
    return plain


def _plain_known(attribute: Attribute | None) -> dict[str, Any]:
    assert attribute is not None
    return attribute.model_dump(exclude_defaults=True, exclude={"id"}, mode="json")


def _extend(path: Path, entry: Entry, lines: Sequence[str]) -> None:
    """Add lines behind a vocabulary's last value in a copied file."""
    if not lines:
        return
    text = path.read_text("utf-8").splitlines()
    last = max(entry.lines.values())
    while last < len(text) and text[last].startswith("       "):
        last += 1  # a value that goes on in further lines
    note = "      # From the shop's own tables, with how many cells have each."
    path.write_text("\n".join([*text[:last], note, *lines, *text[last:]]) + "\n", "utf-8")
