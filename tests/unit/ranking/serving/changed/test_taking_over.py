"""What changes bring: words, brands, suggestions, availability, and answers while others are taken over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from kms.errors import NotFoundError
from kms.filters import Condition, Filter
from kms.indexing.changes import ProductChange
from kms.lexical.models import IndexedVariant
from kms.vectors.port import VectorHit
from ranking.models import SearchRequest
from ranking.serving.availability import OutOfStock
from ranking.serving.index import ServingIndex
from ranking.serving.service import RankingService
from tests.changing_shop import ChangingShop, Row, draw_shop

LAMP = Row(
    "Krizalo glimmerwick kettle", "", "Krizalo", "electric_kettle", 42.0, (("colour", "red"),), sku="KZ-1/7"
)
Opened = tuple[ChangingShop, ServingIndex]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    shop = draw_shop(40, 11)
    index = shop.build(tmp_path_factory.mktemp("version"))
    yield ChangingShop(dict(shop.rows), shop.interactions, shop.encoder, shop.tree), index
    index.close()


def ids(index: ServingIndex, query: str, **fields: object) -> list[str]:
    request = SearchRequest(query=query, limit=100, **fields)  # type: ignore[arg-type]
    return [hit.product_id for hit in RankingService(index).search(request).hits]


def test_a_new_word_is_known_and_not_corrected(opened: Opened) -> None:
    shop, index = opened
    changed = index.with_changes([shop.change(1, "NEW", LAMP)])
    answer = RankingService(changed).search(SearchRequest(query="glimmerwick"))
    assert [hit.product_id for hit in answer.hits] == ["NEW"]
    assert not answer.understanding.corrections
    assert (
        RankingService(changed).search(SearchRequest(query="glimerwick kettle")).hits[0].product_id == "NEW"
    )


def test_a_new_brand_is_understood(opened: Opened) -> None:
    shop, index = opened
    changed = index.with_changes([shop.change(1, "NEW", LAMP)])
    understood = RankingService(changed).search(SearchRequest(query="krizalo kettle")).understanding
    assert "brand:krizalo" in {entity.node for entity in understood.entities}
    assert changed.label("brand:krizalo") == ("Krizalo", "Krizalo")


def test_a_new_product_is_found_by_its_code_and_suggested(opened: Opened) -> None:
    shop, index = opened
    changed = index.with_changes([shop.change(1, "NEW", LAMP)])
    assert ids(changed, "kz-1/7")[0] == "NEW"
    service = RankingService(changed)
    assert [s.id for s in service.suggest("glimm") if s.kind == "product"] == ["NEW"]
    assert "brand:krizalo" in {s.id for s in service.suggest("kriz")}
    gone = changed.with_changes([shop.change(2, "NEW", None)])
    assert not [s for s in RankingService(gone).suggest("glimm") if s.kind == "product"]
    with pytest.raises(NotFoundError):
        gone.position("NEW")


def test_another_title_replaces_the_suggestion(opened: Opened) -> None:
    shop, index = opened
    row = replace(shop.rows["P001"], title="Veldra wobblethorn jacket")
    service = RankingService(index.with_changes([shop.change(1, "P001", row)]))
    assert next(s.text for s in service.suggest("wobbl")) == "Veldra wobblethorn jacket"
    old = RankingService(index).suggest(index.documents[index.positions["P001"]].title)
    assert old[0].id not in {
        s.id for s in service.suggest(old[0].text) if s.text == old[0].text and s.id == "P001"
    }


def test_a_price_is_in_filters_and_sorts_at_once(opened: Opened) -> None:
    shop, index = opened
    key = ids(index, "")[0]
    changed = index.with_changes([shop.change(1, key, replace(shop.rows[key], price=9_999.0), light=True)])
    dear = Filter(conditions=(Condition(field="price", gte=9_000),))
    assert ids(changed, "", filter=dear) == [key] == ids(changed, "", sort="price_desc")[:1]
    assert not ids(index, "", filter=dear)
    assert changed.postings is not None and changed.embeddings is index.embeddings


def with_stock(index: ServingIndex, product_id: str, availability: str, sequence: int = 1) -> ProductChange:
    document = index.documents[index.positions[product_id]]
    facets = {**document.facets, "availability": (availability,)}
    return ProductChange(
        sequence=sequence, product_id=product_id, document=document.model_copy(update={"facets": facets})
    )


@pytest.mark.parametrize("rule", ["hidden", "last", "shown"])
def test_out_of_stock(opened: Opened, rule: OutOfStock) -> None:
    _, index = opened
    before = ids(index, "kettle")
    first = before[0]
    stocked = index.with_changes([with_stock(index, key, "in_stock") for key in index.positions])
    changed = stocked.with_changes([with_stock(stocked, first, "out_of_stock", 2)])
    changed.out_of_stock = rule
    found = ids(changed, "kettle")
    assert found == {"hidden": before[1:], "last": [*before[1:], first], "shown": before}[rule]
    assert ids(changed, first)[:1] == ([] if rule == "hidden" else [first])
    service = RankingService(changed)
    shown = {hit.product_id for key in before[1:] for hit in service.similar(key, limit=100).hits}
    assert first not in shown | {hit.product_id for hit in service.trending(limit=100).hits}
    back = changed.with_changes([with_stock(changed, first, "in_stock", 3)])
    assert ids(back, "kettle") == before


class _Store:
    """A vector store as the version's own, exact."""

    def __init__(self, index: ServingIndex) -> None:
        self._index = index
        self.schema = type("Schema", (), {"keywords": ("brand",), "numbers": ("price",)})()

    def search(self, vector: np.ndarray, *, limit: int, filter: Filter) -> list[VectorHit]:
        likeness = self._index.embeddings @ vector
        allowed = self._index.columns.passing(filter)
        order = [at for at in np.argsort(-likeness) if allowed[at]][:limit]
        return [VectorHit(self._index.ids[at], float(likeness[at])) for at in order]


