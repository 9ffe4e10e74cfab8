"""Texts of a class, read by the rules of the repository's ontology."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extraction.documents import ProductContext, Text, analyse
from kms.evidence.models import Document, DocumentField
from kms.ontology import load_ontology
from kms.ontology.model import Ontology
from kms.types import Language

MakeText = Callable[..., Text]


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture(scope="session")
def make_text() -> MakeText:
    def make(
        text: str,
        class_id: str | None = "over_ear_headphones",
        *,
        field: DocumentField = "description",
        language: Language = "en",
        brand: str | None = None,
        title: str = "",
    ) -> Text:
        document = Document(id="d", product_id="P", field=field, text=text, language=language)
        return analyse(document, ProductContext(class_id, brand, title))

    return make
