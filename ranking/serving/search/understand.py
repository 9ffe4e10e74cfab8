"""Understanding: reads a request's words into entities, constraints and a filter."""

from __future__ import annotations

from kms.filters import Filter
from ranking.models import Entity, SearchRequest, Understanding
from ranking.query.understand import stated_filter
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Query


def understand(index: ServingIndex, request: SearchRequest) -> Query:
    """The request's query as it is searched."""
    return as_query(index, request, index.reader.read(request.query))


def without_constraints(index: ServingIndex, request: SearchRequest, query: Query) -> Query:
    """The same query with its stated constraints dropped and named as relaxed."""
    understanding = query.understanding
    changed = understanding.model_copy(update={"relaxed": understanding.constraints, "constraints": ()})
    return as_query(index, request, changed)


def as_query(index: ServingIndex, request: SearchRequest, understanding: Understanding) -> Query:
    """An understanding joined with the request's own filter."""
    stated = stated_filter(understanding)
    return Query(
        understanding=understanding,
        filter=Filter(conditions=(*request.filter.conditions, *stated.conditions)),
        named=index.find_id(request.query),
        entities=wanted(understanding),
        sources=frozenset(request.sources),
    )


def wanted(understanding: Understanding) -> tuple[Entity, ...]:
    """Entities that the query asks for, each node once."""
    by_node: dict[str, Entity] = {}
    for entity in understanding.entities:
        if not entity.negated:
            by_node.setdefault(entity.node, entity)
    return tuple(by_node.values())
