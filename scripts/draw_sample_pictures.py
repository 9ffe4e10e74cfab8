#!/usr/bin/env python3
"""Draw a picture for each product of the sample: an SVG that shows its kind and its colour.

    python scripts/draw_sample_pictures.py

The kind is the class, the colour the first one that table or title names; ``sample_shapes.yaml`` has the shapes.
The same catalogue gives the same files.
"""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from kms.ontology.labels import LabelIndex

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

FOLDER = Path(__file__).resolve().parent.parent / "kms" / "sample" / "pictures"
COLOURS = {
    "black": "#2b2b2e", "white": "#f7f5f0", "grey": "#8d9299", "silver": "#c3c8ce", "red": "#b8342f", "pink": "#e3a0ad",
    "orange": "#d9792b", "yellow": "#e3b938", "green": "#4f7a4a", "olive": "#7a7a3c", "blue": "#3c66a6", "navy": "#26365c",
    "light_blue": "#8fb4d9", "turquoise": "#3f9c98", "purple": "#7a5a9c", "brown": "#7a543a", "beige": "#d9c6a5",
    "cream": "#efe4cd", "gold": "#c9a24b", "rose_gold": "#d6a08f", "copper": "#b3714a", "transparent": "#dbe8ec",
    "khaki": "#a89c6b", "burgundy": "#6f2436", "coral": "#e2806a", "mint": "#a6d3bf", "lavender": "#b9a8d6",
    "off_white": "#f1ece0", "light_grey": "#c5c9cd", "dark_grey": "#55595e", "champagne": "#dcc9a8", "bronze": "#8c6a3f",
    "terracotta": "#b8603f", "peach": "#efb794", "mustard": "#c49a2c", "dark_green": "#2f4f38", "sage": "#a3b39a",
    "teal": "#2c7a7b", "indigo": "#3d3f8f", "fuchsia": "#c0428a", "tan": "#b98f62", "natural": "#d8c8a8",
}  # fmt: skip
PAPER, INK = "#f3f1ea", "#3a3d40"
_COLOUR_LINES = ("Colour", "Color", "Shade", "颜色")
SHAPES_FILE = Path(__file__).with_name("sample_shapes.yaml")


def draw(class_id: str, colour: str | None, product_id: str) -> str:
    """The SVG of one product.

    Args:
        class_id: Its kind; one that has no shape is a parcel.
        colour: A value of the colours' vocabulary.
        product_id: Chooses a colour where none is known.
    """
    digest = hashlib.blake2b(product_id.encode(), digest_size=1).digest()[0]
    quiet = ("#7f99a8", "#a58f7c", "#8aa08a", "#a28a9c", "#b09f70")
    fill = COLOURS.get(colour or "") or quiet[digest % len(quiet)]
    shapes, shape_of = _shapes()
    shape = shapes[shape_of.get(class_id, "parcel")].format(c=fill, ink=INK, paper=PAPER)
    outline = (
        f' stroke="{INK}" stroke-opacity=".25"'
        if colour in {"white", "off_white", "cream", "transparent"}
        else ""
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="320" height="320">'
        f'<rect width="120" height="120" fill="{PAPER}"/><g{outline}>{shape}</g></svg>\n'
    )


@lru_cache(maxsize=1)
def _shapes() -> tuple[dict[str, str], dict[str, str]]:
    """Shapes by name, and the shape of each class."""
    content = yaml.safe_load(SHAPES_FILE.read_text(encoding="utf-8"))
    return content["shapes"], {
        class_id: shape for shape, ids in content["classes"].items() for class_id in ids
    }


@lru_cache(maxsize=1)
def _labels() -> LabelIndex:
    from kms.ontology.load import load_ontology

    return load_ontology().labels


def find_colour(texts: list[str]) -> str | None:
    """The first colour that texts name."""
    for text in texts:
        for match in _labels().find(text):
            for reading in match.readings:
                if reading.kind == "value" and reading.attribute == "colour":
                    return reading.id
    return None


def main() -> None:
    """Draw all pictures."""
    from kms.sample.source import clean_sample

    FOLDER.mkdir(parents=True, exist_ok=True)
    names = set()
    for item in clean_sample().products:
        product = item.to_product()
        said = [value for name, value in product.attributes.items() if name in _COLOUR_LINES]
        colour = find_colour([*said, product.title])
        drawn = draw(product.category or "", colour, product.id)
        (FOLDER / f"{product.id}.svg").write_text(drawn, encoding="utf-8")
        names.add(f"{product.id}.svg")
    for path in FOLDER.glob("*.svg"):
        if path.name not in names:
            path.unlink()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.svg"))
    print(f"{len(names)} pictures, {size / 1_000:.0f} kB")


if __name__ == "__main__":
    main()
