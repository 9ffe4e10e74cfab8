"""Texts as extraction sees them: spaCy documents with sentences, tokens and what is known of the product."""

from __future__ import annotations

import warnings
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from extraction.spacy_import import import_spacy
from kms.evidence.models import Document
from kms.text.chinese import fold_traditional, split_long_runs
from kms.types import Language

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SENTENCE_ENDS = {"en": [".", "!", "?", "…"], "zh": ["。", "！", "？", "!", "?", "；", "…"]}


@dataclass(frozen=True)
class ProductContext:
    """The shop's statements about a document's product, known before the text is read.

    Attributes:
        class_id: Ontology class, where the shop's category is one.
        brand: As the shop writes it.
        title: The product's title, which may name a class where the shop states none.
        guessed: How sure the class is where nothing states it and it was told by the product's signs.
    """

    class_id: str | None = None
    brand: str | None = None
    title: str = ""
    guessed: float | None = None


@dataclass(frozen=True)
class Text:
    """A document, analysed.

    Attributes:
        sentences: Character spans, in order; they cover all that is not blank.
        tokens: Character spans of spaCy's tokens (jieba words in Chinese).
    """

    document: Document
    context: ProductContext
    sentences: tuple[tuple[int, int], ...]
    tokens: tuple[tuple[int, int], ...]

    def sentence_at(self, position: int) -> tuple[int, int]:
        """The sentence that holds a character, or the whole text."""
        place = bisect_right(self.sentences, position, key=itemgetter(0)) - 1
        if place >= 0 and position < self.sentences[place][1]:
            return self.sentences[place]
        return 0, len(self.document.text)

    def in_simplified_chinese(self) -> Text:
        """The same text with traditional Chinese characters as simplified ones; every offset stays true."""
        folded = fold_traditional(self.document.text)
        if folded == self.document.text:
            return self
        return replace(self, document=self.document.model_copy(update={"text": folded}))


@lru_cache(maxsize=2)
def pipeline(language: Language) -> Any:
    """A blank spaCy pipeline with a rule-based sentence splitter; Chinese is segmented by jieba."""
    with warnings.catch_warnings():
        # jieba's source has escape sequences that newer Pythons warn of.
        warnings.simplefilter("ignore")
        spacy = import_spacy()
        if language == "zh":
            import logging

            import jieba

            jieba.setLogLevel(logging.WARNING)
            nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
        else:
            nlp = spacy.blank("en")
        nlp.add_pipe("sentencizer", config={"punct_chars": _SENTENCE_ENDS[language]})
        nlp("")
    return nlp


def analyse(document: Document, context: ProductContext | None = None) -> Text:
    """Split a document into sentences and tokens. Line breaks always end a sentence."""
    nlp = pipeline(document.language)
    tokens: list[tuple[int, int]] = []
    sentences: list[tuple[int, int]] = []
    for offset, piece in split_long_runs(document.text):
        doc: Doc = nlp(piece)
        tokens += ((offset + t.idx, offset + t.idx + len(t)) for t in doc if not t.is_space)
        for sentence in doc.sents:
            sentences += _split_lines(document.text, offset + sentence.start_char, offset + sentence.end_char)
    return Text(document, context or ProductContext(), tuple(sentences), tuple(tokens))


def _split_lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    for line in text[start:end].splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            lead = len(line) - len(line.lstrip())
            pieces.append((start + lead, start + lead + len(stripped)))
        start += len(line)
    return pieces
