from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog import xml_rows
from kms.catalog.readers import read_rows
from kms.catalog.rows import RawRow
from kms.errors import CatalogError

GOOGLE = """<?xml version="1.0"?>
<rss xmlns:g="https://feeds.example/ns" version="2.0"><channel>
<title>Pets</title><link>https://pets.example</link>
<item><g:id>A</g:id><g:title>Dog bed &amp; blanket</g:title><g:price>35.00 GBP</g:price>
  <g:additional_image_link>a</g:additional_image_link><g:additional_image_link>b</g:additional_image_link>
  <g:shipping><g:country>GB</g:country></g:shipping></item>
<item><g:id>B</g:id><g:title><![CDATA[Cat <tree>]]></g:title></item>
</channel></rss>"""


def read(path: Path, text: str | bytes, rows: str | None = None) -> list[RawRow]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [row for row in read_rows(path, rows=rows) if isinstance(row, RawRow)]


def test_a_feed_of_google_merchant(tmp_path: Path) -> None:
    first, second = read(tmp_path / "p.xml", GOOGLE)
    assert (first.line, second.line) == (4, 7)
    assert first.values == {
        "id": "A", "title": "Dog bed & blanket", "price": "35.00 GBP", "additional_image_link": ["a", "b"],
        "shipping": {"country": "GB"},
    }  # fmt: skip
    assert second.values["title"] == "Cat <tree>"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('<shop><product id="1"><price currency="EUR">5</price></product><product id="2"/></shop>', None),
        ('<s><info a="x"/><list><p id="1"><price currency="EUR">5</price></p><p id="2"/></list></s>', None),
        ('<s><p id="1"><price currency="EUR">5</price></p><q/><p id="2"/></s>', "p"),
        (
            '<s><tags><t id="8"/><t id="9"/></tags><l><p id="1"><price currency="EUR">5</price></p><p id="2"/></l></s>',
            None,
        ),
        ('<feed><entry id="1"><price currency="EUR">5</price></entry><entry id="2"/></feed>', None),
    ],
)
def test_rows_are_what_repeats_and_attributes_are_columns(
    tmp_path: Path, text: str, rows: str | None
) -> None:
    first, second = read(tmp_path / "p.xml", text, rows)
    assert first.values == {"id": "1", "price": "5", "price.currency": "EUR"}
    assert second.values == {"id": "2"}


def test_the_encoding_that_the_first_line_names(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="GBK"?><a><item><id>水壶</id></item></a>'
    assert read(tmp_path / "p.xml", text.encode("gbk"))[0].values == {"id": "水壶"}


@pytest.mark.parametrize(
    ("text", "rows", "message"),
    [
        ("<a><item>", None, "p.xml:1: no XML: no element found"),
        ("<a>\n<item></b></a>", None, "p.xml:2: no XML: mismatched tag"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a><item>&x;</item></a>', None, "declares the entity 'x'"),
        (
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><item>&x;</item></a>',
            None,
            "declares the",
        ),
        ("<a>" * 60 + "</a>" * 60, None, "p.xml:1: elements are nested more than 50 deep"),
        ("<a><item/></a>", "product", "has no element 'product'"),
        ("<a><b>1</b><c>2</c></a>", None, "which element holds a row is not clear"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', None, "'klingon' .* is not known"),
    ],
)
def test_what_is_no_feed_is_refused(tmp_path: Path, text: str, rows: str | None, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        read(tmp_path / "p.xml", text, rows)


def test_an_endless_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_rows, "MAX_LINE_BYTES", 100)
    with pytest.raises(CatalogError, match="an element's text is longer than 100"):
        read(tmp_path / "p.xml", f"<a><item><id>{'x' * 101}</id></item></a>")


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path / "p.xml", "") == []
    assert read(tmp_path / "p.xml", "<rss><channel/></rss>") == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=40))
def test_any_text_reads_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xml"
    (row,) = read(path, f"<a><item><id>1</id><title>{escape(text)}</title></item></a>")
    assert row.values["title"] == text.strip()
