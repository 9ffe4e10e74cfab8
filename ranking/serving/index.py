"""One version of the indexes, opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kms.artifacts import Version
from kms.encoder.embeddings import Matrix, TextEncoder
from kms.errors import NotFoundError, StoreError
from kms.indexing.build import FORMAT, read_categories, read_documents, read_manifest, read_ontology
from kms.indexing.concepts import concept_texts
from kms.indexing.documents import embedded_text
from kms.indexing.embeddings import read_embeddings, text_hash
from kms.lexical.analysis import fold_code, stems
from kms.lexical.product_postings import ProductPostings
from kms.lexical.vocabulary import Vocabulary
from kms.ontology.labels import names_in, normalise
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_ASPECT, IN_CATEGORY, SHOP_CATEGORY, SUBCATEGORY_OF
from kms.text.chinese import contains_chinese, fold_traditional
from kms.text.chinese_words import learn_words
from kms.vectors.coarse import CoarseVectors
from kms.vectors.port import SERVED, VectorStore
from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.bought_along import BoughtAlong
from ranking.behaviour.registry import load_model
from ranking.paths.index import GraphIndex
from ranking.query.pinyin import PinyinSpeller
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from ranking.serving.columns import ProductColumns
from ranking.serving.facts import Facts
from ranking.serving.files import BEHAVIOUR, BOUGHT_ALONG, GRAPH, POPULAR, read_labels
from ranking.serving.meaning import Meaning

Scores = NDArray[np.float32]
OpenVectors = Callable[[Path], VectorStore]


class ServingIndex:
    """One version of the indexes, opened for ranking; read-only and shared by threads.

    Products have positions 0…n-1, the same in every array here and in the behaviour model.
    """

    coarse: CoarseVectors | None = None
    """What ``prepare_scans`` makes."""

    def __init__(self, version: Version, *, encoder: TextEncoder, open_vectors: OpenVectors | None) -> None:
        """Open a version.

        Args:
            version: As ``ArtifactStore.current`` gives it.
            encoder: Must be the one the version was made with.
            open_vectors: Opens the vector store of a version's folder, which a version of more than
                ``SERVED.exact_up_to`` products is searched with; ``None``: all vectors are compared at any size.

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
            raise StoreError(
                f"index version {version.number} was made with another encoder ({manifest['encoder']}, now "
                f"{encoder.version}); run kms index build"
            )
        self.version = version
        self.currency = str(manifest.get("currency", "")) or None
        """The shop's own currency, which ``price`` counts in; ``None``: prices are compared as written."""
        self.ontology: Ontology = read_ontology(version.path)
        self.categories = read_categories(version.path, self.ontology)
        learn_words(names_in(self.ontology, "zh"))
        self.encoder = encoder
        self.documents = read_documents(version.path)
        self.ids = tuple(d.id for d in self.documents)
        self.positions = {product_id: i for i, product_id in enumerate(self.ids)}
        self.vocabulary = Vocabulary.load(version.path / "text")
        self.postings = ProductPostings(version.path / "text")
        self.graph = GraphIndex.load(version.path / "ranking" / GRAPH)
        self.labels = read_labels(version.path)
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
        self.embeddings = self._read_embeddings(stored)
        self.meaning = Meaning(self, self._read_concepts(stored))
        popularity = np.array([d.numbers.get("popularity", 0.0) for d in self.documents], dtype=np.float32)
        most = float(popularity.max(initial=0.0))
        self.popularity: Scores = np.log1p(popularity) / np.log1p(most) if most > 0 else popularity
        self.popular: NDArray[np.bool_] = np.load(version.path / "ranking" / POPULAR)
        self.bought_along = BoughtAlong.load(version.path / "ranking" / BOUGHT_ALONG)
        self._by_entity: dict[str, tuple[NDArray[np.int64], Scores]] = {}
        self.reader = self._make_reader()

    def prepare_scans(self) -> None:
        """Make what searches by vectors are faster with from the second on; answers are the same without it."""
        self.coarse = CoarseVectors(self.embeddings)

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
        return at if at is not None else self._positions_by_code.get(fold_code(written))

    @cached_property
    def _positions_by_code(self) -> dict[str, int]:
        codes: dict[str, int] = {}
        for product_id, at in self.positions.items():
            codes.setdefault(fold_code(product_id), at)
        for at, document in enumerate(self.documents):
            for code in document.codes:
                codes.setdefault(fold_code(code), at)
        codes.pop("", None)
        return codes

    def position(self, product_id: str) -> int:
        """Position of a product.

        Raises:
            NotFoundError: The version does not have it.
        """
        at = self.positions.get(product_id)
        if at is None:
            raise NotFoundError(
                f"product {product_id!r} is not in index version {self.version.number}, which is live; if it is new, "
                "or an older version was rolled back to, it comes with the next kms index build"
            )
        return at

    def classes_of(self, position: int) -> tuple[str, ...]:
        """Ids of the classes that a product is directly in."""
        matrix = self.graph.relations.get(IN_CATEGORY)
        if matrix is None:
            return ()
        row = matrix.getrow(position)
        return tuple(self.graph.node_ids[i].partition(":")[2] for i in row.indices)

    def with_chinese_title(self, word: str) -> list[int]:
        """Positions of the products whose title has a Chinese word, wherever segmentation would cut it."""
        return [at for at, title in enumerate(self._chinese_titles) if word in title]

    def _count_products(self) -> dict[str, int]:
        """How many products have an edge to each entity; see ``products_with``."""
        edges = self.incoming.tocoo()
        is_of_product = (edges.col < len(self.ids)) & (edges.data > 0)
        of_rows = np.bincount(edges.row[is_of_product], minlength=self.incoming.shape[0])
        return {
            node: len(self.products_with(node)[0]) if node.startswith("category:") else int(of_rows[at])
            for node in self.labels
            if (at := self.graph.positions.get(node)) is not None
        }

    @cached_property
    def _chinese_titles(self) -> list[str]:
        """Simplified titles; empty where a title has no Chinese."""
        titles = (document.title for document in self.documents)
        return [fold_traditional(title) if contains_chinese(title) else "" for title in titles]

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
            rows = [at for each in nodes if (at := self.graph.positions.get(each)) is not None]
            best = np.zeros(len(self.ids), dtype=np.float32)
            for at in rows:
                row = self.incoming.getrow(at)
                of_products = row.indices < len(self.ids)
                np.maximum.at(best, row.indices[of_products], row.data[of_products])
            positions = np.flatnonzero(best > 0)
            found = (positions, best[positions])
            self._by_entity[node] = found
        return found

    @cached_property
    def facts(self) -> Facts:
        """Facts: the products that have each entity a query names."""
        return Facts(self)

    @cached_property
    def incoming(self) -> Any:
        """Entity × product over all relations that state facts."""
        total = None
        for relation, matrix in self.graph.relations.items():
            if relation in {SUBCATEGORY_OF, HAS_ASPECT}:
                continue
            total = matrix.T.tocsr() if total is None else total.maximum(matrix.T.tocsr())
        if total is None:
            from scipy import sparse

            total = sparse.csr_matrix((self.graph.n_nodes, self.graph.n_nodes), dtype=np.float32)
        return total.tocsr()

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
        # A text that the encoder cannot read (Chinese, for an English one) is near to nothing, not to everything.
        unread = [
            i
            for i, d in enumerate(self.documents)
            if d.language != "en" and not self.encoder.can_read(embedded_text(d))
        ]
        vectors[unread] = 0.0
        return vectors

    def _make_reader(self) -> QueryReader:
        brands: dict[str, tuple[str, str]] = {}
        for node, (label, _) in self.labels.items():
            if node.startswith("brand:"):
                brands.setdefault(normalise(label), (node, label))
        words = self.vocabulary.counts
        counts = self._count_products()
        speller = Speller(
            words,
            names_in(self.ontology, "en"),
            is_written=lambda word: self.encoder.is_word(word) or self.postings.knows(word),
            together=lambda beside: int(self.postings.about.holding(stems(" ".join(beside))).sum()),
            pinyin=PinyinSpeller(words, names_in(self.ontology, "zh")),
        )
        return QueryReader(
            self.ontology, brands=brands, products_of=counts, speller=speller, currency=self.currency
        )
