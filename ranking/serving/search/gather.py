"""Gathering: signals of words, graph and encoder, and the candidates that the ranker orders by them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import reduce

import numpy as np

from kms.errors import StoreError
from kms.filters import Filter
from kms.lexical.analysis import STOP_WORDS, bare_stems, query_terms, stem_ways, stems
from kms.ontology.labels import singular
from kms.ontology.model import Ontology
from kms.ontology.structure import CATEGORY_FIELD, HAS_VALUE
from kms.text.chinese import contains_chinese
from kms.vectors.port import VectorStore
from ranking.models import Entity, Understanding
from ranking.serving.index import ServingIndex
from ranking.serving.search.acted_on import share_kept
from ranking.serving.search.characters import WEIGHT, score_characters
from ranking.serving.search.exclude import find_allowed
from ranking.serving.search.likeness import Likeness
from ranking.serving.search.naming import agreement, is_told, score_names
from ranking.serving.search.stages import Candidates, Mask, MatchSet, Positions, Query, Scores, Signals
from ranking.serving.search.unit import Unit
from ranking.serving.search.ways import holding_any

SCORED = 1_000
"""Most products of a set that get all features; the others follow in the order of words, graph and popularity."""
BARE_STEM = 0.2
"""What the stem of a word for what does something counts beside the word itself."""
MEANING = 8.0
"""Weight of a question's meaning beside its words, before the ranker."""
VECTOR_CANDIDATES = 100
LEAST_LIKENESS = 0.2
"""Least likeness of a product that neither words nor facts find; docs/results/search.md says how it was chosen."""
LEAST_LIKENESS_ALONE = 0.25
"""Least likeness of an alternative to a thing that no product is; chosen by eye on twelve such things."""
_WORD = re.compile(r"[^\W_]+")
PHRASE = 0.2
"""What a tag of the very words of a query adds, as a share of the best score of words."""
_LONGEST_PHRASE = 3
_MOST_TAGGED = 50


def compute_signals(index: ServingIndex, query: Query, matches: MatchSet) -> Signals:
    """Words, graph and the query's vector for all products that filter and exclusions allow."""
    use = query.sources
    # Alternatives may break the stated constraints: their words count as well.
    passing = matches.allowed
    if query.understanding.constraints:
        passing = find_allowed(index, query, with_constraints=False)
    text = score_words(index, query, passing, matches.units.units) if "text" in use else _nothing(index)
    characters = score_characters(index, query, matches) if "text" in use else None
    if characters is not None:
        text = np.asarray((text + WEIGHT * characters * passing) / (1.0 + WEIGHT), dtype=np.float32)
    text = text * share_kept(index, query)
    vector = embed_query(index, query.understanding) if "vector" in use and query.named is None else None
    likeness = None if vector is None else Likeness(index.embeddings, vector, index.coarse, index.scale)
    shares = entity_shares(index, query, matches.units.modifiers, text) if "graph" in use else {}
    name = score_names(index, query, matches.units) if "text" in use else None
    graph = score_entities(index, query, shares)
    return Signals(text, graph, shares, likeness, name=name, characters=characters)


def gather(index: ServingIndex, query: Query, signals: Signals, mask: Mask) -> Candidates:
    """All products of a mask, those first that words, graph and popularity put first."""
    positions = np.flatnonzero(mask)
    cheap = signals.text[positions] + signals.graph[positions]
    if signals.meaning is not None:
        cheap = cheap + MEANING * signals.meaning[positions]
    if "popularity" in query.sources:
        cheap = cheap + 1e-3 * index.popularity[positions]
    rows = np.lexsort((index.id_ranks[positions], -cheap))
    return Candidates(positions[rows], min(SCORED, len(positions)))


def find_related(index: ServingIndex, query: Query, signals: Signals, matches: MatchSet) -> Mask:
    """Products that do not match but are near, (n,): by some of the words or facts, or by their vectors.

    Products that are known not to be what is asked for are left out, but for what had to be given up anyway.
    """
    near = (signals.text > 0) | (signals.graph > 0)
    if signals.meaning is not None:
        near |= signals.meaning >= LEAST_LIKENESS
    if signals.likeness is not None:
        near[_nearest(index, query, signals.likeness, matches.allowed)] = True
    near &= matches.allowed & ~matches.mask
    for unit in matches.units.units:
        if unit.surface not in matches.dropped:
            near &= ~unit.denied
    return near


def find_like(index: ServingIndex, query: Query, likeness: Likeness, matches: MatchSet) -> Mask:
    """Products that are nearest to the query by their vectors alone, (n,)."""
    near = np.zeros(len(index.ids), dtype=np.bool_)
    nearest = _nearest(index, query, likeness, matches.allowed)
    near[nearest[likeness.of(nearest) >= LEAST_LIKENESS_ALONE]] = True
    near &= matches.allowed
    for unit in matches.units.units:
        near &= ~unit.denied
    return near


