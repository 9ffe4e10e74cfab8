"""Comparison of two graph stores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from kms.graph.models import REJECTED, Edge, Node
from kms.graph.port import GraphStore

Item = TypeVar("Item", Node, Edge)


def compare(a: GraphStore, b: GraphStore, *, limit: int = 100) -> list[str]:
    """Differences between two stores, one a line, at most ``limit``; empty when they hold the same graph.

    Both are read once, in order, so graphs larger than memory can be compared.
    """
    differences: list[str] = []
    lines = _walk_pairs(a.iter_nodes(), b.iter_nodes(), lambda node: (node.id,), "node")
    for line in lines:
        differences.append(line)
        if len(differences) >= limit:
            return differences
    for relations in ((), (REJECTED,)):
        edges, others = a.iter_edges(relations), b.iter_edges(relations)
        for line in _walk_pairs(edges, others, lambda edge: edge.key, "edge"):
            differences.append(line)
            if len(differences) >= limit:
                return differences
    return differences


def _walk_pairs(
    a: Iterable[Item], b: Iterable[Item], key: Callable[[Item], tuple[str, ...]], kind: str
) -> Iterator[str]:
    left, right = iter(a), iter(b)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and key(one) < key(other)):
            assert one is not None
            yield f"{kind} {_show(key(one))} is only in the first"
            one = next(left, None)
        elif one is None or key(other) < key(one):
            yield f"{kind} {_show(key(other))} is only in the second"
            other = next(right, None)
        else:
            if one != other:
                yield f"{kind} {_show(key(one))} differs: {_show_difference(one, other)}"
            one, other = next(left, None), next(right, None)


def _show(key: tuple[str, ...]) -> str:
    return " ".join(part for part in key if part)


def _show_difference(one: Node | Edge, other: Node | Edge) -> str:
    first, second = one.model_dump(), other.model_dump()
    return ", ".join(
        f"{name} {first[name]!r} and {second[name]!r}" for name in first if first[name] != second[name]
    )
