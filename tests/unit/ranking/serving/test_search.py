from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kms.currency import Exchange, Price
from kms.db.session import Database
from kms.errors import FilterError, StoreError, StoreUnavailable
from kms.filters import Condition, Filter
from kms.vectors.port import Approximation, VectorSchema
from ranking.models import SearchAnswer, SearchRequest, Source
from ranking.serving.index import ServingIndex
from ranking.serving.search.gather import LEAST_LIKENESS
from ranking.serving.service import RankingService
from tests.shop_fixture import SmallShop, WordEncoder, product


def search(service: RankingService, query: str, **fields: object) -> SearchAnswer:
    return service.search(SearchRequest(query=query, limit=50, **fields))  # type: ignore[arg-type]


def ids(answer: SearchAnswer) -> list[str]:
    return [hit.product_id for hit in answer.hits]


@pytest.mark.parametrize(
    "query", ["anything under 60", "something for under 60", "items under 60", "show me stuff under 60"]
)
def test_a_condition_of_whatever_there_is_finds_what_fits_it(service: RankingService, query: str) -> None:
    asked, bare = search(service, query), search(service, "under 60")
    assert bare.total > 0
    assert set(ids(asked)) == set(ids(bare))


def test_the_product_that_is_named_comes_first(service: RankingService) -> None:
    assert ids(search(service, "norvik drift"))[0] == "H2"


def test_a_kind_is_found_by_its_subclasses_and_in_either_language(service: RankingService) -> None:
    assert set(ids(search(service, "headphones", sources=("graph",)))) == {"H1", "H2", "H3", "S1"}
    assert set(ids(search(service, "耳机", sources=("graph",)))) == {"H1", "H2", "H3", "S1"}


def test_bounds_in_words_are_filters(service: RankingService) -> None:
    answer = search(service, "headphones under 60")
    assert set(ids(answer)) <= {"H3", "K1", "K2", "S1"} and "H3" in ids(answer)
    assert answer.understanding.constraints[0].condition == Condition(field="price", lte=60)
    assert answer.understanding.text == "headphones"


def test_bounds_that_nothing_satisfies_leave_nothing_but_alternatives(service: RankingService) -> None:
    answer = search(service, "headphones under 5", facets=("brand",))
    assert (answer.hits, answer.total, answer.facets["brand"]) == ((), 0, ())
    assert (answer.matching.rule, answer.matching.given_up) == ("nothing", ("under 5",))
    assert "H1" in [hit.product_id for hit in answer.alternatives]


def test_a_bound_in_a_currency_is_kept_in_that_currency(service: RankingService) -> None:
    assert set(ids(search(service, "headphones under 60 euros"))) == set(
        ids(search(service, "headphones under 60"))
    )
    unknown = search(service, "headphones under $60")  # nothing has a price in dollars, and there is no rate
    assert [c.condition.field for c in unknown.understanding.constraints] == ["price.usd"]
    assert unknown.total == 0 and "H1" in [hit.product_id for hit in unknown.alternatives]


def test_prices_of_several_currencies_are_compared_by_their_rates(
    sqlite_database: Database, tmp_path: Path
) -> None:
    shop = SmallShop(sqlite_database, tmp_path)
    shop.fill()
    dear = product("K1").model_copy(update={"price": Price(amount=Decimal(390), currency="CNY")})
    shop.catalog.put_products([dear])
    shop.build(exchange=Exchange(currency="EUR", rates={"CNY": 0.125, "USD": 0.5}))
    service = shop.open()
    assert ids(search(service, "kettle", sort="price_asc", sources=("graph",))) == [
        "K2",
        "K1",
    ]  # 25 and 48.75
    for query, found in (
        ("kettle under $60", ["K2"]),
        ("kettle under 200元", ["K2"]),
        ("kettle over 48", ["K1"]),
    ):
        assert ids(search(service, query, sources=("graph",))) == found
    in_dollars = Filter(conditions=(Condition(field="price.usd", gte=95, lte=100),))
    assert ids(search(service, "", filter=in_dollars)) == ["K1"]
    shop.close()


def test_what_is_wanted_little_of_orders_products_of_the_kind(service: RankingService) -> None:
    answer = search(service, "cheap kettle", sources=("graph",), explain=True)
    assert ids(answer) == ["K2", "K1"]  # 25 and 39; equal but for the price
    assert [x.field for x in answer.understanding.leanings] == ["price"]
    reason = next(r for r in answer.hits[0].reasons if "of its kind" in r.text_en)
    assert (reason.text_en, reason.text_zh) == ("Price: the lowest of its kind", "价格在同类中最低")
    assert ids(search(service, "premium kettle", sources=("graph",))) == ["K1", "K2"]


def test_a_shop_filter_is_never_dropped(service: RankingService) -> None:
    only = Filter(conditions=(Condition(field="brand", any_of=("nobody",)),))
    assert ids(search(service, "headphones under 5", filter=only)) == []


