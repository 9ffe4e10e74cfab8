"""The store of decisions on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.decisions.models import Decision, FactName, MentionName
from kms.decisions.reasons import Verdict
from kms.decisions.store import DecisionStore
from kms.errors import InputError, NotFoundError
from kms.evidence.store import EvidenceStore
from kms.indexing.change_log import ChangeLog
from kms.indexing.live_decisions import LiveDecisions

RED = FactName(relation="has_value", attribute="colour", target="value:colours/red", written="红")
MENTION = MentionName(
    relation="made_by", field="title", surface="Norvik", context="case for Norvik", target="brand:norvik"
)


def decision(**more: Any) -> Decision:
    fields = {"product_id": "A", "about": RED, "verdict": "reject", "reason": "misread", "by": "user:anna"}
    return Decision.model_validate({**fields, **more})


@pytest.fixture
def store(database: Database) -> DecisionStore:
    CatalogStore(database).put_products(
        [Product(id="A", title="Red case for Norvik"), Product(id="B", title="B")]
    )
    return DecisionStore(database)


@pytest.fixture
def live(database: Database) -> LiveDecisions:
    return LiveDecisions(database)


def test_a_decision_comes_back_as_it_was_written(store: DecisionStore, live: LiveDecisions) -> None:
    until = datetime(2030, 5, 1, 12, tzinfo=UTC)
    corrected = RED.model_copy(update={"target": "value:colours/green"})
    made = decision(
        verdict="correct", reason="wrong_value", corrected=corrected, note="绿", valid_until=until
    )
    written = live.decide([made, decision(product_id="B", about=MENTION)])
    assert [each.number for each in written] == sorted(each.number for each in written)
    assert store.get(made.id[:8]) == written[0] == made.model_copy(update={"number": written[0].number})
    assert store.standing(["A", "B", "nobody"]) == {"A": [written[0]], "B": [written[1]]}
    assert store.latest() == [written[1], written[0]]


def test_undoing_is_an_entry_and_brings_the_fingerprint_back(
    database: Database, store: DecisionStore, live: LiveDecisions
) -> None:
    evidence = EvidenceStore(database)
    before = evidence.states_of(["A"])
    made = live.decide([decision()])[0]
    assert evidence.states_of(["A"]) != before
    undone = live.undo([made.id], by="user:bert", note="a slip")[0]
    assert evidence.states_of(["A"]) == before
    assert store.standing(["A"]) == {}
    newest, oldest = store.history("A")
    assert (newest.verdict, newest.undoes, newest.note) == (Verdict.UNDO, made.id, "a slip")
    assert (oldest.id, oldest.undone_by) == (made.id, "user:bert")
    assert store.get(made.id).undone_by == "user:bert"
    with pytest.raises(InputError, match="taken back already, by user:bert"):
        live.undo([made.id], by="user:anna")
    with pytest.raises(InputError, match="is an undoing"):
        live.undo([undone.id], by="user:anna")
    with pytest.raises(NotFoundError, match="no decision begins"):
        live.undo(["feed"], by="user:anna")


def test_all_of_them_are_written_or_none(store: DecisionStore, live: LiveDecisions) -> None:
    with pytest.raises(InputError, match="no reason to reject"):
        live.decide([decision(), decision(reason="says_so")])
    assert store.latest() == []


def test_a_decided_product_waits_to_be_derived_anew(
    database: Database, store: DecisionStore, live: LiveDecisions
) -> None:
    log = ChangeLog(database)
    before = log.head().sequence
    live.decide([decision()])
    waiting = log.pending()
    assert [each.product_id for each in waiting] == ["A"]
    assert waiting[0].sequence == log.head().sequence > before


def test_products_are_changed_when_a_decision_begins_and_ends(
    database: Database, store: DecisionStore, live: LiveDecisions
) -> None:
    now = datetime.now(UTC)
    live.decide([decision(valid_from=now + timedelta(days=1), valid_until=now + timedelta(days=2))])
    assert store.standing(["A"], now) == {}
    assert len(store.standing(["A"], now + timedelta(days=1))["A"]) == 1
    assert store.standing(["A"], now + timedelta(days=2)) == {}
    assert store.refresh_due(None, now) == set()
    live.apply_due(now)
    over = decision(product_id="B", valid_from=now - timedelta(days=2), valid_until=now - timedelta(days=1))
    live.decide([over])
    assert store.refresh_due(None) == set(), "it had ended before it was written"