def test_stale_points_of_a_vector_store_are_compared_anew(opened: Opened) -> None:
    shop, index = opened
    changes = [
        shop.change(n, key, replace(shop.rows[key], title=f"Tundra lantern {n}"))
        for n, key in enumerate(list(shop.rows)[:30], 1)
    ]
    exact = index.with_changes(changes)
    by_store = index.with_changes(changes)
    by_store.vectors = _Store(index)  # type: ignore[assignment]
    for query in ("tundra lantern glow", "kettle for a trip", "zephyrine drift thing"):
        answers = [RankingService(each).search(SearchRequest(query=query)) for each in (exact, by_store)]
        assert [h.product_id for h in answers[0].related] == [h.product_id for h in answers[1].related]
        assert answers[0].hits == answers[1].hits


def test_the_coarse_scan_finds_the_same(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, index = opened
    change = shop.change(1, "NEW", LAMP)
    plain = index.with_changes([change])
    index.prepare_scans()
    scanned = index.with_changes([change])
    assert scanned.coarse is not None
    for query in ("glimmerwick lamp", "a red thing to boil water"):
        answers = [RankingService(each).search(SearchRequest(query=query)) for each in (plain, scanned)]
        assert answers[0].hits == answers[1].hits and answers[0].related == answers[1].related
    monkeypatch.setattr(index, "coarse", None)


def test_more_new_products_than_there_is_room_for(opened: Opened) -> None:
    shop, index = opened
    first = index.with_changes([shop.change(n, f"N{n:03}", LAMP) for n in range(1, 200)])
    second = first.with_changes([shop.change(n, f"N{n:03}", LAMP) for n in range(200, 400)])
    assert len(second.ids) > len(first.ids) > len(index.ids)
    assert second.count == index.count + 399
    assert len(second.products_with("brand:krizalo")[0]) == 399
    assert len(RankingService(second).similar("N001", limit=500).hits) >= 398


def test_searches_while_changes_are_taken_over(opened: Opened) -> None:
    shop, index = opened
    live = [RankingService(index)]
    wrong: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            service = live[0]
            try:
                answer = service.search(SearchRequest(query="kettle", facets=("brand",), limit=100))
                if answer.total != len(answer.hits) or answer.total != sum(
                    c.count for c in answer.facets["brand"]
                ):
                    wrong.append(answer)
                service.similar(answer.hits[0].product_id)
                service.suggest("ve")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(1, 25):
        row = LAMP if n % 3 else None
        changed = live[0].index.with_changes([shop.change(n, f"T{n % 4}", row)])
        live[0] = RankingService(changed)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_changed_vector_of_another_encoder_is_not_compared(opened: Opened) -> None:
    shop, index = opened
    change = shop.change(1, "NEW", LAMP)
    assert change.vector is not None
    known = index.with_changes([change])
    assert known.embeddings[known.position("NEW")].any()
    for other in (bytes(8) + change.vector[8:], b"\0" * 8):  # of the same width, and of another
        unknown = index.with_changes([change.model_copy(update={"vector": other})])
        assert not unknown.embeddings[unknown.position("NEW")].any()


def test_products_that_come_in_variants_now_are_told(opened: Opened) -> None:
    shop, index = opened
    at = index.positions["P001"]
    assert not index.columns.varied().any()
    change = shop.change(1, "P001", shop.rows["P001"])
    assert change.document is not None
    sizes = tuple(IndexedVariant(options=(size,)) for size in ("s", "m"))
    document = change.document.model_copy(update={"variants": sizes})
    varied = change.model_copy(update={"document": document})
    changed = index.with_changes([varied, shop.change(2, "NEW", LAMP)])
    assert np.flatnonzero(changed.columns.varied()).tolist() == [at]
    assert not changed.with_changes([shop.change(3, "P001", shop.rows["P001"])]).columns.varied().any()