@pytest.mark.parametrize("query", ["jacket not polyester", "jacket without polyester", "外套 不要聚酯纤维"])
def test_what_is_excluded_is_absent(service: RankingService, query: str) -> None:
    answer = search(service, query)
    assert "J1" not in ids(answer)
    assert any(e.negated for e in answer.understanding.entities)


@pytest.mark.parametrize("source", ["text", "vector", "graph"])
def test_a_word_that_is_not_wanted_keeps_titles_out(service: RankingService, source: Source) -> None:
    query = "norvik headphones without drift"
    assert "H2" in ids(search(service, "norvik headphones", sources=(source,)))
    answer = search(service, query, sources=(source,))
    assert answer.understanding.excluded_words == ("drift",)
    assert ids(answer) and "H2" not in ids(answer)


@pytest.mark.parametrize("written", ["K2", " k2 "])
def test_a_product_is_found_by_its_id(service: RankingService, written: str) -> None:
    answer = search(service, written, explain=True)
    assert answer.hits[0].product_id == "K2"
    assert answer.hits[0].reasons[0].terms == ("K2",)
    dear = Filter(conditions=(Condition(field="price", gte=100),))
    assert "K2" not in ids(search(service, written, filter=dear))


def test_filters_hold_for_every_scorer(service: RankingService) -> None:
    black = Filter(conditions=(Condition(field="attr.colour", any_of=("black",)),))
    assert set(ids(search(service, "headphones", filter=black))) == {"H2", "H3"}


@pytest.mark.parametrize("source", ["text", "vector", "graph", "popularity"])
def test_scorers_can_be_taken_alone(service: RankingService, source: Source) -> None:
    for hit in search(service, "headphones", sources=(source,)).hits:
        assert set(hit.sources) <= {source}


def test_what_is_only_the_nearest_of_what_is_far_is_no_result(service: RankingService) -> None:
    answer = search(service, "travel kettle", sources=("vector",))
    found = [hit.product_id for hit in answer.shown]
    query = service.index.encoder.encode_query("travel kettle")
    cosines = dict(zip(service.index.ids, service.index.embeddings @ query, strict=True))
    assert found
    assert set(found) == {i for i, cosine in cosines.items() if cosine >= LEAST_LIKENESS}
    assert len(found) < len(cosines)


def test_an_empty_query_lists_what_passes(service: RankingService) -> None:
    assert len(ids(search(service, ""))) == 7
    cheap = Filter(conditions=(Condition(field="price", lte=30),))
    assert set(ids(search(service, "  ", filter=cheap))) == {"K2", "S1"}


def test_facets_add_up(service: RankingService) -> None:
    answer = search(service, "headphones", facets=("brand", "category", "attr.colour", "language"))
    by_id = {d.id: d for d in service.index.documents}
    for field, counts in answer.facets.items():
        for count in counts:
            assert count.count == sum(count.value in by_id[i].facets.get(field, ()) for i in ids(answer))
    assert sum(c.count for c in answer.facets["brand"]) == answer.total
    labels = {c.value: (c.label_en, c.label_zh) for c in answer.facets["category"]}
    assert labels["headphones"][1] == "耳机"


@pytest.mark.parametrize(
    ("sort", "field", "sign"),
    [("price_asc", "price", 1), ("price_desc", "price", -1), ("rating", "rating", -1)],
)
def test_sorting(service: RankingService, sort: str, field: str, sign: int) -> None:
    by_id = {d.id: d.numbers for d in service.index.documents}
    found = ids(search(service, "", sort=sort))
    known = [sign * by_id[i][field] for i in found if field in by_id[i]]
    assert known == sorted(known) and known
    assert all(field not in by_id[i] for i in found[len(known) :])  # those without come last


def test_pages_are_stable(service: RankingService) -> None:
    whole = ids(search(service, "headphones"))
    pages = [
        hit.product_id
        for offset in range(0, len(whole), 2)
        for hit in service.search(SearchRequest(query="headphones", limit=2, offset=offset)).hits
    ]
    assert pages == whole
    assert ids(search(service, "headphones")) == whole


@pytest.mark.parametrize(
    "query",
    ["veldra headphones", "norvik black", "kettle for travel", "waterproof jacket", "cheap headphones"],
)
def test_reasons_are_the_parts_of_the_score(service: RankingService, query: str) -> None:
    for hit in search(service, query, explain=True).hits:
        assert hit.score == pytest.approx(sum(hit.sources.values()), abs=1e-5)
        assert sum(r.share for r in hit.reasons) <= 1 + 1e-5
        for source, part in hit.sources.items():
            shares = sum(r.share for r in hit.reasons if r.source == source)
            if shares or source not in ("text", "popularity"):
                assert shares == pytest.approx(part / hit.score, abs=1e-5)
        assert all(r.text_en and r.text_zh for r in hit.reasons)


def test_a_graph_reason_shows_the_edge(service: RankingService) -> None:
    hit = next(h for h in search(service, "waterproof jacket", explain=True).hits if h.product_id == "J1")
    steps = [r.path[0] for r in hit.reasons if r.source == "graph"]
    assert ("product:J1", "in_category", "category:jacket") in {
        (s.source, s.relation, s.target) for s in steps
    }


