"""Products and reviews as JSON objects in the platform's own field names, as the HTTP API takes them.

Values are read by the readers of files: the same writings are understood, and what they refuse is refused in the same
words. A field that does not exist is refused as well, because who writes a program wants to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError

from kms.catalog.layouts.products import cheapest_of
from kms.catalog.mapping import AttributeRule, FieldRule, mappable_fields, read_language, to_problem
from kms.catalog.mapping import Mapping as RowMapping
from kms.catalog.models import Product, Review
from kms.catalog.offers import Offer, SalePrice, Variant
from kms.catalog.rows import RowProblem, shorten
from kms.catalog.values import is_empty, read_end, read_moment
from kms.currency import Price
from kms.text.nearest import nearest_name
from kms.types import ProductRole

OFFER_FIELDS = ("price", "sale", "availability", "stock", "publication")
"""What changes often and needs no text to be read."""
_STRUCTURED = (
    "variants",
    "shipping",
    "numbers",
    "texts",
    "translations",
    "category_paths",
    "pictures",
    "tags",
)
"""Fields of lists and tables, which are taken as the model has them where they are written so."""
_TABLES = ("attributes", "related", "numbers", "texts", "translations")
"""Fields of which a change names some entries."""
_MOST_SHOWN = 5


def _mapping_of(names: Iterable[str]) -> RowMapping:
    fields = {name: FieldRule(column=name) for name in sorted(names)}
    fields["price"] = FieldRule(column="price", currency_column="currency")
    roles: tuple[ProductRole, ...] = get_args(ProductRole)
    return RowMapping(
        kind="product",
        fields=fields,
        attributes=AttributeRule(column="attributes"),
        related={role: FieldRule(column=f"related.{role}") for role in roles},
    )


_PRODUCT = _mapping_of(mappable_fields("product"))
_VARIANT = RowMapping(
    kind="product",
    fields={
        **{name: FieldRule(column=name) for name in ("sku", "gtin", "mpn", "stock", "availability", "condition")},
        **{name: FieldRule(column=name) for name in ("link", "image_url", "title")},
        "price": FieldRule(column="price", currency_column="currency"),
        "id": FieldRule(column="id"),
    },
)  # fmt: skip
_REVIEW = RowMapping(
    kind="review", fields={name: FieldRule(column=name) for name in sorted(mappable_fields("review"))}
)
_PRODUCT_FIELDS = (*Product.model_fields, "currency")
_VARIANT_FIELDS = (*Variant.model_fields, "currency")


class ReadProduct(NamedTuple):
    """A product, and what was left out of it because it could not be used, such as a GTIN with a wrong digit."""

    product: Product
    left_out: tuple[RowProblem, ...] = ()


def read_product(
    body: Any, *, product_id: str | None = None, shop_currency: str | None = None
) -> ReadProduct:
    """A whole product.

    Args:
        body: The JSON object.
        product_id: Its id where the address says it; the object need not repeat it.
        shop_currency: The shop's own currency, for prices that name none.

    Raises:
        RowProblem: What is wrong with it.
    """
    row = _check_object(body, _PRODUCT_FIELDS, "a product")
    row = _with_id(row, "id", product_id)
    left_out: list[RowProblem] = []
    values = _read_values(row, shop_currency, left_out)
    return ReadProduct(_validate(_complete(values, values)), tuple(left_out))


def patch_product(product: Product, body: Any, *, shop_currency: str | None = None) -> ReadProduct:
    """A product with some fields changed, by the rules of JSON Merge Patch (RFC 7396).

    A field that is ``null`` is emptied; of tables (attributes, related, numbers, texts, translations) the entries that are
    named change, and those that are ``null`` go.

    Raises:
        RowProblem: What is wrong with it.
    """
    row = _check_object(body, _PRODUCT_FIELDS, "a product")
    row = _with_id(row, "id", product.id)
    if "variants" not in row:
        _check_whose(product, row)
    emptied = [name for name, value in row.items() if value is None and name != "currency"]
    for name in emptied:
        if Product.model_fields[name].is_required():
            raise RowProblem(name, "missing", f"{name} is empty")
    left_out: list[RowProblem] = []
    before = dict(product)
    for name in _TABLES:
        if isinstance(row.get(name), dict):
            table = {**_plain(before[name]), **row[name]}
            row = {**row, name: {key: value for key, value in table.items() if value is not None}}
    given = {name: value for name, value in row.items() if value is not None}
    if "currency" not in given and product.price is not None:
        given["currency"] = product.price.currency
    changed = {
        name: value for name, value in _read_values(given, shop_currency, left_out).items() if name in row
    }
    for name in emptied:
        changed[name] = Product.model_fields[name].get_default(call_default_factory=True)
    return ReadProduct(_validate(_complete({**before, **changed}, changed)), tuple(left_out))


def patch_offer(
    product: Product, variant_id: str | None, body: Any, *, shop_currency: str | None = None
) -> Product:
    """A product with the price, sale, availability, stock or publication of itself or of a variant changed.

    Args:
        product: As it is.
        variant_id: Of the variant that is meant; ``None``: the product itself.
        body: The JSON object: some of ``OFFER_FIELDS``; ``null`` empties a field.
        shop_currency: The shop's own currency, for prices that name none.

    Raises:
        RowProblem: What is wrong with it; here a value that cannot be used refuses the row.
    """
    row = _check_object(body, (*OFFER_FIELDS, "currency"), "an offer")
    if not row.keys() & set(OFFER_FIELDS):
        raise RowProblem("", "missing", f"nothing to change: give {', '.join(OFFER_FIELDS)}")
    if variant_id is None:
        read = patch_product(product, row, shop_currency=shop_currency)
        if read.left_out:
            raise read.left_out[0]
        return read.product
    if "publication" in row:
        message = f"publication is of the whole product; name it by its id, {product.id}"
        raise RowProblem("publication", "invalid", message)
    at = next(i for i, variant in enumerate(product.variants) if variant.id == variant_id)
    variant = _patch_variant(product.variants[at], row, shop_currency)
    variants = (*product.variants[:at], variant, *product.variants[at + 1 :])
    return _validate(_complete({**dict(product), "variants": variants}, {"variants": variants}))


def read_review(body: Any, *, review_id: str | None = None) -> Review:
    """A whole review; its id where the address says it.

    Raises:
        RowProblem: What is wrong with it.
    """
    row = _with_id(_check_object(body, tuple(Review.model_fields), "a review"), "id", review_id)
    review = _REVIEW.apply(row)
    assert isinstance(review, Review)
    return review


def _check_object(body: Any, known: tuple[str, ...], what: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise RowProblem("", "syntax", f"expected {what} as a JSON object, not {shorten(body)}")
    for name in body:
        if name not in known:
            nearest = nearest_name(str(name)[:100], known)
            hint = f"; did you mean {nearest}?" if nearest else f"; there are {', '.join(known)}"
            raise RowProblem(str(name)[:200], "invalid", f"{shorten(name)} is no field of {what}{hint}")
    return body


def _check_whose(product: Product, row: Mapping[str, Any]) -> None:
    """Refuse to change a price, sale or stock of a product whose variants have them."""
    if not product.variants:
        return
    codes = ", ".join(shorten(variant.id) for variant in product.variants[:_MOST_SHOWN])
    further = ", …" if len(product.variants) > _MOST_SHOWN else ""
    have_stock = any(variant.current_availability() is not None for variant in product.variants)
    for name, what in (("price", "prices"), ("sale", "prices"), ("stock", "stock")):
        if name in row and (name != "stock" or have_stock):
            whole = (
                ", or send availability, which may be of the product as a whole" if name == "stock" else ""
            )
            message = (
                f"{name}: {product.id} has variants, which have the {what}; name a variant by its code in PATCH "
                f"/v1/offers ({codes}{further}){whole}"
            )
            raise RowProblem(name, "invalid", message)


def _with_id(row: dict[str, Any], field: str, given: str | None) -> dict[str, Any]:
    if given is None:
        return row
    if not is_empty(row.get(field)) and str(row[field]).strip() != given:
        message = f"{field} {shorten(row[field])} is not that of the address, {shorten(given)}"
        raise RowProblem(field, "invalid", message)
    return {**row, field: given}


def _read_values(
    row: Mapping[str, Any], shop_currency: str | None, left_out: list[RowProblem]
) -> dict[str, Any]:
    """Values of the fields that a row names, those of lists and tables as they are."""
    structured = {name: row[name] for name in _STRUCTURED if name in row and _is_structured(row[name])}
    cells = {name: value for name, value in row.items() if name not in structured}
    values = _PRODUCT.read_values(cells, shop_currency=shop_currency or _currency_of(row), left_out=left_out)
    values.update({name: value for name, value in structured.items() if not is_empty(value)})
    if not is_empty(row.get("variants")):
        variants = row["variants"] if isinstance(row["variants"], list) else [row["variants"]]
        values["variants"] = tuple(_read_variant(each, shop_currency, left_out) for each in variants)
    if not is_empty(row.get("sale")):
        values["sale"] = _read_sale(row["sale"], values.get("price"), shop_currency or _currency_of(row))
    return values


def _is_structured(value: Any) -> bool:
    return isinstance(value, dict | list) and not (
        isinstance(value, list) and value and all(isinstance(each, str) for each in value)
    )


def _currency_of(row: Mapping[str, Any]) -> str | None:
    written = row.get("currency")
    return written.strip().upper() if isinstance(written, str) and written.strip() else None


def _read_variant(raw: Any, shop_currency: str | None, left_out: list[RowProblem]) -> Variant:
    row = _check_object(raw, _VARIANT_FIELDS, "a variant")
    values = _VARIANT.read_values(row, shop_currency=shop_currency, left_out=left_out)
    values = {name: value for name, value in values.items() if name in row}
    if not is_empty(row.get("options")):
        values["options"] = row["options"]
    if not is_empty(row.get("sale")):
        values["sale"] = _read_sale(row["sale"], values.get("price"), shop_currency)
    try:
        return Variant.model_validate(values)
    except ValidationError as error:
        problem = to_problem(error, values)
        raise RowProblem(
            f"variants.{problem.field}", problem.reason, f"variants: {problem.json_message}"
        ) from None


def _patch_variant(variant: Variant, row: dict[str, Any], shop_currency: str | None) -> Variant:
    left_out: list[RowProblem] = []
    own = variant.price.currency if variant.price else shop_currency
    given = {"currency": own, **{name: value for name, value in row.items() if value is not None}}
    changed = {
        name: value
        for name, value in _VARIANT.read_values(given, shop_currency=shop_currency, left_out=left_out).items()
        if name in row
    }
    if left_out:
        raise left_out[0]
    if not is_empty(row.get("sale")):
        changed["sale"] = _read_sale(row["sale"], changed.get("price", variant.price), own)
    changed.update({name: None for name, value in row.items() if value is None and name != "currency"})
    return Variant.model_validate({**dict(variant), **changed})


def _read_sale(raw: Any, usual: Price | None, currency: str | None) -> SalePrice:
    """A lower price: a price alone, or ``price``, ``starts_at`` and ``ends_at``."""
    from kms.catalog.prices import read_price

    is_table = isinstance(raw, dict) and "price" in raw
    row = _check_object(raw, ("price", "starts_at", "ends_at"), "a sale") if is_table else {"price": raw}
    price = read_price("sale", row["price"], currency=currency or (usual.currency if usual else None))
    starts = None if is_empty(row.get("starts_at")) else read_moment("sale.starts_at", row["starts_at"])
    ends = None if is_empty(row.get("ends_at")) else read_end("sale.ends_at", row["ends_at"])
    if starts is not None and ends is not None and ends < starts:
        raise RowProblem("sale", "invalid", "sale ends before it begins")
    return SalePrice(price=price, starts_at=starts, ends_at=ends)


def _complete(values: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Values with those that follow from the given ones, as the readers of exports complete them."""
    result = dict(values)
    variants = given.get("variants")
    if variants and (cheapest := cheapest_of(variants)) is not None:
        result["price"], result["sale"] = cheapest.price, cheapest.sale
    if given.get("pictures") and "image_url" not in given:
        first = given["pictures"][0]
        result["image_url"] = first.get("url") if isinstance(first, dict) else getattr(first, "url", first)
    if given.get("category_paths") and "category" not in given:
        first = given["category_paths"][0]
        result["category"] = first[-1] if isinstance(first, list | tuple) and first else None
    if not result.get("language"):
        result["language"] = read_language(result)
    return result


