"""Answers: what each becomes, that the second of two is told, that undoing leaves no trace."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from kms.access.audit import AuditLog
from kms.db.tables import DecisionRow, IdentityRow, PendingProductRow, ProposalRow
from kms.decisions.models import FactName
from kms.decisions.reasons import Reason
from kms.decisions.store import DecisionStore
from kms.errors import ConflictError, InputError, NotFoundError
from kms.queue.models import Action, ActionDone, Item, Kind, Order
from tests.unit.kms.queue.conftest import KETTLES, Desk

GREEN = FactName(relation="has_value", attribute="colour", target="value:colours/green")


def act(desk: Desk, item: Item, action: Action, *, by: str = "anna", **more: Any) -> ActionDone:
    (done,) = desk.writer.act([Order(item=item.id, action=action, **more)], by=by)
    return done


def said(desk: Desk) -> list[tuple[str, str, str, str]]:
    """The decisions that stand: product, verdict, target and what is right instead."""
    standing = DecisionStore(desk.database).standing(KETTLES)
    return sorted(
        (
            each.product_id,
            each.verdict.value,
            each.about.target,
            each.corrected.target if each.corrected else "",
        )
        for decisions in standing.values()
        for each in decisions
    )


def state(desk: Desk) -> tuple[Any, ...]:
    """All that answers change: open questions, decisions that stand, words, pairs."""
    with desk.database.read() as session:
        words = sorted(session.execute(select(ProposalRow.surface, ProposalRow.status)).all())
        pairs = sorted(session.execute(select(IdentityRow.left, IdentityRow.status)).all())
    open_ = [(item.id, item.products, item.assignee, item.is_flagged, item.comments) for item in desk.items()]
    return sorted(open_), said(desk), words, pairs, desk.store.ignored()


def test_one_answer_decides_on_all_products_of_a_question(desk: Desk) -> None:
    done = act(desk, desk.one(Kind.DOUBTFUL), Action.REJECT, note="of the box")
    assert said(desk) == [(each, "reject", "value:colours/red", "") for each in KETTLES[:3]]
    assert (done.count, done.reason, len(done.decisions)) == (3, "misread", 3)
    assert desk.items(Kind.DOUBTFUL) == []
    with desk.database.read() as session:
        waiting = set(session.scalars(select(PendingProductRow.product_id)))
    assert set(KETTLES[:3]) <= waiting, "a running server takes it over"


def test_of_a_contradiction_one_value_is_right_or_none_or_another(desk: Desk) -> None:
    item = desk.one(Kind.CONTRADICTION)
    first, second = item.content.options
    done = act(desk, item, Action.ACCEPT, option=1)
    assert said(desk) == [("K-04", "accept", second, "")]
    desk.writer.undo([done.id], by="anna")
    done = act(desk, item, Action.REJECT)
    assert said(desk) == [("K-04", "reject", each, "") for each in sorted((first, second))]
    desk.writer.undo([done.id], by="anna")
    right = FactName(
        relation="has_value", attribute="weight", target="value:weight/1.5 kilogram", written="1.5 kg"
    )
    act(desk, item, Action.CORRECT, to=right)
    assert ("K-04", "correct", first, right.target) in said(desk)
    assert ("K-04", "reject", second, "") in said(desk)


def test_a_word_that_means_a_value_states_it_of_its_products(desk: Desk) -> None:
    teal = next(item for item in desk.items(Kind.WORD) if item.word == "teal")
    act(desk, teal, Action.CORRECT, to=GREEN)
    assert said(desk) == [(each, "state", GREEN.target, "") for each in KETTLES[:4]]


def test_an_accepted_word_waits_for_the_ontology_and_is_not_asked_again(desk: Desk) -> None:
    teal = next(item for item in desk.items(Kind.WORD) if item.word == "teal")
    act(desk, teal, Action.ACCEPT)
    assert [(each.attribute, each.word) for each in desk.store.accepted_words()] == [("colour", "Teal")]
    desk.refresher.run()
    assert "teal" not in {item.word for item in desk.items(Kind.WORD)}


def test_a_word_is_ignored_for_ever_whatever_it_was_read_as(desk: Desk) -> None:
    desk.propose("material", "teal", KETTLES[:2])
    desk.refresher.run()
    teals = [item for item in desk.items(Kind.WORD) if item.word == "teal"]
    assert len(teals) == 2
    act(desk, teals[0], Action.IGNORE)
    assert desk.store.ignored() == ["teal"]
    desk.propose("finish", "Teal", KETTLES[:2])
    desk.refresher.run()
    desk.refresher.run_products(KETTLES[:2])
    assert {item.word for item in desk.items(Kind.WORD)} == {"nurse"}


def test_a_pair_is_decided_with_the_identities(desk: Desk) -> None:
    done = act(desk, desk.one(Kind.MERGE), Action.ACCEPT)
    assert desk.identities.group_of("K-07") == ("K-08", "K-07")
    desk.writer.undo([done.id], by="anna")
    assert desk.identities.group_of("K-07") == ("K-07",)
    act(desk, desk.one(Kind.BRAND), Action.REJECT)
    assert desk.items(Kind.BRAND) == []


def test_other_questions_about_the_same_facts_are_answered_with_it(desk: Desk) -> None:
    size = desk.one(Kind.IMPLAUSIBLE)
    act(desk, size, Action.REJECT)
    assert [row[1:3] for row in said(desk)] == [("reject", "value:weight/1300 kilogram")]
    assert desk.items(Kind.IMPLAUSIBLE) == []


def test_the_second_of_two_is_told_what_the_first_did(desk: Desk) -> None:
    item = desk.one(Kind.DOUBTFUL)
    act(desk, item, Action.REJECT, by="anna", reason=Reason.OF_ANOTHER)
    with pytest.raises(ConflictError, match=r"anna answered it at .* reject \(of_another\)"):
        act(desk, item, Action.ACCEPT, by="ben", seen=item.touched)
    assert {row[1] for row in said(desk)} == {"reject"}


def test_all_of_a_batch_or_none(desk: Desk) -> None:
    before = state(desk)
    items = desk.items(Kind.WORD)
    orders = [Order(item=each.id, action=Action.REJECT) for each in items]
    with pytest.raises(NotFoundError):
        desk.writer.act([*orders, Order(item="nothing", action=Action.REJECT)], by="anna", is_bulk=True)
    assert state(desk) == before
    done = desk.writer.act(orders, by="anna", is_bulk=True)
    assert desk.items(Kind.WORD) == []
    assert len({each.batch for each in done}) == 1
    desk.writer.undo([done[0].batch], by="ben")
    assert state(desk) == before


def test_an_action_that_is_sent_twice_is_done_once(desk: Desk) -> None:
    item = desk.one(Kind.DOUBTFUL)
    first = act(desk, item, Action.REJECT, id="mine-1")
    assert act(desk, item, Action.REJECT, id="mine-1") == first
    assert len(said(desk)) == 3
    with pytest.raises(ConflictError, match="another action with the id"):
        act(desk, item, Action.ACCEPT, id="mine-1")


@pytest.mark.parametrize(
    ("kind", "order", "message"),
    [
        (Kind.DOUBTFUL, {"action": Action.IGNORE}, "only words"),
        (Kind.DOUBTFUL, {"action": Action.CORRECT}, "give the value"),
        (Kind.DOUBTFUL, {"action": Action.REJECT, "reason": Reason.SAYS_SO}, "no reason to reject"),
        (Kind.DOUBTFUL, {"action": Action.REJECT, "reason": Reason.OTHER}, "needs a note"),
        (Kind.DOUBTFUL, {"action": Action.COMMENT}, "needs a text"),
        (Kind.DOUBTFUL, {"action": Action.ASSIGN}, "nobody is named"),
        (Kind.DOUBTFUL, {"action": Action.UNDO}, "name the action"),
        (Kind.CONTRADICTION, {"action": Action.ACCEPT, "option": 4}, "no option 5"),
        (Kind.MERGE, {"action": Action.CORRECT, "to": GREEN}, "nothing is put in its place"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(
    desk: Desk, kind: Kind, order: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        desk.writer.act([Order(item=desk.one(kind).id, **order)], by="anna")


def test_what_somebody_decided_elsewhere_is_not_asked_and_not_decided_again(desk: Desk) -> None:
    from kms.decisions.models import Decision
    from kms.decisions.reasons import Verdict
    from kms.decisions.store import append_decisions

    about = FactName(relation="has_value", attribute="colour", target="value:colours/red")
    made = Decision(product_id="K-01", about=about, verdict=Verdict.ACCEPT, reason=Reason.CHECKED, by="ben")
    with desk.database.write(in_turn=True) as session:
        append_decisions(session, [made])
    act(desk, desk.one(Kind.DOUBTFUL), Action.REJECT)
    assert [row[:2] for row in said(desk)] == [("K-01", "accept"), ("K-02", "reject"), ("K-03", "reject")]
    desk.refresher.run()
    assert desk.items(Kind.DOUBTFUL) == []


def test_a_value_that_somebody_stated_elsewhere_is_not_asked_against(desk: Desk) -> None:
    from kms.decisions.models import Decision
    from kms.decisions.reasons import Verdict
    from kms.decisions.store import append_decisions

    stated = FactName(
        relation="has_value", attribute="weight", target="value:weight/5 kilogram", written="5 kg"
    )
    made = Decision(
        product_id=KETTLES[3], about=stated, verdict=Verdict.STATE, reason=Reason.CHECKED, by="ben"
    )
    with desk.database.write(in_turn=True) as session:
        append_decisions(session, [made])
    act(desk, desk.one(Kind.CONTRADICTION), Action.ACCEPT)
    assert said(desk) == [(KETTLES[3], "state", stated.target, "")]
    desk.refresher.run()
    assert desk.items(Kind.CONTRADICTION) == []


def test_taking_a_note_back_leaves_later_notes(desk: Desk) -> None:
    item = desk.one(Kind.DOUBTFUL)
    flagged = act(desk, item, Action.FLAG)
    skipped = act(desk, item, Action.SKIP)
    act(desk, item, Action.ASSIGN, value="ben", by="ben")
    desk.writer.undo([flagged.id, skipped.id], by="anna")
    found = desk.one(Kind.DOUBTFUL)
    assert (found.assignee, found.is_flagged, found.skips) == ("ben", False, 0)


def test_a_skipped_question_comes_behind_all_others(desk: Desk) -> None:
    first = desk.items()[0]
    act(desk, first, Action.SKIP)
    assert desk.items()[-1].id == first.id
    act(desk, first, Action.FLAG)
    act(desk, first, Action.COMMENT, note="ask the maker")
    (flagged,) = desk.items(is_flagged=True)
    assert (flagged.id, flagged.comments) == (first.id, 1)
    act(desk, first, Action.FLAG)
    assert desk.items(is_flagged=True) == []


@pytest.mark.parametrize("seed", range(4))
def test_taking_everything_back_in_any_order_leaves_no_trace(desk: Desk, seed: int) -> None:
    random = Random(seed)
    before = state(desk)
    done: list[str] = []
    for item in random.sample(desk.items(), len(desk.items())):
        action = random.choice(
            [Action.ACCEPT, Action.REJECT, Action.IGNORE, Action.FLAG, Action.ASSIGN, Action.COMMENT]
        )
        if action is Action.IGNORE and item.kind is not Kind.WORD:
            action = Action.REJECT
        done.append(act(desk, item, action, note="why", value="ben" if action is Action.ASSIGN else "").id)
        if random.random() < 0.3:
            desk.refresher.run_products(KETTLES[:5])
    assert state(desk) != before
    for identifier in random.sample(done, len(done)):
        desk.writer.undo([identifier], by="ben")
    assert state(desk) == before
    with pytest.raises(InputError, match="taken back already, by ben"):
        desk.writer.undo([done[0]], by="anna")


def test_each_action_is_in_the_audit_with_who_and_why(desk: Desk) -> None:
    done = act(desk, desk.one(Kind.DOUBTFUL), Action.REJECT, note="of the box")
    desk.writer.undo([done.id], by="ben")
    log = AuditLog(desk.database)
    undone, *_, rejected = log.latest(limit=10, action="queue.")
    assert (rejected.actor, rejected.action, rejected.detail["note"]) == (
        "anna",
        "queue.reject",
        "of the box",
    )
    assert (undone.actor, undone.action) == ("ben", "queue.undo")
    assert len(log.latest(limit=20, action="facts.")) == 6
    assert log.verify().problem is None
    with desk.database.read() as session:
        assert len(list(session.scalars(select(DecisionRow)))) == 6
