#!/usr/bin/env python3
"""Prints facts that the rules read in a public catalogue, drawn with a seed, for people to judge.

    scripts/draw_facts.py ../shared/datasets/catalog-office/products.jsonl.gz --products 1500 --count 100 --seed 11

Each line: product, title, relation, attribute, value, confidence, field, and the mention in its text. Read them and count
the wrong ones: the figures in docs/results/extraction.md were made so.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from extraction.batch.run import context_of
from extraction.pipeline import Pipeline
from kms.catalog.documents import documents_of
from kms.catalog.models import Product
from kms.facts.derive import derive
from kms.facts.linking import Linker
from kms.facts.products import ProductNames
from kms.indexing.documents import is_implied, is_used
from kms.ontology import load_ontology
from kms.ontology.structure import MADE_BY

_MARKUP = re.compile(r"<!--.*?-->|<[^>]+>", re.DOTALL)
_AROUND = 60
_LONGEST = 4_000


def main() -> None:
    """Read the command line, extract, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="products, one JSON object a line, gzipped")
    parser.add_argument("--products", type=int, default=1_500, help="products to read")
    parser.add_argument("--count", type=int, default=100, help="facts to print")
    parser.add_argument("--seed", type=int, default=11)
    arguments = parser.parse_args()
    products = list(read_products(arguments.file))
    random.Random(arguments.seed).shuffle(products)
    products = products[: arguments.products]
    facts = list(read_facts(products))
    print(f"{len(products)} products, {len(facts)} facts in use, seed {arguments.seed}")
    random.Random(arguments.seed).shuffle(facts)
    for number, fact in enumerate(facts[: arguments.count], start=1):
        print(number, fact)


def read_products(path: Path) -> Iterator[Product]:
    """Products of either layout: ``item, title, description, brand``, or Icecat's with typed attributes."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            attributes = {
                key.split("_", 2)[2].replace("_", " ").strip(): str(value)
                for key, value in row.items()
                if key.startswith("attr_")
            }
            yield Product(
                id=str(row.get("item", row.get("id"))),
                title=row["title"][:400] or "untitled",
                description=_plain(row.get("description") or row.get("short_description") or ""),
                brand=row.get("brand") or row.get("supplier") or None,
                attributes=attributes,
            )


def read_facts(products: list[Product]) -> Iterator[str]:
    """Facts in use of each product as lines, with the strongest mention of each in its text."""
    ontology = load_ontology()
    pipeline = Pipeline(ontology)
    names = ProductNames({product.id: product.title for product in products})
    linker = Linker(ontology, brands=sorted({p.brand for p in products if p.brand}), products=names)
    for product in products:
        documents = {d.id: d for d in documents_of(product)}
        context = context_of(product, ontology)
        evidence = {item.id: item for item in pipeline.extract([(d, context) for d in documents.values()])}
        derived = derive(product.id, list(evidence.values()), linker)
        labels = {node.id: node.label_en for node in derived.nodes}
        for edge in derived.edges:
            if edge.relation == MADE_BY or not is_used(edge) or is_implied(edge):
                continue
            item = evidence[edge.evidence[0]]
            text = documents[item.document_id].text
            before = text[max(0, item.start - _AROUND) : item.start]
            shown = f"{before}[{item.surface}]{text[item.end : item.end + _AROUND]}".replace("\n", " / ")
            yield " | ".join(
                (product.id, product.title[:80], edge.relation, edge.attribute,
                 labels.get(edge.target, edge.target), f"{edge.confidence:.2f}", item.field, shown)
            )  # fmt: skip


def _plain(text: str) -> str:
    """A description without markup; some are written as a list of texts."""
    try:
        parts = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        parts = text
    joined = "\n".join(map(str, parts)) if isinstance(parts, list) else str(parts)
    return _MARKUP.sub(" ", joined)[:_LONGEST]


if __name__ == "__main__":
    main()
