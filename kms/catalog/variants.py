"""The variant of a product that words ask for: by its code, else by the values of its options."""

from __future__ import annotations

from collections.abc import Sequence

from kms.catalog.identifiers import code_key
from kms.catalog.models import Product
from kms.catalog.offers import Variant
from kms.ontology.labels import normalise

_SOLD = ("in_stock", "preorder", "backorder", None)


def find_variant(product: Product, words: Sequence[str], unwanted: Sequence[str] = ()) -> Variant | None:
    """The variant that words fit best; ``None`` where they name none, or name what all variants have.

    Of several that fit alike, one that can be bought comes first, then the shop's order counts.

    Args:
        product: With its variants.
        words: The query, and the names of what was understood or filtered by.
        unwanted: Names of what the query excludes; of variants with and without it only these are left.
    """
    if len(product.variants) < 2:
        return None
    keys = {code_key(word) for text in words for word in (text, *text.split()) if word.strip()}
    for variant in product.variants:
        if any(code_key(code) in keys for code in (variant.id, *variant.codes())):
            return variant
    asked = [f" {normalise(text)} " for text in words]
    left = _without(product.variants, {normalise(name) for name in unwanted})
    telling = {name for name, values in product.options().items() if len(values) > 1}
    scores = [_score(variant, telling, asked) for variant in left]
    best = max(scores)
    if len(left) == len(product.variants) and (best == 0 or min(scores) == best):
        return None
    fitting = [variant for variant, score in zip(left, scores, strict=True) if score == best]
    return min(fitting, key=lambda variant: not _can_be_bought(variant))


def _without(variants: Sequence[Variant], unwanted: set[str]) -> Sequence[Variant]:
    """The variants without an unwanted option; all of them where none is left."""
    left = [v for v in variants if not unwanted.intersection(map(normalise, v.options.values()))]
    return left or variants


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
