"""Pictures for products that have none: a motif of the family, varied by the product's id."""

from __future__ import annotations

import hashlib
from math import cos, pi, sin

_PALETTES: dict[str, tuple[str, str, str]] = {
    "audio": ("#e4e8f1", "#33497d", "#b9c4de"),
    "computing": ("#e3eaee", "#2f5466", "#b4c8d2"),
    "kitchen": ("#f5e7de", "#9a4a2b", "#e4bfa9"),
    "outdoor": ("#e4ecdf", "#3d6541", "#b9cfb0"),
    "clothing": ("#efe4ec", "#73405f", "#d3b5c8"),
    "beauty": ("#f6e6e6", "#97495a", "#e6bfc3"),
}
_OTHER = ("#ecebe6", "#5c5a52", "#cbc8bd")


def draw_tile(family: str, product_id: str) -> str:
    """SVG of a square picture; depends on its arguments alone.

    Args:
        family: Class id of the family; unknown ones get a neutral picture.
        product_id: Chooses the variation; it does not appear in the picture.
    """
    ground, ink, soft = _PALETTES.get(family, _OTHER)
    seed = hashlib.blake2b(product_id.encode(), digest_size=8).digest()
    motif = _MOTIFS.get(family, _rings)(ink, soft, seed)
    return (
        '<svg viewBox="0 0 120 120" preserveAspectRatio="xMidYMid slice" role="presentation">'
        f'<rect width="120" height="120" fill="{ground}"/>{motif}</svg>'
    )


def _rings(ink: str, soft: str, seed: bytes) -> str:
    x, y = 36 + seed[0] % 48, 36 + seed[1] % 48
    rings = "".join(
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="none" stroke="{soft}" stroke-width="5"/>'
        for r in range(20, 132, 14)
    )
    return f'{rings}<circle cx="{x}" cy="{y}" r="9" fill="{ink}"/>'


def _waves(ink: str, soft: str, seed: bytes) -> str:
    bars = []
    for i in range(13):
        height = 16 + (seed[i % 8] * (i + 3)) % 58
        color = ink if i == seed[2] % 11 + 1 else soft
        bars.append(
            f'<rect x="{8 + i * 8.2:.1f}" y="{60 - height / 2:.1f}" width="4.6" height="{height}" rx="2.3"'
            f' fill="{color}"/>'
        )
    return "".join(bars)


def _grid(ink: str, soft: str, seed: bytes) -> str:
    chosen = {seed[0] % 25, seed[1] % 25}
    cells = []
    for i in range(25):
        row, column = divmod(i, 5)
        size = 13 if (seed[i % 8] >> (i % 7)) & 1 else 7
        color = ink if i in chosen else soft
        x, y = 18 + column * 21 - size / 2, 18 + row * 21 - size / 2
        cells.append(f'<rect x="{x}" y="{y}" width="{size}" height="{size}" rx="2.5" fill="{color}"/>')
    return "".join(cells)


def _bowls(ink: str, soft: str, seed: bytes) -> str:
    shapes = []
    for i in range(3):
        r = 30 - i * 6 + seed[i] % 8
        x, y = 60 + (seed[i + 3] % 36 - 18), 44 + i * 27
        color = ink if i == seed[6] % 3 else soft
        shapes.append(f'<path d="M{x - r} {y}a{r} {r} 0 0 0 {2 * r} 0z" fill="{color}"/>')
    return "".join(shapes)


def _hills(ink: str, soft: str, seed: bytes) -> str:
    peaks = []
    for i, color in enumerate((soft, soft, ink)):
        x, top, width = 18 + seed[i] % 84, 34 + i * 20 + seed[i + 3] % 14, 58 - i * 8
        peaks.append(
            f'<path d="M{x - width} 120L{x} {top}L{x + width} 120z" fill="{color}" opacity="{1 - 0.12 * i}"/>'
        )
    sun = f'<circle cx="{24 + seed[6] % 70}" cy="24" r="8" fill="{soft}"/>'
    return sun + "".join(peaks)


def _weave(ink: str, soft: str, seed: bytes) -> str:
    step, turn = 11 + seed[0] % 5, (25, 45, 65, -45)[seed[1] % 4]
    lines = []
    for i, x in enumerate(range(-60, 190, step)):
        color = ink if i % 7 == seed[2] % 7 else soft
        lines.append(f'<rect x="{x}" y="-60" width="{4 + seed[3] % 3}" height="240" fill="{color}"/>')
    return f'<g transform="rotate({turn} 60 60)">{"".join(lines)}</g>'


def _petals(ink: str, soft: str, seed: bytes) -> str:
    count, turn = 5 + seed[0] % 4, seed[1] / 255 * pi
    petals = []
    for i in range(count):
        angle = turn + 2 * pi * i / count
        x, y = 60 + 25 * cos(angle), 60 + 25 * sin(angle)
        petals.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="23" fill="{soft}" opacity=".75"/>')
    return "".join(petals) + f'<circle cx="60" cy="60" r="{9 + seed[2] % 5}" fill="{ink}"/>'


_MOTIFS = {
    "audio": _waves,
    "computing": _grid,
    "kitchen": _bowls,
    "outdoor": _hills,
    "clothing": _weave,
    "beauty": _petals,
}
