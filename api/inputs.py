"""Inputs of a batch run: files, folders, or the sample catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from kms.catalog.mapping import Kind, load_mapping
from kms.catalog.readers import ENDINGS
from kms.errors import CatalogError, ConfigurationError

SAMPLE = "sample"
_ORDER: tuple[Kind, ...] = ("product", "review", "event")
_PREFIXES: dict[str, Kind] = {"products": "product", "reviews": "review", "events": "event"}
_ENDINGS = tuple(ending for ending in ENDINGS if ending != ".txt")
"""Of files that a folder is searched for: a folder may hold texts that are no catalogue."""


@dataclass(frozen=True)
class BatchInput:
    """One file, what its rows are, and how they are read; without a path it is the sample catalogue."""

    kind: Kind
    path: Path | None
    mapping: str


def read_inputs(inputs: Sequence[str], mappings: Sequence[str] = ()) -> list[BatchInput]:
    """Inputs that the arguments of a command line name: products first, then reviews, then events.

    An input is ``sample``, a file, a folder of files, or ``products=FILE``, ``reviews=FILE``, ``events=FILE``.
    Without a prefix the file's name decides: "review" or "event" in it; else it holds products.

    Args:
        inputs: The words.
        mappings: Names or paths of mappings; each is used for the kind of rows that it is for.

    Raises:
        CatalogError: There is no such file.
        ConfigurationError: A mapping cannot be used.
    """
    chosen: dict[Kind, str] = {kind: f"kms-{kind}s" for kind in get_args(Kind)}
    for mapping in mappings:
        chosen[load_mapping(mapping).kind] = mapping
    result: list[BatchInput] = []
    for word in inputs:
        if word == SAMPLE and not Path(word).exists():
            result += [BatchInput(kind, None, chosen[kind]) for kind in _ORDER]
            continue
        prefix, separator, rest = word.partition("=")
        given = _PREFIXES.get(prefix) if separator else None
        path = Path(rest if given else word)
        for file in _files(path):
            kind = given or _kind_of(file)
            result.append(BatchInput(kind, file, chosen[kind]))
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


def _kind_of(path: Path) -> Kind:
    name = path.name.casefold()
    if "review" in name:
        return "review"
    return "event" if "event" in name else "product"
