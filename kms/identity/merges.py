"""Merged products: groups of rows that describe one product, each kept as a source of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property


class Merges:
    """Groups of product ids; the first of a group that exists stands for it, the others are its sources as well."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._groups = [tuple(group) for group in groups]
        self._of = {product_id: group for group in self._groups for product_id in group}

    def __bool__(self) -> bool:
        return bool(self._of)

    @property
    def members(self) -> list[str]:
        """All products that are in a group, in order."""
        return sorted(self._of)

    @cached_property
    def state(self) -> str:
        """Hash of all groups; empty where there are none."""
        if not self._groups:
            return ""
        return hashlib.blake2b(repr(sorted(self._groups)).encode(), digest_size=12).hexdigest()

    def group(self, product_id: str) -> tuple[str, ...]:
        """All members of a product's group in order, also deleted ones; itself alone where it has none."""
        return self._of.get(product_id, (product_id,))

    def with_groups(self, product_ids: Iterable[str]) -> list[str]:
        """These products and all that are in a group with one of them, in order."""
        return sorted({member for product_id in product_ids for member in self.group(product_id)})

    def mains(self, existing: Collection[str] | Callable[[str], bool]) -> Mapping[str, str]:
        """By each existing product that another one stands for, the one that does."""
        exists = existing if callable(existing) else existing.__contains__
        mains: dict[str, str] = {}
        for group in self._groups:
            there = [product_id for product_id in group if exists(product_id)]
            mains.update(dict.fromkeys(there[1:], there[0]) if there else {})
        return mains
