from __future__ import annotations

from collections.abc import Sequence

import pytest

from kms.errors import StoreError
from kms.graph.models import Edge, GraphChanges, Node
from kms.graph.traversal import collect_nearest, read_step, refuse_unknown

A, B = (Node(id=f"brand:{name}", type="brand", key=name) for name in "ab")
EDGE = Edge(source="brand:a", relation="complements", target="brand:c")


def test_endpoints_that_the_step_makes_need_no_check() -> None:
    assert read_step(GraphChanges(nodes=(A, B), edges=(EDGE,))).endpoints_to_check == ["brand:c"]


def test_size_counts_each_once() -> None:
    step = read_step(
        GraphChanges(nodes=(A, A), edges=(EDGE, EDGE), removed_nodes=("x", "x"), removed_edges=(EDGE.key,))
    )
    assert step.size == 4


def test_refusal_names_some_and_counts_the_rest() -> None:
    refuse_unknown([])
    with pytest.raises(StoreError, match=r"a, b, c and 2 more"):
        refuse_unknown(["a", "b", "c", "d", "e"])


def test_collect_nearest_stops_at_the_limit() -> None:
    layers = {"a": ["b", "c"], "b": ["d"], "c": []}

    def expand(frontier: Sequence[str], seen: set[str], limit: int) -> list[str]:
        return [there for here in frontier for there in layers.get(here, []) if there not in seen][:limit]

    assert collect_nearest("a", expand, depth=1, limit=3) == (["a", "b", "c"], False)
    assert collect_nearest("a", expand, depth=2, limit=3) == (["a", "b", "c"], True)
    assert collect_nearest("a", expand, depth=9, limit=9) == (["a", "b", "c", "d"], False)
    assert collect_nearest("a", expand, depth=0, limit=1) == (["a"], False)
    assert collect_nearest("a", expand, depth=1, limit=1) == (["a"], True)
