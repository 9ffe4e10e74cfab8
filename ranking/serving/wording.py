"""Wording of reasons, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from kms.ontology.model import PathType, RelationType

Pair = tuple[str, str]
"""English and Chinese."""
_NOBODY: Pair = ("", "")


def text_match(terms: Sequence[str]) -> tuple[str, str]:
    """Words of the query that the product's texts hold."""
    return f"Matches “{' '.join(terms)}”", f"匹配“{' '.join(terms)}”"


def vector_match() -> tuple[str, str]:
    """Alike in meaning."""
    return "Close in meaning to your search", "语义相近"


def entity_match(
    relation: RelationType, target: Pair, attribute: Pair = _NOBODY, stated: Pair = _NOBODY
) -> Pair:
    """The product has what the query names.

    Args:
        relation: By which it has it.
        target: Label of what the query names.
        attribute: Label of the attribute that it is a value of, where that says more than the value.
        stated: Label of what the product states, where the target only follows from it.
    """
    named = target
    if any(stated):
        named = f"{stated[0]}, which is {target[0]}", f"{stated[1]}，即{target[1]}"
    if relation.reason is None or ("{attribute}" in relation.reason.en and not any(attribute)):
        return f"{_capital(relation.label.en)}: {named[0]}", f"{relation.label.zh}：{named[1]}"
    return relation.reason.fill(target=named, attribute=attribute)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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


def shared_path(path: PathType, through: Pair, attribute: Pair, seed: str) -> Pair:
    """A path from something the shopper touched, or from the product at hand.

    Args:
        path: The meta-path with its sentence.
        through: Label of the entity in the middle; empty for a direct relation.
        attribute: Label of the attribute that it is a value of.
        seed: Title of the product where the path begins.
    """
    names = through[0], through[1] or through[0]
    return path.wording.fill(through=names, attribute=attribute, seed=(seed, seed))


def alike(seed: str) -> tuple[str, str]:
    """Its text is close to that of a product."""
    return f"Described much like {seed}", f"描述与{seed}相近"
