"""One suite for every vector store: the engine in this process, and the client of the server.

The server's adapter runs on qdrant-client's own local mode, and on a real server when KMS_TEST_QDRANT_URL is set.
"""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kms.errors import FilterError, StoreError, StoreUnavailable
from kms.filters import Condition, Filter
from kms.vectors.edge import EdgeVectorStore
from kms.vectors.port import SERVED, Approximation, VectorPoint, VectorSchema, VectorStore
from kms.vectors.server import QdrantServerStore

pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")
SCHEMA = VectorSchema(4, keywords=("brand", "attr.colour"), numbers=("price",))
Factory = Callable[[], VectorStore]


def _server(url: str | None, approximation: Approximation = SERVED) -> VectorStore:
    from qdrant_client import QdrantClient

    client = QdrantClient(url) if url else QdrantClient(":memory:")
    with warnings.catch_warnings():  # local mode says that it has no payload indexes
        warnings.simplefilter("ignore", UserWarning)
        return QdrantServerStore(client, f"test-{uuid.uuid4().hex}", SCHEMA, approximation=approximation)


@pytest.fixture(params=["edge", "edge-without-payload-indexes", "client-local", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    indexes = 0 if request.param == "edge-without-payload-indexes" else SCHEMA.payload_indexes
    url = os.environ.get("KMS_TEST_QDRANT_URL")
    if request.param == "server" and not url:
        pytest.skip("set KMS_TEST_QDRANT_URL to run this on a real Qdrant server")
    made: VectorStore = (
        EdgeVectorStore(tmp_path / "vectors", replace(SCHEMA, payload_indexes=indexes))
        if request.param.startswith("edge")
        else _server(url if request.param == "server" else None)
    )
    yield made
    made.close()


def axis(index: int) -> np.ndarray:
    vector = np.zeros(4, dtype=np.float32)
    vector[index] = 1.0
    return vector


def fill(store: VectorStore) -> None:
    store.upsert(
        [
            VectorPoint("A", axis(0), {"brand": ["x"], "attr.colour": ["red", "blue"]}, {"price": 10.0}),
            VectorPoint("B", axis(1), {"brand": ["y"], "attr.colour": ["red"]}, {"price": 20.0}),
            VectorPoint("C", axis(0) + axis(1), {"brand": ["x"]}, {}),
        ]
    )


def ids(store: VectorStore, vector: np.ndarray, *conditions: Condition) -> list[str]:
    return [h.id for h in store.search(vector, limit=10, filter=Filter(conditions=conditions))]


def test_is_the_port(store: VectorStore) -> None:
    assert isinstance(store, VectorStore)


def test_nearest_first_by_cosine(store: VectorStore) -> None:
    fill(store)
    hits = store.search(axis(0) * 7, limit=3)
    assert [h.id for h in hits] == ["A", "C", "B"]
    assert [h.score for h in hits] == pytest.approx([1.0, 2**-0.5, 0.0], abs=1e-5)


def test_limit_larger_than_the_store(store: VectorStore) -> None:
    fill(store)
    assert len(store.search(axis(0), limit=1_000)) == 3


def test_empty_store_answers(store: VectorStore) -> None:
    assert store.search(axis(0)) == []
    assert store.count() == 0
    assert store.vectors(["A"]) == {}


def test_upsert_replaces_vector_and_fields(store: VectorStore) -> None:
    fill(store)
    store.upsert([VectorPoint("A", axis(3), {"brand": ["z"]}, {})])
    assert store.count() == 3
    assert ids(store, axis(3), Condition(field="brand", any_of=("z",))) == ["A"]
    assert ids(store, axis(3), Condition(field="attr.colour", any_of=("blue",))) == []


def test_delete_ignores_unknown_ids(store: VectorStore) -> None:
    fill(store)
    store.delete(["B", "nobody"])
    store.delete([])
    assert ids(store, axis(1)) == ["C", "A"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(field="brand", any_of=("x",)), {"A", "C"}),
        (Condition(field="brand", any_of=("x", "y")), {"A", "B", "C"}),
        (Condition(field="brand", none_of=("x",)), {"B"}),
        (Condition(field="attr.colour", any_of=("red",)), {"A", "B"}),
        (Condition(field="price", gte=10.0, lte=15.0), {"A"}),
        (Condition(field="price", lte=100.0), {"A", "B"}),
        (Condition(field="brand", any_of=("nobody",)), set()),
    ],
)
def test_filters(store: VectorStore, condition: Condition, expected: set[str]) -> None:
    fill(store)
    assert set(ids(store, axis(0), condition)) == expected


def test_a_range_is_met_by_any_value_in_it(store: VectorStore) -> None:
    points = [VectorPoint("wide", axis(0), numbers={"price": 10.0}, highs={"price": 20.0})]
    points += [VectorPoint("one", axis(0), numbers={"price": 18.0})]
    store.upsert(points)
    for low, high, expected in (
        (12.0, 15.0, {"wide"}), (None, 9.0, set()), (19.0, None, {"wide"}), (5.0, 30.0, {"wide", "one"}),
    ):  # fmt: skip
        condition = Condition(field="price", gte=low, lte=high)
        assert set(ids(store, axis(0), condition)) == expected, (low, high)


def test_conditions_are_joined_by_and(store: VectorStore) -> None:
    fill(store)
    both = (Condition(field="brand", any_of=("x",)), Condition(field="attr.colour", any_of=("red",)))
    assert ids(store, axis(0), *both) == ["A"]


@pytest.mark.parametrize(
    "condition",
    [
        Condition(field="size", any_of=("x",)),
        Condition(field="brand", gte=1.0),
        Condition(field="price", any_of=("1",)),
    ],
)
def test_filter_without_an_index_is_refused(store: VectorStore, condition: Condition) -> None:
    with pytest.raises(FilterError, match="has no index"):
        store.search(axis(0), filter=Filter(conditions=(condition,)))


