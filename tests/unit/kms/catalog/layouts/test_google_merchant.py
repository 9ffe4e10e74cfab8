"""Google Merchant's product data: groceries as TSV, furniture in Chinese as RSS, and Atom."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kms.catalog.layouts.base import Reading, Shop
from kms.catalog.layouts.explain import write_as_mapping
from kms.catalog.layouts.google_merchant import GoogleMerchantProducts
from kms.catalog.layouts.mapped import MappedRows
from kms.catalog.layouts.recognise import recognise
from kms.catalog.mapping_files import load_mapping
from kms.catalog.models import Product
from kms.catalog.readers import read_rows
from kms.catalog.rows import BadRow, RawRow
from tests.shops import SHOPS, read_products

GROCERIES, FURNITURE = SHOPS / "google-groceries.txt", SHOPS / "google-furniture-zh.xml"
LAYOUT = GoogleMerchantProducts()


def test_both_are_recognised() -> None:
    for path in (GROCERIES, FURNITURE):
        recognised = recognise(path)
        assert recognised is not None and recognised.layout.name == LAYOUT.name


def test_a_feed_without_pictures_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "feed.tsv"
    path.write_text(
        "id\ttitle\tdescription\tlink\tprice\tavailability\tbrand\tgtin\n"
        "L1\tReading lamp\tFor a desk.\thttps://shop.example/l1\t79.00 EUR\tin_stock\tHalden\t4006381333931\n"
    )
    recognised = recognise(path)
    assert recognised is not None and recognised.layout.name == LAYOUT.name
    (lamp,) = read_products(LAYOUT, path, None).values()
    assert lamp.price is not None and lamp.price.amount == Decimal("79.00")
    assert lamp.brand == "Halden"


def test_few_columns_of_a_mappings_own_are_not_enough_for_it(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "id,title,description,price,brand,shelf,clerk\nL1,Lamp,For a desk.,79.00 EUR,Halden,4,Ida\n"
    )
    recognised = recognise(path)
    assert recognised is not None and recognised.layout.name == "kms-products"


def test_a_group_of_rows_is_a_product() -> None:
    tea, oil, honey = read_products(LAYOUT, GROCERIES, None).values()
    assert (tea.title, tea.category) == ('Green tea "Sencha", loose leaf', "Green tea")
    assert tea.id.startswith("TEA_GRN~")
    assert [(v.id, v.options, v.availability) for v in tea.variants] == [
        ("TEA/GRN-100", {"Size": "100 g"}, "in_stock"),
        ("TEA/GRN-500", {"Size": "500 g"}, "out_of_stock"),
    ]
    first = tea.variants[0]
    assert first.sale is not None and first.sale.starts_at == datetime(2026, 2, 28, 23, tzinfo=UTC)
    # What a measure of one row says is not said of the others.
    assert tea.attributes == {"Country": "Japan", "Notes": "grassy, umami"}
    assert tea.description.endswith("\nGrown in shade for three weeks")
    assert [(s.country, s.service, s.price and s.price.amount) for s in tea.shipping] == [
        ("DE", "Standard", Decimal("3.90")), ("AT", "Express", Decimal("9.90")),
    ]  # fmt: skip
    assert tea.numbers == {"cost of goods sold": 3.1, "max handling days": 2.0}
    assert tea.unpublished_at == datetime(2027, 1, 31, tzinfo=UTC)
    assert len(tea.pictures) == 4
    assert (oil.attributes, oil.mpn, oil.variants) == ({"Content": "750 ml"}, "KY-750", ())
    assert oil.price is not None and oil.price.amount == Decimal("14.50")
    assert honey.category_paths == (("Pantry", "Spreads"), ("Pantry", "Honey", "Blossom"))


def test_values_that_cannot_be_used_are_named_and_a_row_without_an_id_is_set_aside() -> None:
    readings = list(LAYOUT.read(lambda: read_rows(GROCERIES), Shop()))
    assert [p.field for r in readings if isinstance(r, Reading) for _, p in r.problems] == [
        "gtin", "availability", "link",
    ]  # fmt: skip
    assert [(r.line, r.problem.message) for r in readings if isinstance(r, BadRow)] == [
        (6, "the row has no id")
    ]
    assert [r.unused for r in readings if isinstance(r, Reading)] == [(), (), ("stray",)]


def test_a_feed_in_chinese() -> None:
    sofa, desk = read_products(LAYOUT, FURNITURE, None).values()
    assert (sofa.id, sofa.title, sofa.language, sofa.brand) == ("沙发-01", "三人位布艺沙发", "zh", "木间")
    assert sofa.category_paths == (("家具", "客厅", "沙发"), ("新品",))
    assert sofa.attributes == {"材质": "亚麻", "宽度": "210 厘米", "承重": "300 公斤"}
    assert [(v.options["颜色"], v.availability) for v in sofa.variants] == [
        ("灰色", "in_stock"),
        ("米色", "preorder"),
    ]
    assert sofa.variants[0].id == "沙发-01 灰" and sofa.variants[0].gtin == "6901234567892"
    assert sofa.shipping[0].service == "送货上门"
    assert desk.attributes == {"重量": "31 kg"} and desk.availability == "out_of_stock"


def test_atom_and_repeated_columns(tmp_path: Path) -> None:
    atom = tmp_path / "feed.xml"
    atom.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>'
        "<entry><g:id>F-1</g:id><title>Garden fork</title><summary>Ash handle.</summary>"
        '<link href="https://tools.test/fork"/><g:image_link>https://img.test/f.jpg</g:image_link>'
        "<g:price>29 GBP</g:price><g:availability>in stock</g:availability></entry></feed>",
        "utf-8",
    )
    (fork,) = read_products(LAYOUT, atom, None).values()
    assert (fork.link, fork.description) == ("https://tools.test/fork", "Ash handle.")
    table = tmp_path / "feed.tsv"
    table.write_text(
        "id\ttitle\tlink\tprice\tavailability\timage_link\tadditional_image_link\tadditional_image_link\t"
        "shipping(country:price)\n"
        "S-1\tSpade\thttps://tools.test/s\t19 GBP\tin_stock\thttps://img.test/1.jpg\thttps://img.test/2.jpg\t"
        "https://img.test/3.jpg\tGB:4 GBP\n",
        "utf-8",
    )
    (spade,) = read_products(LAYOUT, table, None).values()
    assert [picture.url[-5:] for picture in spade.pictures] == ["1.jpg", "2.jpg", "3.jpg"]
    assert spade.shipping[0].country == "GB" and spade.shipping[0].price is not None


def test_a_feed_without_groups_can_be_written_as_a_mapping_and_read_by_it(tmp_path: Path) -> None:
    table = tmp_path / "feed.tsv"
    table.write_text(
        "id\ttitle\tlink\tprice\tsale_price\tavailability\timage_link\tproduct_type\tcolor\n"
        "S/1\tSpade\thttps://tools.test/s\t19 GBP\t15 GBP\tin_stock\thttps://img.test/1.jpg\tGarden > Spades\tgreen\n",
        "utf-8",
    )
    written = write_as_mapping(LAYOUT, lambda: read_rows(table), Shop())
    assert "sale_price (sale)" in written
    own = tmp_path / "own.yaml"
    own.write_text(written.replace("id: id", "id: title"), "utf-8")
    (spade,) = read_products(MappedRows("own", load_mapping(own)), table).values()
    (same,) = read_products(LAYOUT, table).values()
    assert (spade.price, spade.pictures, spade.category_paths) == (
        same.price,
        same.pictures,
        same.category_paths,
    )
    assert spade.attributes == {"color": "green"} and spade.link == same.link


@pytest.mark.parametrize(
    ("gender", "sizes", "name"),
    [
        ("", ("28L", "45L"), "尺寸"),
        ("", ("4×4米", "3×3米"), "尺寸"),
        ("男", ("L", "XL"), "尺码"),
        ("男", ("500ml", "750ml"), "尺寸"),
    ],
)
def test_a_size_is_one_of_garments_where_rows_say_for_whom(
    gender: str, sizes: tuple[str, str], name: str
) -> None:
    rows = [
        RawRow(
            line, {"id": size, "title": "云岭 旅行装备", "item_group_id": "A", "gender": gender, "size": size}
        )
        for line, size in enumerate(sizes, start=2)
    ]
    (reading,) = GoogleMerchantProducts().read(lambda: iter(rows), Shop("CNY"))
    assert isinstance(reading, Reading) and isinstance(reading.model, Product)
    assert [each.options for each in reading.model.variants] == [{name: size} for size in sizes]
