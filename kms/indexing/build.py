"""Index builder: writes a new version of text index and vectors beside the live one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from kms.artifacts import ArtifactStore, Version
from kms.catalog.categories import CategoryTree, read_tree
from kms.catalog.store import CatalogStore, mean_rating
from kms.currency import Exchange
from kms.disk import FreeSpace, check_free_space, free_space, size_of
from kms.encoder.embeddings import Matrix, TextEncoder
from kms.errors import StoreError
from kms.filters import NUMBER_FIELDS
from kms.graph.models import REJECTED, Edge, Node
from kms.graph.scan import GraphReader
from kms.identity.merges import Merges
from kms.indexing.category_state import from_content, to_content
from kms.indexing.concepts import concept_texts
from kms.indexing.documents import AS_WRITTEN, denied_claims, embedded_text, has_vector, index_product
from kms.indexing.embeddings import (
    UnfinishedEmbeddings,
    embed_texts,
    read_embeddings,
    write_embeddings,
)
from kms.indexing.glossary import load_names, make_glossary, write_glossary
from kms.lexical.models import IndexedProduct
from kms.lexical.product_postings import write_postings
from kms.lexical.vocabulary import write_vocabulary
from kms.ontology.labels import names_in
from kms.ontology.model import Ontology
from kms.ontology.structure import SUB_BRAND_OF
from kms.progress import ProgressFactory, silent_progress
from kms.text.chinese_words import learn_words
from kms.vectors.port import (
    LEAST_INDEXED,
    MOST_PAYLOAD_INDEXES,
    VectorPoint,
    VectorSchema,
    VectorStore,
)

NAME = "index"
_DOCUMENTS = "documents.jsonl"
_MANIFEST = "manifest.json"
FORMAT = 15
"""Raised when the program could not use older versions: other words in the text index, other fields or files."""
_ONTOLOGY = "ontology.json"
_CATEGORIES = "categories.json"
_MERGED = "merged.json"

_BYTES_OF_ANY_INDEX = 48_000_000
"""An empty vector store alone takes megabytes, and its write-ahead log is made at its full size."""
_BYTES_A_PRODUCT = 16_000
_COPIES_OF_VECTORS = 3
"""Embeddings, the vector store, and its optimised copy before the other one goes."""
_ENOUGH_TO_GO_BY = 500
"""Products from which a version's size tells what the next one takes."""

MakeVectors = Callable[[Path, VectorSchema], VectorStore]


@dataclass(frozen=True)
class IndexReport:
    """Report of a build; ``embedded`` counts texts that had to be encoded anew."""

    version: int
    products: int
    embedded: int


