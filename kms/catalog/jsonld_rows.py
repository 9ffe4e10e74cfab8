"""Rows of schema.org data: the products in the JSON-LD of pages (HTML) and of JSON files.

A row is a product's node as it is written, with what it refers to by ``@id`` put in its place. A page adds what only it
says: its breadcrumb (``#breadcrumb``), its own address and its language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kms.catalog.json_rows import MOST_DOCUMENT_BYTES
from kms.catalog.rows import EXCERPT_LENGTH, BadRow, RawRow, RowProblem
from kms.catalog.streams import OpenFile
from kms.errors import CatalogError

BREADCRUMB = "#breadcrumb"
PRODUCT_TYPES = frozenset(
    {
        "Product",
        "ProductGroup",
        "ProductModel",
        "IndividualProduct",
        "SomeProducts",
        "Vehicle",
        "Car",
        "Motorcycle",
    }
)
_MOST_DEPTH = 40
_MARKS = (b'"@context"', b'"@graph"', b'"@type"')
_HEAD_BYTES = 4_096
_AROUND = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*$|;\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def is_jsonld(head: bytes) -> bool:
    """Whether the beginning of a JSON file is schema.org data and no list of rows."""
    begin = head[:_HEAD_BYTES]
    return _MARKS[0] in begin or _MARKS[1] in begin


def read_jsonld(text: bytes, path: Path) -> Iterator[RawRow | BadRow]:
    """The products of a JSON document.

    Raises:
        CatalogError: It is no JSON.
    """
    try:
        document = json.loads(text.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{path}: no JSON: {error}") from None
    for node in _products_of([document]):
        yield RawRow(1, node)


def read_page(file: OpenFile, path: Path) -> Iterator[RawRow | BadRow]:
    """The products of a page's ``application/ld+json`` scripts; one that is no JSON is set aside.

    Raises:
        CatalogError: The page is too large.
    """
    from bs4 import BeautifulSoup

    content = file.stream.read(MOST_DOCUMENT_BYTES + 1)
    if len(content) > MOST_DOCUMENT_BYTES:
        raise CatalogError(f"{path}: a page of more than {MOST_DOCUMENT_BYTES:,} bytes")
    page = BeautifulSoup(content, "html.parser")
    documents: list[Any] = []
    first_line = 1
    for script in page.find_all("script", type=re.compile(r"^application/ld\+json", re.IGNORECASE)):
        written = str(script.string or script.get_text())
        line = script.sourceline or 1
        try:
            documents.append(_parse(written))
            first_line = line if len(documents) == 1 else first_line
        except (ValueError, RecursionError) as error:
            problem = RowProblem("", "syntax", f"the page's JSON-LD is no JSON: {error}")
            yield BadRow(line, problem, written.strip()[:EXCERPT_LENGTH])
    products = _products_of(documents)
    html = page.find("html")
    language = str(html.get("lang") or "") if html is not None else ""
    canonical = page.find("link", rel="canonical")
    address = str(canonical.get("href") or "") if canonical is not None else ""
    for node in products:
        if language:
            node.setdefault("inLanguage", language)
        if len(products) == 1:
            if address:
                node.setdefault("url", address)
            if names := _breadcrumb(documents):
                node.setdefault(BREADCRUMB, names)
        yield RawRow(first_line, node)


def types_of(node: Any) -> set[str]:
    """The types of a node, without their vocabulary's address."""
    if not isinstance(node, dict):
        return set()
    named = node.get("@type", ())
    return {
        str(each).rpartition("/")[2].rpartition(":")[2]
        for each in (named if isinstance(named, list) else [named])
    }


def _parse(written: str) -> Any:
    text = written
    for _ in range(3):
        text = _AROUND.sub("", text.strip())
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_TRAILING_COMMA.sub(r"\1", text), strict=False)


def _products_of(documents: list[Any]) -> list[dict[str, Any]]:
    """Products that stand in no other product, with references resolved."""
    by_id: dict[str, dict[str, Any]] = {}
    nodes: list[dict[str, Any]] = []
    for document in documents:
        _collect(document, by_id, nodes, 0)
    # A variant that a group names by its id is the group's.
    named = {
        _id_of(each) for node in nodes for each in _items(node.get("hasVariant")) if isinstance(each, dict)
    }
    outer = [node for node in nodes if not (_id_of(node) and _id_of(node) in named)]
    return [_resolve(node, by_id, 0) for node in outer]


def _collect(node: Any, by_id: dict[str, dict[str, Any]], found: list[dict[str, Any]], depth: int) -> None:
    if depth > _MOST_DEPTH:
        return
    if isinstance(node, list):
        for item in node:
            _collect(item, by_id, found, depth + 1)
        return
    if not isinstance(node, dict):
        return
    identifier = _id_of(node)
    if identifier and len(node) > 1:
        by_id.setdefault(identifier, node)
    if types_of(node) & PRODUCT_TYPES and ("name" in node or "hasVariant" in node or "offers" in node):
        found.append(node)
        _collect_ids(node, by_id, depth)
        return
    for value in node.values():
        _collect(value, by_id, found, depth + 1)


def _collect_ids(node: Any, by_id: dict[str, dict[str, Any]], depth: int) -> None:
    if depth > _MOST_DEPTH:
        return
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if isinstance(value, dict) and _id_of(value) and len(value) > 1:
            by_id.setdefault(_id_of(value), value)
        _collect_ids(value, by_id, depth + 1)


def _resolve(node: Any, by_id: dict[str, dict[str, Any]], depth: int) -> Any:
    if depth > 6:
        return node
    if isinstance(node, list):
        return [_resolve(item, by_id, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    if set(node) <= {"@id", "@type"} and _id_of(node) in by_id:
        return _resolve(by_id[_id_of(node)], by_id, depth + 1)
    return {name: _resolve(value, by_id, depth + 1) for name, value in node.items()}


def _id_of(node: dict[str, Any]) -> str:
    identifier = node.get("@id")
    return identifier if isinstance(identifier, str) else ""


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _breadcrumb(documents: list[Any]) -> list[str]:
    """Names of the page's first breadcrumb from the root on."""
    waiting = list(documents)
    for _ in range(10_000):
        if not waiting:
            return []
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node
        elif isinstance(node, dict):
            if "BreadcrumbList" in types_of(node):
                return _names_of(_items(node.get("itemListElement")))
            waiting += [value for value in node.values() if isinstance(value, dict | list)]
    return []


def _names_of(items: list[Any]) -> list[str]:
    def place(item: dict[str, Any]) -> float:
        try:
            return float(item.get("position", 0))
        except (TypeError, ValueError):
            return 0.0

    names = []
    for item in sorted((each for each in items if isinstance(each, dict)), key=place):
        inner = item.get("item")
        name = item.get("name") or (inner.get("name") if isinstance(inner, dict) else None)
        if isinstance(name, str) and name.strip():
            names.append(name.strip())
    return names
