"""Documents to evidence: rules on everything, the model where one is loaded and reads the language.

Where a sentence parser is set, the trees of English sentences decide which values are facts of the product.

Both readings of a text are joined by the policy of ``extraction.merging``; the figures are in
``docs/results/extraction_quality.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from extraction.attributes import AttributeReader
from extraction.documents import ProductContext, Text, analyse
from extraction.merging import MIN_CONFIDENCE, merge_evidence
from extraction.reading import ModelReader
from extraction.rules.extractor import RuleExtractor
from extraction.rules.guards import Guards
from extraction.rules.standing import StandingReader
from extraction.rules.stuffs import StuffReader
from extraction.sentences import SentenceParser
from kms.evidence.models import Document, Evidence
from kms.ontology.model import Ontology
from kms.types import Language


class Pipeline:
    """Extraction pipeline for documents; ``key`` identifies everything that its result depends on."""

    def __init__(
        self,
        ontology: Ontology,
        model: ModelReader | None = None,
        parser: SentenceParser | None = None,
        attributes: AttributeReader | None = None,
    ) -> None:
        """Prepare.

        Args:
            ontology: The release to read under.
            model: A trained model; without one only the rules read.
            parser: Parses English sentences; without one the rules read them by their words alone.
            attributes: A model of attributes that was trained on the shop's own tables; it adds what nothing else read.
        """
        self._ontology = ontology
        self._parser = parser
        self._standing = StandingReader(ontology, parser) if parser else None
        self._rules = RuleExtractor(ontology, self._standing)
        self._guards = Guards(ontology)
        self._stuffs = StuffReader(ontology)
        self._model = model
        self._attributes = attributes
        read_by = f"{model.version},{MIN_CONFIDENCE}" if model else "no-model"
        parts = [self._rules.version, read_by, ontology.version]
        if attributes is not None:
            parts.append(attributes.version)
        self.key = "|".join(parts)
        self._class_of_title = lru_cache(maxsize=10_000)(self._class_named)

    def __reduce__(self) -> tuple[Callable[..., Pipeline], tuple[Any, ...]]:
        """Another process makes its own from the ontology and the model's folder."""
        return Pipeline, (self._ontology, self._model, self._parser, self._attributes)

    def extract(self, documents: Sequence[tuple[Document, ProductContext]]) -> list[Evidence]:
        """Evidence of a batch of documents, in their order."""
        texts = [self._analyse(document, context) for document, context in documents]
        return [item for items in self.read(texts) for item in items]

    def read(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Evidence of each of several analysed texts."""
        found = [self._rules.extract(text) for text in texts]
        if self._model is not None:
            read = self._model.extract(texts)
            found = [
                merge_evidence(rules, model) if self._model.reads(text) else rules
                for text, rules, model in zip(texts, found, read, strict=True)
            ]
        if self._attributes is not None:
            added = self._attributes.extract(texts)
            found = [merge_evidence(items, more) for items, more in zip(found, added, strict=True)]
        if self._standing is not None:
            found = [
                list(self._standing.settle(text, items)) for text, items in zip(texts, found, strict=True)
            ]
        return [
            self._stuffs.keep(text, self._guards.keep(text, items))
            for text, items in zip(texts, found, strict=True)
        ]

    def _analyse(self, document: Document, context: ProductContext) -> Text:
        if context.class_id is None and context.title:
            context = replace(context, class_id=self._class_of_title(context.title, document.language))
        text = analyse(document, context)
        if document.field != "title" or context.class_id is not None:
            return text
        named = self._rules.find_class(text)
        if named is None:
            return text
        return replace(text, context=replace(context, class_id=named))

    def _class_named(self, title: str, language: Language) -> str | None:
        """The class that a title names, where the shop states none."""
        document = Document(id="", product_id="", field="title", text=title, language=language)
        return self._rules.find_class(analyse(document))
