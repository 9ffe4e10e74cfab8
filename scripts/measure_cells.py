#!/usr/bin/env python3
"""Counts, after a build, which cells of the products' tables stand in the graph, and prints some with their facts.

    KMS_ONTOLOGY_DIR=ONTOLOGY scripts/measure_cells.py STATE --draw 100 --seed 31

A cell is a fact where an edge of the graph cites evidence of its line, a proposal where evidence of its line waits for
curation, a mention where it was read and is neither (its class does not allow it, or another cell says the same thing), and
nothing otherwise. Cells that say nothing ("-", "n/a") are not counted. ``--misses`` prints the columns that fail most often.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import select

from api.wiring import Platform
from kms.db.tables import ProposalMentionRow
from kms.evidence.models import Evidence
from kms.graph.models import Edge
from kms.induction.attributes import says_something
from kms.settings import read_settings

_PAGE = 500
STANDINGS = ("fact", "proposal", "mention", "nothing")


@dataclass(frozen=True)
class Line:
    """A line of a product's table in its text.

    Attributes:
        stop: Where the text of the line ends.
    """

    name: str
    value: str
    start: int
    stop: int

    def holds(self, item: Evidence) -> bool:
        """Whether evidence stands in this line."""
        return self.start <= item.start < self.stop


@dataclass(frozen=True)
class Cell:
    """A cell and what became of it."""

    product: str
    title: str
    name: str
    value: str
    standing: str
    facts: tuple[str, ...]


def main() -> None:
    """Read the command line, count, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("state", type=Path, help="state folder of the installation, after a build")
    parser.add_argument("--draw", type=int, default=0, help="cells that are facts or proposals to print")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--misses", type=int, default=0, help="columns to print that are nothing most often")
    arguments = parser.parse_args()
    platform = Platform(read_settings(state_dir=arguments.state))
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    drawn: list[Cell] = []
    chance = random.Random(arguments.seed)
    for cell in read_cells(platform):
        counts[cell.standing] += 1
        if cell.standing not in ("fact", "proposal"):
            missed[cell.name] += 1
            continue
        # Reservoir sampling: each of the cells seen so far is as likely to be kept.
        seen = counts["fact"] + counts["proposal"]
        if len(drawn) < arguments.draw:
            drawn.append(cell)
        elif (place := chance.randrange(seen)) < arguments.draw:
            drawn[place] = cell
    platform.close()
    whole = max(1, sum(counts.values()))
    print(f"{whole} cells: " + ", ".join(f"{counts[s]} {s} ({counts[s] / whole:.1%})" for s in STANDINGS))
    for name, count in missed.most_common(arguments.misses):
        print(f"  {count} of column {name}")
    for number, cell in enumerate(drawn, start=1):
        facts = "; ".join(cell.facts) or "proposed"
        print(f"{number}. {cell.title[:70]} | {cell.name}: {cell.value[:120]} -> {facts}")


def read_cells(platform: Platform) -> Iterator[Cell]:
    """Cells of all products, with what the graph says by them."""
    with platform.database.read() as session:
        proposed = frozenset(session.scalars(select(ProposalMentionRow.evidence_id)))
    cited = cited_edges(platform)
    labels = {node.id: node.label_en or node.label_zh for node in platform.graph.iter_nodes()}
    page: dict[str, tuple[str, dict[str, str]]] = {}
    for product in platform.catalog.iter_products():
        page[product.id] = (product.title, product.table())
        if len(page) == _PAGE:
            yield from _cells_of(platform, page, cited, proposed, labels)
            page = {}
    yield from _cells_of(platform, page, cited, proposed, labels)


def cited_edges(platform: Platform) -> dict[str, list[Edge]]:
    """Edges of the graph by the evidence that they cite."""
    cited: dict[str, list[Edge]] = {}
    for edge in platform.graph.iter_edges():
        for identifier in edge.evidence:
            cited.setdefault(identifier, []).append(edge)
    return cited


def lines_of(table: Mapping[str, str]) -> Iterator[Line]:
    """The lines of a table's text that say something, as the product's document writes them."""
    start = 0
    for name, value in table.items():
        stop = start + len(name) + 2 + len(value)
        if says_something(value):
            yield Line(name, value, start, stop)
        start = stop + 1


def _cells_of(
    platform: Platform,
    page: Mapping[str, tuple[str, dict[str, str]]],
    cited: Mapping[str, list[Edge]],
    proposed: frozenset[str],
    labels: Mapping[str, str],
) -> Iterator[Cell]:
    evidence = platform.evidence.active_many(list(page))
    for product_id, (title, table) in page.items():
        own = [item for item in evidence.get(product_id, ()) if item.field == "table"]
        for line in lines_of(table):
            items = [item for item in own if line.holds(item)]
            edges = {edge.key: edge for item in items for edge in cited.get(item.id, ())}
            is_proposed = any(item.id in proposed for item in items)
            standing = "fact" if edges else "proposal" if is_proposed else "mention" if items else "nothing"
            facts = tuple(_show(edge, labels) for edge in edges.values())
            yield Cell(product_id, title, line.name, line.value, standing, facts)


def _show(edge: Edge, labels: Mapping[str, str]) -> str:
    return (
        f"{edge.relation} {edge.attribute} = {labels.get(edge.target, edge.target)} ({edge.confidence:.2f})"
    )


if __name__ == "__main__":
    main()
