#!/usr/bin/env python3
"""Benchmark of changes: time and memory of taking changes of single products over, and search times after it.

    python scripts/benchmark_changes.py                      # 10,000 and 100,000 products
    python scripts/benchmark_changes.py --products 1000000

The catalogue is drawn with a seed: titles of a brand, a colour, a series and a kind, three relations, vectors of 128
numbers. Its arrays are made directly, without the pipeline, so that a million products fit; suggestions are of the first
100,000. Times of a change contain all that a server does before it answers with it, but for the encoder and the rules.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kms.catalog.categories import CategoryTree
from kms.encoder.scale import LikenessScale
from kms.graph.models import Edge, Node
from kms.indexing.changes import ProductChange, ProductFacts
from kms.lexical.analysis import TextTerms, index_terms
from kms.lexical.models import IndexedProduct
from kms.lexical.postings import Postings, rarity, weigh_document
from kms.lexical.product_postings import POSTING_WEIGHTS, ProductPostings
from kms.lexical.vocabulary import Vocabulary
from kms.ontology.load import load_ontology
from ranking.behaviour.bought_along import BoughtAlong
from ranking.models import SearchRequest
from ranking.paths.index import GraphIndex
from ranking.query.spelling import Speller
from ranking.query.understand import QueryReader
from ranking.serving.index import ServingIndex
from ranking.serving.service import RankingService
from ranking.suggest.completions import list_completions
from ranking.suggest.index import build_suggestions

ONTOLOGY = load_ontology()
KINDS = {
    "over_ear_headphones": "headphones",
    "true_wireless_earbuds": "earbuds",
    "electric_kettle": "kettle",
    "jacket": "jacket",
    "laptop": "laptop",
}
COLOURS = ("black", "white", "red", "grey")
BRANDS = tuple(
    f"{first}{last}" for first in ("Ad", "Bor", "Ces", "Dun", "Es") for last in ("ral", "vik", "tra", "holm")
)
SERIES = tuple(
    f"{a}{b}{c}"
    for a in ("ka", "lo", "mi", "nu", "pe")
    for b in ("ra", "si", "to", "vu")
    for c in "bdgkmnrst"
)
DIMENSIONS = 128
SUGGESTED = 100_000
QUERIES = ("red kettle", "borvik headphones", "jacket under 100", "kara laptop", "something to boil water in")
SEED = 7
_SEQUENCE = itertools.count(1)


class HashEncoder:
    """Stands in for the encoder, whose time is not measured here: hashed bags of words."""

    version = "hashed"
    dimensions = DIMENSIONS
    name = "hashed"
    scale = LikenessScale()

    def can_read(self, text: str) -> bool:
        """Any text."""
        return True

    def is_word(self, word: str) -> bool:
        """No word."""
        return False

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Numbers of words by the hash of each, as a unit vector (d,)."""
        vector = np.full(DIMENSIONS, 1e-3, dtype=np.float32)
        for word in text.casefold().split():
            vector[hashlib.blake2b(word.encode(), digest_size=1).digest()[0] % DIMENSIONS] += 1.0
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class DrawnIndex(ServingIndex):
    """A serving index of drawn products."""

    def __init__(self, size: int) -> None:
        draw = np.random.default_rng(SEED)
        kinds, brands = draw.integers(len(KINDS), size=size), draw.integers(len(BRANDS), size=size)
        colours, series = draw.integers(len(COLOURS), size=size), draw.integers(len(SERIES), size=size)
        prices = np.round(draw.uniform(5, 300, size), 2)
        self.ontology = ONTOLOGY
        self.categories = CategoryTree(ONTOLOGY, (), {}, has_paths=False)
        self.encoder = HashEncoder()  # type: ignore[assignment]
        self.scale = self.encoder.scale
        self.currency = None
        self.documents = [
            document(f"P{at:07}", int(k), int(b), int(c), int(s), float(p))
            for at, (k, b, c, s, p) in enumerate(zip(kinds, brands, colours, series, prices, strict=True))
        ]
        self.ids = tuple(each.id for each in self.documents)
        self.positions = {product_id: at for at, product_id in enumerate(self.ids)}
        words = [*KINDS.values(), *(b.casefold() for b in BRANDS), *COLOURS, *SERIES]
        offsets = np.cumsum([0, len(KINDS), len(BRANDS), len(COLOURS)])
        held = np.stack([kinds, brands + offsets[1], colours + offsets[2], series + offsets[3]], axis=1)
        self.postings = drawn_postings(words, held, self.documents[0])
        self.vocabulary = Vocabulary(
            {word: int(n) for word, n in zip(words, np.bincount(held.ravel()), strict=True)}
        )
        self.graph = drawn_graph(self.ids, kinds, brands, colours)
        self.labels = {f"brand:{b.casefold()}": (b, b) for b in BRANDS}
        self.vectors = None
        self.vectors_error = None
        self.behaviour = None
        vectors = draw.standard_normal((size, DIMENSIONS), dtype=np.float32)
        self.embeddings = vectors / np.linalg.norm(vectors, axis=1)[:, None]
        self._concepts = {}
        self.popularity = np.zeros(size, dtype=np.float32)
        self.popular = np.zeros(size, dtype=np.bool_)
        nothing = sparse.csr_matrix((size, size), dtype=np.float32)
        self.bought_along = BoughtAlong(nothing, nothing)
        self._by_entity = {}
        names = {b.casefold(): (f"brand:{b.casefold()}", b) for b in BRANDS}
        counts = {f"brand:{b.casefold()}": size // len(BRANDS) for b in BRANDS}
        speller = Speller(self.vocabulary.counts, is_written=self.postings.knows)
        self.reader = QueryReader(ONTOLOGY, brands=names, products_of=counts, speller=speller)
        completions = list_completions(self.documents[:SUGGESTED], self.labels, counts, ONTOLOGY)
        self.__dict__["suggestions"] = build_suggestions(completions)


_FACETS: dict[tuple[int, int, int], dict[str, tuple[str, ...]]] = {}


def document(
    product_id: str, kind: int, brand: int, colour: int, series: int, price: float
) -> IndexedProduct:
    """A drawn product's document."""
    class_id = list(KINDS)[kind]
    facets = _FACETS.setdefault(
        (kind, brand, colour),
        {
            "category": (class_id, *ONTOLOGY.hierarchy.ancestors(class_id)),
            "brand": (BRANDS[brand].casefold(),),
            "attr.colour": (COLOURS[colour],),
            "availability": ("in_stock",),
        },
    )
    return IndexedProduct.model_construct(
        id=product_id,
        title=f"{BRANDS[brand]} {COLOURS[colour]} {SERIES[series]} {KINDS[class_id]}",
        brand=BRANDS[brand],
        labels=(COLOURS[colour],),
        facets=facets,
        numbers={"price": price, "popularity": 0.0},
    )


def drawn_postings(words: list[str], held: NDArray[np.int64], example: IndexedProduct) -> ProductPostings:
    """Postings of products that have the words of a row of ``held`` each; all texts are of one length."""
    stems = [index_terms(word).words[0] for word in words]
    size = len(held)
    order = np.argsort(held.ravel(), kind="stable")
    positions = (order // held.shape[1]).astype(np.int32)
    counts = np.bincount(held.ravel(), minlength=len(words))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    terms = index_terms(example.title)
    lengths = {"title": float(len(terms.words)), "brand": 1.0, "labels": 1.0}
    made = ProductPostings.__new__(ProductPostings)
    all_of = {}
    for name, weights in POSTING_WEIGHTS.items():
        if name == "denied":
            none = np.zeros(1, dtype=np.int64)
            all_of[name] = Postings([], none, np.zeros(0, np.int32), np.zeros(0, np.float32), size, {})
            continue
        share = max(
            weigh_document({"title": terms, "heads": TextTerms(terms.words, [])}, weights, lengths).values()
        )
        scores = np.repeat(rarity(size, counts) * share, counts).astype(np.float32)
        all_of[name] = Postings(stems, starts, positions, scores, size, lengths)
    made._take(all_of)
    return made


def drawn_graph(
    ids: tuple[str, ...], kinds: NDArray[np.int64], brands: NDArray[np.int64], colours: NDArray[np.int64]
) -> GraphIndex:
    """The graph of classes, brands and colours."""
    nodes = {
        "in_category": ([f"category:{c}" for c in KINDS], kinds),
        "made_by": ([f"brand:{b.casefold()}" for b in BRANDS], brands),
        "has_value": ([f"value:colour/{c}" for c in COLOURS], colours),
    }
    node_ids = [f"product:{i}" for i in ids]
    ends: dict[str, NDArray[np.int64]] = {}
    for relation, (names, of_products) in nodes.items():
        ends[relation] = of_products + len(node_ids)
        node_ids += names
    n = len(node_ids)
    pointers = np.minimum(np.arange(n + 1), len(ids))
    ones = np.full(len(ids), 0.9, dtype=np.float32)
    relations = {r: sparse.csr_matrix((ones, e, pointers), shape=(n, n)) for r, e in ends.items()}
    return GraphIndex(node_ids=tuple(node_ids), relations=relations)


def drawn_changes(index: ServingIndex, count: int, kind: str, seed: int) -> list[ProductChange]:
    """Drawn changes.

    Args:
        index: Whose products change.
        count: How many.
        kind: ``offers``: price and availability; ``whole``: text, facts and vector too; ``new``: products that are new.
        seed: Of the draw.
    """
    draw = random.Random(seed)
    places = draw.sample(range(index.entities.size if kind == "new" else len(index.documents)), count)
    return [_change(index, at, kind, next(_SEQUENCE), draw) for at in places]


def _change(index: ServingIndex, at: int, kind: str, number: int, draw: random.Random) -> ProductChange:
    before = index.documents[at]
    price = round(draw.uniform(5, 300), 2)
    if kind == "offers":
        facets = {**before.facets, "availability": (draw.choice(("in_stock", "out_of_stock")),)}
        after = before.model_copy(update={"numbers": {"price": price}, "facets": facets})
        return ProductChange.model_construct(
            sequence=number, product_id=before.id, document=after, facts=None, vector=None
        )
    place = tuple(draw.randrange(len(each)) for each in (KINDS, BRANDS, COLOURS, SERIES))
    product_id = f"N{draw.randrange(10**9):09}" if kind == "new" else before.id
    after = document(product_id, place[0], place[1], place[2], place[3], price)
    after = after.model_copy(update={"title": f"{after.title} mark {draw.randrange(500)}"})
    source = f"product:{product_id}"
    class_id, brand = list(KINDS)[place[0]], BRANDS[place[1]]
    edges = (
        Edge(source=source, relation="in_category", target=f"category:{class_id}", confidence=0.9),
        Edge(source=source, relation="made_by", target=f"brand:{brand.casefold()}", confidence=0.9),
        Edge(
            source=source, relation="has_value", attribute="colour", target=f"value:colour/{COLOURS[place[2]]}",
            confidence=0.9,
        ),
    )  # fmt: skip
    nodes = (
        Node(
            id=f"brand:{brand.casefold()}", type="brand", key=brand.casefold(), label_en=brand, label_zh=brand
        ),
    )
    vector = index.encoder.encode_query(after.title).astype("<f4").tobytes()
    return ProductChange.model_construct(
        sequence=number,
        product_id=product_id,
        document=after,
        facts=ProductFacts(edges=edges, nodes=nodes),
        vector=vector,
    )


def timed(do: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1_000


def memory_mb() -> float:
    """Memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def taking_over(index: ServingIndex, repeats: int) -> Iterator[str]:
    """Rows of times of taking changes over, on the version, which has no room for new products yet, and on top of others."""
    on_top = {0: index, 10_000: index}
    for kind, count in (("new", 500), ("whole", 5_000), ("offers", 5_000)):
        on_top[10_000] = on_top[10_000].with_changes(
            drawn_changes(index, min(count, len(index.documents) // 4), kind, 1)
        )
    for state in on_top.values():
        for kind in ("offers", "whole", "new"):
            times = []
            for count in (1, 100, 1_000):
                changes = drawn_changes(index, min(count, len(index.documents)), kind, count)
                each = [
                    timed(lambda: RankingService(state.with_changes(changes)).suggest("ka"))  # noqa: B023
                    for _ in range(repeats)
                ]
                times.append(statistics.median(each))
            yield f"  {len(state.changed_positions):6,} changed before  {kind:7} " + "".join(
                f"{t:10.1f}" for t in times
            )


def searching(index: ServingIndex, repeats: int) -> Iterator[str]:
    """Rows of search times with 0, 1,000 and 10,000 changed products, asked in turns."""
    services = {0: RankingService(index)}
    for count in (1_000, 10_000):
        half = min(count, len(index.documents)) // 2
        changed = index.with_changes(drawn_changes(index, half, "whole", 3))
        services[count] = RankingService(changed.with_changes(drawn_changes(index, half, "new", 4)))
    for query in QUERIES:
        request = SearchRequest(query=query, limit=20, facets=("brand", "attr.colour"))
        times: dict[int, list[float]] = {count: [] for count in services}
        for _ in range(repeats):
            for count, service in services.items():
                times[count].append(timed(lambda: service.search(request)))  # noqa: B023
        yield f"  {query:28}" + "".join(f"{statistics.median(each):10.1f}" for each in times.values())
    times = {count: [] for count in services}
    for number in range(repeats):
        for count, service in services.items():
            times[count].append(timed(lambda: service.similar(index.ids[number], limit=10)))  # noqa: B023
    yield f"  {'products like one':28}" + "".join(
        f"{statistics.median(each):10.1f}" for each in times.values()
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--products", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    for size in arguments.products:
        index = DrawnIndex(size)
        index.prepare_scans()
        for purpose in ("similar", "complements"):
            index.scorer(purpose)
        RankingService(index).search(SearchRequest(query="red kettle"))
        before = memory_mb()
        first = timed(lambda: index.with_changes(drawn_changes(index, 1, "new", 9)))  # noqa: B023
        print(
            f"{size:,} products, seed {SEED}, {before:,.0f} MB; first new product (makes room) {first:,.0f} ms"
        )
        print(f"  milliseconds to take over{'1':>17}{'100':>10}{'1,000':>10}")
        print("\n".join(taking_over(index, arguments.repeats)))
        print(f"  milliseconds of a search, products changed:{'0':>5}{'1,000':>10}{'10,000':>10}")
        print("\n".join(searching(index, arguments.repeats * 4)))
        print(f"  {memory_mb() - before:,.0f} MB more at the end", flush=True)


if __name__ == "__main__":
    main()
