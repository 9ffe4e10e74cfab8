"""Files of one folder that hold the same products: an export of last month beside today's would overwrite it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

from api.inputs import BatchInput
from kms.catalog.layouts.base import Layout, Reading, Shop
from kms.catalog.layouts.mapped import MappedRows
from kms.catalog.layouts.recognise import layout_named, recognise
from kms.catalog.mapping_files import load_mapping
from kms.catalog.readers import read_rows
from kms.errors import CatalogError

_SAME = 0.5


def check_distinct(sources: Sequence[BatchInput], currency: str = "") -> None:
    """Refuse two files of one folder of which one names more than half of the other's products.

    Args:
        sources: Of a run.
        currency: The shop's own, for reading prices.

    Raises:
        CatalogError: Names the two files and says what to do.
    """
    files = [each for each in sources if each.kind == "product" and each.folder and each.path]
    if len(files) < 2:
        return
    ids = [(each.path, _ids_of(each, currency)) for each in files if each.path]
    for (one, of_one), (other, of_other) in combinations(ids, 2):
        shared = of_one & of_other
        smaller = min(len(of_one), len(of_other))
        if smaller and len(shared) > _SAME * smaller:
            raise CatalogError(
                f"{one.name} and {other.name} hold the same products ({len(shared):,} ids, for instance {min(shared)}), "
                f"so one would overwrite the other. Take one of them out of {one.parent}, or name the files in the order "
                f"in which they count: kms extract products={one} products={other}"
            )


def _ids_of(source: BatchInput, currency: str) -> set[str]:
    """The ids of a file's products; none where it cannot be read, which ingest says."""
    assert source.path is not None
    try:
        layout = _layout_of(source, source.path)
        mapping = getattr(layout, "mapping", None)

        encoding, inner = (mapping.encoding, mapping.rows) if mapping else (None, None)
        rows = partial(read_rows, source.path, encoding=encoding, rows=inner)
        readings = layout.read(rows, Shop(currency or None))
        return {each.model.id for each in readings if isinstance(each, Reading)}
    except CatalogError:
        return set()


def _layout_of(source: BatchInput, path: Path) -> Layout:
    if source.layout:
        return layout_named(source.layout)
    recognised = None if source.is_given else recognise(path, kind=source.kind)
    return recognised.layout if recognised else MappedRows(source.mapping, load_mapping(source.mapping))
