"""Context words: the kind of text and the product's class, given to the model before the text."""

from __future__ import annotations

_FIELDS = {
    "title": "product title",
    "description": "product description",
    "review_title": "review title",
    "review_text": "review",
}


def describe_context(field: str, class_id: str | None = None) -> str:
    """Words for the kind of text and, where it is known, the product's class.

    Args:
        field: A field of ``kms.evidence.models.Document``.
        class_id: Ontology class.
    """
    kind = _FIELDS.get(field, field.replace("_", " "))
    return f"{kind}: {class_id.replace('_', ' ')}" if class_id else kind


def drop_class(context: str) -> str:
    """The context without the class, as for a product whose class nobody knows."""
    return context.partition(":")[0]
