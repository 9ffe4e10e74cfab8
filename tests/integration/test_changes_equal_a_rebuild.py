"""What single changes make is what a rebuild from truth makes, whatever was changed and in which order.

``tests/random_changes.py`` draws the changes; other seeds than those here are run by hand.
"""

from __future__ import annotations

import random

import pytest

from api.change_reader import ChangeReader
from api.jobs import build_graph, build_index
from api.wiring import Platform
from kms.catalog.json_models import read_product
from kms.decisions.models import Decision, FactName
from kms.decisions.reasons import Reason, Verdict
from kms.graph.models import GraphChanges
from kms.identity.store import Identity
from kms.indexing.live_decisions import LiveDecisions
from kms.indexing.live_writes import OfferRow
from tests.platform_fixture import platform, platform_state
from tests.random_changes import RandomChanges, assert_equal_to_rebuild, writer_of

__all__ = ["platform", "platform_state"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_changes_equal_a_rebuild(platform: Platform, seed: int) -> None:
    if seed == 3:  # two rows that were decided to be one product
        pair = Identity(kind="product", left="AUD-002", right="AUD-001")
        platform.identities.propose([pair])
        platform.identities.decide([pair], "accepted")
        build_graph(platform)
        build_index(platform)
    rng = random.Random(seed)
    changes, reader = RandomChanges(platform, seed), ChangeReader(platform)
    for _ in range(6):
        for _ in range(rng.randint(1, 5)):
            changes.write()
        if rng.random() < 0.5:
            reader.apply(most=rng.choice([1, 3, None]))
        elif rng.random() < 0.3:
            build_graph(platform)
    platform.due_changes().apply()
    reader.apply()
    assert platform.change_log.count_pending() == 0
    assert_equal_to_rebuild(platform)


def test_what_a_rule_infers_comes_and_goes_with_what_it_rests_on(platform: Platform) -> None:
    def inferred() -> dict[str, str]:
        edges = platform.graph.edges_of("product:TENT-1", direction="out")
        return {e.target: str(e.properties["inferred_by"]) for e in edges if "inferred_by" in e.properties}

    def shown() -> tuple[str, ...]:
        entry = [each for each in platform.change_log.since(0, limit=100_000) if each.product_id == "TENT-1"][
            -1
        ]
        assert entry.document is not None
        return entry.document.facets.get("attr.water_resistance", ())

    waterproof = {"value:water_resistance/waterproof": "tent_water_column"}
    writer, reader = writer_of(platform), ChangeReader(platform)
    live = LiveDecisions(platform.database)
    body = {"title": "Kinoto tent", "category": "tent", "attributes": {"Hydrostatic head": "3000 mm"}}
    writer.put_products([read_product(body, product_id="TENT-1")], actor="test")
    reader.apply()
    assert inferred() == waterproof
    assert "waterproof" in shown()
    low = {"attributes": {"Hydrostatic head": "800 mm"}}
    writer.patch_product("TENT-1", low, actor="test")
    reader.apply()
    assert (inferred(), shown()) == ({}, ())
    writer.patch_product("TENT-1", {"attributes": body["attributes"]}, actor="test")
    reader.apply()
    assert inferred() == waterproof
    column = FactName(
        relation="has_value", attribute="waterproof_rating", target="value:waterproof_rating/3 meter"
    )
    (written,) = live.decide(
        [
            Decision(
                product_id="TENT-1", about=column, verdict=Verdict.REJECT, reason=Reason.MISREAD, by="test"
            )
        ]
    )
    reader.apply()
    assert (inferred(), shown()) == ({}, ())
    live.undo([written.id], by="test")
    reader.apply()
    assert inferred() == waterproof
    assert_equal_to_rebuild(platform)


def test_a_product_that_waits_is_read_though_a_batch_built_the_graph_and_its_price_changed(
    platform: Platform,
) -> None:
    writer = writer_of(platform)
    writer.put_products([RandomChanges(platform, 1).lamp(9)], actor="test")
    build_graph(platform)
    (written,) = writer.patch_offers([OfferRow("NEW-9", {"availability": "preorder"})], actor="test")
    assert written.is_pending
    assert [each.product_id for each in platform.change_log.pending()] == ["NEW-9"]
    ChangeReader(platform).apply()
    (entry,) = (e for e in platform.change_log.since(0) if e.product_id == "NEW-9")
    assert entry.facts is not None and entry.facts.edges


def test_a_product_that_is_deleted_while_its_node_is_written_has_no_node(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = writer_of(platform), ChangeReader(platform)
    apply = platform.graph.apply

    def overtaken(changes: GraphChanges) -> None:
        monkeypatch.undo()
        writer.delete_products(["AUD-004"], actor="test")
        reader.apply()
        assert platform.graph.nodes(["product:AUD-004"]) == []
        apply(changes)

    monkeypatch.setattr(platform.graph, "apply", overtaken)
    writer.patch_offers([OfferRow("AUD-004", {"price": "7 EUR", "sale": None})], actor="test")
    reader.apply()
    assert platform.graph.nodes(["product:AUD-004"]) == []
    assert platform.change_log.count_pending() == 0


def test_nothing_is_linked_while_the_whole_graph_is_built(platform: Platform) -> None:
    writer_of(platform).put_products([RandomChanges(platform, 1).lamp(8)], actor="test")
    reader = ChangeReader(platform)
    with platform.graph_lease().held() as is_mine:  # as a build in another process
        assert is_mine
        assert reader.apply(wait_s=0.0).products == 0
        assert "NEW-8" in {each.product_id for each in platform.change_log.pending()}
    assert reader.apply(wait_s=0.0).products
    assert platform.change_log.count_pending() == 0
