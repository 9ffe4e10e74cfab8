"""Strictness of addresses: parameters that a route does not know, or that come twice, are refused and not ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.problems import RefusedRequest
from api.schemas import FieldProblem
from kms.text.nearest import nearest_name


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse a request whose address has a parameter that its route does not declare, or has one twice.

    Raises:
        RefusedRequest: 422; the message names the parameter, the nearest one and all that there are.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute):
        return
    known = _parameters_of(route)
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    single = [name for name in known if name not in _lists_of(route)]
    twice = [name for name in single if len(request.query_params.getlist(name)) > 1]
    if unknown or twice:
        errors = [
            FieldProblem(field=f"query.{name}"[:200], message=_explain(name, known)) for name in unknown
        ]
        errors += [FieldProblem(field=f"query.{name}", message="this may be given once") for name in twice]
        raise RefusedRequest(422, "; ".join(f"{e.field}: {e.message}" for e in errors[:3]), errors)


def _parameters_of(route: APIRoute) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_declared(route.dependant)))


def _lists_of(route: APIRoute) -> frozenset[str]:
    """Parameters that may be given several times."""
    return frozenset(
        field.alias
        for field in route.dependant.query_params
        if get_origin(field.field_info.annotation) is list
    )


def _declared(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for each in dependant.dependencies:
        yield from _declared(each)


def _explain(name: str, known: tuple[str, ...]) -> str:
    nearest = nearest_name(name[:100], known)
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    there = f"there are {', '.join(known)}" if known else "this address takes none"
    return f"no such parameter{hint} ({there})"
