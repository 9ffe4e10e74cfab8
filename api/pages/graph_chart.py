"""A part of the graph as options of an ECharts force layout. Labels are drawn on a canvas, never as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

from api.facts import Label, value_label
from api.pages.i18n import Words
from kms.graph.models import Edge, EdgeKey, Node

CHART_HEIGHT = 620
_OTHER = "#8b8a84"
"""Colour of a node type that the ontology does not know."""
_FONT = "Roboto, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
_INK = "#16211f"
_LINE = "#cfccc0"
_PATH = "#e0a21b"
_LABEL_WIDTH = 130
_PATH_LABEL_WIDTH = 300
_FEW = 8
_NARROW = 520


def draw_options(
    nodes: Mapping[str, Node],
    edges: Mapping[EdgeKey, Edge],
    on_path: Collection[EdgeKey],
    centre: str,
    words: Words,
    *,
    name: Callable[[Edge], Label],
    colors: Mapping[str, str],
) -> dict[str, Any]:
    """Options of the chart.

    Args:
        nodes: By id.
        edges: By key; those whose ends are not among ``nodes`` are left out.
        on_path: Edges to stand out.
        centre: The node to draw larger.
        words: The page's language.
        name: What an edge says, in both languages.
        colors: Of node types.
    """
    written = {e.target: value_label(e, None)[0] for e in edges.values() if "written" in e.properties}
    width = _PATH_LABEL_WIDTH if on_path and len(nodes) < _FEW else _LABEL_WIDTH
    pairs = Counter(frozenset((e.source, e.target)) for e in edges.values())
    return {
        "animationDurationUpdate": 300,
        "textStyle": {"fontFamily": _FONT},
        "tooltip": {"show": False},
        "media": [{"query": {"maxWidth": _NARROW}, "option": {"series": [{"zoom": 0.62}]}}],
        "series": [
            {
                "type": "graph",
                "layout": "force",
                "roam": True,
                "draggable": True,
                "scaleLimit": {"min": 0.4, "max": 3},
                "force": {
                    "initLayout": "circular", "repulsion": 620, "gravity": 0.09, "friction": 0.4,
                    "edgeLength": 190 if on_path else [90, 170],
                },
                "emphasis": {"focus": "adjacency", "lineStyle": {"width": 3}, "edgeLabel": {"show": True}},
                "labelLayout": {"hideOverlap": True},
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 6,
                "edgeLabel": {"show": bool(on_path), "formatter": "{c}", "fontSize": 11, "color": "#6f7a75"},
                "data": [
                    _node(
                        node, words, written.get(node.id), colors.get(node.type, _OTHER),
                        is_centre=node.id == centre, width=width,
                    )
                    for node in nodes.values()
                ],
                "links": [
                    _link(
                        edge, words.pick(*name(edge)), is_on_path=edge.key in on_path,
                        is_alone=pairs[frozenset((edge.source, edge.target))] == 1,
                    )
                    for edge in edges.values()
                    if edge.source in nodes and edge.target in nodes
                ],
            }
        ],
    }  # fmt: skip


def _node(
    node: Node, words: Words, written: str | None, color: str, *, is_centre: bool, width: int
) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": written or words.pick(node.label_en or node.key, node.label_zh),
        "symbolSize": 40 if is_centre else 16 if node.type == "product" else 22,
        "itemStyle": {"color": color, "borderColor": "#fff", "borderWidth": 2},
        "label": {
            "show": True,
            "position": "bottom",
            "color": _INK,
            "fontSize": 13 if is_centre else 11,
            "fontWeight": 600 if is_centre else 400,
            "width": width,
            "overflow": "truncate",
        },
    }


def _link(edge: Edge, name: str, *, is_on_path: bool, is_alone: bool) -> dict[str, Any]:
    return {
        "source": edge.source,
        "target": edge.target,
        "value": name,
        "key": list(edge.key),
        "lineStyle": {
            "color": _PATH if is_on_path else _LINE,
            "width": 3.5 if is_on_path else 1 + 1.4 * edge.confidence,
            "curveness": 0 if is_alone else 0.22,
            "opacity": 1 if is_on_path else 0.75,
        },
    }
