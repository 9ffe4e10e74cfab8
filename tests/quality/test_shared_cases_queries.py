"""The given cases of queries that state numbers, exclusions and sorts, where ``../shared/cases`` is present."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kms.filters import Condition, Filter
from kms.quantities.values import parse_quantity
from ranking.models import SearchAnswer, SearchRequest, Sort
from ranking.serving.service import RankingService
from tests.quality.sample_fixture import sample_state, service
from tests.quality.shared_cases import needs_cases, read_cases

__all__ = ["sample_state", "service"]

pytestmark = [
    pytest.mark.quality,
    needs_cases,
    pytest.mark.xdist_group("sample"),
]
WORDS = {"traditional", "writing", "spelling"}
"""Kinds that ``test_shared_cases_words`` tries."""
CASES = read_cases("queries.jsonl")
HERE = [case for case in CASES if case["kind"] not in WORDS]

Check = Callable[[RankingService, str], None]


def ask(service: RankingService, query: str, *, sort: Sort = "relevance", limit: int = 100) -> SearchAnswer:
    return service.search(SearchRequest(query=query, sort=sort, limit=limit))


def titles(service: RankingService, answer: SearchAnswer) -> list[str]:
    index = service.index
    return [index.documents[index.positions[hit.product_id]].title for hit in answer.hits]


def facets(service: RankingService, answer: SearchAnswer, field: str) -> list[tuple[str, ...]]:
    index = service.index
    return [
        tuple(index.documents[index.positions[hit.product_id]].facets.get(field, ())) for hit in answer.hits
    ]


def bounded(field: str, low: float | None, high: float | None) -> Check:
    def check(service: RankingService, query: str) -> None:
        (constraint,) = ask(service, query).understanding.constraints
        condition = constraint.condition
        assert condition.field == field
        for got, wanted in ((condition.gte, low), (condition.lte, high)):
            assert got == (None if wanted is None else pytest.approx(wanted, rel=0.002))

    return check


def measures(field: str, written: str, dimension: str) -> Check:
    def check(service: RankingService, query: str) -> None:
        found = [e for e in ask(service, query).understanding.entities if e.kind == "quantity"]
        assert [e.field for e in found] == [field]
        wanted = parse_quantity(written, dimension).si_magnitude
        assert float(found[0].value) == pytest.approx(wanted, rel=0.01)

    return check


def lacks(field: str, *values: str) -> Check:
    def check(service: RankingService, query: str) -> None:
        held = facets(service, ask(service, query), field)
        assert held
        assert not [value for each in held for value in each if value in values]

    return check


def names_none(*names: str) -> Check:
    """No title shown has one of the names; the sample may have nothing else."""

    def check(service: RankingService, query: str) -> None:
        shown = titles(service, ask(service, query))
        assert not [title for title in shown for name in names if name in title]

    return check


def begins_with(field: str, value: str, count: int) -> Check:
    def check(service: RankingService, query: str) -> None:
        assert all(value in held for held in facets(service, ask(service, query), field)[:count])

    return check


def stick_comes_first(service: RankingService, query: str) -> None:
    measures("attr.storage_capacity", "128 GB", "data_size")(service, query)
    assert "128GB" in titles(service, ask(service, query))[0]


def states_no_screen(service: RankingService, query: str) -> None:
    answer = ask(service, query)
    assert answer.understanding.constraints == ()
    assert all("laptop" in held for held in facets(service, answer, "category")) and answer.total > 1


def has_everything(service: RankingService, query: str) -> None:
    field, _, value = query.partition(":")
    condition = Condition(field=field, any_of=(value,))
    answer = service.search(SearchRequest(filter=Filter(conditions=(condition,))))
    assert answer.total == len(service.index.ids)


def is_sorted(service: RankingService, query: str) -> None:
    answer = ask(service, query, sort="price_asc")
    prices = [
        service.index.columns.numbers("price")[service.index.positions[h.product_id]] for h in answer.hits
    ]
    assert prices == sorted(prices)
    assert all("headphones" in held for held in facets(service, answer, "category"))


CHECKS: dict[str, Check] = {
    "price 50 to 100 USD": bounded("price.usd", 50, 100),
    "price 300 to 500 CNY": bounded("price.cny", 300, 500),
    "price at most 99.99 EUR": bounded("price.eur", None, 99.99),
    "price at most 1000 EUR": bounded("price.eur", None, 1000),
    "price at most 1000": bounded("price", None, 1000),
    "battery life at least 20 h": bounded("attr.battery_life", 72_000, None),
    "volume 16 fl oz": measures("attr.capacity", "16 fl oz", "volume"),
    "128 GB USB stick first": stick_comes_first,
    "no bound on the screen": states_no_screen,
    "no Veldra": lacks("brand", "veldra"),
    "no over-ear": lacks("category", "over_ear_headphones"),
    "none with Bluetooth, nor Bluetooth 5.3, nor wireless by Bluetooth": lacks(
        "attr.connectivity", "bluetooth", "bluetooth_5_3", "bluetooth_5_2", "bluetooth_5_0"
    ),
    "IPX7 speakers among the first": begins_with("attr.water_resistance", "waterproof", 2),
    "everything": has_everything,
    "only headphones, cheapest first": is_sorted,
}


@pytest.mark.parametrize("case", HERE, ids=[case["input"] for case in HERE])
def test_given_case(service: RankingService, case: dict[str, str]) -> None:
    CHECKS[case["expected"]](service, case["input"])


@pytest.mark.parametrize(
    ("query", "check"),
    [
        ("kettle £20–£60", bounded("price.gbp", 20, 60)),
        ("水壶 100～200元", bounded("price.cny", 100, 200)),
        ("headphones under 149,50 euro", bounded("price.eur", None, 149.5)),
        ("monitor under 1.200 euro", bounded("price.eur", None, 1200)),
        ("laptop under 2k", bounded("price", None, 2000)),
        ("tent under 1k", bounded("price", None, 1000)),
        ("earbuds 6+ hours", bounded("attr.battery_life", 21_600, None)),
        ("headphones more than 25 hours battery", bounded("attr.battery_life", 90_000, None)),
        ("flask 24 oz", measures("attr.capacity", "24 fl oz", "volume")),
        ("512g 移动硬盘", measures("attr.storage_capacity", "512 GB", "data_size")),
        ("3-in-1 docking station", lambda service, query: is_found(service, query, "docking_station")),
        ("tent for 2 people", measures("attr.persons", "2", "count")),
        ("headphones -norvik", lacks("brand", "norvik")),
        ("NOT in-ear headphones", lacks("attr.wearing_style", "in_ear")),
        ("speaker without bluetooth", lacks("attr.connectivity", "bluetooth", "bluetooth_5_3")),
        ("monitor not 27 inch", lambda service, query: lacks_number(service, query, "attr.screen_size", 0.6858)),
        ("laptop -32gb", lambda service, query: lacks_number(service, query, "attr.ram", 32e9)),
        ("不要16GB的笔记本电脑", lambda service, query: lacks_number(service, query, "attr.ram", 16e9)),
        ("leather-free shoes", lacks("attr.material", "leather")),
        ("不要氮化镓充电器", names_none("氮化镓", "GaN")),
        ("headphones without microphone", names_none("Mic", "microphone")),
        ("charger not gan", names_none("氮化镓", "GaN")),
        ("splashproof earbuds", begins_with("attr.water_resistance", "splashproof", 1)),
        ("children's headphones", begins_with("audience", "children", 1)),
    ],
)  # fmt: skip
def test_case_of_the_same_kinds(service: RankingService, query: str, check: Check) -> None:
    check(service, query)


def is_found(service: RankingService, query: str, class_id: str) -> None:
    held = facets(service, ask(service, query), "category")
    assert held and all(class_id in each for each in held)


def lacks_number(service: RankingService, query: str, field: str, number: float) -> None:
    answer = ask(service, query)
    assert answer.total
    numbers = service.index.columns.numbers(field)
    assert all(
        numbers[service.index.positions[hit.product_id]] != pytest.approx(number, rel=0.02)
        for hit in answer.hits
    )


@pytest.mark.parametrize(
    ("query", "field", "descending"),
    [
        ("best rated headphones", "rating", True),
        ("newest laptop", "added", True),
        ("most popular mug", "popularity", True),
        ("cheapest tent", "price", False),
        ("评分最高的耳机", "rating", True),
    ],
)
def test_superlatives_decide_the_order(
    service: RankingService, query: str, field: str, descending: bool
) -> None:
    answer = ask(service, query)
    column = service.index.columns.numbers(field)
    values = [float(column[service.index.positions[hit.product_id]]) for hit in answer.hits]
    assert len(values) > 1
    assert values == sorted(values, reverse=descending)
