"""Parts of schema.org nodes: offers, properties with units, pictures, names, shipping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kms.catalog.fields import (
    read_availability,
    read_code,
    read_condition,
    read_gtin,
    read_picture,
    read_stock,
    read_url,
)
from kms.catalog.jsonld_rows import types_of
from kms.catalog.layouts.base import Shop
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.products import read_amount, with_sale
from kms.catalog.offers import Picture, Shipping
from kms.catalog.rows import RowProblem
from kms.catalog.values import is_empty, read_end, read_text
from kms.currency import Price

GTINS = ("gtin", "gtin13", "gtin12", "gtin14", "gtin8", "isbn")
_UNIT_CODES = {
    "KGM": "kg", "GRM": "g", "MGM": "mg", "LBR": "lb", "ONZ": "oz", "MTR": "m", "CMT": "cm", "MMT": "mm", "INH": "in",
    "FOT": "ft", "LTR": "l", "MLT": "ml", "CLT": "cl", "GLL": "gal", "WTT": "W", "KWT": "kW", "WHR": "Wh", "KWH": "kWh",
    "VLT": "V", "AMP": "A", "AMH": "Ah", "E09": "mAh", "HUR": "h", "MIN": "min", "SEC": "s", "DAY": "days", "ANN": "years",
    "CEL": "°C", "FAH": "°F", "BAR": "bar", "PAL": "Pa", "HTZ": "Hz", "MHZ": "MHz", "A86": "GHz", "4L": "MB", "E34": "GB",
    "NU": "Nm", "RPM": "rpm", "LUM": "lm", "2N": "dB", "P1": "%", "MTK": "m²", "LM": "m", "C62": "", "EA": "", "H87": "",
}  # fmt: skip
"""Codes of UN/CEFACT recommendation 20 that shops use, and the unit as it is written."""
_STRUCK = ("StrikethroughPrice", "ListPrice", "SRP", "MSRP", "RegularPrice")


def as_list(value: Any) -> list[Any]:
    """The items of a property that may be one or several."""
    return [item for item in (value if isinstance(value, list) else [value]) if not is_empty(item)]


def name_of(value: Any) -> Any:
    """A thing's name: of several the first, of a node its name or value, else what is written."""
    for item in as_list(value):
        if not isinstance(item, dict):
            return item
        for key in ("name", "legalName", "value", "@value"):
            if not is_empty(item.get(key)):
                return name_of(item[key])
    return None


def read_named(field: str, value: Any) -> str:
    """A text, or the name of a node, on one line."""
    name = name_of(value)
    return "" if name is None else read_text(field, name, is_single_line=True)


def read_quantity(field: str, value: Any) -> str:
    """A number with its unit, a range, or a text: ``{value: 1.2, unitCode: KGM}`` is "1.2 kg"."""
    item = next(iter(as_list(value)), "")
    if not isinstance(item, dict):
        return read_text(field, item, is_single_line=True)
    code = str(item.get("unitCode") or "").rpartition("/")[2].rpartition(":")[2].upper()
    unit = str(item.get("unitText") or _UNIT_CODES.get(code, "")).strip()
    if not is_empty(item.get("minValue")) and not is_empty(item.get("maxValue")):
        amount = f"{read_text(field, item['minValue'])}-{read_text(field, item['maxValue'])}"
    else:
        held = item.get("value")
        if isinstance(held, dict):
            return read_quantity(field, {**held, "unitText": held.get("unitText") or unit})
        amount = ", ".join(read_named(field, each) for each in as_list(held)) if held is not None else ""
        amount = amount or read_named(field, item)
    return f"{amount} {unit}".strip()


def read_pictures(cells: Cells, value: Any, *, field: str = "pictures") -> list[Picture]:
    """Pictures by address or as ImageObject with size and caption."""
    pictures = []
    for item in as_list(value):
        node = item if isinstance(item, dict) else {"url": item}
        address = next(
            (node[key] for key in ("contentUrl", "url", "@id") if isinstance(node.get(key), str)), None
        )
        alt = node.get("caption") or node.get("name") or ""
        picture = cells.attempt(field, read_picture, address, alt=alt) if address else None
        if picture is not None:
            sizes = {side: size for side in ("width", "height") if (size := _pixels(node.get(side)))}
            pictures.append(picture.model_copy(update=sizes))
    return pictures


def _pixels(value: Any) -> int | None:
    number = name_of(value)
    try:
        size = int(float(str(number).removesuffix("px").strip()))
    except (TypeError, ValueError):
        return None
    return size if 1 <= size <= 100_000 else None


