"""Gathering: the candidates that words, vectors and graph find among the products that match."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from kms.errors import FilterError, StoreError
from kms.filters import Filter
from kms.lexical.analysis import STOP_WORDS
from ranking.models import Entity, EntityKind, Understanding
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Candidates, MatchSet, Positions, Query, Scores

TEXT_CANDIDATES = 500
VECTOR_CANDIDATES = 100
GRAPH_CANDIDATES = 500
LEAST_LIKENESS = 0.2
"""Least cosine of a product that neither words nor facts find; docs/results/search.md says how it was chosen."""
_ENTITY_WEIGHT: Mapping[EntityKind, float] = {
    "class": 1.5,
    "brand": 1.5,
    "value": 1.0,
    "use": 0.7,
    "audience": 0.7,
    "quantity": 1.0,
}
_WORD = re.compile(r"[^\W_]+")


def gather(index: ServingIndex, query: Query, matches: MatchSet) -> Candidates:
    """Candidates of a query with the signals that found them."""
    # Where nothing passes nothing is asked: the field may be one that this version has no index for.
    use = query.sources if matches.mask.any() else frozenset()
    degraded: list[str] = []
    text = score_words(index, query, matches) if "text" in use else np.zeros(len(index.ids), np.float32)
    chosen = set(np.flatnonzero(text > 0).tolist())
    vector = embed_query(index, query.understanding) if "vector" in use and query.named is None else None
    if vector is not None:
        chosen |= {at for at in _nearest(index, vector, query.filter, degraded) if matches.mask[at]}
    shares = entity_shares(index, query, text) if "graph" in use else {}
    graph = score_entities(index, query.entities, shares)
    chosen.update(_best(graph, matches, GRAPH_CANDIDATES))
    if not query.understanding.text.strip() and not chosen:
        chosen.update(np.flatnonzero(matches.mask).tolist())
    return Candidates(
        positions=np.array(sorted(chosen), dtype=np.int64),
        text=text,
        graph=graph,
        entity_shares=shares,
        query_vector=vector,
        degraded=tuple(dict.fromkeys(degraded)),
    )


def score_words(index: ServingIndex, query: Query, matches: MatchSet) -> Scores:
    """BM25 of the query's words as a share of the best, (n,); 0 outside of the match set.

    Where the query is a product's id, that product has 1 and the others half of their share.
    """
    hits = index.text.search(
        query.understanding.text, limit=TEXT_CANDIDATES, filter=query.filter, typos=False
    )
    text = np.zeros(len(index.ids), dtype=np.float32)
    for hit in hits:
        text[index.positions[hit.id]] = hit.score
    text[~matches.mask] = 0.0
    best = float(text.max(initial=0.0))
    if best > 0:
        text /= best
    if query.named is not None and matches.mask[query.named]:
        text /= 2.0
        text[query.named] = 1.0
    return text


def embed_query(index: ServingIndex, understanding: Understanding) -> Scores | None:
    """The query's vector; Chinese goes to an English encoder by the labels of what was understood."""
    text = understanding.text
    if understanding.language == "zh":
        text = " ".join(e.label_en for e in understanding.entities if not e.negated)
    return index.encoder.encode_query(text) if text.strip() else None


def entity_shares(index: ServingIndex, query: Query, text: Scores) -> dict[str, float]:
    """What each wanted entity can add to the graph's feature, by node; at most 1 together.

    Entities share by their kind, and all of them get the part of the query's words that they explain
    ("microsoft office" asks for more than something for offices; "rechargeable batteries", where batteries are
    no class, for more than what is rechargeable). Each counts as far as its field is known
    of the products that the words find: where none of the batteries says what it is powered by, a mouse
    that says "battery" must not come before them.
    """
    entities = query.entities
    whole = sum(_ENTITY_WEIGHT[e.kind] for e in entities)
    asked = _telling_characters(query.understanding.text)
    named = sum(_telling_characters(e.surface) for e in entities)
    explained = min(1.0, named / asked) if asked else 1.0
    if explained < 1.0 and not any(e.kind in ("class", "brand") for e in entities):
        whole += _ENTITY_WEIGHT["class"]  # the words that nothing explains say what is asked for
    mass = float(text.sum())
    columns = index.columns
    return {
        e.node: explained
        * _ENTITY_WEIGHT[e.kind]
        / whole
        * (float(text[columns.known(e.field)].sum()) / mass if mass > 0 else 1.0)
        for e in entities
    }


def score_entities(index: ServingIndex, entities: Sequence[Entity], shares: Mapping[str, float]) -> Scores:
    """Confidence-weighted sum of the shares of the entities that each product has, (n,)."""
    total = np.zeros(len(index.ids), dtype=np.float32)
    for entity in entities:
        if shares.get(entity.node):
            positions, confidence = index.having(entity)
            total[positions] += shares[entity.node] * confidence
    return total


def _nearest(index: ServingIndex, vector: Scores, filter: Filter, degraded: list[str]) -> set[int]:
    if index.vectors is None:
        degraded.append("vectors")
        return set()
    # Fields that no product has are not in the store: nothing can have the value, and everything lacks it.
    schema = index.vectors.schema
    known = {*schema.keywords, *schema.numbers}
    absent = [c for c in filter.conditions if c.field not in known]
    if any(not c.none_of for c in absent):
        return set()
    present = Filter(conditions=tuple(c for c in filter.conditions if c not in absent))
    try:
        hits = index.vectors.search(vector, limit=VECTOR_CANDIDATES, filter=present)
    except FilterError:
        raise
    except StoreError:
        degraded.append("vectors")
        return set()
    return {
        index.positions[hit.id] for hit in hits if hit.score >= LEAST_LIKENESS and hit.id in index.positions
    }


def _best(scores: Scores, matches: MatchSet, most: int) -> list[int]:
    """Positions of the ``most`` highest positive scores among the matches."""
    reached: Positions = np.flatnonzero((scores > 0) & matches.mask)
    if len(reached) > most:
        reached = reached[np.argsort(-scores[reached], kind="stable")[:most]]
    return [int(at) for at in reached]


def _telling_characters(text: str) -> int:
    return sum(len(word) for word in _WORD.findall(text.casefold()) if word not in STOP_WORDS)
