"""A Qdrant server or cluster, through ``qdrant-client``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from kms.errors import StoreError, StoreUnavailable
from kms.filters import Filter
from kms.vectors.points import PRODUCT_KEY, VECTOR_NAME, checked_vector, payload_key, payload_of, point_id
from kms.vectors.port import SERVED, Approximation, Vector, VectorHit, VectorPoint, VectorSchema

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_BATCH = 500


@contextmanager
def _answering() -> Iterator[None]:
    """Turn the client's connection errors into ours."""
    import httpx
    from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

    try:
        yield
    except (ResponseHandlingException, httpx.TransportError) as error:
        raise StoreUnavailable(f"Qdrant does not answer: {error}; check KMS_QDRANT_URL") from error
    except UnexpectedResponse as error:
        raise StoreError(f"Qdrant refused: {error}") from error


class QdrantServerStore:
    """``VectorStore`` on one collection. Versions are collections behind an alias (``point_alias``)."""

    def __init__(
        self,
        client: QdrantClient,
        collection: str,
        schema: VectorSchema | None = None,
        *,
        create: bool = True,
        approximation: Approximation = SERVED,
    ) -> None:
        """Open a collection; with a schema, create it where there is none.

        Args:
            client: Of the server.
            collection: Its name.
            schema: What it was or will be made for; without one an existing collection is opened for filters on
                the fields that every shop has.
            create: Whether a collection that is not there is made.
            approximation: When not all points are compared.

        Raises:
            StoreError: There is no such collection and no schema was given, or its vectors have another length.
            StoreUnavailable: The server does not answer.
        """
        self._client = client
        self.collection = collection
        self._approximation = approximation
        self._counted: int | None = None
        with _answering():
            exists = client.collection_exists(collection)
            if not exists:
                if schema is None or not create:
                    raise StoreError(f"Qdrant has no collection {collection!r}: build the index first")
                self._create(schema)
                self.schema = schema
                return
            info = client.get_collection(collection)
            vectors: Any = info.config.params.vectors
            dimensions = int(vectors[VECTOR_NAME].size)
        if schema is not None and schema.dimensions != dimensions:
            raise StoreError(
                f"collection {collection!r} holds {dimensions} dimensions, not {schema.dimensions}; rebuild it"
            )
        self.schema = schema or VectorSchema(dimensions)

    def _create(self, schema: VectorSchema) -> None:
        from qdrant_client import models

        self._client.create_collection(
            self.collection,
            vectors_config={
                VECTOR_NAME: models.VectorParams(size=schema.dimensions, distance=models.Distance.COSINE)
            },
            hnsw_config=models.HnswConfigDiff(m=16, ef_construct=64),
        )
        kinds = [(name, models.PayloadSchemaType.KEYWORD) for name in schema.indexed_keywords]
        kinds += [(name, models.PayloadSchemaType.FLOAT) for name in schema.indexed_numbers]
        for name, kind in kinds:
            self._client.create_payload_index(self.collection, payload_key(name), kind)

    def upsert(self, points: Iterable[VectorPoint]) -> int:
        """See the port."""
        from qdrant_client import models

        count = 0
        rest = iter(points)
        while batch := list(islice(rest, _BATCH)):
            rows = [
                models.PointStruct(
                    id=point_id(point.id),
                    vector={VECTOR_NAME: checked_vector(point.id, point.vector, self.schema)},
                    payload=payload_of(point, self.schema),
                )
                for point in batch
            ]
            with _answering():
                self._client.upsert(self.collection, rows, wait=True)
            count += len(rows)
        self._counted = None
        return count

    def delete(self, ids: Sequence[str]) -> None:
        """See the port."""
        from qdrant_client import models

        if ids:
            selector = models.PointIdsList(points=[point_id(i) for i in ids])
            with _answering():
                self._client.delete(self.collection, selector, wait=True)
            self._counted = None

    def search(self, vector: Vector, *, limit: int = 100, filter: Filter | None = None) -> list[VectorHit]:
        """See the port."""
        from qdrant_client import models

        self.schema.check(filter)
        conditions = _filter(filter)
        passing = None if conditions is None else lambda: self._estimate(conditions)
        with _answering():
            breadth, is_exact = self._approximation.choose(self._size(), passing)
            points = self._client.query_points(
                self.collection,
                query=checked_vector("the query", vector, self.schema),
                using=VECTOR_NAME,
                limit=limit,
                query_filter=conditions,
                with_payload=[PRODUCT_KEY],
                search_params=models.SearchParams(hnsw_ef=breadth, exact=is_exact),
            ).points
        hits = [VectorHit(str((p.payload or {})[PRODUCT_KEY]), float(p.score)) for p in points]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """See the port."""
        if not ids:
            return {}
        with _answering():
            records = self._client.retrieve(
                self.collection, [point_id(i) for i in ids], with_payload=True, with_vectors=True
            )
        result: dict[str, Vector] = {}
        for record in records:
            named: Any = record.vector
            result[str((record.payload or {})[PRODUCT_KEY])] = np.asarray(
                named[VECTOR_NAME], dtype=np.float32
            )
        return result

    def count(self) -> int:
        """See the port."""
        with _answering():
            return int(self._client.count(self.collection, exact=True).count)

    def _size(self) -> int:
        if self._counted is None:
            self._counted = self.count()
        return self._counted

    def _estimate(self, conditions: Any) -> int:
        return self._client.count(self.collection, count_filter=conditions, exact=False).count

    def optimize(self) -> None:
        """The server optimizes by itself."""

    def point_alias(self, alias: str) -> None:
        """Make this collection the one that ``alias`` names, in one step on the server."""
        from qdrant_client import models

        operations: list[Any] = []
        with _answering():
            taken = {a.alias_name for a in self._client.get_aliases().aliases}
            if alias in taken:
                operations.append(
                    models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
                )
            create = models.CreateAlias(collection_name=self.collection, alias_name=alias)
            operations.append(models.CreateAliasOperation(create_alias=create))
            self._client.update_collection_aliases(operations)

    def close(self) -> None:
        """See the port."""
        self._client.close()


def _filter(filter: Filter | None) -> Any:
    from qdrant_client import models

    if filter is None or not filter.conditions:
        return None
    must: list[Any] = []
    must_not: list[Any] = []
    for condition in filter.conditions:
        key = payload_key(condition.field)
        if condition.any_of:
            must.append(models.FieldCondition(key=key, match=models.MatchAny(any=list(condition.any_of))))
        elif condition.none_of:
            match = models.MatchAny(any=list(condition.none_of))
            must_not.append(models.FieldCondition(key=key, match=match))
        else:
            # Each bound by itself: a range's two ends may lie on both sides of what is asked for.
            spans = [models.Range(gte=condition.gte)] if condition.gte is not None else []
            spans += [models.Range(lte=condition.lte)] if condition.lte is not None else []
            must += [models.FieldCondition(key=key, range=span) for span in spans]
    return models.Filter(must=must or None, must_not=must_not or None)
