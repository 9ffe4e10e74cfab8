"""Nodes and edges in few words."""

from __future__ import annotations

from kms.graph.models import Edge, Node


def node(node_id: str, label_en: str = "", label_zh: str = "", **properties: str | float | bool) -> Node:
    kind, _, key = node_id.partition(":")
    return Node(id=node_id, type=kind, key=key, label_en=label_en, label_zh=label_zh, properties=properties)


def edge(source: str, relation: str, target: str, confidence: float = 0.9, **more: object) -> Edge:
    return Edge(source=source, relation=relation, target=target, confidence=confidence, **more)  # type: ignore[arg-type]
