"""The graph explorer: an entity with its strongest connections, paths, and the evidence of each line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from api.facts import value_label
from api.pages.components import draw_sentence, graph_url, product_url
from api.pages.elements import tag
from api.pages.failures import Handler, ask, tells
from api.pages.graph_chart import CHART_HEIGHT, draw_options
from api.pages.i18n import Words
from api.pages.offers import Offer, offer_while_typing
from api.pages.source import Source
from api.schemas import EvidenceOut
from kms.errors import NotFoundError
from kms.graph.models import Edge, EdgeKey, Node, Subgraph

if TYPE_CHECKING:
    from fastapi import Request

_CONNECTIONS_SHOWN = 30


@dataclass
class _Shown:
    """Nodes and edges that are drawn on the canvas."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[EdgeKey, Edge] = field(default_factory=dict)
    on_path: set[EdgeKey] = field(default_factory=set)
    is_cut: bool = False

    def add(self, part: Subgraph) -> None:
        self.nodes.update({n.id: n for n in part.nodes})
        self.edges.update({e.key: e for e in part.edges})
        self.is_cut = self.is_cut or part.truncated


async def draw_graph(request: Request, words: Words, source: Source) -> None:
    """The explorer at the node, or the path, that the address names."""
    from nicegui import ui

    shown = _Shown()
    centre, target, message = await _begin(request, words, source, shown)
    with tag("header", "page-head"):
        tag("h1", "results-title", words("graph_title"))
        tag("p", "page-text", words("graph_text"))
    with tag("div", "finders"):
        _draw_finder(words, source, "graph_from", centre, lambda node: graph_url(node))
        if centre:
            start = centre.id
            _draw_finder(words, source, "graph_to", target, lambda node: _path_url(start, node))
    if message:
        tag("p", "banner banner-good" if shown.on_path else "banner", message, role="status")
    if centre is None:
        return
    colors = source.type_colors()

    def options(node_id: str) -> dict[str, Any]:
        return draw_options(
            shown.nodes, shown.edges, shown.on_path, node_id, words, name=source.edge_name, colors=colors
        )

    with tag("div", "explorer"):
        with tag("div", "canvas"):
            chart = ui.echart(options(centre.id))
            chart.classes("chart").style(f"height:{CHART_HEIGHT}px")
            _draw_legend(words, source)
        panel = tag("aside", "panel", aria_live="polite")

    async def open_node(node_id: str) -> None:
        try:
            part = await ask(words, source.around, node_id)
        except NotFoundError:
            return
        shown.add(part)
        chart.options.update(options(node_id))
        chart.update()
        show_node(node_id)

    def show_node(node_id: str) -> None:
        panel.clear()
        with panel:
            _draw_node_panel(words, source, shown, node_id, centre.id, tells(panel, open_edge))

    async def open_edge(key: EdgeKey) -> None:
        edge = shown.edges[key]
        sentences = await ask(words, source.sentences, edge)
        panel.clear()
        with panel:
            _draw_edge_panel(words, source, shown, edge, sentences, tells(panel, open_node))

    async def choose(event: Any) -> None:
        if event.data_type == "edge":
            key = tuple(event.data.get("key", ()))
            if key in shown.edges:
                await open_edge(key)
        elif event.data.get("id") in shown.nodes:
            await open_node(event.data["id"])

    chart.on_point_click(tells(panel, choose))
    if shown.on_path:
        await open_edge(next(iter(shown.on_path)))
    else:
        show_node(centre.id)


async def _begin(
    request: Request, words: Words, source: Source, shown: _Shown
) -> tuple[Node | None, Node | None, str]:
    """Centre, target and what to say, from the address; fills ``shown``."""
    wanted, to = request.query_params.get("node", "")[:300], request.query_params.get("to", "")[:300]
    if not wanted:
        first = await ask(words, source.trending, limit=1)
        if not first:
            return None, None, ""
        wanted = f"product:{first[0].card.id}"
    try:
        centre = await ask(words, source.node, wanted)
    except NotFoundError:
        return None, None, words("graph_nothing")
    if to:
        target: Node | None = None
        with suppress(NotFoundError):
            target = await ask(words, source.node, to)
        path = await ask(words, source.path, wanted, to) if target else None
        if path is not None and path.edges:
            shown.add(path)
            shown.on_path.update(e.key for e in path.edges)
            return centre, target, words.count("graph_path_found", len(path.nodes) - 1)
        shown.add(await ask(words, source.around, wanted))
        return centre, target, words("graph_no_path") if target else words("graph_nothing")
    shown.add(await ask(words, source.around, wanted))
    return centre, None, ""