def score_words(index: ServingIndex, query: Query, allowed: Mask, units: Sequence[Unit] = ()) -> Scores:
    """BM25F of the query's words as a share of the best, (n,); 0 for products that are not allowed.

    A title that a word calls as the end of a longer one (平底锅 by 锅, "stockpot" by "pot") counts as one that has it.

    What the query does not want counts where a text says that the product is without it ("no dust", "caffeine-free").
    Where the query is a product's id, that product has 1 and the others half of their share.
    """
    terms = query_terms(query.understanding.text)
    text = index.postings.affirmed.score(terms)
    for term, stems_left in bare_stems(terms).items():
        # Texts that have the stem alone ("computing") are less about a computer, and are about it.
        whole, bare = (index.postings.affirmed.score(each) for each in ([term], stems_left))
        text += BARE_STEM * (bare - whole)
    if query.task is not None and contains_chinese(verb := query.task.verb) and len(verb) > 1:
        # What it is done to stands in titles of much else (文件夹). A character alone may be a measure (12支装).
        text += index.postings.affirmed.score(query_terms(verb))
    if unwanted := _unwanted_terms(query):
        text += index.postings.denied.score(unwanted)
    if free := [
        stem for word in query.understanding.excluded_words for stem in stems(f"{''.join(word.split())}free")
    ]:
        text += index.postings.affirmed.score(free)
    for unit in units:
        if unit.is_word:
            as_word = holding_any(index.postings.affirmed, stem_ways(unit.surface))
            text[unit.satisfied & ~as_word] += unit.information
    text[~allowed] = 0.0
    best = float(text.max(initial=0.0))
    text[_called(index, query.understanding.text, text)] += PHRASE * best
    best = float(text.max(initial=0.0))
    if best > 0:
        text /= best
    if query.named is not None and allowed[query.named]:
        text /= 2.0
        text[query.named] = 1.0
    return text


def _called(index: ServingIndex, text: str, scores: Scores) -> Positions:
    """Products that the shop calls by the very words of a query, as a tag ("oil paint", not "oil painting")."""
    words = _WORD.findall(text.casefold())
    if not 2 <= len(words) <= _LONGEST_PHRASE or contains_chinese(text):
        return np.zeros(0, dtype=np.int64)
    phrase = singular(text)
    best = np.argsort(-scores, kind="stable")[:_MOST_TAGGED]
    return np.array(
        [
            at
            for at in best[scores[best] > 0]
            if any(singular(tag) == phrase for tag in index.documents[at].tags)
        ],
        dtype=np.int64,
    )


def _unwanted_terms(query: Query) -> list[str]:
    """Terms by which the index holds what texts deny: of the words and the things that the query does not want."""
    understanding = query.understanding
    terms = [stem for word in understanding.excluded_words for stem in stems(word)]
    return terms + [entity.node for entity in understanding.entities if entity.negated]


def embed_query(index: ServingIndex, understanding: Understanding) -> Scores | None:
    """The query's vector; one that the encoder cannot read goes to it by the English labels of what was understood."""
    text = understanding.text
    if understanding.language == "zh" and not index.encoder.can_read(text):
        text = " ".join(e.label_en for e in understanding.entities if not e.negated)
    return index.encoder.encode_query(text) if text.strip() else None


def entity_shares(
    index: ServingIndex, query: Query, modifiers: Collection[str], text: Scores
) -> dict[str, float]:
    """Largest contribution of each wanted entity to the graph's feature, by node; at most 1 together.

    A class that only tells more of what is asked for adds nothing: who asks for a mouse pad wants no mouse. Entities
    share by their kind, and all of them get the part of the query's words that they explain ("microsoft office" asks for
    more than something for offices; "wireless gizmos", where gizmos are no class, for more than what is wireless). Each
    counts as far as its field is known of the products that the words find: where none of the batteries says what it is
    powered by, a mouse that says "battery" must not come before them. Where no class says what is asked for, each counts
    as far as the products that are called so have it (``agreement``). Of alternatives a product has one.
    """
    entities = [entity for entity in query.entities if entity.node not in modifiers]
    is_kind_known = any(entity.kind == "class" and not is_told(index, entity) for entity in entities)
    weights = {e.node: entity_weight(index.ontology, e.field) for e in entities}
    whole = sum(
        max(sum(weights[e.node] for e in option) for option in options)
        for options in by_choice(query, entities)
    )
    asked = _telling_characters(query.understanding.text)
    named = sum(_telling_characters(e.surface) for e in entities)
    explained = min(1.0, named / asked) if asked else 1.0
    if explained < 1.0 and not any(e.kind in ("class", "brand") for e in entities):
        whole += entity_weight(
            index.ontology, CATEGORY_FIELD
        )  # the words that nothing explains say what is asked for
    mass = float(text.sum())
    columns = index.columns
    return {
        e.node: explained
        * weights[e.node]
        / whole
        * (float(text[columns.known(e.field)].sum()) / mass if mass > 0 else 1.0)
        * (1.0 if is_kind_known else agreement(index, e))
        for e in entities
    }


