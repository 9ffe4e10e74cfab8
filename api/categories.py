"""The shop's categories with their products, for API and pages alike: one reading of the version's tree and counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from api.schemas import CategoryOut, CategoryRef
from kms.catalog.categories import Category, above
from kms.errors import NotFoundError
from kms.ontology.structure import SHOP_CATEGORY_FIELD
from kms.text.nearest import nearest_name
from ranking.serving.index import ServingIndex


@dataclass(frozen=True)
class CategoryView:
    """A category with what is around it.

    Attributes:
        path: The categories from the root to it, itself last.
        count: Products in it and below it.
        children: The categories directly below it that hold products, most products first.
    """

    category: Category
    path: tuple[Category, ...]
    count: int
    children: tuple[CategoryView, ...] = ()

    def ref(self) -> CategoryRef:
        """The category itself, as it is answered in lists."""
        return show_category(self.category)

    def out(self, depth: int) -> CategoryOut:
        """The category as it is answered, with ``depth`` levels below it."""
        return CategoryOut(
            **self.ref().model_dump(),
            count=self.count,
            children=tuple(child.out(depth - 1) for child in self.children) if depth > 0 else (),
        )


class CategoryCounts:
    """The tree of one version with the number of products in each category."""

    def __init__(self, index: ServingIndex) -> None:
        """Count the products of the version."""
        self._tree = index.categories
        self._counts = index.columns.counts(SHOP_CATEGORY_FIELD, np.arange(len(index.ids), dtype=np.int64))
        self._below: dict[str | None, list[str]] = {}
        for category_id in self._counts:
            self._below.setdefault(category_id.rpartition("/")[0] or None, []).append(category_id)
        for children in self._below.values():
            children.sort(key=lambda each: (-self._counts[each], each))

    def roots(self) -> tuple[CategoryView, ...]:
        """The categories that nothing is above, with all below them."""
        return tuple(view for each in self._below.get(None, ()) if (view := self._view(each)) is not None)

    def find(self, category_id: str) -> CategoryView:
        """One category with all below it.

        Raises:
            NotFoundError: No product stands in such a category; the message names the nearest one.
        """
        view = self._view(category_id) if category_id in self._counts else None
        if view is None:
            nearest = nearest_name(category_id, self._counts)
            hint = f"; did you mean {nearest!r}?" if nearest else ""
            raise NotFoundError(f"category {category_id!r} has no products in this shop{hint}")
        return view

    def _view(self, category_id: str) -> CategoryView | None:
        category = self._tree.category(category_id)
        if category is None:
            return None
        chain = tuple(
            known for each in above(category_id) if (known := self._tree.category(each)) is not None
        )
        children = (self._view(each) for each in self._below.get(category_id, ()))
        return CategoryView(
            category,
            chain,
            self._counts[category_id],
            tuple(child for child in children if child is not None),
        )


def show_category(category: Category) -> CategoryRef:
    """A category as it is answered."""
    return CategoryRef(
        id=category.id, label_en=category.label_en, label_zh=category.label_zh, class_id=category.class_id
    )


def places_of(index: ServingIndex, product_id: str) -> tuple[tuple[Category, ...], ...]:
    """The places of a product in the live version, each from the root to the leaf; none where the version lacks it."""
    at = index.positions.get(product_id)
    held = index.documents[at].facets.get(SHOP_CATEGORY_FIELD, ()) if at is not None else ()
    leaves = [each for each in held if not any(other.startswith(f"{each}/") for other in held)]
    tree = index.categories
    return tuple(
        tuple(known for each in above(leaf) if (known := tree.category(each)) is not None) for leaf in leaves
    )
