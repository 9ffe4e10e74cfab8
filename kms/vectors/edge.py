"""Qdrant's engine in this process: one folder, one owner, durable."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from kms.errors import StoreError
from kms.filters import Filter
from kms.vectors.points import PRODUCT_KEY, VECTOR_NAME, checked_vector, payload_key, payload_of, point_id
from kms.vectors.port import SERVED, Approximation, Vector, VectorHit, VectorPoint, VectorSchema

_BATCH = 500
_META = "kms-vectors.json"


class EdgeVectorStore:
    """``VectorStore`` on ``qdrant-edge-py``.

    Payload indexes are made before the data, as Qdrant asks for filters that stay fast.
    """

    def __init__(
        self,
        folder: Path,
        schema: VectorSchema | None = None,
        *,
        approximation: Approximation = SERVED,
    ) -> None:
        """Open the store in ``folder``; with a schema, create it where there is none.

        Args:
            folder: Its place on disk.
            schema: What it was or will be made for.
            approximation: When not all points are compared.

        Raises:
            StoreError: No store is there and no schema was given, the schema differs from the one on disk,
                or another process owns the folder.
        """
        import qdrant_edge

        self._edge: Any = qdrant_edge
        self._approximation = approximation
        self._counted: int | None = None
        meta = folder / _META
        data = folder / "shard"
        if meta.exists():
            stored = json.loads(meta.read_text("utf-8"))
            on_disk = VectorSchema(
                int(stored["dimensions"]), tuple(stored["keywords"]), tuple(stored["numbers"])
            )
            if schema is not None and schema != on_disk:
                raise StoreError(
                    f"vectors in {folder} were made for {on_disk}, not for {schema}; rebuild them"
                )
            self.schema = on_disk
            try:
                self._shard: Any = qdrant_edge.EdgeShard.load(str(data))
            except Exception as error:
                raise StoreError(f"vectors in {folder} cannot be opened: {error}") from error
            return
        if schema is None:
            raise StoreError(f"no vectors in {folder}: build the index first (kms index build)")
        self.schema = schema
        data.mkdir(parents=True, exist_ok=True)
        self._shard = qdrant_edge.EdgeShard.create(str(data), self._config())
        for name in schema.indexed_keywords:
            self._index(name, qdrant_edge.PayloadSchemaType.Keyword)
        for name in schema.indexed_numbers:
            self._index(name, qdrant_edge.PayloadSchemaType.Float)
        self._shard.flush()
        fields = {"keywords": schema.keywords, "numbers": schema.numbers}
        meta.write_text(json.dumps({"dimensions": schema.dimensions, **fields}), "utf-8")

    def _config(self) -> Any:
        edge = self._edge
        return edge.EdgeConfig(
            vectors={
                VECTOR_NAME: edge.EdgeVectorParams(size=self.schema.dimensions, distance=edge.Distance.Cosine)
            },
            hnsw_config=edge.HnswIndexConfig(m=16, ef_construct=64, full_scan_threshold=10_000, payload_m=0),
        )

    def _index(self, name: str, kind: Any) -> None:
        self._shard.update(self._edge.UpdateOperation.create_field_index(payload_key(name), kind))

    def upsert(self, points: Iterable[VectorPoint]) -> int:
        """See the port."""
        edge = self._edge
        count = 0
        rest = iter(points)
        while batch := list(islice(rest, _BATCH)):
            rows = [
                edge.Point(
                    point_id(point.id),
                    {VECTOR_NAME: checked_vector(point.id, point.vector, self.schema)},
                    payload_of(point, self.schema),
                )
                for point in batch
            ]
            self._shard.update(edge.UpdateOperation.upsert_points(rows))
            count += len(rows)
        self._shard.flush()
        self._counted = None
        return count

    def delete(self, ids: Sequence[str]) -> None:
        """See the port."""
        if ids:
            self._shard.update(self._edge.UpdateOperation.delete_points([point_id(i) for i in ids]))
            self._shard.flush()
            self._counted = None

    def search(self, vector: Vector, *, limit: int = 100, filter: Filter | None = None) -> list[VectorHit]:
        """See the port."""
        edge = self._edge
        self.schema.check(filter)
        conditions = self._filter(filter)
        passing = None if conditions is None else lambda: self._estimate(conditions)
        breadth, is_exact = self._approximation.choose(self._size(), passing)
        request = edge.QueryRequest(
            query=edge.Query.Nearest(checked_vector("the query", vector, self.schema), using=VECTOR_NAME),
            limit=limit,
            filter=conditions,
            with_payload=[PRODUCT_KEY],
            params=edge.SearchParams(hnsw_ef=breadth, exact=is_exact),
        )
        hits = [VectorHit(str(p.payload[PRODUCT_KEY]), float(p.score)) for p in self._shard.query(request)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """See the port."""
        if not ids:
            return {}
        records = self._shard.retrieve([point_id(i) for i in ids], True, True)
        return {
            str(record.payload[PRODUCT_KEY]): np.asarray(record.vector[VECTOR_NAME], dtype=np.float32)
            for record in records
        }

    def count(self) -> int:
        """See the port."""
        return int(self._shard.count(self._edge.CountRequest(exact=True)))

    def _size(self) -> int:
        if self._counted is None:
            self._counted = self.count()
        return self._counted

    def _estimate(self, conditions: Any) -> int:
        return int(self._shard.count(self._edge.CountRequest(exact=False, filter=conditions)))

    def optimize(self) -> None:
        """See the port."""
        self._shard.optimize()
        self._shard.flush()

    def close(self) -> None:
        """See the port."""
        self._shard.flush()
        self._shard.close()

    def _filter(self, filter: Filter | None) -> Any:
        if filter is None or not filter.conditions:
            return None
        edge = self._edge
        must: list[Any] = []
        must_not: list[Any] = []
        for condition in filter.conditions:
            key = payload_key(condition.field)
            if condition.any_of:
                must.append(edge.FieldCondition(key=key, match=edge.MatchAny(any=list(condition.any_of))))
            elif condition.none_of:
                must_not.append(
                    edge.FieldCondition(key=key, match=edge.MatchAny(any=list(condition.none_of)))
                )
            else:
                # Each bound by itself: a range's two ends may lie on both sides of what is asked for.
                spans = [edge.RangeFloat(gte=condition.gte)] if condition.gte is not None else []
                spans += [edge.RangeFloat(lte=condition.lte)] if condition.lte is not None else []
                must += [edge.FieldCondition(key=key, range=span) for span in spans]
        return edge.Filter(must=must or None, must_not=must_not or None)
