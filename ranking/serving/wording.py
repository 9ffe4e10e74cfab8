"""The one place for the wording of reasons, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

RELATION_EN = {
    "in_category": "Category",
    "made_by": "Brand",
    "has_value": "Has",
    "suited_for": "Suited for",
    "for_audience": "Made for",
    "has_aspect": "Liked for",
    "compatible_with": "Works with",
    "complements": "Goes with",
    "substitutes": "Alternative to",
    "variant_of": "Variant of",
    "subcategory_of": "Kind of",
}
RELATION_ZH = {
    "in_category": "属于",
    "made_by": "品牌为",
    "has_value": "具有",
    "suited_for": "适合",
    "for_audience": "适用于",
    "has_aspect": "好评点",
    "compatible_with": "兼容",
    "complements": "可搭配",
    "substitutes": "可替代",
    "variant_of": "同款",
    "subcategory_of": "是一种",
}
_PATHS_EN = {
    "same_category": "same kind",
    "shared_value": "shares",
    "shared_use": "suited for the same",
    "shared_audience": "for the same people",
    "same_brand": "same brand",
    "liked_for_the_same": "liked for the same",
    "substitute": "an alternative to",
    "substituted_by": "an alternative to",
    "variant": "a variant of",
    "variant_from": "a variant of",
    "complements": "goes with",
    "complemented_by": "goes with",
    "compatible": "works with",
    "compatible_from": "works with",
}
_PATHS_ZH = {
    "same_category": "同类",
    "shared_value": "相同特征",
    "shared_use": "用途相同",
    "shared_audience": "人群相同",
    "same_brand": "同一品牌",
    "liked_for_the_same": "好评点相同",
    "substitute": "可替代",
    "substituted_by": "可替代",
    "variant": "同款",
    "variant_from": "同款",
    "complements": "可搭配",
    "complemented_by": "可搭配",
    "compatible": "兼容",
    "compatible_from": "兼容",
}


def text_match(terms: Sequence[str]) -> tuple[str, str]:
    """Words of the query that the product's texts hold."""
    return f"Matches “{' '.join(terms)}”", f"匹配“{' '.join(terms)}”"


def vector_match() -> tuple[str, str]:
    """Alike in meaning."""
    return "Close in meaning to your search", "语义相近"


def entity_match(relation: str, en: str, zh: str) -> tuple[str, str]:
    """The product has what the query names."""
    return f"{RELATION_EN.get(relation, relation)}: {en}", f"{RELATION_ZH.get(relation, relation)}：{zh}"


def leaning(label_en: str, label_zh: str, direction: str, place: float) -> tuple[str, str]:
    """The product has much, or little, of what the query asks for without a number; ``place`` is 0 to 1."""
    en, is_more = label_en.capitalize(), direction == "more"
    if place >= 0.995:
        return (
            f"{en}: the {'highest' if is_more else 'lowest'} of its kind",
            f"{label_zh}在同类中最{'高' if is_more else '低'}",
        )
    return (
        f"{en}: {'above' if is_more else 'below'} {place:.0%} of its kind",
        f"{label_zh}{'高于' if is_more else '低于'}{place:.0%}的同类",
    )


def popular() -> tuple[str, str]:
    """Many shoppers are interested."""
    return "Popular with other shoppers", "近期热门"


def because_of(titles: Sequence[str]) -> tuple[str, str]:
    """Shoppers with the same history went on to it."""
    named = ", ".join(titles)
    return f"Because you viewed {named}", f"因为您看过{named}"


def chosen_along(title: str) -> tuple[str, str]:
    """Shoppers who chose the product at hand chose it as well."""
    return f"Shoppers who chose {title} chose it too", f"选择{title}的顾客也选择了它"


def shared_path(name: str, through: str, through_zh: str, seed: str) -> tuple[str, str]:
    """A path from something the shopper touched, or from the product at hand."""
    if name in {"substitute", "substituted_by", "variant", "variant_from"} or name in {
        "complements", "complemented_by", "compatible", "compatible_from",
    }:  # fmt: skip
        return f"{_PATHS_EN[name].capitalize()} {seed}", f"{_PATHS_ZH[name]}：{seed}"
    return (
        f"{_PATHS_EN.get(name, name).capitalize()} {through} as {seed}",
        f"{_PATHS_ZH.get(name, name)}（{through_zh}）：{seed}",
    )


def alike(seed: str) -> tuple[str, str]:
    """Its text is close to that of a product."""
    return f"Described much like {seed}", f"描述与{seed}相近"