class IndexBuilder:
    """Makes versions of the indexes from rows and graph."""

    def __init__(
        self,
        *,
        catalog: CatalogStore,
        graph: GraphReader,
        ontology: Ontology,
        known: Ontology | None = None,
        encoder: TextEncoder,
        artifacts: ArtifactStore,
        make_vectors: MakeVectors,
        merges: Merges | None = None,
        exchange: Exchange = AS_WRITTEN,
        progress: ProgressFactory = silent_progress,
        free: FreeSpace = free_space,
    ) -> None:
        """Prepare.

        Args:
            catalog: Rows.
            graph: Facts.
            ontology: In use.
            known: Another one, whose names of things queries may have as well: the default ontology of a shop that has its
                own; ``None``: there is none.
            encoder: Of the texts.
            artifacts: Where versions go.
            make_vectors: Makes the vector store of a version.
            merges: Rows that are one product.
            exchange: How prices are compared.
            progress: Shows how far it is.
            free: Bytes that are left on the disk.
        """
        self._catalog = catalog
        self._graph = graph
        self._ontology = ontology
        self._known = known
        self._encoder = encoder
        self._artifacts = artifacts
        self._make_vectors = make_vectors
        self._merges = merges or Merges()
        self._exchange = exchange
        self._progress = progress
        self._free = free
        self.product_ids: tuple[str, ...] = ()
        """Products of the version that is being made: those that shoppers may see."""
        self.tree = CategoryTree(ontology)
        """Their categories."""
        self.mains: Mapping[str, str] = self._merges.mains(self._catalog.known_ids(self._merges.members))
        """By each product that another one stands for, the one that does."""

    def build(
        self,
        popularity: Mapping[str, float] | None = None,
        *,
        finish: Callable[[Path], None] | None = None,
        made_of: Mapping[str, Any] | None = None,
        changes_through: int = 0,
    ) -> IndexReport:
        """Make a version and let it be the live one.

        Args:
            popularity: By product id.
            finish: Called with the version's folder before it goes live: others add what belongs to it.
            made_of: States of what it is made of, for its manifest.
            changes_through: Number of the last change of single products before rows were read.

        Raises:
            DiskFullError: The disk has too little room for it; nothing was written.
        """
        learn_words(names_in(self._ontology, "zh"))
        previous = self._artifacts.current(NAME)
        self.tree = tree = read_tree(self._catalog.iter_products(), self._ontology)
        documents = list(self._documents(popularity or {}, tree))
        self.product_ids = tuple(document.id for document in documents)
        needed = estimate_size(len(documents), self._encoder.dimensions, previous)
        place = self._artifacts.workspace(NAME).parent
        check_free_space(place, needed, f"an index of {len(documents):,} products", free=self._free)
        version = self._artifacts.begin(NAME)
        self._write_text(version.path / "text", documents)
        unfinished = UnfinishedEmbeddings(self._artifacts.workspace(NAME) / "embeddings")
        known = read_embeddings(previous.path) if previous else {}
        keys, vectors, embedded = embed_texts(
            [embedded_text(document) for document in documents],
            self._encoder,
            known,
            unfinished,
            progress=self._progress,
        )
        names = list(concept_texts(self._ontology).values())
        name_keys, name_vectors, _ = embed_texts(names, self._encoder, known, unfinished)
        write_embeddings(version.path, [*keys, *name_keys], np.concatenate([vectors, name_vectors]))
        self._write_vectors(version.path, documents, vectors)
        with (version.path / _DOCUMENTS).open("w", encoding="utf-8") as stream:
            stream.writelines(document.model_dump_json() + "\n" for document in documents)
        (version.path / _ONTOLOGY).write_text(self._ontology.model_dump_json(), "utf-8")
        write_categories(version.path, tree)
        if self._known is not None:
            write_glossary(version.path, make_glossary(self._known, self._ontology, load_names()))
        if self.mains:
            (version.path / _MERGED).write_text(json.dumps(dict(self.mains)), "utf-8")
        if finish is not None:
            finish(version.path)
        manifest = {
            "format": FORMAT,
            "products": len(documents),
            "encoder": self._encoder.version,
            "encoder_name": self._encoder.name,
            "dimensions": self._encoder.dimensions,
            "ontology": self._ontology.version,
            "currency": self._exchange.currency or "",
            "changes_through": changes_through,
            "made_of": dict(made_of or {}),
        }
        (version.path / _MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        self._artifacts.publish(version)
        unfinished.clear()
        return IndexReport(version.number, len(documents), embedded)

    def _documents(self, popularity: Mapping[str, float], tree: CategoryTree) -> Iterator[IndexedProduct]:
        ratings = self._catalog.ratings()
        added = self._catalog.added()
        nodes: dict[str, Node] = {n.id: n for n in self._graph.iter_nodes()}
        by_product: dict[str, list[Edge]] = {}
        brand_parents: dict[str, str] = {}
        for edge in self._graph.iter_edges():
            if edge.source.startswith("product:"):
                by_product.setdefault(edge.source, []).append(edge)
            elif edge.relation == SUB_BRAND_OF:
                brand_parents[edge.source.partition(":")[2]] = edge.target.partition(":")[2]
        rejected: dict[str, list[Edge]] = {}
        for edge in self._graph.iter_edges([REJECTED]):
            rejected.setdefault(edge.source, []).append(edge)
        now = datetime.now(UTC)
        for product in self._catalog.iter_products():
            if product.id in self.mains:
                continue
            group = self._merges.group(product.id)
            rows = [product] if len(group) == 1 else self._catalog.products(group)
            rows = [row for row in rows if row.is_public_at(now)]
            if not rows:
                continue
            yield index_product(
                rows[0].model_copy(update={"id": product.id}) if rows[0].id != product.id else product,
                by_product.get(f"product:{product.id}", []),
                nodes,
                self._ontology,
                denied=denied_claims(rejected.get(f"product:{product.id}", ()), self._ontology),
                sources=[row for row in rows if row.id != product.id],
                brand_parents=brand_parents,
                rating=mean_rating(ratings.get(each) for each in group),
                popularity=sum(popularity.get(each, 0.0) for each in group),
                exchange=self._exchange,
                added=min((added[each] for each in group if each in added), default=None),
                now=now,
                tree=tree,
            )

    def _write_text(self, folder: Path, documents: Sequence[IndexedProduct]) -> None:
        with self._progress("text index", len(documents)) as advance:
            write_vocabulary(folder, documents)
            write_postings(folder, documents, self._ontology)
            advance(len(documents))

    def _write_vectors(self, folder: Path, documents: Sequence[IndexedProduct], vectors: Matrix) -> None:
        store = self._make_vectors(folder / "vectors", schema_for(documents, self._encoder.dimensions))
        try:
            store.upsert(
                VectorPoint(document.id, vectors[i], document.facets, document.numbers, document.highs)
                for i, document in enumerate(documents)
                if has_vector(document, self._encoder)
            )
            store.optimize()
        finally:
            store.close()


def read_mains(folder: Path) -> dict[str, str]:
    """By each product of a version that another one stands for, the one that does."""
    path = folder / _MERGED
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def estimate_size(products: int, dimensions: int, previous: Version | None) -> int:
    """Bytes that a version takes at most while it is made, from the one before or from experience."""
    vectors = 4 * dimensions * _COPIES_OF_VECTORS
    each = _BYTES_A_PRODUCT + vectors
    if previous is not None:
        of_before = int(read_manifest(previous).get("products", 0))
        if of_before >= _ENOUGH_TO_GO_BY:
            each = max(vectors, 2 * size_of(previous.path) // of_before)
    return _BYTES_OF_ANY_INDEX + products * each


def schema_for(documents: Sequence[IndexedProduct], dimensions: int) -> VectorSchema:
    """The fields that some document has, those that most have first: only so many get a payload index.

    A small store gets none.
    """
    facets = Counter(name for document in documents for name in document.facets)
    numbers = Counter(name for document in documents for name in document.numbers)
    return VectorSchema(
        dimensions,
        keywords=_by_frequency(facets),
        numbers=(*NUMBER_FIELDS, *(name for name in _by_frequency(numbers) if name not in NUMBER_FIELDS)),
        payload_indexes=MOST_PAYLOAD_INDEXES if len(documents) >= LEAST_INDEXED else 0,
    )


def _by_frequency(fields: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(fields, key=lambda name: (-fields[name], name)))


def read_documents(folder: Path) -> list[IndexedProduct]:
    """The documents of a version."""
    with (folder / _DOCUMENTS).open(encoding="utf-8") as stream:
        return [IndexedProduct.model_validate_json(line) for line in stream]


def read_manifest(version: Version) -> dict[str, Any]:
    """Manifest of a version: its content, and under ``made_of`` the states of its sources."""
    content: dict[str, Any] = json.loads((version.path / _MANIFEST).read_text("utf-8"))
    return content


def write_categories(folder: Path, tree: CategoryTree) -> None:
    """Write the shop's category tree into a version's folder."""
    (folder / _CATEGORIES).write_text(json.dumps(to_content(tree), ensure_ascii=False), "utf-8")


def read_categories(folder: Path, ontology: Ontology) -> CategoryTree:
    """The category tree of a version."""
    content = json.loads((folder / _CATEGORIES).read_text("utf-8"))
    return from_content(content, ontology)


def read_ontology(folder: Path) -> Ontology:
    """The ontology that a version was made with: labels and filters of a version are always its own release's.

    Raises:
        StoreError: The version is of an older program, or its file is damaged.
    """
    try:
        return Ontology.model_validate_json((folder / _ONTOLOGY).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder.name} holds no readable ontology; run kms index build: {error}") from None
