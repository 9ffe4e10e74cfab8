"""``kms extract FOLDER`` on a shop's exports: it ends with a shop that can be browsed, searched and recommended from.

The shop is a family that the sample does not have. Rules alone read it, so that it takes seconds.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.example_queries import make_examples
from api.jobs import BatchReport, run_batch
from api.services import Services
from api.wiring import Platform
from kms.errors import CatalogError
from kms.ontology import load_ontology
from kms.sample.source import sample_products
from ranking.models import SearchRequest
from tests.integration.api_client import open_client
from tests.platform_fixture import settings_for, share_encoder
from tests.shops import SHOPS

SHOP = SHOPS / "paws-and-fins"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Platform, BatchReport]]:
    folder = tmp_path_factory.mktemp("paws")
    exports = shutil.copytree(SHOP, folder / "exports")
    (exports / "customers.csv").write_text("name,email\na,b\n", "utf-8")
    (exports / "yotpo.csv").write_text(
        "review_id,review_title,review_content,review_score,date,display_name,email,sku,product_title,published\n"
        "1,Fine,It is fine,5,2026-03-01,Ann,a@mail.example.test,NOPE-1,,true\n",
        "utf-8",
    )
    share_encoder(folder / "state")
    platform = Platform(settings_for(folder / "state", currency="EUR"))
    yield platform, run_batch(platform, [str(exports)])
    platform.close()


@pytest.fixture(scope="module")
def client(shop: tuple[Platform, BatchReport]) -> Iterator[TestClient]:
    with open_client(shop[0]) as opened:
        yield opened


def test_the_report_says_what_each_file_is_and_what_was_made(shop: tuple[Platform, BatchReport]) -> None:
    platform, report = shop
    products, reviews = report.inputs
    assert products.layout.startswith("Shopify product CSV: columns Handle")
    assert (products.read, products.rejected) == (80, 0)
    assert reviews.layout.startswith("mapping judgeme-reviews")
    assert reviews.rejected == 0
    assert [Path(name).name for name in report.passed] == ["customers.csv"]
    ((file, reason),) = report.refused.items()
    assert Path(file).name == "yotpo.csv" and "is of a product that is not in the catalogue" in reason
    assert "an ontology was made" in report.ontology
    assert report.categories > 40
    assert platform.settings.resolved_ontology_dir == platform.settings.own_ontology_dir


def test_what_is_eaten_is_sold_by_measure_and_what_is_worn_is_not(shop: tuple[Platform, BatchReport]) -> None:
    classes = load_ontology(shop[0].settings.resolved_ontology_dir).classes.values()
    by_measure = {each.label.en for each in classes if each.sold_by == "measure"}
    assert {"Dog Food", "Cat Food", "Cat Litter"} <= by_measure
    assert not {each for each in by_measure if each.split()[-1] in ("Collars", "Toys", "Beds", "Harnesses")}


def test_again_nothing_is_new(shop: tuple[Platform, BatchReport]) -> None:
    platform, first = shop
    again = run_batch(platform, [str(platform.settings.state_dir.parent / "exports")])
    assert (again.new, again.changed, again.documents, again.built) == (0, 0, 0, 0)
    assert not again.is_index_new and again.index_version == first.index_version
    assert "the shop's own ontology is used" in again.ontology


def test_categories_facts_search_and_recommendations_are_there(client: TestClient) -> None:
    (root,) = client.get("/v1/categories", params={"depth": 1}).json()["categories"]
    assert (root["id"], root["count"]) == ("animals-and-pet-supplies", 80)
    found = client.get(
        "/v1/search",
        params={"q": "grain free dog food", "facets": "shop_category,attr.protein", "explain": "true"},
    ).json()
    assert [hit["product"]["title"] for hit in found["hits"]]
    assert {count["value"] for count in found["facets"]["attr.protein"]} <= {"lamb", "salmon", "duck", "fish"}
    product = client.get(f"/v1/products/{found['hits'][0]['product']['id']}").json()
    stated = {fact["attribute"]: fact for fact in product["facts"]}
    assert stated["grain_free"]["evidence"][0]["sentence"]
    similar = client.get(f"/v1/products/{product['id']}/similar").json()["hits"]
    assert similar and similar[0]["product"]["id"] != product["id"]
    assert client.get("/v1/trending").json()["hits"]


@pytest.mark.parametrize(
    ("query", "classes"),
    [
        ("Pawstead collar", ["Dog Collars"]),
        ("toys for indoor cats", ["Cat Toys"]),
        ("harness", ["Cat Harnesses", "Dog Harnesses"]),
        ("horse harness", []),  # no harness here is for horses, and other harnesses are none
    ],
)
def test_the_noun_of_several_categories_names_them_all(
    client: TestClient, query: str, classes: list[str]
) -> None:
    answer = client.get("/v1/search", params={"q": query, "facets": "shop_category", "limit": 5}).json()
    paths = {count["label_en"] for count in answer["facets"]["shop_category"]}
    ends = {path.split(" > ")[-1] for path in paths}
    assert {end for end in ends if end.split()[-1] in ("Collars", "Toys", "Harnesses")} == set(classes)


def test_a_hit_names_the_variant_that_was_asked_for(client: TestClient) -> None:
    (hit,) = client.get("/v1/search", params={"q": "cooling vest size L", "limit": 1}).json()["hits"]
    assert hit["product"]["variant"]["options"] == {"Size": "L"}
    assert hit["product"]["variant"]["price"] == {"amount": 39.0, "currency": "EUR"}
    code = hit["product"]["variant"]["sku"]
    (named,) = client.get("/v1/search", params={"q": code, "limit": 1}).json()["hits"]
    assert named["product"]["id"] == hit["product"]["id"]
    event = {
        "action_name": "view",
        "client_id": "s1",
        "event_attributes": {"object": {"object_id": hit["product"]["variant"]["id"]}},
    }
    assert client.post("/v1/events", json={"events": [event]}).json()["stored"] == 1


def test_nothing_of_the_sample_is_in_it(shop: tuple[Platform, BatchReport]) -> None:
    services = Services(shop[0], warm=False)
    services.live.start()
    try:
        with services.live.use() as served:
            examples = make_examples(served.index, served.ranking.search)
            labels = {each.label_en for each in served.index.categories.of_paths.values()}
            answers = [served.ranking.search(SearchRequest(query=each, explain=False)) for each in examples]
    finally:
        services.live.stop()
    assert len(examples) >= 4
    assert all(answer.hits and not answer.matching.dropped for answer in answers)
    brands = {product.brand.casefold() for product in sample_products() if product.brand}
    assert not [example for example in examples if any(brand in example.casefold() for brand in brands)]
    assert not {label for label in labels if "headphone" in label.casefold()}


def test_a_shop_is_not_mixed_with_the_sample(tmp_path: Path) -> None:
    platform = Platform(settings_for(tmp_path / "state"))
    platform.catalog.put_products(list(sample_products()))
    with pytest.raises(CatalogError, match="holds the sample catalogue, and a shop goes into a folder"):
        run_batch(platform, [str(SHOP)])
    platform.close()
