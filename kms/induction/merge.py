"""Merge of a newly induced ontology into one that people have changed, entry by entry and part by part.

Three versions are compared: what was induced before (kept in ``.induced`` inside the folder), the folder as it is now, and
what is induced today. A part that a person changed or removed stays as they left it; a part that nobody touched follows the
data; what is new is added. An entry that the data no longer shows stays, too. An addition that would make the ontology
unsound, because of what a person changed, is left out and reported.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kms.induction.flow import to_flow
from kms.ontology.check import OntologyError, check_ontology
from kms.ontology.source import FOLDERS, Entry, Source, read_source

BASE = ".induced"
_ROUNDS = 8
_VALUES = "values"
Key = tuple[str, str]
"""Section and id."""


@dataclass
class MergeReport:
    """What a merge did, by section and id.

    Attributes:
        added: New entries.
        updated: Entries of which untouched parts follow the data.
        kept: Entries that a person changed where the data would say something else.
        removed: Entries that a person removed and the data still shows: they stay removed.
        left_out: Additions and updates that do not fit what a person changed, with the reason.
    """

    added: list[Key] = field(default_factory=list)
    updated: list[Key] = field(default_factory=list)
    kept: list[Key] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)
    left_out: dict[Key, str] = field(default_factory=dict)


def keep_base(folder: Path) -> None:
    """Keep a copy of what was induced inside an ontology's folder, to tell later what people changed."""
    for name in FOLDERS:
        if (folder / name).is_dir():
            shutil.copytree(folder / name, folder / BASE / name)


def merge_ontology(own: Path, new: Path, target: Path) -> MergeReport:
    """Write the merge of an ontology's folder and a newly induced one.

    Args:
        own: The folder as it is, with ``.induced`` of the induction that made it; without that everything in it counts as
            a person's, and only new entries are added.
        new: What was induced today.
        target: Is made; must not exist.

    Raises:
        OntologyError: The folder as it is has problems already.
    """
    before = check_ontology(own)
    if before.ontology is None:
        raise OntologyError(own, before.problems)
    ours, theirs = _entries(read_source(own)), _entries(read_source(new))
    base = _entries(read_source(own / BASE)) if (own / BASE).is_dir() else {}
    report = MergeReport()
    wanted: dict[Key, Any] = {}
    for key, entry in theirs.items():
        if key in ours:
            merged = _merge(ours[key].data, base[key].data, entry.data) if key in base else ours[key].data
            if merged != ours[key].data:
                wanted[key] = merged
            if merged != entry.data:
                report.kept.append(key)
        elif key in base:
            report.removed.append(key)
        else:
            wanted[key] = entry.data
    for _ in range(_ROUNDS):
        _write(own, new, target, wanted, ours, theirs)
        problems = check_ontology(target).problems
        if not problems:
            break
        changed = {
            (each.file, line): key
            for key, each in _entries(read_source(target)).items()
            for line in each.lines.values()
        }
        guilty = {
            at: each.message
            for each in problems
            if (at := changed.get((each.file, each.line))) is not None and at in wanted
        }
        if not guilty:  # a problem that an addition makes in somebody's own entry
            guilty = dict.fromkeys(wanted, str(problems[0]))
        for key, message in guilty.items():
            del wanted[key]
            report.left_out[key] = message
    report.added = [key for key in wanted if key not in ours]
    report.updated = [key for key in wanted if key in ours]
    shutil.rmtree(target / BASE, ignore_errors=True)
    for name in FOLDERS:
        if (new / name).is_dir():
            shutil.copytree(new / name, target / BASE / name)
    return report


def _entries(source: Source) -> dict[Key, Entry]:
    return {(section, each.id): each for section, entries in source.sections.items() for each in entries}


def _merge(ours: Any, base: Any, new: Any, *, key: str = "") -> Any:
    """What a part becomes."""
    if isinstance(ours, dict) and isinstance(new, dict) and isinstance(base, dict):
        if ours == base and key != _VALUES and _VALUES not in ours:
            return new
        if ours.get("type") != new.get("type"):
            return ours if ours.get("type") != base.get("type") else new
        merged = {}
        for name, value in ours.items():
            known = name in new and name in base
            merged[name] = _merge(value, base[name], new[name], key=name) if known else value
        added = {name: value for name, value in new.items() if name not in ours and name not in base}
        return {**merged, **added}
    if ours == base:
        return new
    if isinstance(ours, list) and isinstance(new, list) and isinstance(base, list):
        return [*ours, *(each for each in new if each not in base and each not in ours)]
    return ours


