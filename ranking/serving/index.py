"""One version of the indexes, opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kms.artifacts import Version
from kms.encoder.embeddings import Matrix, TextEncoder
from kms.errors import NotFoundError, StoreError
from kms.indexing.build import (
    FORMAT,
    read_categories,
    read_documents,
    read_mains,
    read_manifest,
    read_ontology,
)
from kms.indexing.changes import ProductChange
from kms.indexing.concepts import concept_texts
from kms.indexing.documents import embedded_text, has_vector
from kms.indexing.embeddings import read_embeddings, text_hash
from kms.indexing.glossary import Glossary, read_glossary
from kms.lexical.analysis import fold_code, stems
from kms.lexical.models import IndexedProduct
from kms.lexical.product_postings import ProductPostings
from kms.lexical.vocabulary import Vocabulary
from kms.ontology.labels import names_in, normalise
from kms.ontology.model import Ontology, PathPurpose
from kms.ontology.structure import IN_CATEGORY, SHOP_CATEGORY
from kms.text.chinese import contains_chinese, fold_traditional
from kms.text.chinese_words import learn_words
from kms.vectors.coarse import CoarseVectors
from kms.vectors.port import SERVED, VectorStore
from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.bought_along import BoughtAlong
from ranking.behaviour.registry import load_model
from ranking.paths.index import GraphIndex
from ranking.paths.metapaths import MetaPathScorer
from ranking.query.pinyin import PinyinSpeller
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from ranking.serving.availability import OutOfStock
from ranking.serving.codes import Codes, position_of
from ranking.serving.columns import ProductColumns
from ranking.serving.entities import EntityGraph
from ranking.serving.facts import Facts
from ranking.serving.files import BEHAVIOUR, BOUGHT_ALONG, GRAPH, POPULAR, read_labels, read_other_names
from ranking.serving.meaning import Meaning
from ranking.suggest.index import SuggestionIndex

if TYPE_CHECKING:
    from ranking.serving.changed.graph import ChangedGraph
    from ranking.serving.changed.paths import ChangedScorer
    from ranking.serving.changed.suggestions import ChangedSuggestions
    from ranking.serving.changed.vectors import ChangedCoarse, ChangedVectors

Scores = NDArray[np.float32]
OpenVectors = Callable[[Path], VectorStore]


class ServingIndex:
    """One version of the indexes, opened for ranking; read-only and shared by threads.

    Products have positions 0…n-1, the same in every array here and in the behaviour model.
    """

    coarse: CoarseVectors | ChangedCoarse | None = None
    """What ``prepare_scans`` makes."""

    out_of_stock: OutOfStock = "shown"
    """What search does with products that cannot be bought."""

    glossary: Glossary = MappingProxyType({})
    """Other names of things, by which queries are read where no product has theirs."""

    def __init__(
        self,
        version: Version,
        *,
        encoder: TextEncoder,
        open_vectors: OpenVectors | None,
        out_of_stock: OutOfStock = "shown",
    ) -> None:
        """Open a version.

        Args:
            version: As ``ArtifactStore.current`` gives it.
            encoder: Must be the one the version was made with.
            open_vectors: Opens the vector store of a version's folder, which a version of more than
                ``SERVED.exact_up_to`` products is searched with; ``None``: all vectors are compared at any size.
            out_of_stock: What search does with products that cannot be bought.

        Raises:
            StoreError: The version was made with another encoder, or by a program that makes other indexes.
        """
        manifest = read_manifest(version)
        if manifest.get("format") != FORMAT:
            raise StoreError(
                f"index version {version.number} has another format than this program reads "
                f"({manifest.get('format', 1)}, not {FORMAT}); run kms index build"
            )
        if manifest["encoder"] != encoder.version:
            made_with = manifest.get("encoder_name", "name unknown")
            raise StoreError(
                f"index version {version.number} was made with another encoder ({made_with}, vectors "
                f"{manifest['encoder']}) than the settings name ({encoder.name}, vectors {encoder.version}), and their "
                "vectors cannot be compared; run kms index build to make a version with the encoder of the settings, or "
                "set KMS_ENCODER and what else begins with it back"
            )
        self.version = version
        self.out_of_stock = out_of_stock
        self.currency = str(manifest.get("currency", "")) or None
        """The shop's own currency, which ``price`` counts in; ``None``: prices are compared as written."""
        self.ontology: Ontology = read_ontology(version.path)
        self.glossary: Glossary = read_glossary(version.path)
        self.categories = read_categories(version.path, self.ontology)
        learn_words(names_in(self.ontology, "zh"))
        self.encoder = encoder
        self.scale = encoder.scale
        """From cosines of vectors to likenesses."""
        self.documents: Sequence[IndexedProduct] = read_documents(version.path)
        self.ids: Sequence[str] = tuple(d.id for d in self.documents)
        self.positions: Mapping[str, int] = {product_id: i for i, product_id in enumerate(self.ids)}
        self._mains = read_mains(version.path)
        self.merged: dict[str, list[str]] = {}
        """Ids of the products that each product stands for."""
        for merged, main in self._mains.items():
            self.merged.setdefault(main, []).append(merged)
        self.vocabulary = Vocabulary.load(version.path / "text")
        self.postings = ProductPostings(version.path / "text")
        self.graph: GraphIndex | ChangedGraph = GraphIndex.load(version.path / "ranking" / GRAPH)
        self.labels: Mapping[str, tuple[str, str]] = read_labels(version.path)
        self.other_names = read_other_names(version.path)
        """Further names of brands, by node."""
        self.vectors_error: str | None = None
        self.vectors: VectorStore | None = None
        if open_vectors is not None and len(self.ids) > SERVED.exact_up_to:
            try:
                self.vectors = open_vectors(version.path / "vectors")
            except StoreError as error:
                self.vectors_error = str(error)
        path = version.path / "ranking" / BEHAVIOUR
        self.behaviour: BehaviourModel | None = load_model(path) if path.exists() else None
        stored = read_embeddings(version.path)
        self.embeddings: Matrix | ChangedVectors = self._read_embeddings(stored)
        self._concepts = self._read_concepts(stored)
        self.popularity: Scores = share_of_most(self.columns.numbers("popularity"))
        self.popular: NDArray[np.bool_] = np.load(version.path / "ranking" / POPULAR)
        self.bought_along = BoughtAlong.load(version.path / "ranking" / BOUGHT_ALONG)
        self._by_entity: dict[str, tuple[NDArray[np.int64], Scores]] = {}
        self.reader = self._make_reader()

    def prepare_scans(self) -> None:
        """Make what searches by vectors are faster with from the second on; answers are the same without it."""
        assert isinstance(self.embeddings, np.ndarray)
        self.coarse = CoarseVectors(self.embeddings)
        _ = self.meaning

    @property
    def lacks_vectors(self) -> bool:
        """Whether the vector store that it would search is away; all vectors are compared meanwhile."""
        return self.vectors_error is not None

    def close(self) -> None:
        """Close the files."""
        if self.vectors is not None:
            self.vectors.close()

    def find_id(self, text: str) -> int | None:
        """Position of the product whose id, SKU, GTIN or maker's number the text is, a variant's included.

        "aud001" finds AUD-001 where no product has that very id.
        """
        written = text.strip()
        at = self.positions.get(written)
        if at is None:
            owner = min(self.owners_of(fold_code(written)), default=None)
            at = None if owner is None else position_of(owner)
        return at

    def owners_of(self, folded: str) -> list[int]:
        """Products that have a folded code, as ``Codes.owners`` gives them."""
        return self.codes.owners(folded)

    @cached_property
    def codes(self) -> Codes:
        """The products' ids and codes."""
        return Codes((at, document.id, document.codes) for at, document in enumerate(self.documents))

    def main_of(self, product_id: str) -> str:
        """The product that stands for a merged one; the id itself where there is none."""
        return product_id if product_id in self.positions else self._mains.get(product_id, product_id)

    def position(self, product_id: str) -> int:
        """Position of a product.

        Raises:
            NotFoundError: The version does not have it.
        """
        at = self.positions.get(self.main_of(product_id))
        if at is None:
            raise NotFoundError(
                f"product {product_id!r} is not in index version {self.version.number}, which is live; if it is new, "
                "or an older version was rolled back to, it comes with the next kms index build"
            )
        return at

    def classes_of(self, position: int) -> tuple[str, ...]:
        """Ids of the classes that a product is directly in."""
        nodes, _ = self.graph.row(IN_CATEGORY, position)
        return tuple(self.graph.node_ids[i].partition(":")[2] for i in nodes)

    def with_chinese_title(self, word: str) -> list[int]:
        """Positions of the products whose title has a Chinese word, wherever segmentation would cut it."""
        titles = self._chinese_titles
        holding = [self._with_character.get(character, ()) for character in set(word)]
        return [at for at in min(holding, key=len, default=()) if word in titles[at]]

    def with_chinese_description(self, character: str) -> list[int]:
        """Positions of the products whose description has a Chinese character."""
        return [at for at, text in self._chinese_descriptions.items() if character in text]

    @property
    def count(self) -> int:
        """Number of products that shoppers see."""
        return len(self.ids)

    @property
    def changed_positions(self) -> NDArray[np.int64]:
        """Positions of the products that changed since the version was made, in ascending order."""
        return np.zeros(0, dtype=np.int64)

    def with_changes(self, changes: Sequence[ProductChange]) -> ServingIndex:
        """The index with some products changed, added or taken away; this one stays as it is.

        What is large is shared. Only the last one in use is closed.

        Args:
            changes: In the order of their sequence; one that is here already changes nothing.
        """
        from ranking.serving.changed.index import change_index

        return change_index(self, changes)

    def _count_products(self) -> dict[str, int]:
        """How many products have an edge to each entity; see ``products_with``."""
        edges = self.entities.incoming.tocoo()
        is_of_product = (edges.col < len(self.ids)) & (edges.data > 0)
        of_rows = np.bincount(edges.row[is_of_product], minlength=self.graph.n_nodes)
        return {
            node: len(self.products_with(node)[0]) if node.startswith("category:") else int(of_rows[at])
            for node in self.labels
            if (at := self.graph.positions.get(node)) is not None
        }

    @cached_property
    def _chinese_titles(self) -> dict[int, str]:
        """Simplified titles with Chinese, by position."""
        titles = ((at, chinese_title(document)) for at, document in enumerate(self.documents))
        return {at: title for at, title in titles if title}

    @cached_property
    def _chinese_descriptions(self) -> dict[int, str]:
        """Simplified descriptions with Chinese, by position."""
        described = ((at, document.description) for at, document in enumerate(self.documents))
        return {at: fold_traditional(text) for at, text in described if contains_chinese(text)}

    @cached_property
    def _with_character(self) -> dict[str, list[int]]:
        """Positions of such titles in ascending order, by each character."""
        holding: dict[str, list[int]] = defaultdict(list)
        for at, title in self._chinese_titles.items():
            for character in set(title):
                holding[character].append(at)
        return dict(holding)

    def products_with(self, node: str) -> tuple[NDArray[np.int64], Scores]:
        """Positions of products that have an edge to an entity, with the edge's confidence.

        A category includes its subcategories.
        """
        found = self._by_entity.get(node)
        if found is None:
            nodes = [node]
            if node.startswith("category:"):
                class_id = node.partition(":")[2]
                nodes += [f"category:{c}" for c in self.ontology.hierarchy.descendants(class_id)]
            best = np.zeros(len(self.ids), dtype=np.float32)
            for each in nodes:
                holders, confidence = self.holders_of(each)
                best[holders] = np.maximum(best[holders], confidence)
            positions = np.flatnonzero(best > 0)
            found = (positions, best[positions])
            self._by_entity[node] = found
        return found

    def holders_of(self, node: str) -> tuple[NDArray[np.int64], Scores]:
        """Positions, in ascending order, of the products that have an edge to a node, with its confidence."""
        return self.entities.holders_of(node)

    @cached_property
    def entities(self) -> EntityGraph:
        """The version's graph: products of entities, and scores along meta-paths."""
        assert isinstance(self.graph, GraphIndex)
        return EntityGraph(self.graph, len(self.ids), self.ontology)

    def scorer(self, purpose: PathPurpose) -> MetaPathScorer | ChangedScorer:
        """The meta-paths of a purpose over those relations that the graph has."""
        return self.entities.scorer(purpose)

    @cached_property
    def facts(self) -> Facts:
        """Facts: the products that have each entity a query names."""
        return Facts(self)

    @cached_property
    def meaning(self) -> Meaning:
        """Likeness of questions to classes and uses."""
        return Meaning(self, self._concepts)

    @cached_property
    def suggestions(self) -> SuggestionIndex | ChangedSuggestions:
        """Completions of what is being typed."""
        return SuggestionIndex.load(self.version.path / "ranking")

    @cached_property
    def columns(self) -> ProductColumns:
        """The products' numbers and values by field."""
        return ProductColumns(self.documents)

    @cached_property
    def id_ranks(self) -> NDArray[np.int64]:
        """Place of each product's id among all ids in order, (n,): the last word in ties."""
        ranks = np.empty(len(self.ids), dtype=np.int64)
        ranks[sorted(range(len(self.ids)), key=self.ids.__getitem__)] = np.arange(len(self.ids))
        return ranks

    @cached_property
    def ids_in_order(self) -> list[str]:
        """All ids, sorted."""
        return sorted(self.ids)

    def label(self, node: str) -> tuple[str, str]:
        """English and Chinese label of a node; a product's is its title."""
        if node.startswith("product:"):
            at = self.positions.get(node.partition(":")[2])
            title = self.documents[at].title if at is not None else node
            return title, title
        kind, _, key = node.partition(":")
        if kind == SHOP_CATEGORY and (category := self.categories.category(key)) is not None:
            return category.label_en, category.label_zh
        return self.labels.get(node, (node, node))

    def _read_concepts(self, stored: Mapping[str, Scores]) -> dict[tuple[str, str], Scores]:
        """Vectors of classes and uses, by filter field and id."""
        texts = concept_texts(self.ontology)
        return {key: stored[text_hash(self.encoder.version, text)] for key, text in texts.items()}

    def _read_embeddings(self, stored: Mapping[str, Scores]) -> Matrix:
        keys = [text_hash(self.encoder.version, embedded_text(d)) for d in self.documents]
        if not keys:
            return np.zeros((0, self.encoder.dimensions), dtype=np.float32)
        vectors = np.stack([stored[key] for key in keys])
        unread = [i for i, d in enumerate(self.documents) if not has_vector(d, self.encoder)]
        vectors[unread] = 0.0
        return vectors

    def _make_reader(self) -> QueryReader:
        brands: dict[str, tuple[str, str]] = {}
        names: set[str] = set()
        for node, (label, chinese) in self.labels.items():
            if node.startswith("brand:"):
                brands.setdefault(normalise(label), (node, label))
                others = (chinese, *self.other_names.get(node, ()))
                brands.update({n: (node, label) for n in map(normalise, others) if n not in brands})
                names.update(word for name in others for word in normalise(name).split())
        words = self.vocabulary.counts
        counts = self._count_products()
        speller = Speller(
            words,
            names_in(self.ontology, "en"),
            is_written=lambda word: word in names or self.encoder.is_word(word) or self.postings.knows(word),
            together=lambda beside: int(self.postings.about.holding(stems(" ".join(beside))).sum()),
            pinyin=PinyinSpeller(words, names_in(self.ontology, "zh")),
        )
        return QueryReader(
            self.ontology, brands=brands, products_of=counts, speller=speller, currency=self.currency
        )


def share_of_most(popularity: NDArray[np.float64]) -> Scores:
    """Logarithms of popularity as shares of the largest; NaN counts as 0."""
    counts = np.nan_to_num(popularity).astype(np.float32)
    most = float(counts.max(initial=0.0))
    return np.log1p(counts) / np.log1p(most) if most > 0 else counts


def chinese_title(document: IndexedProduct) -> str:
    """A product's title, simplified; empty where it has no Chinese."""
    return fold_traditional(document.title) if contains_chinese(document.title) else ""
