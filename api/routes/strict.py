"""Strictness of addresses: parameters that a route does not know are refused and not ignored."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.problems import RefusedRequest
from api.schemas import FieldProblem
from kms.text.nearest import nearest_name


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse a request whose address has a parameter that its route does not declare.

    Raises:
        RefusedRequest: 422; the message names the parameter, the nearest one and all that there are.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = _parameters_of(route)
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        errors = [
            FieldProblem(field=f"query.{name}"[:200], message=_explain(name, known)) for name in unknown
        ]
        raise RefusedRequest(422, "; ".join(f"{e.field}: {e.message}" for e in errors[:3]), errors)


def _parameters_of(route: APIRoute) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_declared(route.dependant)))


def _declared(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for each in dependant.dependencies:
        yield from _declared(each)


def _explain(name: str, known: tuple[str, ...]) -> str:
    nearest = nearest_name(name[:100], known)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    there = f"there are {', '.join(known)}" if known else "this address takes none"
    return f"no such parameter{hint} ({there})"
