"""schema.org: Product and ProductGroup as JSON-LD in pages and files, and the reviews that stand in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from kms.catalog.fields import read_names, read_paths, read_url, split_list
from kms.catalog.identifiers import handle_of, to_identifier
from kms.catalog.jsonld_rows import BREADCRUMB, PRODUCT_TYPES, types_of
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.grouping import grouped
from kms.catalog.layouts.products import make_product, name_attributes, read_whole, refuse
from kms.catalog.layouts.schema_org_offers import (
    GTINS,
    as_list,
    name_of,
    offers_of,
    read_named,
    read_offer,
    read_pictures,
    read_properties,
    read_quantity,
    read_shipping,
)
from kms.catalog.mapping import Kind, read_language, to_problem
from kms.catalog.models import Review
from kms.catalog.offers import Variant
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.values import is_empty, read_moment, read_name, read_rating, read_text

_CHOICES = {"color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern"}
_MEASURES = {"weight": "Weight", "depth": "Depth", "width": "Width", "height": "Height", "length": "Length"}
_FACTS = {"countryOfOrigin": "Country of origin", "model": "Model", "award": "Award", "slogan": "Slogan"}
_ROLES = {
    "isRelatedTo": "complements",
    "isSimilarTo": "substitutes",
    "isAccessoryOrSparePartFor": "compatible_with",
}
_HOME = frozenset({"home", "startseite", "accueil", "inicio", "shop", "首页", "主页"})
_HANDLING = (
    "@context", "@id", "@type", "variesBy", "hasMerchantReturnPolicy", "potentialAction", "mainEntityOfPage", "sameAs",
    "review", "reviews", "identifier", "inProductGroupWithID", "isVariantOf", "alternateName",
)  # fmt: skip


class SchemaOrgProducts:
    """Products in schema.org's words."""

    name = "schema-org-products"
    title = "schema.org Product (JSON-LD)"
    kind: Kind = "product"

    def match(self, sample: Sample) -> Match:
        """Rows whose ``@type`` is a product's."""
        fitting = sum(1 for row in sample.rows if types_of(row.values) & PRODUCT_TYPES)
        if not fitting:
            return Match(0.0, "no row has the @type Product or ProductGroup")
        return Match(
            0.5 + 0.5 * fitting / len(sample.rows), f"@type Product or ProductGroup in {fitting} rows"
        )

    def grouping(self, sample: Sample) -> str:
        """How nodes make a product."""
        return "a product is a tree of nodes (offers, variants, properties), whose parts are no columns"

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product for each node, or group of nodes."""
        for group in grouped(rows, _group_of):
            if isinstance(group, BadRow):
                yield group
                continue
            cells = [Cells(row) for row in group]
            yield read_whole(cells[0], _read_product, cells, shop)


class SchemaOrgReviews:
    """Reviews that stand in a product's node."""

    name = "schema-org-reviews"
    title = "reviews in schema.org Product (JSON-LD)"
    kind: Kind = "review"

    def match(self, sample: Sample) -> Match:
        """Rows of products with reviews in them; a file of these holds products first."""
        fitting = sum(
            1 for row in sample.rows if types_of(row.values) & PRODUCT_TYPES and _reviews_of(row.values)
        )
        if not fitting:
            return Match(0.0, "no product has a review in it")
        return Match(0.4 + 0.5 * fitting / len(sample.rows), f"review in {fitting} products")

    def grouping(self, sample: Sample) -> str:
        """How nodes make a review."""
        return "reviews stand inside of products"

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """Every review of every product."""
        for row in rows():
            if isinstance(row, BadRow):
                yield row
                continue
            cells = Cells(row)
            product_id = _id_of(cells)
            for node in _reviews_of(row.values):
                yield _read_review(node, product_id, cells)


def _group_of(row: RawRow) -> str:
    """The group that a node is a variant of, where it says so; a group itself is its own."""
    node = row.values
    if "ProductGroup" in types_of(node):
        return str(name_of(node.get("productGroupID")) or "")
    parent = next((each for each in as_list(node.get("isVariantOf")) if isinstance(each, dict)), {})
    return str(
        name_of(node.get("inProductGroupWithID")) or name_of(parent.get("productGroupID")) or ""
    ).strip()


def _id_of(cells: Cells) -> str:
    """The id of a product: its group's, its SKU, its number, its GTIN, its address, or its name's handle."""
    node = cells.row.values
    if group := _group_of(cells.row):
        return to_identifier(group)
    for key in ("productGroupID", "sku", "productID", "identifier", *GTINS):
        written = name_of(cells.find("id", key))
        if written is not None and str(written).strip():
            return to_identifier(str(written).removeprefix("sku:"))
    address = str(node.get("url") or node.get("@id") or "")
    last = urlsplit(address).path.rstrip("/").rpartition("/")[2]
    return to_identifier(last) if last else handle_of(str(node.get("name") or ""))


