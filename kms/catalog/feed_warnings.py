"""Warnings about a feed as a whole: columns that nothing reads, products that may be one, pictures that browsers block."""

from __future__ import annotations

from collections.abc import Iterable

from kms.catalog.identifiers import code_key
from kms.catalog.layouts.base import Reading
from kms.catalog.models import Product
from kms.catalog.rows import shorten

_SHOWN = 3
_SHOWN_COLUMNS = 20


class FeedWarnings:
    """What one reading of a feed shows, beside the rows that are refused."""

    def __init__(self) -> None:
        self._unread: dict[str, None] = {}
        self._blocked = self._blocked_products = 0
        self._folded: dict[str, str] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._alike: dict[tuple[str, str], None] = {}
        self._remarks: dict[str, None] = {}
        self._joined: dict[str, tuple[int, int]] = {}
        self._apart: dict[str, dict[str, int]] = {}
        self._shared: dict[tuple[str, str, str, str], None] = {}

    def see(self, reading: Reading) -> None:
        """Take in a model that was read from a file."""
        self._unread.update(dict.fromkeys(map(str, reading.unused)))
        self._remarks.update(dict.fromkeys(reading.remarks))
        if reading.joined_by:
            rows, products = self._joined.get(reading.joined_by, (0, 0))
            self._joined[reading.joined_by] = rows + reading.rows, products + 1
        if reading.kept_apart is not None:
            column, group = reading.kept_apart
            counts = self._apart.setdefault(column, {})
            counts[group] = counts.get(group, 0) + 1
        if isinstance(reading.model, Product):
            self.see_product(reading.model)

    def see_product(self, product: Product) -> None:
        """Take in a product of whatever source."""
        self._compare(product.id)
        for offer in (product, *product.variants):
            for kind, code in (("SKU", offer.sku), ("GTIN", offer.gtin)):
                if not code:
                    continue
                owner = self._owners.setdefault((kind, code_key(code)), product.id)
                if owner != product.id:
                    self._shared[kind, code, owner, product.id] = None
        pictures = {*(each.url for each in product.pictures), product.image_url or ""}
        blocked = sum(url.casefold().startswith("http:") for url in pictures)
        self._blocked += blocked
        self._blocked_products += blocked > 0

    def see_known(self, product_ids: Iterable[str]) -> None:
        """Compare with the products that the catalogue has."""
        for product_id in product_ids:
            other = self._folded.get(product_id.casefold())
            if other is not None and other != product_id:
                self._alike.setdefault((min(other, product_id), max(other, product_id)))

    def lines(self) -> tuple[str, ...]:
        """The warnings, each one sentence with what to do."""
        said = list(self._remarks)
        for column, (rows, made_count) in self._joined.items():
            made = "1 product" if made_count == 1 else f"{made_count:,} products"
            said.append(f"{rows:,} rows were joined to {made} by column {shorten(column)}")
        for column, counts in self._apart.items():
            groups = [f"{shorten(group)} ({count:,} rows)" for group, count in counts.items()]
            said.append(
                f"rows with the same {shorten(column)} whose titles, brands or categories are unlike were not joined, "
                f"each is a product: {_first_of(groups)}"
            )
        if self._unread:
            names = list(self._unread)
            more = ", …" if len(names) > _SHOWN_COLUMNS else ""
            said.append(f"columns not read: {', '.join(names[:_SHOWN_COLUMNS])}{more}")
        if self._alike:
            pairs = [f"{shorten(one)} and {shorten(other)}" for one, other in self._alike]
            said.append(
                f"ids that differ in letter case only are two products: {_first_of(pairs)}; if they are one, write the id "
                "always the same and delete the other"
            )
        if self._shared:
            pairs = [
                f"{kind} {shorten(code)} of {shorten(one)} and {shorten(other)}"
                for kind, code, one, other in self._shared
            ]
            said.append(f"a code of several products: {_first_of(pairs)}")
        if self._blocked:
            pictures = (
                "1 picture has an http: address"
                if self._blocked == 1
                else f"{self._blocked:,} pictures have http: addresses"
            )
            products = "1 product" if self._blocked_products == 1 else f"{self._blocked_products:,} products"
            said.append(
                f"{pictures} (of {products}), which browsers block on the page: give https: addresses, else a drawn tile "
                "is shown"
            )
        return tuple(said)

    def _compare(self, product_id: str) -> None:
        other = self._folded.setdefault(product_id.casefold(), product_id)
        if other != product_id:
            self._alike.setdefault((min(other, product_id), max(other, product_id)))


def _first_of(pairs: list[str]) -> str:
    more = f" and {len(pairs) - _SHOWN:,} more" if len(pairs) > _SHOWN else ""
    return f"{', '.join(pairs[:_SHOWN])}{more}"