@pytest.mark.parametrize(
    "vector", [np.ones(3, np.float32), np.zeros(4, np.float32), np.array([np.nan, 1, 1, 1], np.float32)]
)
def test_wrong_vectors_are_refused_whole(store: VectorStore, vector: np.ndarray) -> None:
    with pytest.raises(StoreError, match="Z"):
        store.upsert([VectorPoint("Y", axis(0)), VectorPoint("Z", vector)])
    assert store.count() == 0


def test_stored_vectors_come_back_as_unit_vectors(store: VectorStore) -> None:
    fill(store)
    found = store.vectors(["C", "nobody"])
    assert list(found) == ["C"]
    assert found["C"] == pytest.approx((axis(0) + axis(1)) / 2**0.5, abs=1e-5)


def test_edge_store_survives_reopening(tmp_path: Path) -> None:
    first = EdgeVectorStore(tmp_path / "v", SCHEMA)
    fill(first)
    first.optimize()
    first.close()
    again = EdgeVectorStore(tmp_path / "v")
    assert again.schema == SCHEMA
    assert ids(again, axis(0), Condition(field="price", gte=15.0)) == ["B"]
    again.close()


def test_edge_store_has_one_owner(tmp_path: Path) -> None:
    first = EdgeVectorStore(tmp_path / "v", SCHEMA)
    with pytest.raises(StoreError, match="cannot be opened"):
        EdgeVectorStore(tmp_path / "v")
    first.close()


def test_edge_store_refuses_another_schema_and_no_schema(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="build the index"):
        EdgeVectorStore(tmp_path / "v")
    EdgeVectorStore(tmp_path / "v", SCHEMA).close()
    with pytest.raises(StoreError, match="rebuild"):
        EdgeVectorStore(tmp_path / "v", VectorSchema(8))


def test_server_that_is_gone_is_unavailable() -> None:
    from qdrant_client import QdrantClient

    client = QdrantClient("http://127.0.0.1:9", timeout=1, check_compatibility=False)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        QdrantServerStore(client, "products")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.booleans(), st.integers(0, 3)), min_size=1, max_size=20)
)
def test_any_order_of_writes_ends_like_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bool, int]]
) -> None:
    store = EdgeVectorStore(tmp_path_factory.mktemp("v") / "v", SCHEMA)
    model: dict[str, int] = {}
    for product_id, keep, direction in steps:
        if keep:
            store.upsert([VectorPoint(product_id, axis(direction))])
            model[product_id] = direction
        else:
            store.delete([product_id])
            model.pop(product_id, None)
    assert store.count() == len(model)
    found = store.vectors(list("ABCDE"))
    assert {key: int(np.argmax(vector)) for key, vector in found.items()} == model
    store.close()


class Crowd:
    """12,000 clustered vectors with prices: the graph of neighbours alone loses most of the nearest of some queries."""

    def __init__(self, folder: Path) -> None:
        random = np.random.default_rng(7)
        centres = random.normal(size=(40, 256))
        chosen = centres[random.integers(0, 40, 12_000)]
        rows = (chosen + 0.35 * random.normal(size=chosen.shape)).astype(np.float32)
        self.prices = random.uniform(0, 100, len(rows))
        self.queries = (centres[:20] + 0.5 * random.normal(size=(20, 256))).astype(np.float32)
        self.queries /= np.linalg.norm(self.queries, axis=1, keepdims=True)
        self.rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self.folder = folder
        with closing(self.open(VectorSchema(256, keywords=(), numbers=("price",)))) as store:
            store.upsert(
                VectorPoint(f"{i:05}", row, {}, {"price": float(price)})
                for i, (row, price) in enumerate(zip(rows, self.prices, strict=True))
            )
            store.optimize()

    def open(
        self, schema: VectorSchema | None = None, approximation: Approximation = SERVED
    ) -> EdgeVectorStore:
        return EdgeVectorStore(self.folder, schema, approximation=approximation)

    def missed(self, store: VectorStore, up_to: float) -> int:
        """How many of the fifty nearest of each query that cost at most so much are not found."""
        filter = Filter(conditions=(Condition(field="price", lte=up_to),))
        passing = self.prices <= up_to
        missed = 0
        for query in self.queries:
            cosines = self.rows @ query
            least = np.sort(cosines[passing])[-50]
            found = store.search(query, limit=50, filter=filter if up_to < 100 else None)
            missed += 50 - sum(bool(cosines[int(hit.id)] >= least - 1e-5) for hit in found)
        return missed


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    return Crowd(tmp_path_factory.mktemp("crowd") / "vectors")


def test_nothing_near_is_missed_in_a_catalogue_of_some_thousand(crowd: Crowd) -> None:
    with closing(crowd.open()) as store:
        assert crowd.missed(store, 100) == 0
        assert crowd.missed(store, 50) == 0


def test_nothing_near_is_missed_among_those_that_a_filter_leaves(crowd: Crowd) -> None:
    narrow = Approximation(
        exact_up_to=11_700, breadth=1, filtered_breadth=1
    )  # some 11,400 of 12,000 cost up to 95
    with closing(crowd.open(approximation=narrow)) as store:
        assert crowd.missed(store, 95) == 0
        assert crowd.missed(store, 100) > 0, "the graph loses nothing, so the line above shows nothing"


def test_a_server_is_asked_how_many_pass_a_filter() -> None:
    with closing(
        _server(os.environ.get("KMS_TEST_QDRANT_URL"), approximation=Approximation(exact_up_to=2))
    ) as store:
        fill(store)
        assert ids(store, axis(0), Condition(field="brand", any_of=("x",))) == ["A", "C"]
