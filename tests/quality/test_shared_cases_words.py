"""The given cases of scripts, ways of writing and spelling, where ``../shared/cases`` is present."""

from __future__ import annotations

import pytest

from ranking.models import SearchAnswer, SearchRequest
from ranking.serving.service import RankingService
from tests.quality.sample_fixture import sample_state, service
from tests.quality.shared_cases import needs_cases, read_cases

__all__ = ["sample_state", "service"]

pytestmark = [
    pytest.mark.quality,
    needs_cases,
    pytest.mark.xdist_group("sample"),
]
CASES = read_cases("queries.jsonl")


def of_kind(*kinds: str) -> list[tuple[str, str]]:
    return [(case["input"], case["expected"]) for case in CASES if case["kind"] in kinds]


def ask(service: RankingService, query: str) -> SearchAnswer:
    return service.search(SearchRequest(query=query, limit=100))


def found(service: RankingService, query: str) -> list[str]:
    return [hit.product_id for hit in ask(service, query).hits]


@pytest.mark.parametrize(
    ("query", "same_as"),
    [
        *((query, expected.removeprefix("as ")) for query, expected in of_kind("traditional")),
        ("防水揹包", "防水背包"),
        ("無線鍵盤", "无线键盘"),
        ("電熱水壺", "电热水壶"),
        ("羽絨服", "羽绒服"),
    ],
)
def test_traditional_characters(service: RankingService, query: str, same_as: str) -> None:
    assert found(service, query) and found(service, query) == found(service, same_as)


PRODUCTS = {"product AUD-001": "AUD-001", "the T-80 first": "AUD-029"}
CLASSES = {"headphones": "headphones", "class kitchen knife": "kitchen_knife"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        *of_kind("writing"),
        ("COM002", "COM-002"),
        ("kit 003", "KIT-003"),
        ("tessaro t 80", "the T-80 first"),
        ("sleepingbag", "sleeping_bag"),
        ("scarves", "scarf"),
        ("water-bottle", "bottle"),
    ],
)
def test_ways_of_writing(service: RankingService, query: str, expected: str) -> None:
    answer = ask(service, query)
    wanted = PRODUCTS.get(expected, expected if "-" in expected and expected[-1].isdigit() else None)
    if wanted:
        assert answer.hits[0].product_id == wanted
    else:
        assert answer.matching.classes == (CLASSES.get(expected, expected),)


@pytest.mark.parametrize(
    "query", [*(query for query, _ in of_kind("spelling")), "bosch kettle", "lego headphones"]
)
def test_names_that_nobody_here_has_stay(service: RankingService, query: str) -> None:
    understood = ask(service, query).understanding
    assert understood.corrections == ()
    assert [e.kind for e in understood.entities] == ["class"]


@pytest.mark.parametrize(
    ("query", "class_id"),
    [
        ("headphnes", "headphones"),
        ("keybord", "keyboard"),
        ("blendar", "blender"),
        ("sleeping bgas", "sleeping_bag"),
    ],
)
def test_typing_errors(service: RankingService, query: str, class_id: str) -> None:
    assert ask(service, query).matching.classes == (class_id,)
