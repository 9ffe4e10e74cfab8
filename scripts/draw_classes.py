#!/usr/bin/env python3
"""Prints classes that induction gives products of a public catalogue, drawn with a seed, for people to judge.

    scripts/draw_classes.py ../shared/datasets/catalog-office/products.jsonl.gz --count 100 --seed 901
    scripts/draw_classes.py STATE --count 100 --seed 901

Each entry: product, class, what told it, its likeness to the class, title, and the beginning of the text. Read them and
count the wrong ones: the figures in docs/results/induction.md were made so. Of rows with categories these are left out.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kms.catalog.models import Product
from kms.induction.classes import build_tree
from kms.induction.titles import add_title_classes
from kms.ontology import load_ontology
from scripts.draw_facts import read_products

_TEXT = 160


def main() -> None:
    """Read the command line, induce the classes, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "file", type=Path, help="products, one JSON object a line, gzipped; or a state folder"
    )
    parser.add_argument("--count", type=int, default=100, help="products to print")
    parser.add_argument("--seed", type=int, default=901)
    parser.add_argument("--classes", action="store_true", help="print the classes with their products, too")
    arguments = parser.parse_args()
    products = list(
        read_installation(arguments.file) if arguments.file.is_dir() else read_products(arguments.file)
    )
    known = load_ontology()
    tree = build_tree([], known)
    guesser = add_title_classes(tree, lambda: products, known)
    if guesser is None:
        raise SystemExit("no products")
    guesses = [guesser.guess(product) for product in products]
    sizes = Counter(tree.classes[guess.class_id].label for guess in guesses if guess)
    told = sum(sizes.values())
    named = sum(guess.is_named for guess in guesses if guess)
    print(
        f"{len(products)} products, {told} classed ({told / len(products):.1%}), {named} by a noun or a cell"
    )
    print(f"{len(sizes)} classes, seed {arguments.seed}")
    if arguments.classes:
        print("; ".join(f"{label} {count}" for label, count in sizes.most_common()))
    pairs = list(zip(products, guesses, strict=True))
    for number, (product, guess) in enumerate(
        random.Random(arguments.seed).sample(pairs, arguments.count), start=1
    ):
        class_name = tree.classes[guess.class_id].label.upper() if guess else "-"
        how = "" if guess is None else f"{'named' if guess.is_named else 'likely'} {guess.likeness:.2f}"
        text = " ".join(product.description.split())[:_TEXT]
        print(f"{number}. {class_name} [{how}] {product.title[:150]} | {text}")


def read_installation(state: Path) -> list[Product]:
    """The products of an installation, as ingest read them."""
    from api.wiring import Platform
    from kms.settings import read_settings

    platform = Platform(read_settings(state_dir=state))
    products = list(platform.catalog.iter_products())
    platform.close()
    return products


if __name__ == "__main__":
    main()
