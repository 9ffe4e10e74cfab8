"""Inputs of a batch run: files, folders, or the sample catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from kms.catalog.layouts.mapped import MappedRows
from kms.catalog.layouts.recognise import layout_named, recognise_all
from kms.catalog.mapping import Kind
from kms.catalog.mapping_files import load_mapping
from kms.catalog.readers import ENDINGS
from kms.errors import CatalogError, ConfigurationError

SAMPLE = "sample"
_ORDER: tuple[Kind, ...] = ("product", "review", "event")
_PREFIXES: dict[str, Kind] = {"products": "product", "reviews": "review", "events": "event"}
_ENDINGS = tuple(ending for ending in ENDINGS if ending != ".txt")
"""Of files that a folder is searched for: a folder may hold texts that are no catalogue."""


@dataclass(frozen=True)
class BatchInput:
    """One file, what its rows are, and how they are read; without a path it is the sample catalogue.

    Attributes:
        mapping: Name or path of the mapping that was asked for, else the mapping of our own field names.
        layout: Name of the layout that was asked for.
        is_given: Whether a mapping or layout was asked for; else the file's columns tell.
    """

    kind: Kind
    path: Path | None
    mapping: str
    layout: str = ""
    is_given: bool = False


def read_inputs(inputs: Sequence[str], mappings: Sequence[str] = (), *, layout: str = "") -> list[BatchInput]:
    """Inputs that the arguments of a command line name: products first, then reviews, then events.

    An input is ``sample``, a file, a folder of files, or ``products=FILE``, ``reviews=FILE``, ``events=FILE``.
    Without a prefix the file's columns decide where they are those of a known layout, else its name: "review" or "event"
    in it; else it holds products.

    Args:
        inputs: The words.
        mappings: Names or paths of mappings; each is used for the kind of rows that it is for.
        layout: Name of the layout that all files have.

    Raises:
        CatalogError: There is no such file.
        ConfigurationError: A mapping cannot be used, or no layout has this name.
    """
    given_layout = layout_named(layout) if layout else None
    chosen: dict[Kind, str] = {kind: f"kms-{kind}s" for kind in get_args(Kind)}
    given_kinds: set[Kind] = set()
    for mapping in mappings:
        kind = load_mapping(mapping).kind
        chosen[kind] = mapping
        given_kinds.add(kind)
    result: list[BatchInput] = []
    for word in inputs:
        if word == SAMPLE and not Path(word).exists():
            result += [BatchInput(kind, None, chosen[kind]) for kind in _ORDER]
            continue
        prefix, separator, rest = word.partition("=")
        given = _PREFIXES.get(prefix) if separator else None
        path = Path(rest if given else word)
        for file in _files(path):
            if given_layout is not None:
                kind = given_layout.kind
                result.append(BatchInput(kind, file, chosen[kind], layout=layout, is_given=True))
                continue
            if given or (named := _named_kind(file)) in given_kinds:
                kind = given or named
                result.append(BatchInput(kind, file, chosen[kind], is_given=kind in given_kinds))
                continue
            result += _recognised(file, named, chosen)
    held = {item.kind for item in result}
    for mapping in mappings if result else ():
        kind = load_mapping(mapping).kind
        if kind not in held:
            kinds = " and ".join(f"{each}s" for each in sorted(held))
            raise ConfigurationError(f"mapping {mapping!r} is for {kind}s, and the inputs hold {kinds}")
    return sorted(result, key=lambda item: _ORDER.index(item.kind))


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise CatalogError(f"{path}: no such file or folder; an input is a file, a folder, or `{SAMPLE}`")
    if not path.is_dir():
        return [path]
    files = sorted(p for p in path.iterdir() if p.is_file() and _is_catalogue(p))
    if not files:
        raise CatalogError(
            f"{path} holds no file that ends in {', '.join(_ENDINGS)} (or those with .gz or .zip)"
        )
    return files


def _is_catalogue(path: Path) -> bool:
    name = path.name.casefold().removesuffix(".gz")
    return name.endswith((*_ENDINGS, ".zip")) and ".rejects." not in name


def _named_kind(path: Path) -> Kind:
    """What a file's name says that its rows are."""
    name = path.name.casefold()
    return "review" if "review" in name else "event" if "event" in name else "product"


def _recognised(path: Path, named: Kind, chosen: Mapping[Kind, str]) -> list[BatchInput]:
    """The inputs that a file is by a known layout, else what its name says; products of a page may hold reviews."""
    kinds = [named]
    with suppress(CatalogError):  # who reads the file says what is wrong with it
        fitting = recognise_all(path)
        if fitting and not isinstance(fitting[0].layout, MappedRows):
            kinds = list(dict.fromkeys(each.layout.kind for each in fitting))
    return [BatchInput(kind, path, chosen[kind]) for kind in kinds]
