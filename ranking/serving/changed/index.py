"""An open version with changed products: shares what is large with the version and replaces what has changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from kms.indexing.changes import ProductChange
from kms.indexing.documents import has_vector
from kms.indexing.embeddings import unpack_vector
from kms.lexical.analysis import TextTerms
from kms.lexical.models import IndexedProduct
from kms.lexical.product_postings import analyze_product
from kms.ontology.model import PathPurpose
from kms.ontology.structure import PRODUCT
from kms.vectors.coarse import CoarseVectors
from ranking.serving.changed.columns import ChangedColumns
from ranking.serving.changed.graph import ChangedGraph, Edges
from ranking.serving.changed.overlay import ChangedProduct, Overlay, PlacesById, Replaced, documents_of
from ranking.serving.changed.paths import ChangedScorer
from ranking.serving.changed.postings import ChangedProductPostings
from ranking.serving.changed.reader import ChangedVocabulary, change_reader, count_new, new_words
from ranking.serving.changed.suggestions import ChangedSuggestions
from ranking.serving.changed.vectors import ChangedCoarse, ChangedVectors
from ranking.serving.codes import Codes, position_of
from ranking.serving.columns import ProductColumns
from ranking.serving.entities import NO_FACTS, EntityGraph, usable_paths
from ranking.serving.files import Kinds, is_read_complement, relations_of_complements, weighted_edges
from ranking.serving.index import Scores, ServingIndex, chinese_title, share_of_most
from ranking.serving.meaning import Meaning
from ranking.suggest.completions import list_completions
from ranking.suggest.index import SuggestionIndex

_COMPUTED = (
    "entities",
    "facts",
    "incoming",
    "columns",
    "codes",
    "id_ranks",
    "meaning",
    "_chinese_titles",
    "_with_character",
    "_chinese_descriptions",
    "ids_in_order",
    "suggestions",
)
"""Properties that are kept once computed, which must be computed anew."""


def change_index(index: ServingIndex, changes: Sequence[ProductChange]) -> ServingIndex:
    """See ``ServingIndex.with_changes``."""
    if not changes:
        return index
    if isinstance(index, ChangedIndex):
        return index.changed_further(changes)
    return ChangedIndex(index, Overlay.nothing_changed(len(index.ids)), None).changed_further(changes)


class ChangedIndex(ServingIndex):
    """The index of a version with some of its products' rows replaced; immutable for those who read it."""

    postings: ChangedProductPostings
    graph: ChangedGraph
    _room: EntityGraph

    def __init__(self, base: ServingIndex, overlay: Overlay, before: ChangedIndex | None) -> None:
        """Replace the rows of ``overlay``.

        Args:
            base: The version as it was opened.
            overlay: All changes.
            before: The index with fewer changes, whose results are taken over where they are the same.
        """
        self.__dict__.update(base.__dict__)
        for name in _COMPUTED:
            self.__dict__.pop(name, None)
        self._base = base
        self._overlay = overlay
        self.documents = documents_of(base.documents, overlay)
        added = {at: product_id for product_id, at in overlay.places.items()}
        self.ids = Replaced(base.ids, overlay.size, added, "") if added else base.ids
        self.positions = PlacesById(base.positions, overlay)
        self.postings = ChangedProductPostings.of(base.postings) if before is None else before.postings
        self.embeddings = base.embeddings if before is None else before.embeddings
        self.coarse = base.coarse if before is None else before.coarse
        self.popularity = share_of_most(self.columns.numbers("popularity"))
        if before is not None and len(before.ids) == overlay.size:
            self._room, self.graph, self.bought_along = before._room, before.graph, before.bought_along
        else:
            self._room = _with_room(base, overlay.size)
            self.graph = ChangedGraph.of(self._room)
            self.bought_along = base.bought_along.widened(overlay.size)
        self.labels = base.labels if before is None else before.labels
        self.reader = base.reader if before is None else before.reader
        self.vocabulary = base.vocabulary if before is None else before.vocabulary
        self._judged: frozenset[int] = frozenset() if before is None else before._judged
        self._new_labels: Mapping[str, tuple[str, str]] = {} if before is None else before._new_labels
        self._new_words: Mapping[int, tuple[str, ...]] = {} if before is None else before._new_words
        self._new_counts: Mapping[str, int] = {} if before is None else before._new_counts
        self.popular = np.asarray(overlay.widened(base.popular, False), dtype=np.bool_)
        self._by_entity = {}
        self._scorers: dict[PathPurpose, ChangedScorer] = {}

    def changed_further(self, changes: Sequence[ProductChange]) -> ChangedIndex:
        """The index with further changes."""
        base, before = self._base, self._overlay
        overlay = before.with_changes(changes, base.positions.get, base.documents.__getitem__)
        index = ChangedIndex(base, overlay, self)
        touched = [r for at, r in overlay.records.items() if before.records.get(at) is not r]
        index._replace_words(touched, before)
        index._replace_vectors(touched)
        index._replace_edges(touched, self)
        index._replace_names(touched, self)
        return index

    @property
    @override
    def count(self) -> int:
        return len(self.positions)

    @property
    @override
    def changed_positions(self) -> NDArray[np.int64]:
        return self._overlay.positions

    @cached_property
    @override
    def columns(self) -> ProductColumns:
        return ChangedColumns(self._base.columns, self._overlay)

    @cached_property
    @override
    def codes(self) -> Codes:
        """Of the products that have others than in the version."""
        return Codes((at, d.id, d.codes) for at, d in self._renamed.items() if d is not None)

    @override
    def owners_of(self, folded: str) -> list[int]:
        before = self._base.codes.owners(folded)
        return [owner for owner in before if position_of(owner) not in self._renamed] + self.codes.owners(
            folded
        )

    @override
    def with_chinese_title(self, word: str) -> list[int]:
        before = [at for at in self._base.with_chinese_title(word) if at not in self._renamed]
        return before + [at for at, title in self._changed_titles.items() if word in title]

    @cached_property
    @override
    def id_ranks(self) -> NDArray[np.int64]:
        before, places = self._base.id_ranks, self._overlay.places
        ranks = np.asarray(self._overlay.widened(before, 0), dtype=np.int64)
        if places:
            added = sorted(places)
            ahead = [bisect_left(self._base.ids_in_order, product_id) for product_id in added]
            ranks[: len(before)] += np.searchsorted(ahead, before, side="right")
            for number, product_id in enumerate(added):
                ranks[places[product_id]] = ahead[number] + number
        return ranks

    @cached_property
    @override
    def meaning(self) -> Meaning:
        return Meaning(self, self._concepts, self._base.meaning, self._overlay.positions)

    @override
    def holders_of(self, node: str) -> tuple[NDArray[np.int64], Scores]:
        positions, confidence = self.graph.holders_of(node)
        kept = self._overlay.is_visible[positions]
        return positions[kept], confidence[kept]

    @override
    def scorer(self, purpose: PathPurpose) -> ChangedScorer:
        found = self._scorers.get(purpose)
        if found is None:
            paths = usable_paths(self.ontology, purpose, self.graph)
            found = self._scorers[purpose] = ChangedScorer(self._room.scorer(purpose), self.graph, paths)
        return found

    @cached_property
    def _renamed(self) -> dict[int, IndexedProduct | None]:
        return {r.position: r.document for r in self._overlay if r.has_other_names}

    @cached_property
    def _changed_titles(self) -> dict[int, str]:
        return {at: chinese_title(document) for at, document in self._renamed.items() if document is not None}

    def _replace_words(self, touched: Collection[ChangedProduct], before: Overlay) -> None:
        """Analyse the texts that are others than before."""
        documents: list[tuple[int, Mapping[str, TextTerms] | None]] = []
        for record in touched:
            earlier = before.records.get(record.position)
            if record.has_same_text_as(earlier):
                continue
            if record.document is not None and record.has_other_text:
                documents.append((record.position, analyze_product(record.document, self.ontology)))
            else:
                documents.append((record.position, None if record.document is not None else {}))
        if documents or self.postings.affirmed.size != self._overlay.size:
            self.postings = self.postings.replaced(documents, self._overlay.size, self.count)

    def _replace_vectors(self, touched: Collection[ChangedProduct]) -> None:
        if len(self.embeddings) == self._overlay.size and all(record.vector is None for record in touched):
            return
        vectors = {record.position: self._vector_of(record) for record in self._overlay}
        rows = {at: vector for at, vector in vectors.items() if vector is not None}
        assert isinstance(self._base.embeddings, np.ndarray)
        self.embeddings = ChangedVectors(self._base.embeddings, self._overlay.size, rows)
        if isinstance(self._base.coarse, CoarseVectors):
            self.coarse = ChangedCoarse(self._base.coarse, self.embeddings)

    def _replace_edges(self, touched: Collection[ChangedProduct], before: ChangedIndex) -> None:
        """Replace the rows of products whose facts are others than before, and label the new nodes."""
        places = self._overlay.places
        products = {f"product:{product_id}": at for product_id, at in places.items()}
        rows: dict[int, Edges | None] = {}
        if self._room is not before._room:
            # Nodes that are no products stand further behind now.
            had, has = before._overlay.size, self._overlay.size
            rows |= {at if at < had else at + has - had: edges for at, edges in before.graph.rows.items()}
        for record in touched:
            if record.before is None and record.position not in before._overlay.records:
                rows.update(self._edges_of_known(record, before.graph, rows))
        labels: dict[str, tuple[str, str]] = {}
        for record in touched:
            earlier = before._overlay.records.get(record.position)
            if record.facts is not None and (earlier is None or earlier.facts is not record.facts):
                rows[record.position] = self._edges_of(record, None)
                labels |= {
                    node.id: (node.label_en, node.label_zh)
                    for node in record.facts.nodes
                    if node.type != PRODUCT and node.id not in self.labels
                }
        if labels:
            self._new_labels = {**self._new_labels, **labels}
            self.labels = ChainMap(
                dict(self._new_labels), cast("dict[str, tuple[str, str]]", self._base.labels)
            )
        if not rows:
            return
        self.graph = self.graph.replaced(rows, products, self._room)
        # Which products are of one kind can be told once all of them have their new classes.
        kinds = Kinds(self._classes_of_node, self.ontology)
        again = {record.position for record in touched}
        self._judged = frozenset(
            {at for at in self._judged if at not in again}
            | {r.position for r in touched if is_judged(r, kinds.goes_with)}
        )
        records = self._overlay.records
        judged = {at: self._edges_of(records[at], kinds) for at in sorted(self._judged)}
        if judged:
            self.graph = self.graph.replaced(judged, products, self._room)

    def _replace_names(self, touched: Collection[ChangedProduct], before: ChangedIndex) -> None:
        """Take words, brands and suggestions of the products over that are called otherwise than before."""
        earlier = before._overlay.records
        retold = [r for r in touched if not r.has_same_text_as(earlier.get(r.position))]
        restated = [
            r
            for r in touched
            if before.is_shown(r.position) != self.is_shown(r.position)
            or r.facts is not (e.facts if (e := earlier.get(r.position)) is not None else None)
        ]
        if retold:
            words = {
                r.position: new_words(r.document, self._base.vocabulary) if r.document else () for r in retold
            }
            self._new_words = {at: each for at, each in {**self._new_words, **words}.items() if each}
        if restated:
            counts = dict(self._new_counts)
            for record in restated:
                for index, sign in ((before, -1), (self, 1)):
                    for node in index.entities_of(record.position):
                        counts[node] = counts.get(node, self._base.reader.products_of.get(node, 0)) + sign
            self._new_counts = counts
        if retold or restated:
            further = count_new(self._new_words.values())
            self.vocabulary = ChangedVocabulary(self._base.vocabulary, further)
            products_of = ChainMap(
                cast("dict[str, int]", self._new_counts),
                cast("dict[str, int]", self._base.reader.products_of),
            )
            self.reader = change_reader(
                self._base.reader, further, self._new_labels, products_of, self.postings, self.encoder.is_word
            )
        names = [r for r in touched if not r.has_same_names_as(earlier.get(r.position))]
        if not names and not restated and "suggestions" in before.__dict__:
            self.__dict__["suggestions"] = before.suggestions

    @cached_property
    @override
    def suggestions(self) -> ChangedSuggestions:
        counts = {node: self._new_counts.get(node, 0) for node in self._new_labels}
        documents = [document for document in self._renamed.values() if document is not None]
        completions = list(list_completions(documents, self._new_labels, counts, self.ontology))
        base = self._base
        assert isinstance(base.suggestions, SuggestionIndex)
        renamed = (record.product_id for record in self._overlay if record.has_other_names)
        return ChangedSuggestions(base.suggestions, renamed, completions, base.documents, base.positions)

    def is_shown(self, position: int) -> bool:
        """Whether shoppers see the product at a position."""
        return position < self._overlay.size and bool(self._overlay.is_visible[position])

    def entities_of(self, position: int) -> set[str]:
        """The nodes that a product that shoppers see has facts to, and the classes above its own."""
        if not self.is_shown(position):
            return set()
        found: set[str] = set()
        for relation in self.graph.relations:
            if relation not in NO_FACTS:
                found.update(self.graph.node_ids[at] for at in self.graph.row(relation, position)[0])
        for class_id in self.classes_of(position):
            if class_id in self.ontology.classes:
                found.update(f"category:{each}" for each in self.ontology.hierarchy.ancestors(class_id))
        return found

    def _edges_of_known(
        self, record: ChangedProduct, graph: ChangedGraph, rows: Mapping[int, Edges | None]
    ) -> Iterator[tuple[int, Edges]]:
        """Rows of a product that was only a node of the version's graph, of that node, and of products with edges to it."""
        base = self._room.graph
        node = base.positions.get(f"product:{record.product_id}")
        if node is None:
            return
        reader = ChangedGraph.of(self._room)
        yield record.position, reader.edges_before(node)
        yield node, {}
        for matrix in base.relations.values():
            for at in matrix[:, [node]].nonzero()[0].tolist():
                if at < self._overlay.base_size and at not in graph.rows and at not in rows:
                    yield at, reader.edges_before(at)

    def _edges_of(self, record: ChangedProduct, kinds: Kinds | None) -> Edges:
        """Weights of a product's edges; without ``kinds`` those are left out that are good only between different kinds."""
        assert record.facts is not None
        if kinds is None:
            goes_with = relations_of_complements(self.ontology)
            stated = [e for e in record.facts.edges if not is_read_complement(e, goes_with)]
            weighted = weighted_edges(stated, Kinds(lambda node: (), self.ontology))
        else:
            weighted = weighted_edges(record.facts.edges, kinds)
        edges: dict[str, dict[str, float]] = {}
        for _, relation, target, weight in weighted:
            if weight > 0:
                ends = edges.setdefault(relation, {})
                ends[target] = max(weight, ends.get(target, 0.0))
        return edges

    def _classes_of_node(self, node: str) -> tuple[str, ...]:
        at = self.graph.positions.get(node)
        return () if at is None else self.classes_of(at)

    def _vector_of(self, record: ChangedProduct) -> Scores | None:
        """The vector that a product changed to; ``None`` where it has none or another encoder made it."""
        if record.vector is None:
            return None
        vector = unpack_vector(record.vector, self.encoder.version, self.encoder.dimensions)
        if vector is None:  # it keeps the version's own, or has none until it is read again
            return None
        document = record.document
        is_read = document is None or has_vector(document, self.encoder)
        return vector if is_read else np.zeros_like(vector)


def _with_room(base: ServingIndex, size: int) -> EntityGraph:
    """The version's graph with positions for ``size`` products."""
    if size == len(base.ids):
        return base.entities
    graph = base.entities.graph.with_room(len(base.ids), size - len(base.ids))
    return EntityGraph(graph, size, base.ontology)


def is_judged(record: ChangedProduct, goes_with: frozenset[str]) -> bool:
    """Whether a product has edges that are good only between products of different kinds."""
    return record.facts is not None and any(is_read_complement(e, goes_with) for e in record.facts.edges)
