"""Writing of an index version: text index, vectors, ranking files and evidence of one state of rows, graph and events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from api.edge_evidence import write_edge_evidence
from api.wiring import Platform
from kms.artifacts import ArtifactStore
from kms.journal.events import Interaction

if TYPE_CHECKING:
    from kms.indexing.build import IndexReport


def write_version(
    platform: Platform,
    interactions: Sequence[Interaction],
    *,
    artifacts: ArtifactStore | None = None,
    now: datetime | None = None,
) -> IndexReport:
    """Make a version and let it be the live one of its store.

    Args:
        platform: Rows, graph and settings.
        interactions: What shoppers did.
        artifacts: Where it is made; default: the installation's store.
        now: Moment from which the events' ages count; default: the present.

    Raises:
        BehaviourError: The behaviour model that the settings name would not fit their budget.
    """
    from ranking.serving.files import write_ranking_files
    from ranking.serving.popularity import measure_demand

    demand = measure_demand(interactions, now=now)
    ids = platform.catalog.product_ids()

    def finish(folder: Path) -> None:
        write_ranking_files(
            folder,
            platform.graph,
            interactions,
            ids,
            ontology=platform.ontology,
            demand=demand,
            setting=platform.behaviour_setting,
        )
        write_edge_evidence(folder, platform.graph)

    return platform.index_builder(artifacts).build(demand.weights, finish=finish)
