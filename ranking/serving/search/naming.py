"""What a name means in a catalogue: something that products have, or the products themselves.

"Rechargeable batteries" are a power source to the ontology, and a shopper who writes nothing else wants batteries. Which
of the two a catalogue's own names mean can be counted: of the products whose title or category has the words, those that
have the fact. Cashmere jumpers are of cashmere; batteries do not run on batteries. Where no class says what is asked for,
the last noun of the query does, and products whose titles are about it (``kms.lexical.heads``) are what is sought.
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from kms.lexical.analysis import STOP_WORDS, query_words, stem_ways
from kms.ontology.model import Ontology
from ranking.models import Entity
from ranking.query.function_words import FUNCTION_WORDS, REQUESTS
from ranking.serving.index import ServingIndex
from ranking.serving.search.stages import Mask, Query, Scores
from ranking.serving.search.unit import Units
from ranking.serving.search.ways import holding_any

PRIOR = 1.0
"""Products that are supposed to agree before any is counted: a name that no title has means the fact."""

WORDS_ALONE = 0.25
"""How far a title's head counts where no fact is read in the query's words, which then tell most themselves."""


_LEAST_WORDS = 2
PART_OF_A_LIST = 0.5
"""How far it counts where a class lists several kinds: of "Knives & Boards" who asks for a knife wants knives."""


def agreement(index: ServingIndex, entity: Entity) -> float:
    """Share of the products called by an entity's words that have what it names, from 0 to 1.

    A class that the shop states and a brand are what a product is called by; a number is no name. For them it is 1. Of a
    class that was told by signs those products are called so whose titles are about its last word: "USB hub" is a further
    name of docking stations, and where nearly all products called so are told to be hubs, it means those.
    """
    if entity.kind in ("brand", "quantity") or (entity.kind == "class" and not is_told(index, entity)):
        return 1.0
    called = holding_any(index.postings.named, stem_ways(entity.surface))
    if entity.kind == "class":
        for word in query_words(entity.surface)[-1:]:
            called &= holding_any(index.postings.headed, stem_ways(word))
    agreeing = called[index.facts.holders(entity).positions]
    return (float(agreeing.sum()) + PRIOR) / (float(called.sum()) + PRIOR)


def is_told(index: ServingIndex, entity: Entity) -> bool:
    """Whether an entity is a class whose products were told by signs and not stated by the shop."""
    return entity.kind == "class" and bool(index.ontology.classes[entity.value].signs)


def score_names(index: ServingIndex, query: Query, units: Units) -> Scores | None:
    """How far each product's title calls it what the query asks for, (n,) from 0 to 1.

    ``None`` where a class says it, unless by a part of its name, and where the query has no such word. A name that means
    a fact counts as far as the catalogue does not agree with that.
    """
    head = last_noun(query)
    if head is None or query.task is not None:
        return None
    owner = next((e for e in query.entities if query_words(e.surface)[-1:] == [head]), None)
    is_part = owner is not None and owner.kind == "class" and not names_class(index.ontology, owner)
    if (units.class_rule == "certain" and not is_part) or (owner is not None and owner.kind == "brand"):
        return None
    is_fact = owner is not None and owner.kind != "class"
    amount = 1.0 - agreement(index, owner) if owner is not None and is_fact else WORDS_ALONE
    if is_part:
        amount = PART_OF_A_LIST
    called = holding_any(index.postings.headed, stem_ways(head))
    return np.asarray(amount * called, dtype=np.float32)


def names_class(ontology: Ontology, entity: Entity) -> bool:
    """Whether an entity's words are the whole name of some class."""
    return any(reading.kind == "class" for reading in ontology.labels.lookup(entity.surface))


def called_in_words(index: ServingIndex, query: Query) -> Mask:
    """Products whose title is headed by the query's noun and whose names have all its other words, (n,).

    "Stand for guitar" is a "Walnut Guitar Stand", whatever classes the two words name. Of one word nothing is told.
    """
    nobody = np.zeros(len(index.ids), dtype=np.bool_)
    head = last_noun(query)
    words = [
        word
        for word in dict.fromkeys(query_words(query.understanding.text))
        if word not in STOP_WORDS | REQUESTS and not FUNCTION_WORDS.fullmatch(word)
    ]
    if head is None or len(words) < _LEAST_WORDS:
        return nobody
    named = (holding_any(index.postings.named, stem_ways(word)) for word in words)
    return reduce(np.logical_and, named, holding_any(index.postings.headed, stem_ways(head)))


def last_noun(query: Query) -> str | None:
    """The last word of the query's first noun phrase that is no number; ``None`` where there is none."""
    text = query.understanding.text
    turn = FUNCTION_WORDS.search(text, 1)
    words = query_words(text[: turn.start()] if turn else text)
    telling = [word for word in words if word not in STOP_WORDS and not word.isdigit()]
    return telling[-1] if telling else None
