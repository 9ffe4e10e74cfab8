from __future__ import annotations

import pytest

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.errors import InputError, NotFoundError
from kms.evidence.store import EvidenceStore
from kms.identity.store import Identity, IdentityStore


def alias(left: str, right: str, score: float = 0.9) -> Identity:
    return Identity(kind="brand_alias", left=left, right=right, score=score)


def line(left: str, right: str) -> Identity:
    return Identity(kind="sub_brand", left=left, right=right)


def same(left: str, right: str) -> Identity:
    return Identity(kind="product", left=left, right=right)


@pytest.fixture
def store(database: Database) -> IdentityStore:
    return IdentityStore(database)


def test_proposals_are_replaced_and_decisions_stay(store: IdentityStore) -> None:
    store.propose([alias("NVK", "Norvik"), alias("Hal", "Haldern", 0.5)], kinds=("brand_alias",))
    assert [pair.left for pair in store.all(("brand_alias",))] == ["NVK", "Hal"]
    store.decide([alias("Hal", "Haldern")], "rejected")
    store.propose([alias("Hal", "Haldern"), alias("B", "A")], kinds=("brand_alias",))
    assert [pair.left for pair in store.all(("brand_alias",))] == ["B"]
    assert {pair.status for pair in store.all(("brand_alias",), status=None)} == {"open", "rejected"}


def test_decisions_once_and_taken_back(store: IdentityStore) -> None:
    assert len(store.decide([alias("NVK", "Norvik")], "accepted")) == 1
    assert store.decide([alias("NVK", "Norvik")], "accepted") == []
    assert store.brand_names().brand("nvk").key == "norvik"
    pair = store.get(alias("NVK", "Norvik").id[:5])
    assert pair.decided_at is not None
    store.decide([pair], "open")
    assert store.brand_names().state == IdentityStore(store._database).brand_names().state
    assert store.brand_names().brand("nvk").key == "nvk"
    assert store.get(pair.id).decided_at is None


def test_ids_that_nobody_knows(store: IdentityStore) -> None:
    for wrong in ("", "zz", "%"):
        with pytest.raises(NotFoundError):
            store.get(wrong)


def test_lines_that_cannot_be(store: IdentityStore) -> None:
    store.decide([line("Norvik Kids", "Norvik"), alias("NVK", "Norvik")], "accepted")
    for wrong in (line("Norvik", "Norvik Kids"), line("NVK", "Norvik"), line("Norvik Kids", "Veldra")):
        with pytest.raises(InputError):
            store.decide([wrong], "accepted")
    with pytest.raises(InputError, match="itself"):
        store.decide([alias("Norvik", "Norvik")], "accepted")
    assert [pair.left for pair in store.all(("sub_brand",), status="accepted")] == ["Norvik Kids"]


def test_groups_of_products_and_what_is_to_be_built(store: IdentityStore, database: Database) -> None:
    catalog, evidence = CatalogStore(database), EvidenceStore(database)
    catalog.put_products([Product(id=name, title=name) for name in "abcd"])
    evidence.mark_built("graph", {c.product_id: c.fingerprint for c in evidence.changed_products("graph")})
    store.decide([same("b", "a"), same("c", "b")], "accepted")
    assert store.group_of("c") == ("a", "b", "c")
    assert store.group_of("d") == ("d",)
    assert [c.product_id for c in evidence.changed_products("graph")] == ["a", "b", "c"]
    evidence.mark_built("graph", {c.product_id: c.fingerprint for c in evidence.changed_products("graph")})
    store.decide([same("b", "c")], "open")
    assert (store.group_of("a"), store.group_of("c")) == (("a", "b"), ("c",))
    assert [c.product_id for c in evidence.changed_products("graph")] == ["a", "b", "c"]
    store.decide([same("b", "a")], "rejected")
    assert not store.merges()
