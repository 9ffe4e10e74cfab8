"""Types of ranking: understood queries, hits with reasons, answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kms.filters import Condition, Filter
from kms.types import Frozen, Language

Sort = Literal["relevance", "price_asc", "price_desc", "rating", "popularity", "newest"]
Source = Literal["text", "vector", "graph", "behaviour", "popularity"]
FeatureName = Literal["text", "name", "vector", "meaning", "graph", "leaning", "popularity"]
MatchRule = Literal["everything", "product_id", "all_terms", "relaxed", "meaning", "nothing"]
ClassRule = Literal["none", "certain", "uncertain"]
Direction = Literal["more", "less"]
EntityKind = str
"""``class``, ``brand``, ``value``, ``quantity``, or an entity type of the ontology that has terms."""


class Entity(Frozen):
    """A part of a query that names something of the graph.

    Attributes:
        start: Offset in the query as corrected.
        node: Node id in the graph.
        field: The filter field that it belongs to: the facet of a relation, or ``attr.<id>``.
        value: Value in that field.
        negated: The query excludes it.
    """

    start: int
    end: int
    surface: str
    kind: EntityKind
    node: str
    field: str
    value: str
    label_en: str
    label_zh: str
    negated: bool = False


class Correction(Frozen):
    """A word that was read as another."""

    written: str
    read_as: str


class Option(Frozen):
    """One of the alternatives of a choice: its words, and where they stand in the query as corrected."""

    start: int
    end: int
    surface: str


class Choice(Frozen):
    """Alternatives of which a product needs only one: "black or white", "red kettle or blue mug".

    Attributes:
        options: What each alternative is; of an option of several parts a product needs all of them.
    """

    surface: str
    options: tuple[Option, ...]

    def option_of(self, entity: Entity) -> int | None:
        """The number of the option that an entity is a part of."""
        at = (n for n, o in enumerate(self.options) if o.start <= entity.start and entity.end <= o.end)
        return next(at, None)


class Constraint(Frozen):
    """A condition that the query states in words.

    Attributes:
        otherwise: Conditions of which one is enough in place of ``condition`` ("under 50 or over 200").
        negated: The query wants products outside the range ("not between 200 and 300"); one whose number is not
            known stays.
    """

    surface: str
    condition: Condition
    otherwise: tuple[Condition, ...] = ()
    negated: bool = False


class Leaning(Frozen):
    """Something that the query wants much or little of, without a number; it orders results and excludes none.

    Attributes:
        is_extreme: The query wants the most or the least ("lightest"): the number decides the order.
    """

    surface: str
    field: str
    direction: Direction
    label_en: str
    label_zh: str
    is_extreme: bool = False


class Understanding(Frozen):
    """Interpretation of a query.

    Attributes:
        text: The words that are searched, after corrections and without constraints and exclusions.
        choices: Parts of which a product needs only one.
        excluded_words: What the query does not want and the ontology does not know; products whose title has one of
            them are left out.
        lacking: What products must be said to be free of and the ontology does not know ("gluten" of "gluten-free").
        not_understood: Denied verbs ("does not dry out"), which neither exclude nor find anything.
    """

    query: str
    language: Language
    text: str
    entities: tuple[Entity, ...] = ()
    choices: tuple[Choice, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    leanings: tuple[Leaning, ...] = ()
    excluded_words: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


class PathStep(Frozen):
    """One edge of a reason's path, as it is walked; of a value also the ``attribute`` that it is a value of."""

    source: str
    source_label: str
    relation: str
    attribute: str = ""
    target: str
    target_label: str
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()


class Reason(Frozen):
    """Something that contributed to a score.

    Attributes:
        source: Which scorer.
        share: Its part of the whole score, 0 to 1; the shares of all reasons add up to at most 1.
        text_en: The reason in words.
        terms: Query words that matched, for ``text``.
        path: Edges of the graph, for ``graph``.
        because_of: Product ids of the shopper's history, for ``behaviour``.
    """

    source: Source
    share: Annotated[float, Field(ge=0, le=1.000001)]
    text_en: str
    text_zh: str
    terms: tuple[str, ...] = ()
    path: tuple[PathStep, ...] = ()
    because_of: tuple[str, ...] = ()


class Hit(Frozen):
    """A ranked product. ``sources`` holds each scorer's weighted part of the score."""

    product_id: str
    score: float
    sources: dict[Source, float] = Field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


class FacetCount(Frozen):
    """Number of matching products that have a value."""

    value: str
    label_en: str
    label_zh: str
    count: int


class SearchRequest(Frozen):
    """A search.

    Attributes:
        facets: Fields to count; empty for none.
        explain: Whether hits carry reasons.
        sources: Which scorers take part; all by default. For measuring one alone.
    """

    query: Annotated[str, Field(max_length=500)] = ""
    filter: Filter = Filter()
    facets: tuple[str, ...] = ()
    sort: Sort = "relevance"
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    offset: Annotated[int, Field(ge=0)] = 0
    explain: bool = False
    sources: tuple[Source, ...] = ("text", "vector", "graph", "popularity")


class Matching(Frozen):
    """By which rule products were matched.

    Attributes:
        rule: ``everything``: there were no words. ``product_id``: the query is a product's id. ``all_terms``: every part of
            the query is satisfied. ``relaxed``: all but ``dropped``. ``meaning``: the words say what
            somebody wants to do, and the products are near to that by use and meaning. ``nothing``: no product fits.
        class_rule: ``certain``: products of another class than ``classes`` do not match. ``uncertain``: products whose
            text has the class's words match as well. ``none``: the query names no class.
        classes: Ids of the classes that the query asks for.
        dropped: Parts of the query that were given up, because no product satisfies all of them.
        given_up: Where nothing fits, the parts of the request that the ``alternatives`` do not satisfy.
    """

    rule: MatchRule
    class_rule: ClassRule = "none"
    classes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()


class Note(Frozen):
    """A filter value that could be right and that no product of this catalogue has.

    Attributes:
        nearest: The value of a product that is most like it.
    """

    field: str
    value: str
    nearest: str | None = None


class SearchAnswer(Frozen):
    """Products that match, ranked.

    Attributes:
        hits: A page of the products that match.
        total: How many match; ``facets`` count the same products.
        related: Products that do not match but are alike, on the first page where it has room. Not counted.
        alternatives: Where nothing matches, what comes nearest without ``matching.given_up``. Not counted.
        notes: Values of the request's filter that no product has.
    """

    understanding: Understanding
    matching: Matching
    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, tuple[FacetCount, ...]] = Field(default_factory=dict)
    related: tuple[Hit, ...] = ()
    alternatives: tuple[Hit, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def shown(self) -> tuple[Hit, ...]:
        """What a first page shows from top to bottom: matches, then related products or alternatives."""
        return (*self.hits, *self.related, *self.alternatives)


class Recommendations(Frozen):
    """Products for a shopper or beside a product.

    Attributes:
        kind: ``personal``, ``similar``, ``complements``, ``trending``; ``cold`` where nothing was known of the shopper;
            ``selection`` in place of ``trending`` in a shop where nobody has done anything yet.
    """

    kind: Literal["personal", "cold", "similar", "complements", "trending", "selection"]
    hits: tuple[Hit, ...]
    degraded: tuple[str, ...] = ()


class Suggestion(Frozen):
    """A completion: a word, an entity of the graph, or a product."""

    text: str
    kind: str
    """``word``, ``product``, or as of an ``Entity``."""
    id: str = ""
    image_url: str | None = None
    """A product's picture, where the shop gives one."""