def test_a_word_that_is_english_is_read_as_no_other(sqlite_database: Database, tmp_path: Path) -> None:
    shop = SmallShop(sqlite_database, tmp_path)
    shop.fill()
    shop.catalog.put_products([product("K1").model_copy(update={"title": "Haldern kettle, start button"})])
    shop.build()
    service = shop.open()
    assert search(service, "smart kettle").understanding.corrections == ()
    assert search(service, "stert kettle").understanding.text == "start kettle"
    shop.close()


def test_a_correction_is_told(service: RankingService) -> None:
    answer = search(service, "veldra headfones")
    assert [(c.written, c.read_as) for c in answer.understanding.corrections] == [("headfones", "headphones")]
    assert ids(answer)[0] in {"H1", "S1"}


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("colour", {"any_of": ("grey",)}),
        ("attr.nothing", {"any_of": ("grey",)}),
        ("price", {"any_of": ("129",)}),
        ("brand", {"gte": 1.0}),
        ("attr.colour", {"lte": 1.0}),
    ],
)
def test_fields_that_cannot_be_filtered_are_refused(
    service: RankingService, field: str, fields: dict[str, object]
) -> None:
    condition = Condition.model_validate({"field": field, **fields})
    with pytest.raises(FilterError, match="cannot be filtered"):
        search(service, "headphones", filter=Filter(conditions=(condition,)))


def test_facets_of_numbers_are_refused(service: RankingService) -> None:
    with pytest.raises(FilterError, match="price"):
        search(service, "headphones", facets=("price",))


class _StoreThatIsGone:
    schema = VectorSchema(384)

    def search(self, *args: object, **kwargs: object) -> None:
        raise StoreUnavailable("gone")


def test_without_the_vector_store_all_vectors_are_compared(
    service: RankingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = search(service, "norvik drift", explain=True)
    assert any(reason.source == "vector" for hit in whole.shown for reason in hit.reasons)
    monkeypatch.setattr(service.index, "vectors", _StoreThatIsGone())
    assert search(service, "norvik drift", explain=True) == whole


def test_a_large_version_is_searched_by_its_vector_store(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = shop.open()
    assert alone.index.vectors is None  # a small version needs none, so that several processes can open it
    monkeypatch.setattr("ranking.serving.index.SERVED", Approximation(exact_up_to=1))
    large = shop.open()
    assert large.index.vectors is not None
    for query in ("norvik drift", "something for listening on the train", "headphones not wireless"):
        one, other = search(large, query), search(alone, query)
        assert [hit.product_id for hit in one.shown] == [hit.product_id for hit in other.shown]
        # The two compute a likeness in another order of additions.
        assert [hit.score for hit in one.shown] == pytest.approx([hit.score for hit in other.shown])


def test_filters_on_a_field_that_no_product_has(service: RankingService) -> None:
    wanted = Filter(conditions=(Condition(field="attr.spf", gte=30.0),))
    assert service.search(SearchRequest(query="headphones", filter=wanted)).hits == ()
    without = Filter(conditions=(Condition(field="attr.skin_type", none_of=("dry",)),))
    assert service.search(SearchRequest(query="headphones", filter=without)).hits


@pytest.mark.parametrize(
    ("field", "written", "value"),
    [
        ("attr.colour", "BLACK", "black"),
        ("attr.colour", "黑色", "black"),
        ("category", "Headphones", "headphones"),
        ("category", "耳机", "headphones"),
        ("language", "EN", "en"),
    ],
)
def test_filter_values_may_be_names(service: RankingService, field: str, written: str, value: str) -> None:
    by_name, by_id = (
        service.search(SearchRequest(filter=Filter(conditions=(Condition(field=field, any_of=(each,)),))))
        for each in (written, value)
    )
    assert by_name.total == by_id.total > 0
    assert by_name.hits == by_id.hits
    without = Filter(conditions=(Condition(field=field, none_of=(written,)),))
    assert (
        service.search(SearchRequest(filter=without)).total
        == service.search(SearchRequest()).total - by_id.total
    )


def test_a_bound_in_another_unit_is_refused(service: RankingService) -> None:
    volume = Filter(conditions=(Condition(field="attr.weight", lte=0.002, dimension="volume"),))
    with pytest.raises(
        FilterError, match="written in a unit of volume, and it is a mass, for instance in kilogram"
    ):
        service.search(SearchRequest(filter=volume))


def test_version_of_another_encoder_is_refused_with_both_names_and_advice(shop: SmallShop) -> None:
    class OtherEncoder(WordEncoder):
        version = "words-2"
        name = "other-words"

    version = shop.artifacts.current("index")
    assert version is not None
    with pytest.raises(
        StoreError, match=r"\(words, vectors words-1\).*\(other-words, vectors words-2\).*kms index build"
    ):
        ServingIndex(version, encoder=OtherEncoder(), open_vectors=None)  # type: ignore[arg-type]
