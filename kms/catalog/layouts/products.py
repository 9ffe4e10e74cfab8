"""Products out of what a layout read: checked whole, with the defaults that all layouts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from kms.catalog.layouts.base import Reading, Shop
from kms.catalog.layouts.cells import Cells
from kms.catalog.mapping import read_language, to_problem
from kms.catalog.models import CategoryPath, Product
from kms.catalog.offers import Offer, Picture, SalePrice, Variant
from kms.catalog.prices import read_price
from kms.catalog.rows import EXCERPT_LENGTH, BadRow, RowProblem, shorten
from kms.currency import Price

_MOST_PICTURES, _MOST_VARIANTS = 500, 5_000


def make_product(cells: Sequence[Cells], values: Mapping[str, Any]) -> Reading | BadRow:
    """A product of rows, or why they make none.

    Without a language it is told from the words; ``image_url`` is the first picture, ``category`` the leaf of the first
    path, and price and sale are those of the cheapest variant.
    """
    given = {name: value for name, value in values.items() if value not in (None, "", (), {})}
    problems = [(row.line, problem) for row in cells for problem in row.problems]
    variants, repeated = _distinct(given.pop("variants", ()))
    problems += [(cells[0].line, problem) for problem in repeated]
    if variants:
        given["variants"] = tuple(variants[:_MOST_VARIANTS])
        cheapest = cheapest_of(variants)
        if cheapest is not None:
            given["price"], given["sale"] = cheapest.price, cheapest.sale
        if all(variant.can_be_bought() is False for variant in variants):
            # A parent that is sold out because they are must not stay so when one of them comes back.
            given = {n: v for n, v in given.items() if (n, v) != ("availability", "out_of_stock")}
    pictures = _all_pictures(given.pop("pictures", ()), variants)[:_MOST_PICTURES]
    if pictures:
        given["pictures"] = pictures
        given.setdefault("image_url", pictures[0].url)
    if paths := _whole_paths(given.get("category_paths", ())):
        given["category_paths"] = paths
        given.setdefault("category", paths[0][-1])
    given["language"] = read_language(given)
    first = cells[0]
    try:
        product = Product.model_validate(given)
    except ValidationError as error:
        return BadRow(first.line, to_problem(error, given), _excerpt(first), id=given.get("id"))
    used: dict[str, str] = {}
    for row in cells:
        for column, field in row.used.items():
            used.setdefault(column, field)
    unused = dict.fromkeys(column for row in cells for column in row.unused() if column not in used)
    ids = {variant.id for variant in product.variants}
    unread = {
        (row.variant if row.variant in ids else "", problem.field.removeprefix("variants."))
        for row in cells
        for problem in row.problems
    }
    return Reading(first.line, product, len(cells), tuple(problems), used, tuple(unused), frozenset(unread))


def read_whole(first: Cells, read: Callable[..., Reading | BadRow], *given: Any) -> Reading | BadRow:
    """What ``read`` makes of ``given``; a product with a part (variant, offer) that fits no model is set aside whole."""
    try:
        return read(*given)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        part = ".".join([error.title.casefold(), *(str(each) for each in problem["loc"])])
        message = f"{part} {shorten(problem['input'])}: {problem['msg']}"
        return BadRow(first.line, RowProblem(part, "invalid", message), _excerpt(first))


def _excerpt(cells: Cells) -> str:
    return repr(cells.row.values).encode("utf-8", "backslashreplace").decode("utf-8")[:EXCERPT_LENGTH]


def refuse(cells: Cells, field: str, message: str) -> BadRow:
    """A row that makes no product, for want of a field."""
    return BadRow(cells.line, RowProblem(field, "missing", message), _excerpt(cells))


def read_amount(field: str, value: Any, *, shop: Shop, currency: str | None = None) -> Price:
    """A price; one that names no currency is in the shop's own.

    Raises:
        RowProblem: It is no price, or nothing says its currency.
    """
    own = currency or shop.currency
    if own is None and is_bare_amount(value):
        message = (
            f"{field} {shorten(value)} names no currency; set KMS_CURRENCY=EUR (the shop's currency), or give the file "
            "a mapping with a `currency` column, and read it again"
        )
        raise RowProblem(field, "invalid", message)
    return read_price(field, value, currency=own, shop_currency=shop.currency)


def with_sale(
    usual: Price | None, lower: Price | None, *, starts_at: Any = None, ends_at: Any = None
) -> dict[str, Any]:
    """``price`` and ``sale`` of a usual and a lower price; a "sale" that is not lower is none."""
    if usual is None or lower is None:
        return {"price": usual or lower, "sale": None}
    if lower.currency != usual.currency or lower.amount >= usual.amount:
        return {"price": usual, "sale": None}
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        return {"price": usual, "sale": None}
    return {"price": usual, "sale": SalePrice(price=lower, starts_at=starts_at, ends_at=ends_at)}


def name_attributes(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The attribute table of name and value pairs; a name that comes again adds its value."""
    table: dict[str, list[str]] = {}
    for name, value in pairs:
        clean = " ".join(name.split()).rstrip(":： ")[:200]
        if clean and value and value not in table.setdefault(clean, []):
            table[clean].append(value)
    return {name: ", ".join(values)[:10_000] for name, values in table.items() if values}


