"""The variant of a product that words ask for: by its code, else by the values of its options."""

from __future__ import annotations

from collections.abc import Sequence

from kms.catalog.identifiers import code_key
from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.ontology.labels import normalise

_SOLD = ("in_stock", "preorder", "backorder", None)


def find_variant(product: Product, words: Sequence[str]) -> Variant | None:
    """The variant that words fit best; ``None`` where they name none, or name what all variants have.

    Of several that fit alike, one that can be bought comes first, then the shop's order counts.

    Args:
        product: With its variants.
        words: The query, and the names of what was understood or filtered by.
    """
    if len(product.variants) < 2:
        return None
    keys = {code_key(word) for text in words for word in (text, *text.split()) if word.strip()}
    for variant in product.variants:
        if any(code_key(code) in keys for code in (variant.id, *variant.codes())):
            return variant
    asked = [f" {normalise(text)} " for text in words]
    telling = {name for name, values in product.options().items() if len(values) > 1}
    scores = [_score(variant, telling, asked) for variant in product.variants]
    best = max(scores)
    if best == 0 or min(scores) == best:
        return None
    fitting = [variant for variant, score in zip(product.variants, scores, strict=True) if score == best]
    return min(fitting, key=lambda variant: not _can_be_bought(variant))


def _score(variant: Variant, telling: set[str], asked: Sequence[str]) -> int:
    """The number of words of its options' values that were asked for: "navy blue" outweighs "navy"."""
    score = 0
    for name, value in variant.options.items():
        folded = normalise(value)
        if name in telling and folded and any(f" {folded} " in text for text in asked):
            score += len(folded.split())
    return score


def _can_be_bought(variant: Variant) -> bool:
    return variant.availability in _SOLD and (variant.stock is None or variant.stock > 0)
