"""Understanding: reads a request's words into entities, constraints and a filter."""

from __future__ import annotations

from kms.filters import Filter
from ranking.models import Entity, SearchRequest, Understanding
from ranking.query.understand import exclusions
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Query


def understand(index: ServingIndex, request: SearchRequest) -> Query:
    """The request's query as it is searched."""
    understanding = index.reader.understand(request.query)
    without = (*request.filter.conditions, *exclusions(understanding))
    # A condition with others in place of it is none that a filter can say: ``find_allowed`` sees to it.
    constraints = tuple(c.condition for c in understanding.constraints if not c.negated and not c.otherwise)
    return Query(
        understanding=understanding,
        filter=Filter.model_construct(conditions=(*without, *constraints)),
        filter_without_constraints=Filter.model_construct(conditions=without),
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
