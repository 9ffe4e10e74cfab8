"""Products that cannot be bought now: whether search shows them, and where. Recommendations leave them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from kms.indexing.documents import OUT_OF_STOCK
from kms.ontology.structure import AVAILABILITY_FIELD

if TYPE_CHECKING:
    from ranking.serving.index import ServingIndex

OutOfStock = Literal["hidden", "last", "shown"]
"""What search does with them: leave them out, put them behind all others whatever the order, or nothing."""


def is_out_of_stock(index: ServingIndex) -> NDArray[np.bool_]:
    """Mask of the products that the shop says cannot be bought, (n,); what is not known can be."""
    mask = np.zeros(len(index.ids), dtype=np.bool_)
    mask[index.columns.holding(AVAILABILITY_FIELD, OUT_OF_STOCK)] = True
    return mask


def searchable(index: ServingIndex) -> NDArray[np.bool_]:
    """Mask of the products that search may show, (n,)."""
    visible = index.columns.visible()
    return visible & ~is_out_of_stock(index) if index.out_of_stock == "hidden" else visible


def recommendable(index: ServingIndex) -> NDArray[np.bool_]:
    """Mask of the products that recommendations may show, (n,)."""
    return index.columns.visible() & ~is_out_of_stock(index)


def in_order(
    index: ServingIndex, positions: NDArray[np.int64], named: int | None = None
) -> NDArray[np.int64]:
    """Ordered products as search shows them: those that are out of stock behind all others, where they are put last.

    The one at ``named`` stays where it is: who asks for a product by its code wants that one.
    """
    if index.out_of_stock != "last":
        return positions
    last = is_out_of_stock(index)[positions] & (positions != (-1 if named is None else named))
    return np.concatenate([positions[~last], positions[last]])
