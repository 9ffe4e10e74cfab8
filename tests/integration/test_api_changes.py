"""Products, reviews and offers that are changed over HTTP: what the next search, page and graph say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.change_reader import ChangeReader, find_changes
from api.jobs import build_index
from api.routes.bulk import CHUNK
from api.services import Services
from api.wiring import INDEX, Platform
from extraction.batch.reading import Work
from kms.access.audit import AuditLog
from kms.evidence.models import Evidence
from tests.integration.api_client import open_client, problem_of
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]

LAMP = {
    "title": "Zibbo desk lamp",
    "description": "A lamp of steel that weighs 2 kg. It is not waterproof.",
    "brand": "Zibbo",
    "price": "39.90 EUR",
    "attributes": {"Weight": "2 kg"},
    "stock": 3,
    "category_paths": [["Lamps", "Desk lamps"]],
}


@pytest.fixture(scope="module")
def client(platform: Platform) -> Iterator[TestClient]:
    with open_client(platform) as opened:
        yield opened


def search(client: TestClient, **params: Any) -> dict[str, Any]:
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    services.live.advance()
    answer = client.get("/v1/search", params={"limit": 100, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["product"]["id"] for hit in answer["hits"]]


def bulk(client: TestClient, rows: Sequence[object], what: str = "products") -> list[dict[str, Any]]:
    body = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    answer = client.post(
        f"/v1/{what}/bulk", content=body.encode(), headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_new_product_is_found_by_its_row_and_then_by_what_its_texts_say(
    client: TestClient, platform: Platform
) -> None:
    made = client.put("/v1/products/Z-1", json=LAMP)
    assert (made.status_code, made.json()["outcome"], made.json()["is_pending"]) == (201, "created", True)
    assert ids(search(client, q="zibbo"))[0] == "Z-1"
    assert "Z-1" in ids(search(client, filter="price:39..40;availability:in_stock"))
    assert client.get("/v1/products/Z-1").json()["title"] == "Zibbo desk lamp"
    assert ChangeReader(platform).apply().products
    assert ids(search(client, filter="brand:zibbo")) == ["Z-1"]
    assert {"made_by"} <= {fact["relation"] for fact in client.get("/v1/products/Z-1").json()["facts"]}
    assert client.get("/v1/graph/nodes", params={"q": "zibbo", "types": "brand"}).json()["nodes"]
    assert client.put("/v1/products/Z-1", json=LAMP).json()["outcome"] == "unchanged"


def test_sales_and_publications_begin_and_end_by_the_clock(client: TestClient, platform: Platform) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    begin, end, gone = now + timedelta(days=1), now + timedelta(days=2), now + timedelta(days=3)
    sale = {
        "price": {"amount": "7.77", "currency": "EUR"},
        "starts_at": f"{begin:%FT%TZ}",
        "ends_at": f"{end:%FT%TZ}",
    }
    lamp = {**LAMP, "brand": "Ukonto", "sale": sale, "unpublished_at": f"{gone:%FT%TZ}"}
    client.put("/v1/products/CLOCK-1", json=lamp).raise_for_status()
    client.put("/v1/products/CLOCK-2", json={**lamp, "published_at": f"{begin:%FT%TZ}"}).raise_for_status()
    ChangeReader(platform).apply()

    def priced(low: float, high: float) -> set[str]:
        return set(ids(search(client, filter=f"price.eur:{low}..{high}"))) & {"CLOCK-1", "CLOCK-2"}

    assert priced(39, 40) == {"CLOCK-1"}
    clock = platform.due_changes()
    assert clock.apply(now) == 0
    assert clock.apply(begin + timedelta(seconds=1)) == 2
    assert (priced(7, 8), priced(39, 40)) == ({"CLOCK-1", "CLOCK-2"}, set())
    assert ids(search(client, sort="price_asc"))[0] in {"CLOCK-1", "CLOCK-2"}
    assert clock.apply(begin + timedelta(seconds=2)) == 0
    assert clock.apply(end) == 0  # it holds to the end
    assert clock.apply(end + timedelta(seconds=1)) == 2
    assert (priced(7, 8), priced(39, 40)) == (set(), {"CLOCK-1", "CLOCK-2"})
    assert clock.apply(gone) == 2
    assert (priced(39, 40), ids(search(client, q="ukonto"))[:1]) == (set(), [])
    assert clock.apply(gone + timedelta(days=9)) == 0


def test_a_product_that_appears_by_the_clock_is_read(client: TestClient, platform: Platform) -> None:
    begin = datetime.now(UTC) + timedelta(seconds=0.3)
    lamp = {**LAMP, "brand": "Ravonde", "published_at": begin.isoformat()}
    client.put("/v1/products/CLOCK-3", json=lamp).raise_for_status()
    ChangeReader(platform).apply()
    while datetime.now(UTC) < begin:
        time.sleep(0.05)
    assert platform.due_changes().apply() == 1
    assert [each.product_id for each in platform.change_log.pending()] == ["CLOCK-3"]
    ChangeReader(platform).apply()
    assert ids(search(client, filter="brand:ravonde")) == ["CLOCK-3"]
    assert platform.change_log.since(platform.change_log.head().sequence - 1)[0].vector


def test_preparing_to_read_reads_products_and_writes_nothing(platform: Platform) -> None:
    read: list[str] = []
    extract = platform.pipeline.extract

    def noted(work: Work) -> list[Evidence]:
        read.extend(document.field for document, _ in work)
        return extract(work)

    before = (platform.change_log.head(), platform.graph.revision(), platform.proposals.count())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(platform.pipeline, "extract", noted)
        ChangeReader(platform).prepare()
    assert {"title", "description", "shop"} <= set(read)
    assert (platform.change_log.head(), platform.graph.revision(), platform.proposals.count()) == before


def test_prices_stock_and_publication_show_at_once(client: TestClient) -> None:
    row: dict[str, Any] = {"code": "AUD-001", "price": "7777 EUR", "sale": None, "availability": "sold out"}
    answer = client.patch("/v1/offers", json={"offers": [row]}).json()
    assert answer["counts"] == {"changed": 1}
    assert answer["results"][0]["is_pending"] is False
    found = search(client, filter="price:7776..7778", facets="availability")
    assert ids(found) == ["AUD-001"]
    assert found["facets"]["availability"][0]["value"] == "out_of_stock"
    assert found["hits"][0]["product"]["price"]["amount"] == 7777.0
    assert found["hits"][0]["product"]["availability"] == "out_of_stock"
    everything = ids(search(client))
    assert everything[-1] == "AUD-001"  # out of stock: last
    node = client.get("/v1/graph/nodes/product:AUD-001/neighbourhood").json()["nodes"]
    assert [n["properties"]["price"] for n in node if n["id"] == "product:AUD-001"] == [7777.0]
    client.patch("/v1/offers", json={"offers": [{"code": "AUD-001", "publication": "hidden"}]})
    assert ids(search(client, filter="price:7776..7778")) == []
    assert client.get("/v1/products/AUD-001").status_code == 404
    client.patch(
        "/v1/offers", json={"offers": [{"code": "AUD-001", "publication": "published", "stock": 5, "availability": None}]}
    )  # fmt: skip
    back = search(client, filter="price:7776..7778;availability:in_stock", facets="on_sale")
    assert (ids(back), back["hits"][0]["product"]["availability"]) == (["AUD-001"], "in_stock")
    assert [count["value"] for count in back["facets"]["on_sale"]] == ["false"]
    client.patch("/v1/offers", json={"offers": [{"code": "AUD-001", "sale": "7000 EUR"}]}).raise_for_status()
    assert ids(search(client, filter="on_sale:true;price:6999..7001")) == ["AUD-001"]
    client.patch("/v1/offers", json={"offers": [{"code": "AUD-001", "sale": None}]}).raise_for_status()
    assert ids(search(client, filter="on_sale:true;price:6999..7001")) == []


def test_a_product_is_sold_out_when_all_its_variants_are(client: TestClient) -> None:
    variants = [
        {"id": f"ZV-{size}", "price": "9 EUR", "stock": 3, "options": {"Size": size}} for size in "SL"
    ]
    client.put("/v1/products/ZV", json={"title": "Ondrel cup", "variants": variants}).raise_for_status()

    def sold(state: str) -> bool:
        return "ZV" in ids(search(client, q="ondrel", filter=f"availability:{state}"))

    def patch(*rows: dict[str, Any]) -> None:
        assert client.patch("/v1/offers", json={"offers": rows}).status_code == 200

    patch({"code": "ZV-S", "stock": 0})
    assert sold("in_stock")
    patch({"code": "ZV-L", "stock": 0})
    assert (sold("in_stock"), sold("out_of_stock")) == (False, True)
    shown = client.get("/v1/products/ZV").json()
    assert (shown["availability"], shown["variants"][0]["availability"]) == ("out_of_stock", "out_of_stock")
    patch({"code": "ZV-L", "stock": 2})
    assert client.get("/v1/products/ZV").json()["availability"] == "in_stock"
    refused = client.patch("/v1/products/ZV", json={"price": "5 EUR"})
    assert "name a variant by its code" in problem_of(refused, 422, "validation")["detail"]
    client.delete("/v1/products/ZV").raise_for_status()
    assert not sold("in_stock")


def test_a_changed_and_a_deleted_product(client: TestClient, platform: Platform) -> None:
    before = client.get("/v1/categories").json()["products"]
    client.put("/v1/products/Z-2", json={"title": "Quorvo lamp", "price": "5 EUR"})
    assert ids(search(client, q="quorvo")) == ["Z-2"]
    assert client.get("/v1/categories").json()["products"] == before + 1
    changed = client.patch("/v1/products/Z-2", json={"title": "Blenko lamp", "brand": "Blenko"})
    assert changed.json()["outcome"] == "changed"
    assert "Z-2" not in ids(search(client, q="quorvo"))
    assert ids(search(client, q="blenko"))[0] == "Z-2"
    assert client.delete("/v1/products/Z-2").json()["outcome"] == "deleted"
    assert "Z-2" not in ids(search(client, q="blenko"))
    problem_of(client.delete("/v1/products/Z-2"), 404, "not_found")
    problem_of(client.patch("/v1/products/Z-2", json={"title": "x"}), 404, "not_found")
    ChangeReader(platform).apply()
    assert not client.get("/v1/graph/nodes", params={"q": "Blenko"}).json()["nodes"]


def test_a_review_counts_at_once_and_is_read(client: TestClient, platform: Platform) -> None:
    before = client.get("/v1/products/AUD-002").json()["reviews"]["count"]
    body = {"product_id": "AUD-002", "rating": 1, "text": "The battery is bad."}
    assert client.put("/v1/reviews/ZR-1", json=body).status_code == 201
    assert client.get("/v1/products/AUD-002").json()["reviews"]["count"] == before + 1
    refused = client.put("/v1/reviews/ZR-2", json={**body, "product_id": "NOBODY"})
    assert "not in the catalogue" in problem_of(refused, 422, "validation")["detail"]
    ChangeReader(platform).apply()
    rows = bulk(client, [{**body, "id": "ZR-3"}, {"id": "ZR-4", "product_id": "NOBODY"}], "reviews")
    assert [row["outcome"] for row in rows[:-1]] == ["created", "refused"]
    assert client.delete("/v1/reviews/ZR-1").json()["outcome"] == "deleted"
    assert client.delete("/v1/reviews/ZR-3").status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/v1/products/Z-9", {"titel": "x"}, "did you mean title"),
        ("/v1/products/Z-9", {"title": "x", "price": "-3 EUR"}, "price '-3 EUR' is negative; send an amount"),
        ("/v1/products/Z-9", {"id": "Z-8", "title": "x"}, "not that of the address"),
        ("/v1/products/Z-9", [], "JSON object"),
        ("/v1/reviews/Z-9", {"product_id": "AUD-002", "rating": 9}, "1 to 5"),
    ],
)
def test_what_is_wrong_is_refused_in_words(client: TestClient, path: str, body: Any, words: str) -> None:
    assert words in problem_of(client.put(path, json=body), 422, "validation")["detail"]


def test_offers_that_are_wrong_are_refused_and_the_others_written(client: TestClient) -> None:
    rows = [{"code": "AUD-003", "price": "66 EUR"}, {"code": "NOBODY", "stock": 1}, {"code": "AUD-003"}, 5]
    answer = client.patch("/v1/offers", json={"offers": rows})
    assert answer.status_code == 207
    assert [row["outcome"] for row in answer.json()["results"]] == [
        "changed",
        "refused",
        "refused",
        "refused",
    ]
    problem_of(client.patch("/v1/offers", json={"offers": rows[1:]}), 422, "validation")
    problem_of(client.patch("/v1/offers", json={"offers": []}), 422, "validation")
    problem_of(client.patch("/v1/offers", content=b"{", headers={"Content-Type": "application/json"}), 400,
               "malformed_json")  # fmt: skip


def test_many_rows_each_get_their_result_in_order(client: TestClient, platform: Platform) -> None:
    rows: list[object] = [{"id": f"B-{n}", "title": f"Bulk lamp {n}"} for n in range(CHUNK + 20)]
    rows[3] = "not json"
    rows[CHUNK + 1] = {"id": "B B", "title": "x"}
    *results, total = bulk(client, rows)
    assert [row["row"] for row in results] == list(range(1, len(rows) + 1))
    assert [(row["row"], row["id"]) for row in results if row["outcome"] == "refused"] == [
        (4, None), (CHUNK + 2, "B B"),
    ]  # fmt: skip
    assert total == {"rows": len(rows), "counts": {"created": len(rows) - 2, "refused": 2}}
    assert bulk(client, rows[:2])[-1]["counts"] == {"unchanged": 2}
    written = [f"B-{n}" for n in range(len(rows))]
    assert len(platform.catalog.known_ids(written)) == len(rows) - 2
    for each in platform.catalog.known_ids(written):
        client.delete(f"/v1/products/{each}")
    answer = client.post("/v1/products/bulk", json=[])
    assert "lines of JSON" in problem_of(answer, 415, "unsupported_media_type")["detail"]


def test_changes_are_in_the_audit_log(client: TestClient, platform: Platform) -> None:
    client.put("/v1/products/Z-3", json=LAMP)
    client.put("/v1/products/Z-3", json=LAMP)
    client.delete("/v1/products/Z-3")
    log = AuditLog(platform.database)
    entries = [(e.action, e.target, e.actor) for e in log.latest(limit=2)]
    assert sorted(entries) == [("products.delete", "Z-3", "open"), ("products.put", "Z-3", "open")]
    assert log.verify().problem is None


def test_a_new_version_and_one_that_is_rolled_back_show_what_came_after(
    client: TestClient, platform: Platform
) -> None:
    services: Services = client.app.state.services  # type: ignore[attr-defined]
    client.put("/v1/products/Z-4", json=LAMP)
    old = platform.artifacts.current(INDEX)
    assert old is not None
    build_index(platform)
    client.patch("/v1/offers", json={"offers": [{"code": "Z-4", "price": "5555 EUR"}]})
    services.live.refresh()
    assert ids(search(client, filter="price:5554..5556")) == ["Z-4"]
    platform.artifacts.activate(INDEX, old.number)
    services.live.refresh()
    assert ids(search(client, filter="price:5554..5556")) == ["Z-4"]
    build_index(platform)
    build_index(platform)
    assert platform.change_log.count() == 0  # every version that is kept has all of them
    services.live.refresh()
    assert ids(search(client, filter="price:5554..5556")) == ["Z-4"]


def test_what_a_batch_wrote_is_found_and_read(client: TestClient, platform: Platform) -> None:
    product = platform.catalog.product("AUD-004")
    platform.catalog.put_products([product.model_copy(update={"title": "Yarrowby thing"})])
    assert find_changes(platform) == 1
    assert find_changes(platform) == 0
    ChangeReader(platform).apply()
    assert find_changes(platform) == 0
    assert ids(search(client, q="yarrowby"))[0] == "AUD-004"


_WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from api.wiring import Platform
from kms.catalog.json_models import read_product
from kms.indexing.live_writes import LiveWriter
from tests.platform_fixture import settings_for
platform = Platform(settings_for(Path(sys.argv[1])))
writer = LiveWriter(platform.database, platform.document_maker(lambda: platform.ontology))
writer.put_products([read_product({"title": "Kestrup lamp", "brand": "Kestrup"}, product_id="K-1")], actor="test")
print("acknowledged", flush=True)
os.kill(os.getpid(), 9)
"""


def test_what_was_acknowledged_survives_a_kill_and_is_read_later(
    client: TestClient, platform: Platform
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WRITE_AND_DIE, str(platform.settings.state_dir)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["", *sys.path])},
    )
    assert (done.returncode, done.stdout.strip().splitlines()[-1]) == (-9, "acknowledged"), done.stderr
    assert ids(search(client, q="kestrup"))[0] == "K-1"
    ChangeReader(platform).apply()
    assert ids(search(client, filter="brand:kestrup")) == ["K-1"]
