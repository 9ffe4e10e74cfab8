"""What every graph store must do; ``test_graph_histories.py`` holds both against plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.errors import StoreError
from kms.graph.compare import compare
from kms.graph.copy import copy
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import REJECTED, Edge, GraphChanges, Node
from kms.graph.port import GraphStore
from tests.contract.graph_parts import edge, node

EMBEDDED = "embedded"
NEO4J = pytest.param("neo4j", marks=pytest.mark.neo4j)


@pytest.fixture(params=[EMBEDDED, NEO4J])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    if request.param == EMBEDDED:
        made = EmbeddedGraphStore(tmp_path / "graph.db")
        made.prepare()
        yield made
        made.close()
    else:
        yield request.getfixturevalue("neo4j_store")


SHOP = GraphChanges(
    nodes=(
        node("product:p1", "Quiet One headphones", "静音耳机", price=99.5, stock=3, active=True),
        node("product:p2", "Loud Two speaker"),
        node("product:p3", "Pocket Three speaker"),
        node("product:p4", "Alone"),
        node("category:audio", "Audio", "音频"),
        node("category:audio/speakers", "Speakers", "扬声器"),
        node("brand:orrin", "Orrin"),
        node("value:colour/black", "black", "黑色"),
        node("value:weight/0.25 kilogram", "250 g"),
        node("aspect:sound", "sound", "音质"),
        node("use:travel"),
    ),
    edges=(
        edge("category:audio/speakers", "subcategory_of", "category:audio", 1.0),
        edge("product:p2", "in_category", "category:audio/speakers", 1.0),
        edge("product:p3", "in_category", "category:audio/speakers", 0.95),
        edge("product:p1", "made_by", "brand:orrin", 1.0, support=2, extractors=("shop", "table")),
        edge("product:p2", "made_by", "brand:orrin", 1.0, support=1),
        edge("product:p1", "has_value", "value:colour/black", 0.8, attribute="colour", evidence=("e2", "e1")),
        edge("product:p1", "has_value", "value:colour/black", 0.4, attribute="strap_colour"),
        edge(
            "product:p1",
            "has_value",
            "value:weight/0.25 kilogram",
            0.99,
            attribute="weight",
            properties={"written": "250 g"},
        ),
        edge(
            "product:p1",
            "has_aspect",
            "aspect:sound",
            0.9,
            support=7,
            properties={"positive": 5, "negative": 2, "neutral": 0},
        ),
        edge("product:p2", "complements", "product:p1", 0.6),
    ),
)


@pytest.fixture
def shop(store: GraphStore) -> GraphStore:
    store.apply(SHOP)
    return store


def ids(nodes: tuple[Node, ...] | list[Node]) -> list[str]:
    return [found.id for found in nodes]


def keys(edges: tuple[Edge, ...] | list[Edge]) -> list[tuple[str, str, str, str]]:
    return [found.key for found in edges]


def test_is_a_graph_store(store: GraphStore) -> None:
    assert isinstance(store, GraphStore)


def test_prepare_again_keeps_everything(shop: GraphStore) -> None:
    shop.prepare()
    assert len(list(shop.iter_nodes())) == len(SHOP.nodes)


def test_gives_back_what_was_written(shop: GraphStore) -> None:
    assert list(shop.iter_nodes()) == sorted(SHOP.nodes, key=lambda written: written.id)
    assert list(shop.iter_edges()) == sorted(SHOP.edges, key=lambda written: written.key)


def test_types_of_properties_stay(shop: GraphStore) -> None:
    (found,) = shop.nodes(["product:p1"])
    assert {name: type(value) for name, value in found.properties.items()} == {
        "price": float,
        "stock": int,
        "active": bool,
    }


def test_nodes_come_in_the_asked_order_without_unknown_ones(shop: GraphStore) -> None:
    asked = ["product:p2", "product:unknown", "brand:orrin", "product:p1"]
    assert ids(shop.nodes(asked)) == ["product:p2", "brand:orrin", "product:p1"]
    assert shop.nodes([]) == []


def test_iterates_chosen_types_and_relations(shop: GraphStore) -> None:
    assert ids(list(shop.iter_nodes(["brand", "use"]))) == ["brand:orrin", "use:travel"]
    assert {found.relation for found in shop.iter_edges(["made_by", "complements"])} == {
        "made_by",
        "complements",
    }


def test_counts(shop: GraphStore) -> None:
    assert shop.counts() == {
        "edge:complements": 1,
        "edge:has_aspect": 1,
        "edge:has_value": 3,
        "edge:in_category": 2,
        "edge:made_by": 2,
        "edge:subcategory_of": 1,
        "node:aspect": 1,
        "node:brand": 1,
        "node:category": 2,
        "node:product": 4,
        "node:use": 1,
        "node:value": 2,
    }


def test_applying_again_changes_nothing(shop: GraphStore) -> None:
    before = (list(shop.iter_nodes()), list(shop.iter_edges()))
    shop.apply(SHOP)
    assert (list(shop.iter_nodes()), list(shop.iter_edges())) == before


def test_a_changed_node_or_edge_is_replaced_whole(shop: GraphStore) -> None:
    newer = node("product:p1", "Quiet One", season="winter")
    stronger = edge("product:p1", "made_by", "brand:orrin", 0.5, support=9)
    shop.apply(GraphChanges(nodes=(newer,), edges=(stronger,)))
    assert shop.nodes(["product:p1"]) == [newer]
    assert shop.edges_of("product:p1", relations=["made_by"]) == [stronger]
    assert len(list(shop.iter_edges())) == len(SHOP.edges)


def test_of_repeated_items_in_one_step_the_last_stands(store: GraphStore) -> None:
    store.apply(GraphChanges(nodes=(node("use:a", "first"), node("use:a", "last"))))
    assert [found.label_en for found in store.iter_nodes()] == ["last"]


def test_edges_strongest_first(shop: GraphStore) -> None:
    found = shop.edges_of("product:p1")
    assert [(one.relation, one.attribute) for one in found] == [
        ("made_by", ""),
        ("has_value", "weight"),
        ("has_aspect", ""),
        ("has_value", "colour"),
        ("complements", ""),
        ("has_value", "strap_colour"),
    ]
    assert shop.edges_of("product:p1", limit=2) == found[:2]
    assert shop.edges_of("product:p1", limit=0) == []


def test_edges_by_direction_and_relation(shop: GraphStore) -> None:
    assert keys(shop.edges_of("product:p1", direction="in")) == [
        ("product:p2", "complements", "", "product:p1")
    ]
    assert len(shop.edges_of("product:p1", direction="out")) == 5
    assert len(shop.edges_of("product:p1", relations=["has_value", "has_aspect"])) == 4
    assert shop.edges_of("product:p1", relations=["variant_of"]) == []
    assert shop.edges_of("product:unknown") == []


def test_an_edge_to_itself_is_given_once(store: GraphStore) -> None:
    loop = edge("product:a", "substitutes", "product:a")
    store.apply(GraphChanges(nodes=(node("product:a"),), edges=(loop,)))
    assert store.edges_of("product:a") == [loop]
    assert store.neighbourhood("product:a").edges == (loop,)


def test_neighbourhood_is_nearest_and_strongest_first(shop: GraphStore) -> None:
    near = shop.neighbourhood("product:p1")
    assert ids(near.nodes) == [
        "product:p1",
        "brand:orrin",
        "value:weight/0.25 kilogram",
        "aspect:sound",
        "value:colour/black",
        "product:p2",
    ]
    assert ("product:p2", "made_by", "", "brand:orrin") in keys(near.edges)
    assert keys(near.edges) == sorted(keys(near.edges))
    assert not near.truncated


def test_neighbourhood_depth(shop: GraphStore) -> None:
    assert ids(shop.neighbourhood("product:p1", depth=0).nodes) == ["product:p1"]
    assert ids(shop.neighbourhood("product:p1", depth=2).nodes)[6:] == ["category:audio/speakers"]
    assert ids(shop.neighbourhood("product:p1", depth=3).nodes)[7:] == ["category:audio", "product:p3"]
    everything = shop.neighbourhood("product:p1", depth=9)
    assert len(everything.nodes) == 9
    assert len(everything.edges) == len(SHOP.edges)


def test_neighbourhood_is_cut(shop: GraphStore) -> None:
    cut = shop.neighbourhood("product:p1", limit=3)
    assert ids(cut.nodes) == ["product:p1", "brand:orrin", "value:weight/0.25 kilogram"]
    assert cut.truncated
    assert not shop.neighbourhood("product:p1", limit=6).truncated
    assert shop.neighbourhood("product:p1", depth=2, limit=6).truncated


@pytest.mark.parametrize(("asked", "limit"), [("product:unknown", 5), ("product:p1", 0)])
def test_neighbourhood_of_nothing(shop: GraphStore, asked: str, limit: int) -> None:
    nothing = shop.neighbourhood(asked, limit=limit)
    assert (nothing.nodes, nothing.edges) == ((), ())


def test_shortest_path_ignores_direction(shop: GraphStore) -> None:
    path = shop.shortest_path("aspect:sound", "category:audio/speakers")
    assert path is not None
    assert ids(path.nodes) == ["aspect:sound", "product:p1", "product:p2", "category:audio/speakers"]
    assert {found.relation for found in path.edges} == {"has_aspect", "complements", "in_category"}


def test_of_equally_short_paths_the_first_by_ids(store: GraphStore) -> None:
    store.apply(
        GraphChanges(
            nodes=tuple(node(f"product:{name}") for name in "abcdz"),
            edges=tuple(
                edge(f"product:{a}", "complements", f"product:{b}") for a, b in ("ac", "ab", "cz", "bz", "ad")
            ),
        )
    )
    path = store.shortest_path("product:a", "product:z")
    assert path is not None
    assert ids(path.nodes) == ["product:a", "product:b", "product:z"]


def test_shortest_path_has_a_limit_and_may_not_exist(shop: GraphStore) -> None:
    assert shop.shortest_path("aspect:sound", "category:audio", max_length=3) is None
    assert shop.shortest_path("aspect:sound", "category:audio", max_length=4) is not None
    assert shop.shortest_path("product:p1", "product:p4") is None
    assert shop.shortest_path("product:p1", "product:unknown") is None
    assert shop.shortest_path("product:p1", "product:p2", max_length=0) is None


def test_path_to_itself_is_the_node(shop: GraphStore) -> None:
    path = shop.shortest_path("product:p4", "product:p4")
    assert path is not None
    assert ids(path.nodes) == ["product:p4"]
    assert shop.shortest_path("product:unknown", "product:unknown") is None


def test_search_finds_key_and_labels_without_case(shop: GraphStore) -> None:
    assert ids(shop.search_nodes("SPEAKER")) == [
        "category:audio/speakers",
        "product:p2",
        "product:p3",
    ]
    assert ids(shop.search_nodes("音")) == ["aspect:sound", "category:audio", "product:p1"]
    assert ids(shop.search_nodes("travel")) == ["use:travel"]
    assert ids(shop.search_nodes("speaker", types=["product"], limit=1)) == ["product:p2"]
    assert shop.search_nodes("nothing like it") == []
    assert shop.search_nodes("speaker", limit=0) == []


def test_search_puts_the_exact_label_first(store: GraphStore) -> None:
    nodes = [
        Node(id="value:depth/1 meter", type="value", key="depth/1 meter", label_en="1 m", label_zh="1米"),
        Node(
            id="value:w/deep_sea", type="value", key="w/deep_sea", label_en="so deep a blue", label_zh="深海"
        ),
        Node(id="value:w/deeply", type="value", key="w/deeply", label_en="deeply", label_zh="很深"),
        Node(id="value:w/longest", type="value", key="w/longest", label_en="Deep", label_zh="深"),
        Node(id="value:deep/2", type="value", key="deep/2", label_en="2", label_zh="2"),
    ]
    store.apply(GraphChanges(nodes=tuple(nodes)))
    assert ids(store.search_nodes("deep")) == [
        "value:w/longest", "value:w/deeply", "value:w/deep_sea", "value:deep/2",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "{}", "$text", "\x1f", "') OR 1=1 --"])
def test_search_takes_signs_as_they_are(shop: GraphStore, text: str) -> None:
    assert shop.search_nodes(text, types=["brand"]) == []


def test_search_folds_case_as_python_does(store: GraphStore) -> None:
    store.apply(GraphChanges(nodes=(node("brand:s", "Große Straße"), node("brand:e", "ÉCLAIR"))))
    assert ids(store.search_nodes("STRASSE")) == ["brand:s"]
    assert ids(store.search_nodes("éclair")) == ["brand:e"]


def test_unknown_endpoint_is_refused_and_nothing_written(shop: GraphStore) -> None:
    bad = GraphChanges(
        nodes=(node("product:new"),),
        edges=(edge("product:new", "made_by", "brand:orrin"), edge("product:new", "made_by", "brand:nobody")),
        removed_nodes=("product:p4",),
    )
    with pytest.raises(StoreError, match="brand:nobody"):
        shop.apply(bad)
    assert shop.nodes(["product:new"]) == []
    assert ids(shop.nodes(["product:p4"])) == ["product:p4"]


def test_edge_to_a_node_removed_in_the_same_step_is_refused(shop: GraphStore) -> None:
    with pytest.raises(StoreError, match="brand:orrin"):
        shop.apply(
            GraphChanges(
                edges=(edge("product:p4", "made_by", "brand:orrin"),), removed_nodes=("brand:orrin",)
            )
        )
    assert ids(shop.nodes(["brand:orrin"])) == ["brand:orrin"]


def test_removing_a_node_takes_its_edges(shop: GraphStore) -> None:
    shop.apply(GraphChanges(removed_nodes=("product:p1", "product:unknown")))
    assert shop.nodes(["product:p1"]) == []
    assert all("product:p1" not in found.key for found in shop.iter_edges())
    assert ids(shop.neighbourhood("brand:orrin").nodes) == ["brand:orrin", "product:p2"]


def test_removing_edges(shop: GraphStore) -> None:
    gone = ("product:p1", "has_value", "strap_colour", "value:colour/black")
    shop.apply(GraphChanges(removed_edges=(gone, ("product:p9", "made_by", "", "brand:orrin"))))
    assert gone not in keys(list(shop.iter_edges()))
    assert len(list(shop.iter_edges())) == len(SHOP.edges) - 1


def test_an_edge_removed_and_written_in_one_step_is_there(shop: GraphStore) -> None:
    again = edge("product:p2", "made_by", "brand:orrin", 0.3)
    shop.apply(GraphChanges(edges=(again,), removed_edges=(again.key,)))
    assert shop.edges_of("product:p2", relations=["made_by"]) == [again]


def test_orphans(shop: GraphStore) -> None:
    assert shop.remove_orphans(["use", "brand", "value"]) == 1
    assert shop.nodes(["use:travel"]) == []
    assert ids(shop.nodes(["product:p4", "brand:orrin"])) == ["product:p4", "brand:orrin"]
    assert shop.remove_orphans(["use"]) == 0
    assert shop.remove_orphans([]) == 0


def test_clear(shop: GraphStore) -> None:
    shop.neighbourhood("product:p1")
    shop.clear()
    assert shop.counts() == {}
    assert shop.neighbourhood("product:p1").nodes == ()
    shop.apply(SHOP)
    assert len(shop.neighbourhood("product:p1").nodes) == 6


def test_walks_see_each_change(shop: GraphStore) -> None:
    assert shop.shortest_path("product:p4", "brand:orrin") is None
    shop.apply(GraphChanges(edges=(edge("product:p4", "made_by", "brand:orrin"),)))
    path = shop.shortest_path("product:p4", "product:p1")
    assert path is not None
    assert ids(path.nodes) == ["product:p4", "brand:orrin", "product:p1"]
    shop.apply(GraphChanges(removed_nodes=("brand:orrin",)))
    assert shop.shortest_path("product:p4", "product:p1") is None
    shop.apply(GraphChanges(nodes=(node("brand:orrin"),)))
    assert ids(shop.neighbourhood("brand:orrin").nodes) == ["brand:orrin"]


def test_properties_named_like_fixed_ones(store: GraphStore) -> None:
    names = {
        "id": "x",
        "name": "y",
        "search": "z",
        "property_id": "w",
        "confidence": 2,
        "written in": "1 kg",
        "": "",
    }
    del names[""]
    odd = Node(id="value:v", type="value", key="v", properties=names)  # type: ignore[arg-type]
    bond = edge("value:v", "complements", "value:v", properties=names)
    store.apply(GraphChanges(nodes=(odd,), edges=(bond,)))
    assert list(store.iter_nodes()) == [odd]
    assert list(store.iter_edges()) == [bond]


def test_many_more_than_one_batch(store: GraphStore) -> None:
    nodes = tuple(node(f"product:{number:05}") for number in range(6_000))
    edges = tuple(
        edge(f"product:{number:05}", "complements", f"product:{(number * 7) % 6_000:05}")
        for number in range(6_000)
    )
    store.apply(GraphChanges(nodes=nodes, edges=edges))
    assert list(store.iter_nodes()) == list(nodes)
    assert list(store.iter_edges()) == list(edges)
    store.apply(GraphChanges(removed_nodes=tuple(made.id for made in nodes[10:])))
    assert store.counts()["node:product"] == 10


def test_large_step_with_an_unknown_endpoint_writes_nothing(store: GraphStore) -> None:
    nodes = tuple(node(f"product:{number}") for number in range(10_001))
    with pytest.raises(StoreError, match="brand:nobody"):
        store.apply(GraphChanges(nodes=nodes, edges=(edge("product:1", "made_by", "brand:nobody"),)))
    assert store.counts() == {}


def test_rejected_facts_are_kept_and_nothing_walks_over_them(shop: GraphStore, tmp_path: Path) -> None:
    before = list(shop.iter_edges())
    turned_down = edge(
        "product:p4",
        REJECTED,
        "brand:orrin",
        attribute="made_by",
        evidence=("e9",),
        properties={"of_relation": "made_by", "status": "rejected", "reason": "misread"},
    )
    shop.apply(GraphChanges(edges=(turned_down,)))
    assert list(shop.iter_edges()) == before
    assert list(shop.iter_edges([REJECTED])) == [turned_down]
    assert shop.edges_of("product:p4") == []
    assert shop.edges_of("product:p4", relations=[REJECTED]) == [turned_down]
    assert shop.neighbourhood("product:p4").edges == ()
    assert shop.shortest_path("product:p4", "brand:orrin") is None
    assert shop.counts()["edge:rejected"] == 1
    other = EmbeddedGraphStore(tmp_path / "other.db")
    copy(shop, other)
    assert compare(shop, other) == []
    other.apply(GraphChanges(removed_edges=(turned_down.key,)))
    assert compare(shop, other) == ["edge product:p4 rejected made_by brand:orrin is only in the first"]
    other.close()


def test_copy_and_compare(shop: GraphStore, tmp_path: Path) -> None:
    other = EmbeddedGraphStore(tmp_path / "other.db")
    report = copy(shop, other, batch=4)
    assert (report.nodes, report.edges) == (len(SHOP.nodes), len(SHOP.edges))
    assert compare(shop, other) == []
    other.apply(
        GraphChanges(
            nodes=(node("use:camping"), node("brand:orrin", "ORRIN")),
            removed_edges=(("product:p2", "complements", "", "product:p1"),),
        )
    )
    assert compare(shop, other) == [
        "node brand:orrin differs: label_en 'Orrin' and 'ORRIN'",
        "node use:camping is only in the second",
        "edge product:p2 complements product:p1 is only in the first",
    ]
    assert len(compare(shop, other, limit=1)) == 1
    copy(shop, other, clear=True)
    assert compare(shop, other) == []
    other.close()
