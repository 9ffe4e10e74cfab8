"""Icecat's JSON: a product a document, with its feature groups, as the live API and its dumps give it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kms.catalog.fields import read_code, read_gtin, read_picture
from kms.catalog.identifiers import to_identifier
from kms.catalog.layouts.base import Match, Reading, Rows, Sample, Shop
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.products import make_product, name_attributes, read_whole, refuse
from kms.catalog.mapping import Kind
from kms.catalog.offers import Picture
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.values import is_empty, read_moment, read_name, read_text

_ANSWERS = {"y": "Yes", "n": "No"}


class IcecatJsonProducts:
    """Icecat's JSON."""

    name = "icecat-json-products"
    title = "Icecat JSON"
    kind: Kind = "product"

    def match(self, sample: Sample) -> Match:
        """``GeneralInfo`` of a product, alone or below ``data``."""
        parts = [_data_of(row) for row in sample.rows]
        named = [part for part in parts if isinstance(part.get("GeneralInfo"), Mapping)]
        if not named:
            return Match(0.0, "no GeneralInfo")
        score = len(named) / len(parts)
        return Match(
            round(score, 3), "GeneralInfo" + (", FeaturesGroups" if "FeaturesGroups" in named[0] else "")
        )

    def grouping(self, sample: Sample) -> str:
        """Documents are taken apart, which a mapping cannot say."""
        return "features stand in groups of each document"

    def read(self, rows: Rows, shop: Shop) -> Iterator[Reading | BadRow]:
        """A product a document."""
        for row in rows():
            if isinstance(row, BadRow):
                yield row
                continue
            cells = Cells(row)
            data = _data_of(row)
            general = data.get("GeneralInfo")
            if not isinstance(general, Mapping):
                message = f"the document has no GeneralInfo{_said(row)}"
                yield refuse(cells, "GeneralInfo", message)
                continue
            yield read_whole(cells, _read_product, cells, data, general)


def _data_of(row: RawRow) -> Mapping[str, Any]:
    inner = row.values.get("data")
    return inner if isinstance(inner, Mapping) else row.values


def _said(row: RawRow) -> str:
    message = row.values.get("Message") or row.values.get("msg")
    return f": {message}" if isinstance(message, str) else ""


def _at(value: Any, *names: str) -> Any:
    """What stands below names, or ``None``."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return None if is_empty(value) else value


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _read_product(cells: Cells, data: Mapping[str, Any], general: Mapping[str, Any]) -> Reading | BadRow:
    cells.mark("title", *cells.row.values)
    code = _at(general, "BrandPartCode")
    number = _at(general, "IcecatId") or code
    title = _first(
        general, ("Title",), ("TitleInfo", "GeneratedLocalTitle", "Value"), ("TitleInfo", "GeneratedIntTitle")
    )
    if number is None or title is None:
        return refuse(cells, "id" if number is None else "title", "the document names no product")
    gtins = [
        gtin
        for each in _listed(_at(general, "GTIN"))
        if (gtin := cells.attempt("gtin", read_gtin, each)) is not None
    ]
    category = _first(general, ("Category", "Name", "Value"))
    family = _first(general, ("ProductFamily", "Value"), ("ProductSeries", "Value"))
    table = [*_features(data), *([("Product family", str(family))] if family else [])]
    return make_product(
        [cells],
        {
            "id": to_identifier(str(number)),
            "title": cells.attempt("title", read_text, title, is_single_line=True),
            "description": _description(general),
            "brand": cells.attempt("brand", read_name, brand)
            if (brand := _first(general, ("BrandInfo", "BrandName"), ("Brand",)))
            else None,
            "mpn": cells.attempt("mpn", read_code, code) if code else None,
            "gtin": gtins[0] if gtins else None,
            "category_paths": ((read_name("category_paths", category),),) if category else (),
            "attributes": name_attributes(table),
            "pictures": tuple(_pictures(cells, data)),
            "link": None,
            "published_at": cells.attempt("published_at", read_moment, released)
            if (released := _at(general, "ReleaseDate"))
            else None,
        },
    )


def _first(general: Mapping[str, Any], *places: Sequence[str]) -> Any:
    return next((value for place in places if (value := _at(general, *place)) is not None), None)


def _description(general: Mapping[str, Any]) -> str:
    """The long text, else the summaries; and the bullet points that it does not have."""
    long = _first(
        general,
        ("Description", "LongDesc"),
        ("SummaryDescription", "LongSummaryDescription"),
        ("SummaryDescription", "ShortSummaryDescription"),
    )
    text = read_text("description", long) if long is not None else ""
    bullets = _at(general, "BulletPoints", "Values") or _at(general, "GeneratedBulletPoints", "Values")
    lines = [
        read_text("description", each, is_single_line=True) for each in _listed(bullets) if not is_empty(each)
    ]
    return "\n".join(part for part in (text, *(line for line in lines if line not in text)) if part)


def _features(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and value of each feature, as it is presented: with its unit, ``Y`` and ``N`` in words."""
    for group in _listed(data.get("FeaturesGroups")):
        for feature in _listed(_at(group, "Features")):
            name = _at(feature, "Feature", "Name", "Value") or _at(feature, "Feature", "Name")
            value = _at(feature, "PresentationValue") or _at(feature, "LocalValue") or _at(feature, "Value")
            if not isinstance(name, str) or value is None:
                continue
            written = _ANSWERS.get(str(value).strip().casefold()) or read_text(
                "attributes", value, is_single_line=True
            )
            sign = _at(feature, "Feature", "Measure", "Signs", "_")
            if isinstance(sign, str) and "PresentationValue" not in feature and sign not in written:
                written = f"{written} {sign}"
            yield name, written


def _pictures(cells: Cells, data: Mapping[str, Any]) -> Iterator[Picture]:
    """The main picture, then the gallery, with their sizes."""
    main = _at(data, "Image") or {}
    gallery = sorted(
        (each for each in _listed(data.get("Gallery")) if isinstance(each, Mapping)),
        key=lambda each: str(each.get("IsMain", "N")).upper() != "Y",
    )
    sized = [(_at(main, "HighPic") or _at(main, "Pic500x500"), main, "HighPic")]
    sized += [(_at(each, "Pic"), each, "Pic") for each in gallery]
    for url, holder, name in sized:
        picture = cells.attempt("pictures", read_picture, url) if url else None
        if picture is not None:
            width, height = (_pixels(holder, f"{name}{side}") for side in ("Width", "Height"))
            yield picture.model_copy(update={"width": width, "height": height} if width and height else {})


def _pixels(holder: Any, name: str) -> int | None:
    value = str(_at(holder, name) or "")
    return int(value) if value.isdigit() and 0 < int(value) <= 100_000 else None