def _lowest_amount(offer: Offer) -> Decimal:
    prices = [price.amount for price in (offer.price, offer.sale.price if offer.sale else None) if price]
    return min(prices, default=Decimal("Infinity"))


def is_bare_amount(value: Any) -> bool:
    """Whether a price is a number alone, without a currency."""
    return isinstance(value, int | float) or all(
        sign in "0123456789.,' \xa0\u202f" for sign in str(value).strip()
    )


def _whole_paths(paths: Sequence[CategoryPath]) -> tuple[CategoryPath, ...]:
    """Category paths without those that are the beginning of another one."""
    begun = {path[:length] for path in paths for length in range(1, len(path))}
    return tuple(path for path in paths if path not in begun)


def _all_pictures(pictures: Sequence[Picture], variants: Sequence[Variant]) -> tuple[Picture, ...]:
    """The product's pictures, then those that only its variants have."""
    by_url = {picture.url: picture for picture in reversed(pictures)}
    ordered = {picture.url: by_url[picture.url] for picture in pictures}
    for variant in variants:
        if variant.image_url and variant.image_url not in ordered:
            ordered[variant.image_url] = Picture(url=variant.image_url)
    return tuple(ordered.values())


def _distinct(variants: Sequence[Variant]) -> tuple[list[Variant], list[RowProblem]]:
    """Variants with distinct ids: a code that several have is numbered, and told."""
    seen: dict[str, int] = {}
    result = []
    problems = []
    for variant in variants:
        count = seen[variant.id] = seen.get(variant.id, 0) + 1
        if count > 1:
            message = f"SKU {shorten(variant.id)} is of {count} variants"
            problems.append(RowProblem("variants.sku", "duplicate_id", message))
            variant = variant.model_copy(update={"id": f"{variant.id[:190]}#{count}"})
        result.append(variant)
    return result, problems


def cheapest_of(variants: Sequence[Variant]) -> Offer | None:
    """The variant with the lowest price, among those in the currency of the first; ``None`` where none has a price."""
    priced = [variant for variant in variants if variant.price is not None]
    if not priced:
        return None
    currency = priced[0].price.currency if priced[0].price else ""
    same = [v for v in priced if v.price is not None and v.price.currency == currency]
    return min(same, key=_lowest_amount)


def pictures_of(
    cells: Cells, values: Iterable[Any], reader: Any, *, field: str = "pictures"
) -> tuple[Picture, ...]:
    """Pictures of addresses; those that are none are left out and noted."""
    read = (cells.attempt(field, reader, value) for value in values)
    return tuple(picture for picture in read if picture is not None)
