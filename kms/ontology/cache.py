"""Checked ontologies on disk: files that were loaded once are not parsed and checked again while they stay as they are.

Checking takes a second of processor time, most of it for the units of attributes; loading what was checked takes a
tenth. A kept ontology is used only for the very files and the very code that made it.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

import kms.ontology
import kms.quantities
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology


def load_kept_ontology(folder: Path, cache: Path) -> Ontology:
    """Load the ontology below a folder, checked now or when it was first loaded.

    Args:
        folder: Of the ontology's files.
        cache: Folder for the checked form; one that cannot be written to costs time and nothing else.

    Raises:
        OntologyError: The files have problems.
        ConfigurationError: There is no such folder.
    """
    path = cache / f"ontology-{_digest(folder)}.json"
    try:
        return Ontology.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        ontology = load_ontology(folder)
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_text(ontology.model_dump_json(), "utf-8")
        for older in cache.glob("ontology-*.json"):
            older.unlink(missing_ok=True)
        os.replace(temporary, path)
    return ontology


def _digest(folder: Path) -> str:
    """Hash of the names and contents of the ontology's files and of the modules that check them."""
    digest = hashlib.blake2b(digest_size=12)
    code = [Path(place) for package in (kms.ontology, kms.quantities) for place in package.__path__]
    for root, pattern in ((folder, "*.yaml"), *((place, "*.py") for place in code)):
        for path in sorted(root.rglob(pattern)):
            digest.update(f"{path.relative_to(root)}\x1f{path.stat().st_size}\x1f".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
