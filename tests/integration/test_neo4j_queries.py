"""Each saved query of ``ontology/neo4j`` runs on a real Neo4j and finds what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from kms.graph.neo4j import Neo4jGraphStore
from kms.graph.neo4j_local import Address
from tests.unit.kms.graph.browser_graph import BROWSER_GRAPH

pytestmark = pytest.mark.neo4j

QUERIES = sorted((Path(__file__).resolve().parents[2] / "ontology" / "neo4j" / "queries").glob("*.cypher"))

# The first row of those that answer with a table.
FIRST_ROWS: dict[str, dict[str, object]] = {
    "01-brand-products": {"product": "Veldra Hush 2 over-ear headphones", "price": 129.0},
    "03-complaints-by-category": {"category": "over-ear headphones", "aspect": "comfort", "complaints": 6},
    "04-products-with-shared-values": {"product": "Norvik Drift headphones", "shared_facts": 4},
    "07-popular-values": {"attribute": "battery_life", "value": "26 h", "products": 1},
    "08-contradictions": {"product": "Veldra Hush 2 over-ear headphones", "attribute": "battery_life"},
    "09-unsupported-claims": {"product": "Pulsebay Dot earbuds", "claim": "USB-C"},
    "10-denied-claims": {
        "product": "Norvik Drift headphones",
        "claim": "waterproof",
        "denied_by_documents": 1,
    },
    "12-weak-facts": {"product_id": "AUD-002", "reading": "active noise cancelling"},
    "14-decided-facts": {"who": "user:anna", "status": "accepted", "attribute": "colour", "reading": "grey"},
    "15-against-the-ontology": {"reason": "not_of_class", "rule": "class has attribute", "facts": 1},
    "16-what-rules-infer": {
        "rule": "quiet_for_offices",
        "product_id": "AUD-001",
        "inferred": "office",
        "rests_on": [
            "noise_cancelling:value:noise_cancelling/active",
            "in_category:category:over_ear_headphones",
        ],
    },
    "13-best-loved": {"category": "over-ear headphones", "product": "Norvik Drift headphones"},
}
# How many nodes those reach that answer with a graph.
GRAPH_NODES = {
    "02-product-surroundings": 16,
    "05-path-between-products": 5,
    "06-category-tree": 4,
    "11-what-goes-together": 3,
}


def test_there_are_queries() -> None:
    assert {path.stem for path in QUERIES} == FIRST_ROWS.keys() | GRAPH_NODES.keys()


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_query(path: Path, neo4j_store: Neo4jGraphStore, neo4j_server: Address) -> None:
    from neo4j import GraphDatabase

    text = path.read_text(encoding="utf-8")
    assert text.startswith("// "), "Browser shows the first comment as the query's name"
    neo4j_store.apply(BROWSER_GRAPH)
    with GraphDatabase.driver(neo4j_server.bolt, auth=(neo4j_server.user, neo4j_server.password)) as driver:
        with driver.session() as session:
            result = session.run(text.strip().removesuffix(";"))
            rows = list(result)
            summary = result.consume()
        with driver.session() as session:
            graph = session.run(text.strip().removesuffix(";")).graph()
    assert rows
    deprecated = [one for one in summary.notifications or [] if "Deprecat" in one["code"]]
    assert not deprecated
    if path.stem in GRAPH_NODES:
        assert len(graph.nodes) == GRAPH_NODES[path.stem]
    else:
        assert FIRST_ROWS[path.stem].items() <= rows[0].data().items()
