"""Tables of meta-paths: the paths that the ontology's relations declare, as steps and weights."""

from __future__ import annotations

from collections.abc import Mapping

from kms.ontology.model import Ontology, PathPurpose, PathType
from ranking.paths.index import INVERSE
from ranking.paths.metapaths import MetaPath

Paths = Mapping[str, tuple[tuple[str, ...], float]]
"""Name to steps and weight."""


SHARED_BETA = 0.3
"""Exponent of the discount for products that are reached over much-shared entities."""


def paths_for(ontology: Ontology, purpose: PathPurpose) -> list[MetaPath]:
    """The meta-paths of a purpose, in the ontology's order; those of weight 0 are left out."""
    return [
        MetaPath(
            name=path.name, steps=steps_of(relation.id, path), weight=path.weight, alpha=path.alpha,
            beta=SHARED_BETA if path.direction == "shared" else 0.0,
        )
        for relation in ontology.relations.values()
        for path in relation.paths
        if path.purpose == purpose and path.weight > 0
    ]  # fmt: skip


def steps_of(relation: str, path: PathType) -> tuple[str, ...]:
    """The steps of a path over a relation."""
    backward = INVERSE + relation
    return {"shared": (relation, backward), "forward": (relation,), "backward": (backward,)}[path.direction]
