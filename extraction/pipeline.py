"""Documents to evidence: rules on everything, the model where one is loaded and reads the language."""

from __future__ import annotations

from collections.abc import Sequence

from extraction.documents import ProductContext, Text, analyse
from extraction.reading import ModelReader
from extraction.rules.extractor import RuleExtractor
from kms.evidence.models import Document, Evidence
from kms.ontology.model import Ontology


class Pipeline:
    """The whole reading of a document; what it depends on is in ``key``."""

    def __init__(self, ontology: Ontology, model: ModelReader | None = None) -> None:
        """Prepare.

        Args:
            ontology: The release to read under.
            model: A trained model; without one only the rules read.
        """
        self._ontology = ontology
        self._rules = RuleExtractor(ontology)
        self._model = model
        parts = [self._rules.version, model.version if model else "no-model", ontology.version]
        self.key = "|".join(parts)

    def read(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
        """Evidence of a batch of documents, in their order."""
        texts: list[Text] = []
        for document, context in documents:
            if document.field == "title" and context.class_id is None:
                context = self._guess_class(document, context)
            texts.append(analyse(document, context))
        found = [self._rules.read(text) for text in texts]
        if self._model is not None:
            for own, read in zip(found, self._model.read(texts), strict=True):
                own.extend(read)
        return [item for items in found for item in items]

    def _guess_class(self, document: Document, context: ProductContext) -> ProductContext:
        text = analyse(document, context)
        stated = [e.value for e in self._rules.read(text) if e.relation == "in_category"]
        return ProductContext(stated[0], context.brand) if stated else context
