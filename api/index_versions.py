"""Writing of an index version: text index, vectors, ranking files and evidence of one state of rows, graph and events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.edge_evidence import write_edge_evidence
from api.wiring import Platform
from kms.artifacts import ArtifactStore
from kms.graph.scan import ScannedGraph
from kms.journal.events import Interaction

if TYPE_CHECKING:
    from kms.indexing.build import IndexReport
    from kms.ontology.model import Ontology


def write_version(
    platform: Platform,
    interactions: Sequence[Interaction],
    *,
    artifacts: ArtifactStore | None = None,
    now: datetime | None = None,
    made_of: Mapping[str, Any] | None = None,
    ontology: Ontology | None = None,
    without_relations: Collection[str] = (),
) -> IndexReport:
    """Make a version and let it be the live one of its store.

    Args:
        platform: Rows, graph and settings.
        interactions: What shoppers did.
        artifacts: Where it is made; default: the installation's store.
        now: Moment from which the events' ages count; default: the present.
        made_of: States of what it is made of, for its manifest.
        ontology: That the version is made with; default: the installation's own.
        without_relations: Relations of the graph that the version does not get.

    Raises:
        BehaviourError: The behaviour model that the settings name would not fit their budget.
    """
    from ranking.serving.files import write_ranking_files
    from ranking.serving.popularity import measure_demand

    # Before rows and graph are read: what changes from now on is applied to the version again, which changes nothing twice.
    through = platform.change_log.head().sequence
    release = ontology or platform.ontology
    graph = ScannedGraph(platform.graph, without_relations=without_relations)
    builder = platform.index_builder(artifacts, graph, release)
    if builder.mains:
        interactions = [
            i._replace(product_id=builder.mains.get(i.product_id, i.product_id)) for i in interactions
        ]
    demand = measure_demand(interactions, now=now)

    def finish(folder: Path) -> None:
        write_ranking_files(
            folder,
            graph,
            interactions,
            builder.product_ids,
            ontology=release,
            demand=demand,
            setting=platform.behaviour_setting,
        )
        write_edge_evidence(folder, graph)

    report = builder.build(demand.weights, finish=finish, made_of=made_of, changes_through=through)
    if artifacts is None:
        with platform.database.write(in_turn=True) as session:
            # Where products changed meanwhile, the tree is kept by who reads them.
            if platform.change_log.head().sequence == through:
                platform.category_state.save(session, builder.tree)
    return report
