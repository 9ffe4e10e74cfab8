"""Lines of a table's text, as the script that counts cells finds them."""

from __future__ import annotations

from kms.catalog.documents import product_documents
from kms.catalog.models import Product
from scripts.measure_cells import lines_of


def test_lines_stand_where_the_product_s_document_has_them() -> None:
    product = Product(
        id="p", title="Bench", attributes={"Wood": "cedar", "Origin": "-", "Seats": "2", "Note": "a: b"}
    )
    text = next(each.text for each in product_documents(product) if each.field == "table")
    lines = list(lines_of(product.table()))
    assert [line.name for line in lines] == ["Wood", "Seats", "Note"]
    assert [text[line.start : line.stop] for line in lines] == ["Wood: cedar", "Seats: 2", "Note: a: b"]
