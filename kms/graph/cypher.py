"""Cypher statements of the platform, and the mapping between models and Neo4j properties.

Nodes carry the label ``Entity`` (unique ``id``) and one label of their type; relationship types are the
relations in upper case. What a store needs and an analyst does not read (``search``) is a property as well.
Properties of the models lie beside the fixed ones; a name that collides gets the prefix ``property_``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kms.errors import StoreError
from kms.graph.models import REJECTED, Edge, Node
from kms.graph.traversal import display_name, search_text

PREFIX = "property_"
STATUS, PROPOSED = "status", "proposed"
"""Of facts on which nobody decided, which the models leave out; here analysts can ask for it."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,79}")
_NODE_PROPERTIES = frozenset({"id", "type", "key", "label_en", "label_zh", "name", "search"})
_EDGE_PROPERTIES = frozenset({"attribute", "confidence", "support", "extractors", "evidence"})

_HOLDS = f"type(r) <> '{REJECTED.upper()}'"

SCHEMA = (
    "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE",
    "CREATE TEXT INDEX entity_search IF NOT EXISTS FOR (n:Entity) ON (n.search)",
)
AWAIT_SCHEMA = "CALL db.awaitIndexes(120)"

NODES = "UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN n"

_EDGE = (
    "a.id AS source, toLower(type(r)) AS relation, r.attribute AS attribute, b.id AS target, "
    "properties(r) AS properties"
)

EDGES_BETWEEN = f"""
UNWIND $ids AS id MATCH (a:Entity {{id: id}})-[r]->(b:Entity) WHERE b.id IN $ids AND {_HOLDS}
RETURN {_EDGE} ORDER BY source, relation, attribute, target"""

EXPAND = f"""
UNWIND $frontier AS id MATCH (:Entity {{id: id}})-[r]-(m:Entity) WHERE NOT m.id IN $seen AND {_HOLDS}
WITH m.id AS id, max(r.confidence) AS confidence, max(r.support) AS support
RETURN id ORDER BY confidence DESC, support DESC, id LIMIT $limit"""

SEARCH = """
MATCH (n:Entity) WHERE n.search CONTAINS $text AND ($types = [] OR n.type IN $types)
WITH n, split(n.search, $sep)[1..] AS labels
RETURN n ORDER BY CASE
  WHEN $text IN labels THEN 0
  WHEN any(label IN labels WHERE label STARTS WITH $text) THEN 1
  WHEN any(label IN labels WHERE label CONTAINS $text) THEN 2
  ELSE 3 END, size(n.name), n.id LIMIT $limit"""

NODE_PAGE = """
MATCH (n:Entity) WHERE n.id > $after AND ($types = [] OR n.type IN $types)
RETURN n ORDER BY n.id LIMIT $limit"""

ID_PAGE = "MATCH (n:Entity) WHERE n.id > $after WITH n.id AS id ORDER BY id LIMIT $limit RETURN id"

EDGES_FROM = f"""
UNWIND $ids AS id MATCH (a:Entity {{id: id}})-[r]->(b:Entity)
WHERE $types = [] AND {_HOLDS} OR type(r) IN $types
RETURN {_EDGE} ORDER BY source, relation, attribute, target"""

COUNT_NODES = "MATCH (n:Entity) RETURN 'node:' + n.type AS name, count(*) AS number"
COUNT_EDGES = "MATCH (:Entity)-[r]->() RETURN 'edge:' + toLower(type(r)) AS name, count(*) AS number"

UNKNOWN_IDS = """
UNWIND $ids AS id OPTIONAL MATCH (n:Entity {id: id}) WITH id, n WHERE n IS NULL RETURN id ORDER BY id"""

REMOVE_NODES = "UNWIND $ids AS id MATCH (n:Entity {id: id}) DETACH DELETE n"
REMOVE_ORPHANS = """
MATCH (n:Entity) WHERE n.type IN $types AND NOT (n)--()
WITH n LIMIT $limit DELETE n RETURN count(*) AS number"""
CLEAR_EDGES = "MATCH (:Entity)-[r]->() WITH r LIMIT $limit DELETE r RETURN count(*) AS number"
CLEAR_NODES = "MATCH (n:Entity) WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS number"


def write_nodes(node_type: str) -> str:
    """Statement that writes ``$rows`` of :func:`node_properties`, all of one type.

    A node's type is a part of its id, so the label never has to be taken from a node.
    """
    return f"""
UNWIND $rows AS row MERGE (n:Entity {{id: row.id}}) SET n = row SET n:{label(node_type)}"""


def write_edges(relation: str) -> str:
    """Statement that writes ``$rows`` of :func:`edge_row`, all of one relation."""
    return f"""
UNWIND $rows AS row MATCH (a:Entity {{id: row.source}}) MATCH (b:Entity {{id: row.target}})
MERGE (a)-[r:{relationship(relation)} {{attribute: row.properties.attribute}}]->(b) SET r = row.properties"""


