"""Understanding: reads a request's words into entities, constraints and a filter."""

from __future__ import annotations

from kms.filters import Filter
from kms.lexical.analysis import stem_ways
from kms.lexical.heads import chinese_endings, ends_chinese_run
from kms.text.chinese import contains_chinese, fold_traditional
from ranking.models import Entity, SearchRequest, Understanding
from ranking.query.tasks import Task, find_task
from ranking.query.translation import translate
from ranking.query.understand import exclusions
from ranking.serving.index import ServingIndex
from ranking.serving.search.offers import read_offers
from ranking.serving.search.stages import Query
from ranking.serving.search.ways import holding_any


def understand(index: ServingIndex, request: SearchRequest) -> Query:
    """The request's query as it is searched."""
    offers = read_offers(index, request.query)
    text, translated = translate(
        offers.text,
        index.glossary,
        count=lambda name: _count_called(index, name),
        knows=lambda words: _is_understood(index, words),
        mentions=lambda name: int(holding_any(index.postings.affirmed, stem_ways(name)).sum()),
    )
    understanding = index.reader.understand(text)
    understanding = understanding.model_copy(
        update={
            "query": request.query,
            "corrections": (*translated, *understanding.corrections),
            "constraints": (*offers.constraints, *understanding.constraints),
        }
    )
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
        task=_find_task(index, understanding),
    )


def _find_task(index: ServingIndex, understanding: Understanding) -> Task | None:
    """What the query wants to do to something, if it says so."""

    def is_called(word: str) -> bool:
        if any(entity.surface.casefold() == word for entity in understanding.entities):
            return True
        if index.ontology.labels.lookup(word):
            return True
        if contains_chinese(word):
            return bool(index.with_chinese_title(word))
        return bool(holding_any(index.postings.named, stem_ways(word)).any())

    def ends_title(word: str) -> bool:
        at = index.with_chinese_title(word)
        return any(ends_chinese_run(fold_traditional(index.documents[each].title), word) for each in at)

    task = find_task(understanding.text, is_called, ends_title)
    classes = {entity.surface for entity in understanding.entities if entity.kind == "class"}
    if task is not None and contains_chinese(task.verb) and not classes.isdisjoint(task.objects):
        return None  # 打羽毛球 is what a department is for
    return task


def _count_called(index: ServingIndex, name: str) -> int:
    """Number of products whose title, brand, category or facts have a name."""
    holding = holding_any(index.postings.about, stem_ways(name))
    if contains_chinese(name):
        for ending in chinese_endings(fold_traditional(name)):
            holding[index.with_chinese_title(ending)] = True
    return int(holding.sum())


def _is_understood(index: ServingIndex, words: str) -> bool:
    """Whether words alone mean one thing, as they are written."""
    read = index.reader.understand(words)
    if read.corrections:
        return False
    is_named = any((entity.start, entity.end) == (0, len(words)) for entity in read.entities)
    return is_named or bool(" " not in words and (read.leanings or read.constraints))


def wanted(understanding: Understanding) -> tuple[Entity, ...]:
    """Entities that the query asks for, each node once."""
    by_node: dict[str, Entity] = {}
    for entity in understanding.entities:
        if not entity.negated:
            by_node.setdefault(entity.node, entity)
    return tuple(by_node.values())
