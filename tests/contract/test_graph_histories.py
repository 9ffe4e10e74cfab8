"""The same random history on a graph store and on plain dictionaries: every answer is the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kms.errors import StoreError
from kms.graph.compare import compare
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import REJECTED, Edge, GraphChanges
from kms.graph.neo4j import Neo4jGraphStore
from kms.graph.port import GraphStore
from tests.contract.graph_parts import node
from tests.unit.kms.graph.dict_store import DictGraph

NAMES = ["product:a", "product:b", "product:c", "value:v/1", "value:v/2", "brand:x", "category:k"]
RELATIONS = ["complements", "has_value", "made_by", REJECTED]
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x1f"), max_size=6)
scalars = st.one_of(texts, st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False))
properties = st.dictionaries(st.sampled_from(["note", "positive", "id", "属性"]), scalars, max_size=2)
some_nodes = st.builds(node, st.sampled_from(NAMES), texts, texts).flatmap(
    lambda made: properties.map(lambda extra: made.model_copy(update={"properties": extra}))
)
some_edges = st.builds(
    Edge,
    source=st.sampled_from(NAMES),
    relation=st.sampled_from(RELATIONS),
    target=st.sampled_from(NAMES),
    attribute=st.sampled_from(["", "colour"]),
    confidence=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    support=st.integers(0, 3),
    extractors=st.lists(st.sampled_from(["rules", "model"]), max_size=2).map(tuple),
    evidence=st.lists(texts, max_size=2).map(tuple),
    properties=properties,
)
steps = st.builds(
    GraphChanges,
    nodes=st.lists(some_nodes, max_size=5).map(tuple),
    edges=st.lists(some_edges, max_size=5).map(tuple),
    removed_edges=st.lists(some_edges.map(lambda made: made.key), max_size=2).map(tuple),
    removed_nodes=st.lists(st.sampled_from(NAMES), max_size=1).map(tuple),
)
histories = st.lists(steps, min_size=1, max_size=6)


def check_history(store: GraphStore, history: list[GraphChanges]) -> None:
    """Apply a history step by step; after each one, everything that can be asked has the model's answer."""
    model = DictGraph()
    for step in history:
        refused = False
        try:
            model.apply(step)
        except StoreError:
            refused = True
        if refused:
            with pytest.raises(StoreError):
                store.apply(step)
        else:
            store.apply(step)
            store.apply(step)
            model.apply(step)
        assert compare(store, model) == []
        assert store.counts() == model.counts()
        for name in NAMES[:4]:
            assert store.edges_of(name) == model.edges_of(name)
            rejected = store.edges_of(name, relations=[REJECTED], direction="out")
            assert rejected == model.edges_of(name, relations=[REJECTED], direction="out")
            assert store.neighbourhood(name, depth=2, limit=4) == model.neighbourhood(name, depth=2, limit=4)
            assert store.shortest_path(name, "brand:x") == model.shortest_path(name, "brand:x")
        assert store.search_nodes("a", limit=3) == model.search_nodes("a", limit=3)
    assert store.remove_orphans(["product", "value"]) == model.remove_orphans(["product", "value"])
    assert compare(store, model) == []


@settings(max_examples=60, deadline=None)
@given(history=histories)
def test_random_history_embedded(
    tmp_path_factory: pytest.TempPathFactory, history: list[GraphChanges]
) -> None:
    store = EmbeddedGraphStore(tmp_path_factory.mktemp("random") / "graph.db")
    check_history(store, history)
    store.close()


@pytest.mark.neo4j
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_random_history_neo4j(neo4j_store: Neo4jGraphStore, history: list[GraphChanges]) -> None:
    neo4j_store.clear()
    check_history(neo4j_store, history)
