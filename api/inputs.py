"""Inputs of a batch run: files, folders, or the sample catalogue."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True)
class BatchInput:
    """One file, what its rows are, and how they are read; without a path it is the sample catalogue.

    Attributes:
        mapping: Name or path of the mapping that was asked for, else the mapping of our own field names.
        layout: Name of the layout that was asked for.
        is_given: Whether a mapping or layout was asked for; else the file's columns tell.
        folder: The folder that was named in place of the file.
    """

    kind: Kind
    path: Path | None
    mapping: str
    layout: str = ""
    is_given: bool = False
    folder: Path | None = None


@dataclass(frozen=True)
class PassedFile:
    """A file of a folder that is not read, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Inputs:
    """The files that are read, products first, and those of folders that are passed over."""

    taken: tuple[BatchInput, ...]
    passed: tuple[PassedFile, ...] = ()


def read_inputs(inputs: Sequence[str], mappings: Sequence[str] = (), *, layout: str = "") -> list[BatchInput]:
    """The files that ``look_into`` takes."""
    return list(look_into(inputs, mappings, layout=layout).taken)


def look_into(inputs: Sequence[str], mappings: Sequence[str] = (), *, layout: str = "") -> Inputs:
    """Inputs that the arguments of a command line name: products first, then reviews, then events.

    An input is ``sample``, a file, a folder of files, or ``products=FILE``, ``reviews=FILE``, ``events=FILE``.
    Without a prefix the file's columns decide where they are those of a known layout, else its name: "review" or "event"
    in it; else it holds products. Of a folder, files are passed over that are of no known layout and whose names say
    nothing: a shop's exports lie among lists of customers and pictures.

    Args:
        inputs: The words.
        mappings: Names or paths of mappings; each is used for the kind of rows that it is for.
        layout: Name of the layout that all files have.

    Raises:
        CatalogError: There is no such file, or a folder holds none that can be read.
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
    passed: list[PassedFile] = []
    for word in inputs:
        if word == SAMPLE and not Path(word).exists():
            result += [BatchInput(kind, None, chosen[kind]) for kind in _ORDER]
            continue
        prefix, separator, rest = word.partition("=")
        given = _PREFIXES.get(prefix) if separator else None
        path = Path(rest if given else word)
        folder = path if path.is_dir() else None
        before = len(result)
        for file in _files(path):
            if given_layout is not None:
                kind = given_layout.kind
                result.append(BatchInput(kind, file, chosen[kind], layout=layout, is_given=True))
                continue
            named = _named_kind(file)
            if given or (named in given_kinds and not (folder and _is_text(file))):
                kind = given or named
                result.append(BatchInput(kind, file, chosen[kind], is_given=kind in given_kinds))
                continue
            recognised, reason = _recognised(file, named, is_in_folder=folder is not None)
            result += [BatchInput(kind, file, chosen[kind], folder=folder) for kind in recognised]
            if reason:
                passed.append(PassedFile(file, reason))
        if folder is not None and len(result) == before:
            raise CatalogError(_describe_nothing(folder, passed))
    held = {item.kind for item in result}
    for mapping in mappings if result else ():
        kind = load_mapping(mapping).kind
        if kind not in held:
            kinds = " and ".join(f"{each}s" for each in sorted(held))
            raise ConfigurationError(f"mapping {mapping!r} is for {kind}s, and the inputs hold {kinds}")
    return Inputs(tuple(sorted(result, key=lambda item: _ORDER.index(item.kind))), tuple(passed))


def _describe_nothing(folder: Path, passed: Sequence[PassedFile]) -> str:
    """Why a folder gives nothing to read, for the message."""
    if not passed:
        return f"{folder} holds no file that ends in {', '.join(ENDINGS)} (or those with .gz or .zip)"
    reasons = "; ".join(f"{each.path.name}: {each.reason}" for each in passed)
    return (
        f"nothing in {folder} is read ({reasons}). Say what a file holds with products=FILE, reviews=FILE or "
        "events=FILE, and write a mapping where its columns are your own (--mapping FILE)"
    )


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise CatalogError(f"{path}: no such file or folder; an input is a file, a folder, or `{SAMPLE}`")
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.iterdir() if p.is_file() and _is_catalogue(p))


def _is_catalogue(path: Path) -> bool:
    name = path.name.casefold().removesuffix(".gz")
    return name.endswith((*ENDINGS, ".zip")) and ".rejects." not in name


def _is_text(path: Path) -> bool:
    """Whether a file may be notes as well as a table: only its columns make it a catalogue."""
    return path.name.casefold().removesuffix(".gz").endswith(".txt")


def _named_kind(path: Path) -> Kind:
    """What a file's name says that its rows are."""
    name = path.name.casefold()
    return "review" if "review" in name else "event" if "event" in name else "product"


def _recognised(path: Path, named: Kind, *, is_in_folder: bool) -> tuple[list[Kind], str]:
    """The kinds of a file's rows by its columns, else by its name; products of a page may hold reviews.

    A file of a folder may have none, with the reason.
    """
    says_kind = any(word in path.name.casefold() for word in ("product", "review", "event"))
    is_text = _is_text(path)
    try:
        fitting = recognise_all(path)
    except CatalogError as error:  # who reads the file says what is wrong with it
        is_catalogue = not is_in_folder or (says_kind and not is_text)
        return ([named], "") if is_catalogue else ([], str(error).removeprefix(f"{path}: "))
    if fitting and not isinstance(fitting[0].layout, MappedRows):
        return list(dict.fromkeys(each.layout.kind for each in fitting)), ""
    if fitting:
        return [fitting[0].layout.kind], ""
    if is_in_folder and (is_text or not says_kind):
        return [], "its columns are those of no known layout"
    return [named], ""
