"""Draws quantities that the number grammar finds in real titles and descriptions, for a person to read and judge.

python scripts/sample_quantities.py [--data ../shared/datasets] [--count 200] [--seed 13] [--cells]

With ``--cells`` it counts instead how many cells of the Icecat table with digits are read as quantities.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kms.catalog.mapping_files import load_mapping
from kms.catalog.models import Product
from kms.quantities.columns import read_column_name
from kms.quantities.mentions import find_quantities

SOURCES = {
    "chorus-search/products.jsonl.gz": ("title", "short_description"),
    "catalog-office/products.jsonl.gz": ("title", "description"),
    "attributes-oa-mine/train.jsonl.gz": ("input",),
    "attributes-wdc-pave/wdc_normalized.train_large.jsonl.gz": ("input_title", "input_description"),
}
AROUND = 45


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/datasets"))
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--cells", action="store_true")
    args = parser.parse_args()
    if args.cells:
        count_cells(args.data)
        return
    lines = []
    for name, fields in SOURCES.items():
        texts = list(read_texts(args.data / name, fields))
        random.Random(args.seed).shuffle(texts)
        lines += list(describe(texts, name.partition("/")[0], args.count // len(SOURCES)))
    print("\n".join(lines))


def read_texts(path: Path, fields: tuple[str, ...]) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row: dict[str, Any] = json.loads(line)
            for field in fields:
                value = row.get(field)
                if isinstance(value, str) and any(character.isdigit() for character in value):
                    yield " ".join(value.split())


def describe(texts: list[str], source: str, wanted: int) -> Iterator[str]:
    """One line for each of the first mentions: source, what was read, and the text around it."""
    count = 0
    for text in texts:
        for mention in find_quantities(text):
            value = (
                f"{mention.low:g}" if mention.low == mention.high else f"{mention.low:g}..{mention.high:g}"
            )
            more = f" x{mention.pieces}" if mention.pieces > 1 else ""
            more += f" {mention.axis}" if mention.axis else ""
            start, end = mention.start, mention.end
            context = f"{text[max(0, start - AROUND) : start]}[{text[start:end]}]{text[end : end + AROUND]}"
            yield f"{source}\t{value} {mention.unit}{more}\t{context}"
            count += 1
            if count == wanted:
                return


def count_cells(data: Path) -> None:
    mapping = load_mapping("icecat-products")
    counts: Counter[str] = Counter()
    with gzip.open(data / "chorus-search/products.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            product = mapping.apply(json.loads(line))
            assert isinstance(product, Product)
            for name, value in product.attributes.items():
                if any(character.isdigit() for character in value):
                    found = list(find_quantities(value, unit=read_column_name(name).unit))
                    counts["read" if found else "not read"] += 1
    total = counts.total()
    print(
        f"{counts['read']} of {total} cells with digits are read as quantities ({counts['read'] / total:.1%})"
    )


if __name__ == "__main__":
    main()
