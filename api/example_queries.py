"""Queries to try on the start page: made of the categories, values, brands and prices of what is loaded, each one tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from kms.ontology.structure import ATTRIBUTE_FIELD, BRAND_FIELD, LANGUAGE_FIELD, SHOP_CATEGORY_FIELD
from kms.text.chinese import contains_chinese
from ranking.models import SearchAnswer, SearchRequest
from ranking.serving.index import ServingIndex

MOST_EXAMPLES = 6
_OF_OTHER_LANGUAGE = 2
_LEAST_SHARE = 0.1
"""Of the products are in a language that has examples."""
_LEAST_PRODUCTS = 2
_SHARES = (0.1, 0.7)
"""A value says something where some of a category's products have it and not nearly all."""
_LONGEST_LABEL = 32
Positions = NDArray[np.int64]


def make_examples(index: ServingIndex, ask: Callable[[SearchRequest], SearchAnswer]) -> tuple[str, ...]:
    """Queries that find something, of different kinds and categories; none for an empty shop.

    Args:
        index: A version.
        ask: Searches it.
    """
    everything = np.arange(len(index.ids), dtype=np.int64)
    counts = index.columns.counts(LANGUAGE_FIELD, everything)
    languages = sorted(
        (each for each in counts if counts[each] >= _LEAST_SHARE * index.count),
        key=lambda each: counts[each],
    )
    examples: list[str] = []
    for turn, language in enumerate(reversed(languages)):
        is_last = turn == len(languages) - 1
        most = MOST_EXAMPLES if is_last else MOST_EXAMPLES - _OF_OTHER_LANGUAGE * (len(languages) - 1 - turn)
        examples += _examples_in(index, ask, language, most - len(examples))
    return tuple(examples)


def _examples_in(
    index: ServingIndex, ask: Callable[[SearchRequest], SearchAnswer], language: str, most: int
) -> list[str]:
    """Queries of one language, of the products in it."""
    examples: list[str] = []
    makers = (_with_value, _under_price, _with_brand)
    of_language = index.columns.holding(LANGUAGE_FIELD, language)
    for place in _spread_leaves(index):
        if len(examples) == most:
            break
        held = index.columns.holding(SHOP_CATEGORY_FIELD, place)
        positions = np.intersect1d(held, of_language)
        name = _name_of(index, place, language)
        if len(positions) < _LEAST_PRODUCTS or contains_chinese(name) != (language == "zh"):
            continue
        turn = len(examples) % len(makers)
        for make in (*makers[turn:], *makers[:turn]):
            query = make(index, positions, name)
            if query is None or query in examples:
                continue
            answer = ask(SearchRequest(query=query, limit=1, explain=False))
            if answer.total and answer.matching.rule == "all_terms":
                examples.append(query)
                break
    return examples


def _spread_leaves(index: ServingIndex) -> Iterator[str]:
    """Categories without ones below them, the largest of each root first, then the second ones, and so on."""
    ids = index.columns.values(SHOP_CATEGORY_FIELD)
    inner = {each.rpartition("/")[0] for each in ids}
    sizes = {each: len(index.columns.holding(SHOP_CATEGORY_FIELD, each)) for each in ids}
    by_root: dict[str, list[str]] = {}
    for each in sorted(ids, key=lambda each: (-sizes[each], each)):
        if each not in inner and sizes[each] >= _LEAST_PRODUCTS:
            # below a root that everything is below, its children are the shop's departments
            root = "/".join(each.split("/")[: 2 if len(_roots(ids)) == 1 else 1])
            by_root.setdefault(root, []).append(each)
    for turn in range(max((len(leaves) for leaves in by_root.values()), default=0)):
        yield from (leaves[turn] for leaves in by_root.values() if turn < len(leaves))


def _roots(ids: list[str]) -> set[str]:
    return {each.partition("/")[0] for each in ids}


def _name_of(index: ServingIndex, place: str, language: str) -> str:
    """A category's name in a language, as a shopper would write it."""
    en, zh = index.label(f"shop_category:{place}")
    name = zh if language == "zh" else en
    return name if name.isupper() or contains_chinese(name) else name.lower()


def _with_value(index: ServingIndex, positions: Positions, name: str) -> str | None:
    """``leather boots``: a value that some of the category's products have."""
    best: tuple[int, str] | None = None
    for attribute in index.ontology.attributes.values():
        if attribute.type not in ("enum", "boolean"):
            continue
        for value, count in index.columns.counts(f"{ATTRIBUTE_FIELD}{attribute.id}", positions).items():
            share = count / len(positions)
            if value == "false" or count < 2 or not _SHARES[0] <= share <= _SHARES[1]:
                continue
            owner = attribute.vocabulary or attribute.id
            labels = (
                index.label(f"value:{owner}/{value}")
                if value != "true"
                else (attribute.label.en, attribute.label.zh)
            )
            label = labels[1] if contains_chinese(name) else labels[0]
            is_plain = (
                len(label) <= _LONGEST_LABEL and "/" not in label and not any(c.isdigit() for c in label)
            )
            is_new = label.casefold() not in name.casefold() and name.casefold() not in label.casefold()
            if is_plain and is_new and (best is None or (count, label) > best):
                best = (count, label)
    return _joined(best[1], name) if best else None


def _under_price(index: ServingIndex, positions: Positions, name: str) -> str | None:
    """``boots under 80``: a round price that about half of the category's products are below."""
    prices = index.columns.numbers("price")[positions]
    prices = prices[~np.isnan(prices)]
    if not len(prices):
        return None
    bound = _round_up(float(np.median(prices)))
    return f"{name} {bound}以下" if contains_chinese(name) else f"{name} under {bound}"


def _with_brand(index: ServingIndex, positions: Positions, name: str) -> str | None:
    """``Veldra boots``: the brand that most of the category's products have."""
    counts = index.columns.counts(BRAND_FIELD, positions)
    if not counts:
        return None
    brand = min(counts, key=lambda each: (-counts[each], each))
    label = index.label(f"brand:{brand}")[0]
    return _joined(label, name) if label.casefold() not in name.casefold() else None


def _joined(first: str, name: str) -> str:
    is_written_together = contains_chinese(first) and contains_chinese(name)
    return f"{first}{'' if is_written_together else ' '}{name}"


def _round_up(price: float) -> int:
    """The next number with one or two digits that count: 37.5 is 40, 128 is 130."""
    unit = 1 if price < 10 else 5 if price < 100 else 10 if price < 500 else 100
    return int(-(-price // unit) * unit) or 1
