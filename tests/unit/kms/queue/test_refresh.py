"""Questions out of a graph: grouped, ordered by gain, stable under recomputing, alike for some products and for all."""

from __future__ import annotations

import pytest

from kms.graph.models import GraphChanges
from kms.queue.models import Action, Item, Kind, Order, QueueFilter
from tests.unit.kms.queue.conftest import KETTLES, Desk, red, weighed


def test_one_question_groups_what_one_answer_settles(desk: Desk) -> None:
    doubtful = desk.one(Kind.DOUBTFUL)
    assert (doubtful.products, doubtful.content.options, doubtful.class_id) == (
        3,
        ("value:colours/red",),
        "kettle",
    )
    assert doubtful.belief == pytest.approx(0.55)
    violation = desk.one(Kind.VIOLATION)
    assert (violation.products, violation.content.cause, violation.field) == (2, "not_of_class", "spf")
    contradiction = desk.one(Kind.CONTRADICTION)
    assert contradiction.content.written == ("1.03 kg", "1.9 kg"), "the preferred value comes first"
    size = desk.one(Kind.IMPLAUSIBLE)
    assert size.content.cause == "above"
    assert size.content.usual == pytest.approx(1.12, abs=0.1)
    merge, brand = desk.one(Kind.MERGE), desk.one(Kind.BRAND)
    assert (merge.products, brand.products) == (2, len(KETTLES)), "a brand reaches the products that state it"


def test_words_are_grouped_and_stop_words_left_out(desk: Desk) -> None:
    words = {item.word: item for item in desk.items(Kind.WORD)}
    assert set(words) == {"teal", "nurse"}
    assert (words["teal"].products, words["nurse"].products) == (4, 2)
    assert words["nurse"].field == "audience"


def test_questions_come_by_uncertainty_times_reach(desk: Desk) -> None:
    items = desk.items()
    assert [item.gain for item in items] == sorted((item.gain for item in items), reverse=True)
    assert all(item.gain == pytest.approx(item.uncertainty * item.products) for item in items)
    assert items[0].kind is Kind.BRAND


def test_computing_anew_changes_nothing_and_keeps_what_people_noted(desk: Desk) -> None:
    item = desk.one(Kind.DOUBTFUL)
    desk.writer.act([Order(item=item.id, action=Action.ASSIGN, value="ben")], by="anna")
    before = desk.items()
    desk.refresher.run()
    assert desk.items() == before
    assert desk.one(Kind.DOUBTFUL).assignee == "ben"


def test_some_products_are_computed_as_all_are(desk: Desk) -> None:
    removed = red(KETTLES[0], 0.55).key
    desk.graph.apply(
        GraphChanges(
            removed_edges=(removed,), edges=(red(KETTLES[9], 0.6), weighed(KETTLES[9], 1.9, preferred=False))
        )
    )
    desk.refresher.run_products([KETTLES[0], KETTLES[9]])
    partly = desk.items()
    counted = [(item.id, item.products, item.gain) for item in partly]
    assert next(item for item in partly if item.kind is Kind.DOUBTFUL).products == 3
    assert sum(item.kind is Kind.CONTRADICTION for item in partly) == 2
    desk.refresher.run()
    assert [(item.id, item.products, item.gain) for item in desk.items()] == counted


def test_values_that_gave_way_to_a_decided_one_are_not_asked_about(desk: Desk) -> None:
    accepted = weighed(KETTLES[3], 1.9)
    accepted = accepted.model_copy(
        update={"properties": {**accepted.properties, "decision": "d1", "preferred": True}}
    )
    gone = [weighed(KETTLES[3], each, preferred=False, confidence=0.6) for each in (1.03, 1.1)]
    gone = [
        each.model_copy(update={"properties": {**each.properties, "status": "superseded"}}) for each in gone
    ]
    desk.graph.apply(GraphChanges(edges=(accepted, *gone)))
    others = {(item.id, item.products) for item in desk.items() if item.kind is not Kind.CONTRADICTION}
    desk.refresher.run_products([KETTLES[3]])
    assert {(item.id, item.products) for item in desk.items()} == others
    desk.refresher.run()
    assert {(item.id, item.products) for item in desk.items()} == others


def test_one_value_alone_is_no_contradiction(desk: Desk) -> None:
    desk.graph.apply(GraphChanges(removed_edges=(weighed(KETTLES[3], 1.03).key,)))
    desk.refresher.run()
    assert desk.items(Kind.CONTRADICTION) == []


def test_a_question_without_products_is_forgotten(desk: Desk) -> None:
    keys = tuple(red(each, 0.55).key for each in KETTLES[:3])
    desk.graph.apply(GraphChanges(removed_edges=keys))
    desk.refresher.run_products(KETTLES[:3])
    assert desk.items(Kind.DOUBTFUL) == []
    assert desk.items(Kind.DOUBTFUL, status="") == []


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (QueueFilter(field="colour"), {Kind.DOUBTFUL, Kind.WORD}),
        (QueueFilter(product="K-07"), {Kind.MERGE, Kind.BRAND}),
        (QueueFilter(classes=("headphones",)), set()),
        (QueueFilter(word="TEA"), {Kind.WORD}),
        (QueueFilter(status="done"), set()),
        (QueueFilter(kind=Kind.VIOLATION), {Kind.VIOLATION}),
    ],
)
def test_filters(desk: Desk, wanted: QueueFilter, kinds: set[Kind]) -> None:
    found: list[Item] = desk.store.items(wanted, limit=100)
    assert {item.kind for item in found} == kinds
    assert desk.store.count(wanted) == len(found)


def test_two_people_are_given_different_questions(desk: Desk) -> None:
    first = desk.store.next(QueueFilter(), "anna")
    second = desk.store.next(QueueFilter(), "ben")
    again = desk.store.next(QueueFilter(), "anna")
    assert first is not None and second is not None
    assert first.id != second.id
    assert again is not None and again.id == first.id
