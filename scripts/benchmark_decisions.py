#!/usr/bin/env python3
"""Measure what decisions cost a build: an installation's graph is built again with none, some and many of them.

    python scripts/benchmark_decisions.py --state .state

The installation is copied; its facts are decided on at random (seed 7), half accepted and half rejected. Printed are the
seconds of a whole rebuild, of a build with nothing new, and of the build that takes one more decision over, and whether
taking all of them back gives the graph that was there before.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

SEED = 7
SHARES = (0.0, 0.01, 0.1)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--state", type=Path, default=Path(".state"), help="folder of the installation")
    state = parser.parse_args().state

    from api.live_decisions import name_of_edge
    from api.wiring import Platform, open_embedded_graph
    from kms.decisions.models import Decision
    from kms.decisions.reasons import Reason, Verdict
    from kms.graph.compare import compare
    from kms.graph.copy import copy
    from kms.indexing.live_decisions import LiveDecisions
    from kms.ontology.structure import HAS_VALUE
    from kms.settings import read_settings

    def timed(work: Callable[[], object]) -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(state, Path(folder) / "state", ignore=shutil.ignore_patterns("artifacts", "models"))
        platform = Platform(read_settings(state_dir=Path(folder) / "state", database_url="", doors="open"))
        platform.graph_builder().rebuild()
        before = open_embedded_graph(Path(folder) / "before")
        copy(platform.graph, before)
        edges = list(platform.graph.iter_edges([HAS_VALUE]))
        random.Random(SEED).shuffle(edges)
        writer = LiveDecisions(platform.database)
        made: list[str] = []
        print(f"{len(platform.catalog.product_ids()):,} products, {len(edges):,} values; seed {SEED}")
        for share in SHARES:
            wanted = edges[len(made) : int(share * len(edges))]
            decisions = [
                Decision(
                    product_id=edge.source.partition(":")[2],
                    about=name_of_edge(edge),
                    verdict=(Verdict.ACCEPT, Verdict.REJECT)[number % 2],
                    reason=(Reason.SAYS_SO, Reason.MISREAD)[number % 2],
                    by="benchmark",
                )
                for number, edge in enumerate(wanted)
            ]
            began = time.perf_counter()
            made += [each.id for each in writer.decide(decisions)]
            deciding = time.perf_counter() - began
            taking_over = timed(lambda: platform.graph_builder().build())
            whole = timed(lambda: platform.graph_builder().rebuild())
            nothing = timed(lambda: platform.graph_builder().build())
            print(
                f"{len(made):6,} decisions ({len(decisions):,} new written in {deciding:.2f} s, taken over in "
                f"{taking_over:.2f} s): rebuild {whole:.2f} s, nothing new {nothing:.2f} s"
            )
        undoing = timed(lambda: writer.undo(made, by="benchmark"))
        after = timed(lambda: platform.graph_builder().build())
        same = "the same graph" if not compare(platform.graph, before) else "ANOTHER GRAPH"
        print(f"all taken back in {undoing:.2f} s, built in {after:.2f} s: {same} as before")
        before.close()
        platform.close()


if __name__ == "__main__":
    main()
