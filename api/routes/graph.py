"""Routes of the graph: entities, neighbourhoods, paths."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from api.problems import RefusedRequest
from api.routes import examples
from api.routes.parameters import UseServices, problems
from api.schemas import FieldProblem, NodesOut, SubgraphOut
from kms.graph.models import NodeType
from kms.text.nearest import nearest_name

router = APIRouter(prefix="/graph", tags=["graph"])

_NODE = re.compile(r"[a-z_]+:[^\x00-\x1f\x7f]+")


def _check_node(node_id: str) -> str:
    """Refuse what is no id of a node.

    Raises:
        ValueError: Says what an id is, and where to find it.
    """
    if _NODE.fullmatch(node_id) is None:
        shown = node_id if node_id.isprintable() else repr(node_id)
        raise ValueError(
            f"{shown[:60]} is no id of a node: that is a type, a colon and a key, such as product:{shown[:60] or 'A-1'} or "
            "brand:halden; /v1/graph/nodes?q=… finds nodes by their names"
        )
    return node_id


_NodeId = Annotated[str, AfterValidator(_check_node)]
_NodeQuery = Annotated[
    _NodeId, Query(max_length=300, description="A node's id.", examples=["product:AUD-006"])
]


@router.get("/nodes", responses={200: examples.answer("nodes"), **problems(422, 503)})
def nodes(
    services: UseServices,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            pattern=r"^[^\x00]*$",
            description="Part of a label or key, in either language.",
            examples=["waterproof"],
        ),
    ],
    types: Annotated[list[NodeType], Query(max_length=20, description="Only nodes of these types.")] = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 20,
) -> NodesOut:
    """Entities by name, the shortest names first."""
    _check_types(types, services.ontology.entities)
    return NodesOut(nodes=tuple(services.walks.find_nodes(q, types=types, limit=limit)))


def _check_types(types: Sequence[str], known: Collection[str]) -> None:
    for name in types:
        if name not in known:
            nearest = nearest_name(name, known)
            hint = f"; did you mean {nearest!r}?" if nearest else ""
            message = f"there is no entity type {name!r}{hint} (there are {', '.join(sorted(known))})"
            raise RefusedRequest(422, message, [FieldProblem(field="query.types", message=message)])


@router.get(
    "/nodes/{node_id:path}/neighbourhood",
    responses={200: examples.answer("neighbourhood"), **problems(404, 422, 503)},
)
def neighbourhood(
    services: UseServices,
    node_id: Annotated[
        _NodeId, Path(max_length=300, description="A node's id.", examples=["product:AUD-006"])
    ],
    depth: Annotated[int, Query(ge=1, le=3, description="Steps, in either direction.")] = 1,
    limit: Annotated[int, Query(ge=1, le=500, description="At most so many nodes.")] = 100,
) -> SubgraphOut:
    """Neighbourhood of an entity, nearest first."""
    return services.walks.neighbourhood(node_id, depth=depth, limit=limit)


@router.get("/path", responses={200: examples.answer("path"), **problems(404, 422, 503)})
def path(
    services: UseServices,
    source: _NodeQuery,
    target: _NodeQuery,
    max_length: Annotated[int, Query(ge=1, le=6, description="At most so many steps.")] = 4,
) -> SubgraphOut:
    """A shortest way between two entities; no nodes where there is none within the length."""
    return services.walks.path(source, target, max_length=max_length)
