"""Codes: which product an id, SKU, GTIN or maker's number is of, without regard to case and separators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kms.lexical.analysis import fold_code

_BY_CODE = 1 << 40
"""Added to an owner's position where the code is not its id."""


class Codes:
    """Products by their folded ids and codes; read-only.

    An owner is a number: of several owners of a code the least has it, so an id comes before another code, and then the
    first position.
    """

    def __init__(self, products: Iterable[tuple[int, str, Sequence[str]]]) -> None:
        """Take position, id and codes of each product."""
        # Most codes are of one product; a list for each would take several times the memory.
        self._first: dict[str, int] = {}
        self._others: dict[str, list[int]] = {}
        for position, product_id, codes in products:
            self._add(product_id, position)
            for code in codes:
                self._add(code, position + _BY_CODE)

    def owners(self, folded: str) -> list[int]:
        """All products that a folded code is of."""
        first = self._first.get(folded)
        return [] if first is None else [first, *self._others.get(folded, ())]

    def _add(self, code: str, owner: int) -> None:
        if (folded := fold_code(code)) and self._first.setdefault(folded, owner) != owner:
            self._others.setdefault(folded, []).append(owner)


def position_of(owner: int) -> int:
    """Position of an owner of a code."""
    return owner % _BY_CODE
