"""Import of spaCy without torch.

Thinc, which spaCy stands on, imports torch wherever it is installed, and uses it for pipelines with transformers alone.
That costs two seconds at each start and half a gigabyte in each process that reads texts.
"""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from types import ModuleType

_USERS_OF_TORCH = ("spacy_transformers", "spacy_curated_transformers")
"""Packages whose pipelines need thinc to know torch."""


def import_spacy() -> ModuleType:
    """spaCy, imported without torch unless that was imported before or a package for transformers is installed."""
    hides = (
        "spacy" not in sys.modules
        and "torch" not in sys.modules
        and not any(find_spec(name) for name in _USERS_OF_TORCH)
    )
    if hides:
        sys.modules["torch"] = None  # type: ignore[assignment]  # an import of it fails as if it were not there
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what spaCy itself uses and newer Pythons warn of
            import spacy
    finally:
        if hides:
            del sys.modules["torch"]
    return spacy
