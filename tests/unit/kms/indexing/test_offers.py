"""Variants, codes, sales and publication in the indexes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kms.catalog.models import Product
from kms.catalog.offers import SalePrice, Variant
from kms.filters import Condition, Filter
from kms.indexing.documents import index_product
from ranking.models import SearchRequest
from tests.shop_fixture import ONTOLOGY, SmallShop
from tests.shops import euros

BED = Product(
    id="dog-bed",
    title="Burrow dog bed",
    price=euros("49.00"),
    variants=(
        Variant(
            id="BED/S-MO",
            sku="BED/S-MO",
            options={"Colour": "Moss"},
            price=euros("49.00"),
            gtin="4006381333931",
        ),
        Variant(id="BED/L-RU", sku="BED/L-RU", options={"Colour": "Rust"}, price=euros("79.00")),
    ),
)


def find(shop: SmallShop, query: str = "", **conditions: Condition) -> list[str]:
    request = SearchRequest(query=query, filter=Filter(conditions=tuple(conditions.values())), limit=20)
    return [hit.product_id for hit in shop.open().search(request).hits]


def test_a_product_is_found_by_any_variants_code_and_option_and_once(shop: SmallShop) -> None:
    shop.catalog.put_products([BED])
    shop.build()
    service = shop.open()
    for code in ("BED/L-RU", "bed l ru", "4006381333931", "BEDSMO"):
        hits = service.search(SearchRequest(query=code, explain=True)).hits
        assert [hit.product_id for hit in hits] == ["dog-bed"], code
    (hit,) = service.search(SearchRequest(query="bedlru", explain=True)).hits
    assert "BED/L-RU" in hit.reasons[0].text_en
    assert find(shop, "dog bed moss") == ["dog-bed"]


def test_price_filters_look_at_the_range_of_the_variants(shop: SmallShop) -> None:
    shop.catalog.put_products([BED])
    shop.build()
    assert "dog-bed" in find(shop, price=Condition(field="price", gte=70, lte=80))
    assert "dog-bed" in find(shop, price=Condition(field="price", lte=50))
    assert "dog-bed" not in find(shop, price=Condition(field="price", gte=80))
    assert "dog-bed" not in find(shop, price=Condition(field="price", lte=45))


def test_a_sale_counts_while_it_holds() -> None:
    begin = datetime(2026, 5, 1, tzinfo=UTC)
    sale = SalePrice(price=euros("99"), starts_at=begin, ends_at=begin + timedelta(days=30))
    drill = Product(id="D", title="Drill", price=euros("119"), sale=sale)
    during = index_product(drill, [], {}, ONTOLOGY, now=begin + timedelta(days=1))
    after = index_product(drill, [], {}, ONTOLOGY, now=begin + timedelta(days=31))
    assert (during.numbers["price"], after.numbers["price"], during.highs) == (99.0, 119.0, {})
    assert (during.facets["on_sale"], after.facets["on_sale"]) == (("true",), ("false",))


def test_a_sale_of_any_variant_is_one_of_the_product() -> None:
    reduced = BED.variants[1].model_copy(update={"sale": SalePrice(price=euros("60"))})
    bed = BED.model_copy(update={"variants": (BED.variants[0], reduced)})
    assert index_product(bed, [], {}, ONTOLOGY).facets["on_sale"] == ("true",)
    assert index_product(BED, [], {}, ONTOLOGY).facets["on_sale"] == ("false",)
    assert "on_sale" not in index_product(Product(id="X", title="Gift"), [], {}, ONTOLOGY).facets


def test_a_product_has_the_conditions_of_itself_and_its_variants() -> None:
    used = BED.variants[1].model_copy(update={"condition": "used"})
    bed = BED.model_copy(update={"condition": "new", "variants": (BED.variants[0], used)})
    assert index_product(bed, [], {}, ONTOLOGY).facets["condition"] == ("new", "used")
    assert "condition" not in index_product(BED, [], {}, ONTOLOGY).facets


def test_what_is_not_published_is_in_no_index_and_leaves_the_others_in_their_places(shop: SmallShop) -> None:
    drafts = [
        BED.model_copy(update={"id": "A-draft", "publication": "draft"}),
        BED.model_copy(update={"id": "J0-later", "published_at": datetime(2099, 1, 1, tzinfo=UTC)}),
    ]
    shop.catalog.put_products(drafts)
    report = shop.build()
    assert report.products == 7
    assert find(shop, "dog bed") == []
    # Facts are of the right products: the kettle of steel, not its neighbour.
    assert find(shop, "kettle", material=Condition(field="attr.material", any_of=("stainless_steel",))) == [
        "K1"
    ]


def test_a_thing_is_as_new_as_the_shop_says_before_the_catalogue() -> None:
    first_read = datetime(2026, 9, 1, tzinfo=UTC)
    dated = Product(id="P1", title="Throw", published_at=datetime(2026, 3, 15, tzinfo=UTC))
    for product, newness in ((dated, dated.published_at), (Product(id="P2", title="Throw"), first_read)):
        document = index_product(product, [], {}, ONTOLOGY, added=first_read)
        assert newness is not None and document.numbers["added"] == newness.timestamp()