def _read_product(cells: Sequence[Cells], shop: Shop) -> Reading | BadRow:
    main = next((row for row in cells if "ProductGroup" in types_of(row.row.values)), cells[0])
    node = main.row.values
    identifier = _id_of(main)
    if not identifier:
        return refuse(main, "id", "the product has neither a SKU, a number, an address nor a name")
    for row in cells:
        for name in _HANDLING:
            row.find("left out: about the data itself", name)
        for name in ("sku", "mpn", "productGroupID", "productID", *GTINS):
            row.find("codes", name)
    children = [each for each in main.all("variants", "hasVariant") if isinstance(each, dict)]
    for row in cells:
        if row is not main or (len(cells) > 1 and "ProductGroup" not in types_of(node)):
            children.append(row.row.values)
            row.find("variants", *row.row.values)
    offers = offers_of(node)
    main.find("offers", "offers")
    if not children and len({str(o["sku"]) for o in offers if o.get("sku")}) > 1:
        children = [{**_item_of(offer), "sku": offer.get("sku"), "offers": [offer]} for offer in offers]
    own = {**node, "offers": None}
    first_offer = min(offers, key=_price_key) if offers else {}
    rating = next(
        (each for each in as_list(main.find("numbers", "aggregateRating")) if isinstance(each, dict)), {}
    )
    values: dict[str, Any] = {
        "id": identifier,
        "title": main.read("title", "name", read_named)
        or read_named("title", children[0].get("name") if children else ""),
        "description": main.read("description", "description", lambda f, v: read_text(f, name_of(v))),
        "brand": main.read("brand", ("brand", "manufacturer"), lambda f, v: read_name(f, name_of(v) or "")),
        "language": str(name_of(main.find("language", "inLanguage")) or ""),
        "category_paths": _read_categories(main),
        "tags": read_names(
            "tags", [tag for each in main.all("tags", "keywords") for tag in split_list(str(name_of(each)))]
        ),
        "pictures": read_pictures(main, main.all("pictures", "image")),
        "link": main.read("link", "url", read_url),
        "seller": main.attempt(
            "seller", lambda f, v: read_name(f, name_of(v) or ""), first_offer.get("seller") or ""
        ),
        "shipping": tuple(read_shipping(main, first_offer, shop)),
        "numbers": _read_rating(rating),
        "related": _read_related(main),
    }
    options = [_read_choices(main, child) for child in children]
    varying = {name for each in options for name in each if len({other.get(name) for other in options}) > 1}
    shared = dict(options[0]) if options else {}
    table = [(name, value) for name, value in shared.items() if name not in varying]
    own_table = [(name, value) for name, value in _read_table(main, node) if name not in varying]
    values["attributes"] = name_attributes([*own_table, *table])
    offer = read_offer(main, own, first_offer, shop)
    if not children:
        return make_product(cells, {**values, **offer, "link": values["link"] or offer["link"]})
    values |= {name: offer[name] for name in ("mpn", "gtin", "condition")}
    values["variants"] = [
        _read_variant(main, child, {n: v for n, v in chosen.items() if n in varying}, number, shop)
        for number, (child, chosen) in enumerate(zip(children, options, strict=True), start=1)
    ]
    return make_product(cells, values)


def _item_of(offer: dict[str, Any]) -> dict[str, Any]:
    item = next((each for each in as_list(offer.get("itemOffered")) if isinstance(each, dict)), {})
    return {"name": offer.get("name"), **item}


def _price_key(offer: dict[str, Any]) -> float:
    try:
        return float(offer.get("price") or offer.get("lowPrice") or "inf")
    except (TypeError, ValueError):
        return float("inf")


def _read_variant(
    main: Cells, child: dict[str, Any], options: dict[str, str], number: int, shop: Shop
) -> Variant:
    offers = offers_of(child)
    offer = read_offer(main, child, min(offers, key=_price_key) if offers else {}, shop, field="variants.")
    pictures = read_pictures(main, child.get("image"), field="variants.image_url")
    code = (
        name_of(child.get("sku"))
        or name_of(child.get("productID"))
        or offer["gtin"]
        or name_of(child.get("@id"))
    )
    return Variant(
        id=str(code or " / ".join(options.values()) or f"variant {number}").strip()[:200],
        title=read_named("variants.title", child.get("name") or "")[:2_000],
        options={name[:200]: value[:1_000] for name, value in options.items()},
        image_url=pictures[0].url if pictures else None,
        **offer,
    )


