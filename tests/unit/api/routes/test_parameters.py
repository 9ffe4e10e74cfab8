"""Dependencies of routes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.routes import events, graph, operations, products, recommendations, search


@pytest.mark.parametrize(
    "module", [events, graph, operations, products, recommendations, search], ids=lambda m: m.__name__
)
def test_no_dependency_goes_through_a_thread(module: ModuleType) -> None:
    """FastAPI runs each plain function in a thread, which costs more than all that these do."""
    calls = [
        call
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for call in calls_of(route.dependant)
    ]
    assert calls
    assert [call for call in calls if not inspect.iscoroutinefunction(call)] == []


def calls_of(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield each.call
        yield from calls_of(each)