def _path_url(start: str, to: str) -> str:
    return f"{graph_url(start)}&to={quote(to, safe='')}"


def _draw_finder(
    words: Words,
    source: Source,
    key: str,
    chosen: Node | None,
    url: Callable[[str], str],
) -> None:
    label = words.pick(chosen.label_en or chosen.key, chosen.label_zh) if chosen else ""
    with tag("div", "finder searchbox"):
        tag("span", "finder-label", words(key))
        box = tag(
            "input", "searchbox-input", type="search", defaultValue=label, maxlength=100, autocomplete="off",
            placeholder=words("graph_search"), aria_label=f"{words(key)}: {words('graph_search')}",
            spellcheck="false",
        )  # fmt: skip

        async def find(text: str) -> list[Offer]:
            nodes = await ask(words, source.find_nodes, text)
            return [
                Offer(
                    words.pick(n.label_en or n.key, n.label_zh),
                    words.pick(*source.type_name(n.type)),
                    url(n.id),
                )
                for n in nodes
            ]

        offer_while_typing(box, find, nothing=words("graph_nothing"))


def _draw_legend(words: Words, source: Source) -> None:
    with tag("ul", "legend"):
        for kind, color in source.type_colors().items():
            with tag("li", "legend-item"):
                tag("span", "dot").style(f"background:{color};margin:0")
                tag("span", "", words.pick(*source.type_name(kind)))


def _draw_node_panel(
    words: Words,
    source: Source,
    shown: _Shown,
    node_id: str,
    centre: str,
    open_edge: Handler,
) -> None:
    node = shown.nodes[node_id]
    with tag("div", "panel-kind"):
        tag("span", "dot").style(f"background:{source.type_colors().get(node.type, '#999')};margin:0")
        tag("span", "", words.pick(*source.type_name(node.type)))
    tag("h2", "panel-title", words.pick(node.label_en or node.key, node.label_zh))
    with tag("div", "panel-links"):
        if node.type == "product":
            tag("a", "link", words("graph_open_product"), href=product_url(node.key))
        if node_id != centre:
            tag("a", "link", words("graph_centre"), href=graph_url(node_id))
            tag("a", "link", words("graph_set_target"), href=_path_url(centre, node_id))
    edges = [e for e in shown.edges.values() if node_id in (e.source, e.target)]
    edges.sort(key=lambda e: (e.relation, e.attribute, -e.confidence))
    if shown.is_cut:
        tag("p", "hint", words("graph_cut"))
    with tag("ul", "connections"):
        for edge in edges[:_CONNECTIONS_SHOWN]:
            other = edge.target if edge.source == node_id else edge.source
            with tag("li", ""), tag("button", "connection", type="button") as button:
                is_target = edge.source != node_id
                tag(
                    "span",
                    "connection-relation",
                    words.pick(*source.edge_name(edge, from_target=is_target)),
                )
                tag("span", "connection-label", _label(words, shown, edge, other))
                tag("span", "connection-confidence", f"{edge.confidence:.2f}")
            button.on("click", lambda key=edge.key: open_edge(key), args=[])


def _draw_edge_panel(
    words: Words,
    source: Source,
    shown: _Shown,
    edge: Edge,
    sentences: tuple[EvidenceOut, ...],
    open_node: Handler,
) -> None:
    with tag("div", "panel-kind"):
        tag("span", "", words.pick(*source.edge_name(edge)))
    with tag("h2", "panel-title panel-edge"):
        for number, end in enumerate((edge.source, edge.target)):
            if number:
                tag("span", "panel-arrow", "→", aria_hidden="true")
            button = tag("button", "panel-end", _label(words, shown, edge, end), type="button")
            button.on("click", lambda end=end: open_node(end), args=[])
    strength = words(
        "graph_strength", confidence=f"{edge.confidence:.2f}", sources=words.count("sources", edge.support)
    )
    tag("p", "hint", strength)
    if sentences:
        tag("h3", "fact-group-title panel-evidence", words("evidence"))
        for item in sentences:
            draw_sentence(item, words)


def _label(words: Words, shown: _Shown, edge: Edge, node_id: str) -> str:
    node = shown.nodes.get(node_id)
    if node_id == edge.target:
        return words.pick(*value_label(edge, node))
    return words.pick(node.label_en or node.key, node.label_zh) if node else node_id