def offers_of(node: Any) -> list[dict[str, Any]]:
    """The offers of a node; those inside an AggregateOffer where it lists them, else itself."""
    offers: list[dict[str, Any]] = []
    for offer in as_list(node.get("offers") if isinstance(node, dict) else None):
        if not isinstance(offer, dict):
            continue
        inner = [each for each in as_list(offer.get("offers")) if isinstance(each, dict)]
        if inner:
            shared = {key: value for key, value in offer.items() if key in ("priceCurrency", "seller")}
            offers += [{**shared, **each} for each in inner]
        else:
            offers.append(offer)
    return offers


def read_offer(cells: Cells, node: Any, offer: Any, shop: Shop, *, field: str = "") -> dict[str, Any]:
    """The fields of an offer of a product's node; both may have its codes."""
    node, offer = (node if isinstance(node, dict) else {}), (offer if isinstance(offer, dict) else {})
    usual, lower, ends = _read_prices(cells, offer, shop, field)

    def read(name: str, reader: Any, *keys: str) -> Any:
        written = next(
            (name_of(held[key]) for held in (offer, node) for key in keys if not is_empty(held.get(key))),
            None,
        )
        return None if written is None else cells.attempt(f"{field}{name}", reader, written)

    return {
        "sku": read("sku", read_code, "sku"),
        "gtin": read("gtin", read_gtin, *GTINS),
        "mpn": read("mpn", read_code, "mpn"),
        "availability": read("availability", read_availability, "availability"),
        "stock": read("stock", read_stock, "inventoryLevel"),
        "condition": read("condition", read_condition, "itemCondition"),
        "link": read("link", read_url, "url"),
        **with_sale(usual, lower, ends_at=ends),
    }


def _read_prices(
    cells: Cells, offer: dict[str, Any], shop: Shop, field: str
) -> tuple[Price | None, Price | None, Any]:
    """Usual price, lower price while there is one, and until when."""

    def amount(held: dict[str, Any], *keys: str) -> Price | None:
        written = next((held[key] for key in keys if not is_empty(held.get(key))), None)
        currency = str(
            held.get("priceCurrency") or held.get("currency") or offer.get("priceCurrency") or ""
        ).strip()
        if written is None or isinstance(written, dict | list):
            return None
        return cells.attempt(
            f"{field}price", read_amount, written, shop=shop, currency=currency.upper() or None
        )

    price = amount(offer, "price", "lowPrice")
    struck: Price | None = None
    for part in as_list(offer.get("priceSpecification")):
        if not isinstance(part, dict) or (
            "UnitPriceSpecification" in types_of(part) and part.get("referenceQuantity")
        ):
            continue
        kind = str(part.get("priceType") or "").rpartition("/")[2]
        value = amount(part, "price", "minPrice")
        if kind in _STRUCK:
            struck = struck or value
        else:
            price = price or value
    until = offer.get("priceValidUntil")
    ends = cells.attempt(f"{field}sale", read_end, until) if struck and isinstance(until, str) else None
    return (struck, price, ends) if struck and price else (price or struck, None, None)


def read_properties(cells: Cells, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and value of ``additionalProperty``."""
    for item in as_list(node.get("additionalProperty")):
        if not isinstance(item, dict):
            continue
        name = cells.attempt("attributes", read_named, item.get("name") or item.get("propertyID"))
        value = cells.attempt("attributes", read_quantity, {k: v for k, v in item.items() if k != "name"})
        if name and value:
            yield name, value


def read_shipping(cells: Cells, offer: dict[str, Any], shop: Shop) -> Iterator[Shipping]:
    """What sending costs, by country."""
    for detail in as_list(offer.get("shippingDetails")):
        if not isinstance(detail, dict):
            continue
        rate = next((r for r in as_list(detail.get("shippingRate")) if isinstance(r, dict)), {})
        price = None
        if not is_empty(rate.get("value")):
            currency = str(rate.get("currency") or "") or None
            price = cells.attempt("shipping", read_amount, rate["value"], shop=shop, currency=currency)
        for place in as_list(detail.get("shippingDestination")) or [{}]:
            country = name_of(place.get("addressCountry")) if isinstance(place, dict) else None
            if country and len(str(country)) != 2:
                message = f"shipping country {country!r} is no ISO code of two letters"
                cells.problems.append(RowProblem("shipping", "invalid", message))
                continue
            region = name_of(place.get("addressRegion")) if isinstance(place, dict) else None
            yield Shipping(country=str(country or "").upper(), region=str(region or "")[:100], price=price)