def remove_edges(relation: str) -> str:
    """Statement that deletes the edges of ``$rows`` (source, attribute, target), all of one relation."""
    return f"""
UNWIND $rows AS row
MATCH (a:Entity {{id: row.source}})-[r:{relationship(relation)} {{attribute: row.attribute}}]->(b:Entity)
WHERE b.id = row.target DELETE r"""


def edges_of(direction: str) -> str:
    """Statement for the strongest edges at ``$id``; ``direction`` is ``out``, ``in`` or ``both``."""
    pattern = {"out": "(n)-[r]->()", "in": "(n)<-[r]-()", "both": "(n)-[r]-()"}[direction]
    return f"""
MATCH (n:Entity {{id: $id}}) MATCH {pattern} WHERE $types = [] AND {_HOLDS} OR type(r) IN $types
WITH DISTINCT r, startNode(r) AS a, endNode(r) AS b
RETURN {_EDGE}
ORDER BY r.confidence DESC, r.support DESC, source, relation, attribute, target LIMIT $limit"""


def shortest_path(max_length: int) -> str:
    """Statement for the first shortest path in order of its ids, of at most ``$candidates`` ones."""
    return f"""
MATCH (a:Entity {{id: $source}}), (b:Entity {{id: $target}})
MATCH p = allShortestPaths((a)-[*..{int(max_length)}]-(b)) WHERE all(r IN relationships(p) WHERE {_HOLDS})
WITH p LIMIT $candidates
RETURN [n IN nodes(p) | n.id] AS ids ORDER BY ids LIMIT 1"""


def label(node_type: str) -> str:
    """Label of a node type: ``product`` → ``Product``, ``skin_type`` → ``SkinType``.

    Raises:
        StoreError: The name is not lower-case letters, digits and underscores; it would be Cypher.
    """
    if not _NAME.fullmatch(node_type):
        raise StoreError(
            f"node type {node_type!r} is not a name of lower-case letters, digits and underscores"
        )
    return "".join(part.capitalize() for part in node_type.split("_"))


def relationship(relation: str) -> str:
    """Relationship type of a relation: ``has_value`` → ``HAS_VALUE``.

    Raises:
        StoreError: The name is not lower-case letters, digits and underscores; it would be Cypher.
    """
    if not _NAME.fullmatch(relation):
        raise StoreError(f"relation {relation!r} is not a name of lower-case letters, digits and underscores")
    return relation.upper()


def node_properties(node: Node) -> dict[str, Any]:
    """All properties of a node in Neo4j."""
    return {
        **_guard(node.properties, _NODE_PROPERTIES),
        "id": node.id,
        "type": node.type,
        "key": node.key,
        "label_en": node.label_en,
        "label_zh": node.label_zh,
        "name": display_name(node),
        "search": search_text(node),
    }


def edge_row(edge: Edge) -> dict[str, Any]:
    """Ends and properties of an edge in Neo4j."""
    return {
        "source": edge.source,
        "target": edge.target,
        "properties": {
            **_guard(edge.properties, _EDGE_PROPERTIES),
            "attribute": edge.attribute,
            "confidence": edge.confidence,
            "support": edge.support,
            "extractors": list(edge.extractors),
            "evidence": list(edge.evidence),
            **({STATUS: PROPOSED} if edge.evidence and STATUS not in edge.properties else {}),
        },
    }


def read_node(properties: Mapping[str, Any]) -> Node:
    """The node that :func:`node_properties` wrote."""
    return Node.model_construct(
        id=properties["id"],
        type=properties["type"],
        key=properties["key"],
        label_en=properties.get("label_en", ""),
        label_zh=properties.get("label_zh", ""),
        properties=_unguard(properties, _NODE_PROPERTIES),
    )


def read_edge(row: Mapping[str, Any]) -> Edge:
    """The edge of one row of the statements that return edges."""
    properties = row["properties"]
    return Edge.model_construct(
        source=row["source"],
        relation=row["relation"],
        target=row["target"],
        attribute=row["attribute"],
        confidence=properties["confidence"],
        support=properties["support"],
        extractors=tuple(properties["extractors"]),
        evidence=tuple(properties["evidence"]),
        properties=_unguard(
            {name: value for name, value in properties.items() if (name, value) != (STATUS, PROPOSED)},
            _EDGE_PROPERTIES,
        ),
    )


def _guard(properties: Mapping[str, Any], fixed: frozenset[str]) -> dict[str, Any]:
    return {
        PREFIX + name if name in fixed or name.startswith(PREFIX) else name: value
        for name, value in properties.items()
    }


def _unguard(properties: Mapping[str, Any], fixed: frozenset[str]) -> dict[str, Any]:
    return {name.removeprefix(PREFIX): value for name, value in properties.items() if name not in fixed}
