"""Evidence models: a mention, its place in the text, and its extractor."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from kms.types import Frozen, Language

DocumentField = Literal["title", "description", "table", "shop", "review_title", "review_text"]
Relation = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
"""A relation of the ontology, or ``mentions``."""
Polarity = Literal["positive", "negative", "neutral"]


class Document(Frozen):
    """One text of one product: a field of its row, or a field of one of its reviews.

    ``table`` documents are rendered ``name: value`` lines, so that their evidence has offsets as well;
    ``shop`` documents render what the shop states itself (brand, category, relations) in the same way.
    """

    id: str
    product_id: str
    field: DocumentField
    text: str
    language: Language
    review_id: str | None = None
    rating: float | None = None

    @property
    def content_hash(self) -> str:
        """Hash of everything that extraction may look at."""
        parts = (self.product_id, self.field, self.text, self.language, str(self.rating))
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


class Evidence(Frozen):
    """One mention that says something about a product.

    Attributes:
        id: Hash of the content, so that writing the same thing twice changes nothing.
        document_hash: ``Document.content_hash`` of the text as it was read.
        start: Offset of the mention's first character in the document's text.
        end: Offset behind its last character.
        relation: What is said of the product.
        attribute: Ontology attribute of a ``has_value`` mention; empty otherwise.
        value: Canonical reading where the extractor knows it (a value id, ``true``/``false``, quantity
            as ``number unit``, an entity's id); empty: linking decides from the surface.
        polarity: Of ``has_aspect`` mentions.
        negated: The text denies it ("not waterproof").
        opinion: Character span of the judging words of a ``has_aspect`` mention.
        sentence: Character span of the sentence around the mention.
        confidence: Probability that the mention is right, calibrated where the extractor is.
        extractor: ``shop``, ``table``, ``rules`` or ``model``; ``person`` of what somebody decided, which is in no store.
    """

    document_id: str
    document_hash: str
    product_id: str
    field: DocumentField
    language: Language
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    surface: str
    relation: Relation
    attribute: str = ""
    value: str = ""
    polarity: Polarity | None = None
    negated: bool = False
    opinion: tuple[int, int] | None = None
    sentence: tuple[int, int]
    confidence: Annotated[float, Field(ge=0, le=1)]
    extractor: Literal["shop", "table", "rules", "model", "person"]
    extractor_version: str
    ontology_release: str

    @property
    def id(self) -> str:
        """Stable id: equal content, equal id."""
        parts = (
            self.document_id, self.document_hash, str(self.start), str(self.end), self.relation,
            self.attribute, self.value, str(self.polarity), str(self.negated), str(self.opinion),
            self.extractor, self.extractor_version, self.ontology_release,
        )  # fmt: skip
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()
