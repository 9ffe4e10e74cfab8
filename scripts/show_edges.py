#!/usr/bin/env python3
"""Print a few edges of the current graph with the sentences they were read from, drawn with a seed.

    scripts/show_edges.py --count 10 --relation has_aspect --seed 7

For reading by people: do the facts make sense?
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import use_project_python

use_project_python()

from api.wiring import Platform  # noqa: E402
from kms.graph.models import Edge  # noqa: E402
from kms.settings import get_settings  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10, help="edges to print")
    parser.add_argument(
        "--relation", action="append", default=[], help="only these relations; may be repeated"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sentences", type=int, default=2, help="sentences an edge")
    arguments = parser.parse_args()
    platform = Platform(get_settings())
    try:
        edges = [
            e
            for e in platform.graph.iter_edges(arguments.relation)
            if e.evidence and e.source.startswith("product:")
        ]
        random.Random(arguments.seed).shuffle(edges)
        for edge in edges[: arguments.count]:
            show(platform, edge, arguments.sentences)
    finally:
        platform.close()


def show(platform: Platform, edge: Edge, sentences: int) -> None:
    """One edge and its strongest sentences, the mention in brackets."""
    nodes = {n.id: n for n in platform.graph.nodes([edge.source, edge.target])}
    subject, target = nodes[edge.source].label_en, nodes[edge.target].label_en
    counts = {k: edge.properties[k] for k in ("positive", "negative") if k in edge.properties}
    print(f"{subject[:70]}  —{edge.relation} {edge.attribute}→  {target}")
    print(
        f"    confidence {edge.confidence:.2f}, {edge.support} mentions, {', '.join(edge.extractors)} {counts or ''}"
    )
    found = platform.evidence.by_ids(edge.evidence[:sentences])
    documents = platform.evidence.documents([e.document_id for e in found])
    for item in found:
        document = documents.get(item.document_id)
        if document is None:
            continue
        start, end = item.sentence
        text = document.text
        marked = f"{text[start : item.start]}[{text[item.start : item.end]}]{text[item.end : end]}"
        print(f"    {item.field}: {' '.join(marked.split())[:220]}")


if __name__ == "__main__":
    main()
