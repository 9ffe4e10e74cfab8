"""Tables of meta-paths: the paths that the ontology's relations declare, as steps and weights."""

from __future__ import annotations

from collections.abc import Mapping

from kms.ontology.model import Ontology, PathPurpose, PathType
from ranking.paths.index import INVERSE

Paths = Mapping[str, tuple[tuple[str, ...], float]]
"""Name to steps and weight."""


def paths_for(ontology: Ontology, purpose: PathPurpose) -> dict[str, tuple[tuple[str, ...], float]]:
    """The meta-paths of a purpose, in the ontology's order; those of weight 0 are left out."""
    return {
        path.name: (steps_of(relation.id, path), path.weight)
        for relation in ontology.relations.values()
        for path in relation.paths
        if path.purpose == purpose and path.weight > 0
    }


def steps_of(relation: str, path: PathType) -> tuple[str, ...]:
    """The steps of a path over a relation."""
    backward = INVERSE + relation
    return {"shared": (relation, backward), "forward": (relation,), "backward": (backward,)}[path.direction]
