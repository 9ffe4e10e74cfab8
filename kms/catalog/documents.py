"""Documents of a product: the texts that extraction reads, derived from its row and its reviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kms.catalog.models import Product, Review
from kms.evidence.models import Document
from kms.text.language import detect_language

SHOP_BRAND = "brand"
SHOP_CATEGORY = "category"
TAGS = "tags"


def documents_of(product: Product, reviews: Iterable[Review] = ()) -> list[Document]:
    """All documents of a product; empty texts give none.

    Ids are ``product:{id}#title`` (``description``, ``table``, ``shop``) and ``review:{id}#title``
    (``text``).
    """
    documents = product_documents(product)
    for review in reviews:
        documents += review_documents(review)
    return documents


def product_documents(product: Product) -> list[Document]:
    """Title, description, attribute table and the shop's own statements, those that are not empty."""
    texts = {
        "title": product.title,
        "description": product.description,
        "table": "\n".join(f"{name}: {value}" for name, value in _lines_of_table(product)),
        "shop": _state_shop(product),
    }
    return [
        Document.model_construct(
            id=f"product:{product.id}#{field}",
            product_id=product.id,
            field=field,
            text=text,
            language=detect_language(text, product.language) if field != "shop" else product.language,
            review_id=None,
            rating=None,
        )
        for field, text in texts.items()
        if text
    ]


def review_documents(review: Review) -> list[Document]:
    """Title and text of a review, those that are not empty."""
    return [
        Document.model_construct(
            id=f"review:{review.id}#{part}",
            product_id=review.product_id,
            field=f"review_{part}",
            text=text,
            language=detect_language(text, review.language),
            review_id=review.id,
            rating=review.rating,
        )
        for part, text in (("title", review.title), ("text", review.text))
        if text
    ]


def _lines_of_table(product: Product) -> Iterator[tuple[str, str]]:
    """Name and value of each line, the shop's tags last: words of a class's vocabularies among them are facts."""
    yield from product.table().items()
    if product.tags:
        yield TAGS, ", ".join(product.tags)


def _state_shop(product: Product) -> str:
    lines = []
    if product.brand:
        lines.append(f"{SHOP_BRAND}: {product.brand}")
    if category := product.stated_category():
        lines.append(f"{SHOP_CATEGORY}: {category}")
    for role, others in product.related.items():
        lines += [f"{role}: {other}" for other in others]
    return "\n".join(lines)