def _write(
    own: Path,
    new: Path,
    target: Path,
    wanted: Mapping[Key, Any],
    ours: Mapping[Key, Entry],
    theirs: Mapping[Key, Entry],
) -> None:
    """Copy the folder with the wanted entries replaced and added; all other lines stay as they are."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(own, target)
    own_source, new_source = read_source(own), read_source(new)
    texts: dict[str, list[str]] = {}
    for key in sorted(wanted, key=lambda key: -_line(ours.get(key))):
        if key not in ours:
            continue
        entry = ours[key]
        lines = texts.setdefault(entry.file, (own / entry.file).read_text("utf-8").splitlines())
        start, stop = _block(entry, own_source, lines)
        block = _new_values(lines[start:stop], entry, wanted[key]) or _plain_block(entry.id, wanted[key])
        lines[start:stop] = block
    for (section, identifier), data in wanted.items():
        if (section, identifier) in ours:
            continue
        entry = theirs[section, identifier]
        lines = texts.setdefault(
            entry.file,
            (own / entry.file).read_text("utf-8").splitlines() if (own / entry.file).is_file() else [],
        )
        source = (new / entry.file).read_text("utf-8").splitlines()
        start, stop = _block(entry, new_source, source)
        while start and source[start - 1].lstrip().startswith("#"):
            start -= 1  # the counts above it
        block = source[start:stop] if data == entry.data else _plain_block(identifier, data)
        _insert(lines, section, block)
    for name, lines in texts.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text("\n".join(lines) + "\n", "utf-8")


def _line(entry: Entry | None) -> int:
    return entry.lines[()] if entry else 0


def _block(entry: Entry, source: Source, lines: list[str]) -> tuple[int, int]:
    """First line of an entry, from 0, and the line behind its last one, comments of what follows left out."""
    starts = [
        _line(each) for entries in source.sections.values() for each in entries if each.file == entry.file
    ]
    starts += [line for file, line, _ in source.keys if file == entry.file]
    first = _line(entry)
    stop = min((each for each in starts if each > first), default=len(lines) + 1) - 1
    while stop > first and (not lines[stop - 1].strip() or lines[stop - 1].lstrip().startswith("#")):
        stop -= 1
    return first - 1, stop


def _insert(lines: list[str], section: str, block: Iterable[str]) -> None:
    """Add an entry's lines at the end of a section, which is made where the file has none."""
    head = next((place for place, line in enumerate(lines) if line.startswith(f"{section}:")), None)
    if head is None:
        lines += [f"{section}:", *block]
        return
    lines[head] = f"{section}:"  # "classes: {}" has become a list of something
    stop = head + 1
    while stop < len(lines) and (not lines[stop].strip() or lines[stop][0] in " #"):
        stop += 1
    while stop > head + 1 and (not lines[stop - 1].strip() or lines[stop - 1].startswith("#")):
        stop -= 1
    lines[stop:stop] = block


def _new_values(block: list[str], entry: Entry, wanted: Any) -> list[str] | None:
    """A vocabulary's lines with new values behind the last one, if nothing else of it has changed."""
    data = entry.data
    if not (isinstance(data, dict) and isinstance(wanted, dict) and isinstance(data.get(_VALUES), dict)):
        return None
    values: dict[str, Any] = data[_VALUES]
    if {**wanted, _VALUES: values} != data or any(wanted[_VALUES].get(k) != v for k, v in values.items()):
        return None
    if block[0].rstrip().endswith("}"):
        return None
    added = {name: value for name, value in wanted[_VALUES].items() if name not in values}
    return [*block, *(f"      {to_flow(name)}: {to_flow(value)}" for name, value in added.items())]


def _plain_block(identifier: str, data: Any) -> list[str]:
    lines = [f"  {to_flow(identifier)}:"]
    for key, value in data.items():
        if key == _VALUES and isinstance(value, dict):
            lines.append(f"    {key}:")
            lines += [f"      {to_flow(name)}: {to_flow(each)}" for name, each in value.items()]
        else:
            lines.append(f"    {key}: {to_flow(value)}")
    return lines
