"""Loading of the ontology from its folder."""

from __future__ import annotations

from pathlib import Path

from kms.errors import ConfigurationError
from kms.ontology.check import OntologyError, check_ontology
from kms.ontology.model import Ontology
from kms.ontology.source import RELEASE_FILE


def default_folder() -> Path:
    """The repository's ``ontology/`` folder, or the copy inside an installed package.

    Raises:
        ConfigurationError: Neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package.parent / "ontology", package / "_ontology"):
        if (folder / RELEASE_FILE).is_file():
            return folder
    raise ConfigurationError(
        f"no ontology beside {package} or inside it; install the package again, or set the ontology's folder"
    )


def load_ontology(folder: Path | None = None) -> Ontology:
    """Load and check the ontology below a folder (default: ``default_folder()``).

    Raises:
        OntologyError: The files have problems; all of them are listed with file and line.
        ConfigurationError: There is no such folder.
    """
    folder = default_folder() if folder is None else folder
    if not folder.is_dir():
        raise ConfigurationError(f"no ontology folder at {folder}")
    report = check_ontology(folder)
    if report.ontology is None:
        raise OntologyError(folder, report.problems)
    return report.ontology