def entity_weight(ontology: Ontology, field: str) -> float:
    """The weight of an entity of a query by its filter field; a field of no relation has the weight of a value."""
    relation = ontology.relation_of_field(field) or ontology.relations[HAS_VALUE]
    return relation.weight


def score_entities(index: ServingIndex, query: Query, shares: Mapping[str, float]) -> Scores:
    """Confidence-weighted sum of the shares of the entities that each product has, of alternatives the best, (n,)."""
    total = _nothing(index)
    for options in by_choice(query, query.entities):
        total += reduce(np.maximum, (_score_all(index, option, shares) for option in options))
    return total


def _score_all(index: ServingIndex, entities: Sequence[Entity], shares: Mapping[str, float]) -> Scores:
    total = _nothing(index)
    for entity in entities:
        if shares.get(entity.node):
            holders = index.facts.holders(entity)
            total[holders.positions] += shares[entity.node] * holders.confidence
    return total


def by_choice(query: Query, entities: Sequence[Entity]) -> list[list[list[Entity]]]:
    """The options of each choice with their entities, and every other entity as the only option of its own.

    Classes that the same word names are options of one choice: a product is a collar for dogs or one for cats.
    """
    grouped: list[list[list[Entity]]] = []
    options: dict[tuple[int, int], list[Entity]] = {}
    places: dict[int, list[list[Entity]]] = {}
    kinds: dict[tuple[int, int], list[list[Entity]]] = {}
    for entity in entities:
        placed = ((n, c.option_of(entity)) for n, c in enumerate(query.understanding.choices))
        place = next(((n, option) for n, option in placed if option is not None), None)
        if place is None and entity.kind == "class":
            span = (entity.start, entity.end)
            if span not in kinds:
                grouped.append(kinds.setdefault(span, []))
            kinds[span].append([entity])
            continue
        if place is None:
            grouped.append([[entity]])
            continue
        if place[0] not in places:
            grouped.append(places.setdefault(place[0], []))
        if place not in options:
            places[place[0]].append(options.setdefault(place, []))
        options[place].append(entity)
    return grouped


def _nearest(index: ServingIndex, query: Query, likeness: Likeness, allowed: Mask) -> Positions:
    """The products whose vectors are nearest to the query's, at most ``VECTOR_CANDIDATES``.

    Where the version has a vector store open, which it does above ``SERVED.exact_up_to`` products, that searches; without
    it, and where it does not answer, all products are compared.
    """
    if index.vectors is not None:
        try:
            return _search_vectors(index, index.vectors, likeness, query.filter, allowed)
        except StoreError:
            pass
    return likeness.nearest(allowed, index.id_ranks, limit=VECTOR_CANDIDATES, least=LEAST_LIKENESS)


def _search_vectors(
    index: ServingIndex, store: VectorStore, likeness: Likeness, filter: Filter, allowed: Mask
) -> Positions:
    """The nearest products by the version's store; those that changed since are compared one by one."""
    changed = index.changed_positions
    own = changed[allowed[changed]]
    positions = _stored(index, store, likeness.vector, filter, frozenset(changed.tolist()))
    positions = np.concatenate([positions, own])
    # The version's own vectors decide, so that rounding in the store does not.
    scores = np.round(likeness.of(positions), 6)
    order = np.lexsort((index.id_ranks[positions], -scores))[:VECTOR_CANDIDATES]
    return positions[order[scores[order] >= LEAST_LIKENESS]]


def _stored(
    index: ServingIndex, store: VectorStore, vector: Scores, filter: Filter, changed: frozenset[int]
) -> Positions:
    """The nearest products of the store that have not changed."""
    nothing = np.zeros(0, dtype=np.int64)
    # Fields that no product has are not in the store: nothing can have the value, and everything lacks it.
    known = {*store.schema.keywords, *store.schema.numbers}
    absent = [c for c in filter.conditions if c.field not in known]
    if any(not c.none_of for c in absent):
        return nothing
    present = Filter(conditions=tuple(c for c in filter.conditions if c not in absent))
    limit = VECTOR_CANDIDATES
    while True:
        hits = store.search(vector, limit=limit, filter=present)
        placed = (index.positions.get(hit.id, -1) for hit in hits)
        fresh = [at for at in placed if at >= 0 and at not in changed][:VECTOR_CANDIDATES]
        # Where changed products took places of others, more are asked for.
        if len(hits) < limit or len(fresh) == VECTOR_CANDIDATES or not changed:
            break
        limit *= 2
    return np.array(fresh, dtype=np.int64)


def _nothing(index: ServingIndex) -> Scores:
    return np.zeros(len(index.ids), dtype=np.float32)


def _telling_characters(text: str) -> int:
    return sum(len(word) for word in _WORD.findall(text.casefold()) if word not in STOP_WORDS)