def _read_choices(main: Cells, child: dict[str, Any]) -> dict[str, str]:
    """What may tell a variant from another: colour, size …, and its own properties."""
    choices = {label: main.attempt("variants.options", read_quantity, child[key])
               for key, label in (*_CHOICES.items(), *_MEASURES.items()) if not is_empty(child.get(key))}  # fmt: skip
    named = dict(read_properties(main, child))
    return {name: value for name, value in {**choices, **named}.items() if value}


def _read_categories(main: Cells) -> tuple[tuple[str, ...], ...]:
    """The page's breadcrumb first, then the category as it is written."""
    names = [str(name) for name in main.all("category_paths", BREADCRUMB)]
    title = str(name_of(main.row.values.get("name")) or "").strip().casefold()
    while names and names[-1].strip().casefold() == title:
        names.pop()
    if names and names[0].strip().casefold() in _HOME:
        names.pop(0)
    written = [name_of(each) for each in main.all("category_paths", "category")]
    own = [str(each).replace(" / ", " > ") for each in written if each and not str(each).startswith("http")]
    crumbs = tuple(name for each in names if (name := read_name("category_paths", each)))
    paths = read_paths("category_paths", [each for each in own if not each.strip().isdigit()])
    return tuple(dict.fromkeys(path for path in (crumbs, *paths) if path))


def _read_table(main: Cells, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, label in (*_CHOICES.items(), *_MEASURES.items()):
        if value := main.read("attributes", key, read_quantity):
            yield label, value
    for key, label in _FACTS.items():
        if value := main.read("attributes", key, read_named):
            yield label, value
    audience = next(
        (each for each in as_list(main.find("attributes", "audience")) if isinstance(each, dict)), {}
    )
    if gender := name_of(audience.get("suggestedGender")):
        yield "Gender", read_text("attributes", str(gender).rpartition("/")[2], is_single_line=True)
    main.find("attributes", "additionalProperty")
    yield from read_properties(main, node)


def _read_rating(rating: dict[str, Any]) -> dict[str, float]:
    """Mean and number of ratings, of five."""
    numbers: dict[str, float] = {}
    try:
        best = float(name_of(rating.get("bestRating")) or 5)
        numbers["rating"] = round(float(str(name_of(rating["ratingValue"])).replace(",", ".")) * 5 / best, 2)
        numbers["ratings"] = float(
            name_of(rating.get("ratingCount")) or name_of(rating.get("reviewCount")) or 0
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        pass
    return numbers


def _read_related(main: Cells) -> dict[str, tuple[str, ...]]:
    related: dict[str, tuple[str, ...]] = {}
    for key, role in _ROLES.items():
        nodes = [each for each in main.all(f"related.{role}", key) if isinstance(each, dict)]
        ids = [_id_of(Cells(RawRow(main.line, node))) for node in nodes]
        if ids := [each for each in ids if each]:
            related[role] = tuple(dict.fromkeys(ids))
    return related


def _reviews_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        each for key in ("review", "reviews") for each in as_list(node.get(key)) if isinstance(each, dict)
    ]


def _read_review(node: dict[str, Any], product_id: str, cells: Cells) -> Reading | BadRow:
    row = Cells(RawRow(cells.line, node))
    rating = next(
        (each for each in as_list(row.find("rating", "reviewRating")) if isinstance(each, dict)), {}
    )
    best = str(name_of(rating.get("bestRating")) or 5)
    value = name_of(rating.get("ratingValue"))
    title = row.read("title", ("name", "headline"), read_named) or ""
    text = row.read("text", ("reviewBody", "description"), lambda f, v: read_text(f, name_of(v))) or ""
    author = str(name_of(row.find("shopper_id", "author")) or "")
    state = "\x1f".join((product_id, author, title, text))
    values: dict[str, Any] = {
        "id": to_identifier(str(node.get("@id") or "")) if node.get("@id") else _digest(state),
        "product_id": product_id,
        "title": title,
        "text": text,
        "rating": None if value is None else row.attempt("rating", _of_five, value, best=best),
        "created_at": row.read("created_at", "datePublished", read_moment),
    }
    values["language"] = read_language({**values, "language": str(name_of(node.get("inLanguage")) or "")})
    try:
        review = Review.model_validate(values)
    except ValidationError as error:
        return BadRow(row.line, to_problem(error, values), repr(node)[:300], id=values["id"])
    return Reading(row.line, review, problems=tuple((row.line, p) for p in row.problems), used=row.used)


def _of_five(field: str, value: Any, *, best: str) -> float:
    try:
        divisor = float(best.replace(",", ".")) / 5
    except ValueError:
        divisor = 1.0
    rating = read_rating(field, value, divisor=divisor or 1.0)
    return min(5.0, max(1.0, rating)) if 0 < rating <= 5 else rating


def _digest(state: str) -> str:
    return hashlib.blake2b(state.encode("utf-8", "replace"), digest_size=10).hexdigest()
