"""The ontology's YAML files, read so that every key and value still knows its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

RELEASE_FILE = "release.yaml"
FOLDERS = ("core", "families", "rules")
SECTIONS = ("entities", "relations", "classes", "attributes", "vocabularies", "brands", "rules")
"""Sections that every ontology may have; entity types with terms add one each, named by their ``section``."""

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_QUOTE_THESE = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"}
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """Something to correct: where (file below the ontology's folder, line from 1) and what."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """``file:line: message``, as editors like it."""
        return f"{self.file}:{self.line}: {self.message}"


@dataclass
class Entry:
    """One item of a section: its id and its plain data, with the line of every part.

    Attributes:
        lines: Line of each part, by its path in ``data``; the empty path is the entry itself.
    """

    id: str
    file: str
    data: object
    lines: dict[Path_, int]

    def problem(self, message: str, *path: str | int) -> Problem:
        """A problem at a part of this entry, or at the nearest part above it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return Problem(self.file, self.lines[path], message)


@dataclass
class Source:
    """Content of the files, before anything but their syntax was judged.

    Attributes:
        keys: Where each section's key stands, for every file.
    """

    release: Entry | None = None
    sections: dict[str, list[Entry]] = field(default_factory=lambda: {name: [] for name in SECTIONS})
    problems: list[Problem] = field(default_factory=list)
    keys: list[tuple[str, int, str]] = field(default_factory=list)


def read_source(folder: Path) -> Source:
    """Read ``release.yaml`` and all files below ``core/``, ``families/`` and ``rules/``."""
    source = Source()
    release = folder / RELEASE_FILE
    if release.is_file():
        root = _compose(release, RELEASE_FILE, source.problems)
        if root is not None:
            lines: dict[Path_, int] = {}
            data = _plain(root, (), lines, RELEASE_FILE, source.problems)
            source.release = Entry("release", RELEASE_FILE, data, lines)
    else:
        message = f"missing in {folder}; it names version, date and note of this release"
        source.problems.append(Problem(RELEASE_FILE, 1, message))
    for path in sorted(path for name in FOLDERS for path in (folder / name).glob("**/*.y*ml")):
        _read_file(path, path.relative_to(folder).as_posix(), source)
    known = (*SECTIONS, *term_sections(source))
    for name, line, section in source.keys:
        if section not in known:
            message = f"unknown section {section!r}; known are {', '.join(known)}"
            source.problems.append(Problem(name, line, message))
    return source


def read_text(text: str, name: str) -> Source:
    """Read the sections of one file's text, under a name for its problems."""
    source = Source()
    _read_root(_compose_text(text, name, source.problems), name, source)
    return source


def term_sections(source: Source) -> dict[str, str]:
    """Sections that hold the terms of an entity type, with that type."""
    return {
        str(entry.data["section"]): entry.id
        for entry in source.sections["entities"]
        if isinstance(entry.data, dict) and entry.data.get("section")
    }


def _read_file(path: Path, name: str, source: Source) -> None:
    _read_root(_compose(path, name, source.problems), name, source)


def _read_root(root: yaml.Node | None, name: str, source: Source) -> None:
    if root is None:
        return
    for key, section in _pairs(root, name, source.problems):
        source.keys.append((name, _line(key), key.value))
        entries = source.sections.setdefault(key.value, [])
        for id_node, body in _pairs(section, name, source.problems):
            lines: dict[Path_, int] = {}
            data = _plain(body, (), lines, name, source.problems)
            lines[()] = _line(id_node)
            entries.append(Entry(str(id_node.value), name, data, lines))


def read_utf8(path: Path, name: str, problems: list[Problem]) -> str | None:
    """The text of a file; ``None``, and a problem more, where it is none."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(
            Problem(name, line, "not YAML in UTF-8; save it as a plain text file in that encoding")
        )
    return None


def _compose(path: Path, name: str, problems: list[Problem]) -> yaml.Node | None:
    text = read_utf8(path, name, problems)
    return None if text is None else _compose_text(text, name, problems)


def _compose_text(text: str, name: str, problems: list[Problem]) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.problem, error.context) if part)
        problems.append(Problem(name, mark.line + 1 if mark else 1, f"not YAML: {what}"))
    except yaml.YAMLError as error:
        problems.append(Problem(name, 1, f"not YAML in UTF-8: {error}"))
    else:
        if root is None:
            problems.append(Problem(name, 1, "the file is empty; remove it or fill it"))
        return root
    return None


def _pairs(
    node: yaml.Node, name: str, problems: list[Problem]
) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """Keys and values of a mapping; anything else, and a key that comes twice, is a problem."""
    if not isinstance(node, yaml.MappingNode):
        problems.append(Problem(name, _line(node), "expected a mapping of ids or keys here"))
        return
    seen: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(name, _line(key), "a key must be a plain word"))
            continue
        _judge_scalar(key, name, problems)
        if key.value in seen:
            message = f"{key.value!r} stands here twice, first in line {seen[key.value]}"
            problems.append(Problem(name, _line(key), message))
            continue
        seen[key.value] = _line(key)
        yield key, value


def _plain(
    node: yaml.Node, path: Path_, lines: dict[Path_, int], name: str, problems: list[Problem]
) -> object:
    lines.setdefault(path, _line(node))
    if isinstance(node, yaml.MappingNode):
        result: dict[str, object] = {}
        for key, value in _pairs(node, name, problems):
            lines[(*path, key.value)] = _line(key)
            result[key.value] = _plain(value, (*path, key.value), lines, name, problems)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, name, problems) for index, item in enumerate(node.value)]
    if _is_null(node):
        return None
    _judge_scalar(node, name, problems)
    return str(node.value)


def _judge_scalar(node: yaml.Node, name: str, problems: list[Problem]) -> None:
    if node.tag in _QUOTE_THESE:
        message = f"{node.value!r} is a YAML constant and not a word; put it in quotes"
        problems.append(Problem(name, _line(node), message))


def _is_null(node: yaml.Node) -> bool:
    return node.tag == "tag:yaml.org,2002:null" and node.value in ("", "~", "null")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
