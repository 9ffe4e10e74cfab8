from __future__ import annotations

from collections.abc import Callable

import pytest

from kms.evidence.models import Evidence
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology

MakeEvidence = Callable[..., Evidence]


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture
def evidence() -> MakeEvidence:
    """Evidence with sensible defaults; each call without a place gets a document of its own."""
    count = 0

    def make(relation: str, surface: str = "x", **fields: object) -> Evidence:
        nonlocal count
        count += 1
        defaults: dict[str, object] = {
            "document_id": f"product:P#{count}",
            "document_hash": "h",
            "product_id": "P",
            "field": "description",
            "language": "en",
            "start": 0,
            "end": len(surface),
            "surface": surface,
            "relation": relation,
            "sentence": (0, len(surface)),
            "confidence": 0.8,
            "extractor": "rules",
            "extractor_version": "1",
            "ontology_release": "1.0.0",
        }
        return Evidence.model_validate({**defaults, **fields})

    return make
