"""Rows of XML feeds, such as RSS and Atom with the fields of Google Merchant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from kms.catalog.rows import RawRow
from kms.catalog.streams import MAX_LINE_BYTES
from kms.errors import CatalogError

MOST_DEPTH = 50
MOST_PLACES = 10_000
"""Different paths of elements that are counted; a feed has tens."""
_BLOCK = 1 << 16
_NAMES = ("item", "entry")
"""Elements of RSS and Atom that hold a row."""

Place = tuple[str, ...]


def read_xml(open_stream: Callable[[], BinaryIO], path: Path, *, rows: str | None = None) -> Iterator[RawRow]:
    """A row for each product's element: child elements and attributes by their names without prefix.

    An element with children is a table, one that comes several times is a list; the attribute ``currency`` of
    ``price`` is the column ``price.currency``. The file is read twice: once to see that it is whole and which element
    holds the rows.

    Args:
        open_stream: Opens the file, in UTF-8.
        path: For messages.
        rows: Name of the element that holds a row; without it that of RSS or Atom, or the outermost that repeats and has
            child elements, or at least attributes.

    Raises:
        CatalogError: The text is no XML, declares entities, or has no such element.
    """
    survey = _Survey(path)
    for _ in _parse(open_stream, path, survey):
        pass
    name = survey.find(path, rows)
    if name is None:
        return
    collector = _Collector(name)
    for _ in _parse(open_stream, path, collector):
        yield from collector.take()


class _Handler:
    """What the parser calls for each element and text."""

    def __init__(self) -> None:
        self.line: Callable[[], int] = lambda: 0

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def text(self, data: str) -> None:
        """Text of the innermost open element."""

    def close(self, name: str) -> None:
        """The innermost open element ends."""


def _parse(open_stream: Callable[[], BinaryIO], path: Path, handler: _Handler) -> Iterator[None]:
    """Parse block by block. Declared entities are refused: a small file could stand for an endless text."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = handler.open
    parser.EndElementHandler = handler.close
    parser.CharacterDataHandler = handler.text
    handler.line = lambda: parser.CurrentLineNumber

    def refuse_entity(name: str, *_: object) -> None:
        place = f"{path}:{parser.CurrentLineNumber}"
        raise CatalogError(f"{place}: declares the entity {name!r}; write its text instead")

    parser.EntityDeclHandler = refuse_entity
    is_empty = True
    with open_stream() as stream:
        try:
            while block := stream.read(_BLOCK):
                is_empty = is_empty and not block.strip()
                parser.Parse(block, False)
                yield
            if not is_empty:
                parser.Parse(b"", True)
                yield
        except expat.ExpatError as error:
            raise CatalogError(f"{path}:{error.lineno}: no XML: {expat.ErrorString(error.code)}") from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Survey(_Handler):
    """Counts which elements stand where, and which of them hold others."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._text_size = 0
        self._path: list[str] = []
        self._counts: Counter[Place] = Counter()
        self._parents: set[Place] = set()
        """Places of elements that have child elements; ``_holding``: or attributes."""
        self._holding: set[Place] = set()

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= MOST_DEPTH:
            raise CatalogError(f"{self._file}:{self.line()}: elements are nested more than {MOST_DEPTH} deep")
        self._text_size = 0
        outer, place = tuple(self._path), (*self._path, _local(name))
        self._path.append(_local(name))
        if place in self._counts or len(self._counts) < MOST_PLACES:
            self._counts[place] += 1
            self._parents.add(outer)
            self._holding |= {outer, place} if attributes else {outer}

    def text(self, data: str) -> None:
        self._text_size += len(data)
        if self._text_size > MAX_LINE_BYTES:
            raise CatalogError(
                f"{self._file}:{self.line()}: an element's text is longer than {MAX_LINE_BYTES} characters"
            )

    def close(self, name: str) -> None:
        self._path.pop()

    def find(self, path: Path, rows: str | None) -> str | None:
        """Name of the element that holds a row; ``None`` where the file has no content."""
        inner = [place for place in self._counts if len(place) > 1]
        if rows is not None:
            if inner and not any(place[-1] == rows for place in inner):
                raise CatalogError(f"{path}: has no element {rows!r}, which the mapping reads the rows from")
            return rows
        for name in _NAMES:
            if any(place[-1] == name for place in inner):
                return name
        repeated = [place for place in inner if self._counts[place] > 1 and place in self._holding]
        if repeated:
            # A list of categories beside the products has attributes alone.
            return min(repeated, key=lambda p: (p not in self._parents, len(p), -self._counts[p]))[-1]
        holding = [place for place in inner if place in self._holding]
        if len(inner) > 1 and not holding:
            raise CatalogError(
                f"{path}: which element holds a row is not clear; name it in the mapping, such as `rows: product`"
            )
        return holding[0][-1] if holding else None


class _Collector(_Handler):
    """Makes a table of each row's element."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._stack: list[dict[str, Any]] = []
        self._texts: list[list[str]] = []
        self._start = 0
        self._rows: list[RawRow] = []

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if not self._stack:
            if _local(name) != self._name:
                return
            self._start = self.line()
        self._stack.append({_local(key): value for key, value in attributes.items() if ":" not in key})
        self._texts.append([])

    def text(self, data: str) -> None:
        if self._texts:
            self._texts[-1].append(data)

    def close(self, name: str) -> None:
        if not self._stack:
            return
        values, text = self._stack.pop(), "".join(self._texts.pop()).strip()
        if not self._stack:
            self._rows.append(RawRow(self._start, values if values or not text else {self._name: text}))
            return
        parent, key = self._stack[-1], _local(name)
        if text or not values:
            for attribute, value in values.items():
                parent.setdefault(f"{key}.{attribute}", value)
            _put(parent, key, text)
        else:
            _put(parent, key, values)

    def take(self) -> list[RawRow]:
        """Rows that were completed since this was last asked."""
        rows, self._rows = self._rows, []
        return rows


def _put(parent: dict[str, Any], key: str, value: Any) -> None:
    if key not in parent:
        parent[key] = value
    elif isinstance(parent[key], list):
        parent[key].append(value)
    else:
        parent[key] = [parent[key], value]
