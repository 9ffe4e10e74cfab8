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
PATH_WORDING: dict[str, tuple[str, str]] = {
    "same_category": ("Another of the kind {through}, like {seed}", "同为{through}，与{seed}同类"),
    "shared_value": ("Also has {through}, like {seed}", "与{seed}一样具有{through}"),
    "shared_use": ("Also suited for {through}, like {seed}", "与{seed}一样适合{through}"),
    "shared_audience": ("Also made for {through}, like {seed}", "与{seed}一样适用于{through}"),
    "same_brand": ("Also by {through}, like {seed}", "与{seed}同为{through}品牌"),
    "liked_for_the_same": ("Also liked for {through}, like {seed}", "与{seed}一样好评：{through}"),
    "substitute": ("An alternative to {seed}", "可替代{seed}"),
    "substituted_by": ("An alternative to {seed}", "可替代{seed}"),
    "variant": ("A variant of {seed}", "{seed}的同款"),
    "variant_from": ("A variant of {seed}", "{seed}的同款"),
    "complements": ("Goes with {seed}", "可与{seed}搭配"),
    "complemented_by": ("Goes with {seed}", "可与{seed}搭配"),
    "compatible": ("Works with {seed}", "与{seed}兼容"),
    "compatible_from": ("Works with {seed}", "与{seed}兼容"),
}
"""English and Chinese sentence of each meta-path."""


def text_match(terms: Sequence[str]) -> tuple[str, str]:
    """Words of the query that the product's texts hold."""
    return f"Matches “{' '.join(terms)}”", f"匹配“{' '.join(terms)}”"


def vector_match() -> tuple[str, str]:
    """Alike in meaning."""
    return "Close in meaning to your search", "语义相近"


def entity_match(relation: str, en: str, zh: str) -> tuple[str, str]:
    """The product has what the query names."""
    return f"{RELATION_EN.get(relation, relation)}: {en}", f"{RELATION_ZH.get(relation, relation)}：{zh}"


def near(en: str, zh: str) -> tuple[str, str]:
    """The product's number is close to the one that the query names, but not it."""
    return f"Near: {en}", f"接近：{zh}"


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
    """Several shoppers want it, and clearly more than the average product: see ``Demand.popular``."""
    return "Popular with other shoppers", "近期热门"


def wanted() -> tuple[str, str]:
    """Somebody was interested lately, which does not make it popular."""
    return "Other shoppers looked at it", "有其他顾客关注"


def well_rated(stars: float) -> tuple[str, str]:
    """Reviewers rate it well."""
    return f"Well rated: {stars:.1f} of 5 stars", f"评价良好：{stars:.1f}星（满分5星）"


def of_the_range(en: str, zh: str) -> tuple[str, str]:
    """One of the kinds of product that the shop has, shown for variety; labels are empty for an unknown kind."""
    if not en:
        return "From the shop's range", "本店商品"
    return f"From the shop's range: {en}", f"本店商品：{zh or en}"


def bought_along(title: str, shoppers: int) -> tuple[str, str]:
    """Shoppers bought both products, more often than by chance."""
    return f"Bought along with {title} by {shoppers} shoppers", f"{shoppers}位顾客同时购买了{title}"


def because_of(titles: Sequence[str]) -> tuple[str, str]:
    """Shoppers with the same history went on to it."""
    named = ", ".join(titles)
    return f"Because you viewed {named}", f"因为您看过{named}"


def chosen_along(title: str) -> tuple[str, str]:
    """Shoppers who chose the product at hand chose it as well."""
    return f"Shoppers who chose {title} chose it too", f"选择{title}的顾客也选择了它"


def shared_path(name: str, through: str, through_zh: str, seed: str) -> tuple[str, str]:
    """A path from something the shopper touched, or from the product at hand.

    Args:
        name: Of the meta-path.
        through: English label of the entity in the middle; empty for a direct relation.
        through_zh: The same in Chinese.
        seed: Title of the product where the path begins.
    """
    if name not in PATH_WORDING:
        words = name.replace("_", " ")
        return f"{words.capitalize()}: {through or seed}", f"关联：{through_zh or through or seed}"
    en, zh = PATH_WORDING[name]
    zh_label = through_zh or through
    return en.format(through=through, seed=seed), zh.format(through=zh_label, seed=seed)


def alike(seed: str) -> tuple[str, str]:
    """Its text is close to that of a product."""
    return f"Described much like {seed}", f"描述与{seed}相近"
