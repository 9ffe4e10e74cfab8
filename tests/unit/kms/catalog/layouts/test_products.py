"""Products out of what layouts read."""

from __future__ import annotations

from kms.catalog.layouts.base import Reading
from kms.catalog.layouts.cells import Cells
from kms.catalog.layouts.products import read_whole
from kms.catalog.offers import Variant
from kms.catalog.rows import BadRow, RawRow


def test_a_product_with_a_variant_that_fits_no_model_is_set_aside_with_its_reason() -> None:
    def read(code: str) -> Reading | BadRow:
        raise AssertionError(Variant(id=code))

    refused = read_whole(Cells(RawRow(7, {"SKU": "x"})), read, "")
    assert isinstance(refused, BadRow)
    assert (refused.line, refused.problem.field, refused.problem.reason) == (7, "variant.id", "invalid")
    assert refused.problem.message.startswith("variant.id ''")