def _validate(values: dict[str, Any]) -> Product:
    try:
        product = Product.model_validate(values)
    except ValidationError as error:
        raise to_problem(error, values) from None
    check_sale(product)
    return product


def check_sale(offer: Offer) -> None:
    """Refuse a sale that is none.

    Raises:
        RowProblem: It is not lower than the usual price, or in another currency.
    """
    for each in (offer, *(offer.variants if isinstance(offer, Product) else ())):
        if each.sale is None or each.price is None:
            continue
        sale, usual = each.sale.price, each.price
        if sale.currency != usual.currency or sale.amount >= usual.amount:
            of_variant = f" of variant {shorten(each.id)}" if isinstance(each, Variant) else ""
            period = "".join(
                f" {word} {moment:%Y-%m-%d %H:%M} UTC"
                for word, moment in (("from", each.sale.starts_at), ("until", each.sale.ends_at))
                if moment is not None
            )
            message = (
                f"sale{of_variant}, {sale.amount} {sale.currency}{period}, is not below the price, {usual.amount} "
                f"{usual.currency}; send with the price a sale that is lower and in its currency, or null for no sale"
            )
            raise RowProblem("sale", "invalid", message)


def _plain(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.model_dump()
        if hasattr(value, "model_dump")
        else list(value)
        if isinstance(value, tuple)
        else value
        for key, value in table.items()
    }
