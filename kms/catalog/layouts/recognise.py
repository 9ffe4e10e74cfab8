"""Recognition: which layout a file has, by its columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from kms.catalog.layouts.amazon import AmazonFlatFileProducts
from kms.catalog.layouts.base import Layout, Match, Sample
from kms.catalog.layouts.events import Ga4Events, SegmentEvents, UbiEvents
from kms.catalog.layouts.google_merchant import GoogleMerchantProducts
from kms.catalog.layouts.icecat import IcecatJsonProducts
from kms.catalog.layouts.magento import MagentoProducts
from kms.catalog.layouts.mapped import MappedRows, ready_layouts
from kms.catalog.layouts.plain import PLAIN, PlainProducts
from kms.catalog.layouts.plain_reviews import PLAIN_REVIEWS, PlainReviews
from kms.catalog.layouts.schema_org import SchemaOrgProducts, SchemaOrgReviews
from kms.catalog.layouts.shopify import ShopifyProducts
from kms.catalog.layouts.woocommerce import WooCommerceProducts
from kms.catalog.mapping import Kind
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow
from kms.errors import ConfigurationError

LOOKED_AT = 100
"""Rows that are looked at: JSON rows may leave a column out."""
_LEAST_SCORE, _SURE = 0.3, 0.5
LAYOUTS: tuple[Layout, ...] = (
    ShopifyProducts(),
    WooCommerceProducts(),
    GoogleMerchantProducts(),
    MagentoProducts(),
    AmazonFlatFileProducts(),
    IcecatJsonProducts(),
    SchemaOrgProducts(),
    SchemaOrgReviews(),
    UbiEvents(),
    Ga4Events(),
    SegmentEvents(),
)


class Recognised(NamedTuple):
    """A layout that fits a file, and why."""

    layout: Layout
    match: Match

    def __str__(self) -> str:
        return f"{self.layout.title} ({self.layout.name}): {self.match.reason}"


def recognise(path: Path, *, kind: Kind | None = None) -> Recognised | None:
    """The layout that fits a file best; ``None`` where none fits, or the file has no rows.

    Args:
        path: The file.
        kind: Only layouts of these rows.

    Raises:
        CatalogError: The file cannot be read.
    """
    return recognise_rows(list(islice(read_rows(path), LOOKED_AT)), kind=kind)


def recognise_all(path: Path) -> list[Recognised]:
    """Every layout, mappings aside, that a file fits, the best first; without one the mapping that fits best.

    Raises:
        CatalogError: The file cannot be read.
    """
    rows = list(islice(read_rows(path), LOOKED_AT))
    fitting = [each for each in _candidates(Sample.of(rows), None) if each.match.score >= _LEAST_SCORE]
    best = sorted(fitting, key=lambda each: -each.match.score)
    if best and isinstance(best[0].layout, PlainProducts):
        best = [e for e in best if not isinstance(e.layout, MappedRows) and e.match.score >= _SURE] or best
    known = [each for each in best if not isinstance(each.layout, MappedRows)]
    return known if known and known[0] is best[0] else best[:1]


def recognise_rows(rows: Sequence[RawRow | BadRow], *, kind: Kind | None = None) -> Recognised | None:
    """As ``recognise``, from the first rows of a file."""
    sample = Sample.of(rows)
    if not sample.rows:
        return None
    candidates = _candidates(sample, kind)
    best = max(candidates, key=lambda each: each.match.score)
    # Whose columns have names of their own is more than a table in everybody's words.
    known: list[Recognised] = []
    if isinstance(best.layout, PlainProducts):
        known = [each for each in candidates if not isinstance(each.layout, MappedRows)]
    elif isinstance(best.layout, PlainReviews):
        known = [each for each in candidates if each.layout.kind == "review" and each is not best]
    sure = (each for each in known if each.match.score >= _SURE)
    best = max(sure, key=lambda each: each.match.score, default=best)
    return best if best.match.score >= _LEAST_SCORE else None


def _candidates(sample: Sample, kind: Kind | None) -> list[Recognised]:
    layouts = [layout for layout in all_layouts() if kind in (None, layout.kind)]
    return [Recognised(layout, layout.match(sample)) for layout in layouts]


def all_layouts() -> tuple[Layout, ...]:
    """Every layout, and the ready mappings as layouts."""
    return (*LAYOUTS, *_ready())


def ready_layout(name: str) -> Layout | None:
    """The layout of a ready mapping; ``None``: there is no such mapping."""
    return next((layout for layout in _ready() if layout.name == name), None)


@lru_cache(maxsize=1)
def _ready() -> tuple[Layout, ...]:
    """The ready mappings as layouts; those of our own field names read them by more names than a mapping can say."""
    plain: dict[str, Layout] = {PLAIN: PlainProducts(), PLAIN_REVIEWS: PlainReviews()}
    return tuple(plain.get(layout.name, layout) for layout in ready_layouts())


def layout_named(name: str) -> Layout:
    """A layout by its name.

    Raises:
        ConfigurationError: There is none.
    """
    known = {layout.name: layout for layout in all_layouts()}
    if name not in known:
        raise ConfigurationError(f"layout {name!r} is not known; known are {', '.join(known)}")
    return known[name]


def layout_names() -> tuple[str, ...]:
    """Names of the layouts that are no mappings."""
    return tuple(layout.name for layout in LAYOUTS)
