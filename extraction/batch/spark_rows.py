"""Rows that go to Spark's workers and come back: documents with their context, evidence, and errors, as Arrow tables.

Also the function that a worker calls. A worker process unpickles the pipeline once and keeps it; the model itself is
loaded with the first text that it reads.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

import pyarrow as pa

from extraction.batch.reading import Reading, Work, read_batch
from extraction.documents import ProductContext
from extraction.pipeline import Pipeline
from kms.errors import ConfigurationError
from kms.evidence.models import Document, Evidence

DOCUMENTS = pa.schema(
    [
        ("batch", pa.int32()),
        *((name, pa.string()) for name in ("id", "product_id", "field", "text", "language", "review_id")),
        ("rating", pa.float64()),
        *((name, pa.string()) for name in ("class_id", "brand", "title")),
        ("guessed", pa.float64()),
    ]
)
"""A document with its product's context and the number of its batch."""

EVIDENCE = pa.schema(
    [
        ("batch", pa.int32()),
        ("document_id", pa.string()),
        ("error", pa.string()),
        *((name, pa.string()) for name in ("document_hash", "product_id", "field", "language")),
        ("start", pa.int32()),
        ("end", pa.int32()),
        *((name, pa.string()) for name in ("surface", "relation", "attribute", "value", "polarity")),
        ("negated", pa.bool_()),
        *((f"{span}_{end}", pa.int32()) for span in ("opinion", "sentence") for end in ("start", "end")),
        ("confidence", pa.float64()),
        *((name, pa.string()) for name in ("extractor", "extractor_version", "ontology_release")),
    ]
)
"""A mention, or, where ``error`` is not null, a document that could not be read."""

_DDL = {pa.int32(): "int", pa.string(): "string", pa.float64(): "double", pa.bool_(): "boolean"}
EVIDENCE_DDL = ", ".join(f"`{field.name}` {_DDL[field.type]}" for field in EVIDENCE)
"""The same as Spark writes schemas."""

_COPIED = tuple(
    name for name in EVIDENCE.names if name in Evidence.model_fields
)  # spans are columns of their own


class Broadcast(Protocol):
    """The part of ``pyspark.Broadcast`` that workers use."""

    @property
    def value(self) -> bytes:
        """What the driver sent."""


def to_documents(batches: Sequence[Work]) -> pa.Table:
    """Rows of several batches, one Arrow batch for each, so that each becomes a partition of its own."""
    return pa.Table.from_batches(
        [
            pa.RecordBatch.from_pylist([_to_row(number, *each) for each in work], schema=DOCUMENTS)
            for number, work in enumerate(batches)
            if work
        ],
        schema=DOCUMENTS,
    )


def _to_row(batch: int, document: Document, context: ProductContext) -> dict[str, Any]:
    return {
        "batch": batch,
        **document.__dict__,
        "class_id": context.class_id,
        "brand": context.brand,
        "title": context.title,
        "guessed": context.guessed,
    }


def to_work(rows: Iterable[dict[str, Any]]) -> Work:
    """Documents with their contexts, as ``Engine.read`` takes them."""
    return [
        (
            Document.model_construct(**{name: row[name] for name in Document.model_fields}),
            ProductContext(row["class_id"], row["brand"], row["title"], row["guessed"]),
        )
        for row in rows
    ]


def to_readings(table: pa.Table, count: int) -> list[Reading]:
    """What was read in each of ``count`` batches."""
    readings = [Reading() for _ in range(count)]
    for row in table.to_pylist():
        reading = readings[row["batch"]]
        if row["error"] is not None:
            reading.failed[row["document_id"]] = row["error"]
        else:
            reading.evidence.append(_to_evidence(row))
    return readings


def _to_evidence(row: dict[str, Any]) -> Evidence:
    opinion = None if row["opinion_start"] is None else (row["opinion_start"], row["opinion_end"])
    return Evidence.model_construct(
        **{name: row[name] for name in _COPIED},
        opinion=opinion,
        sentence=(row["sentence_start"], row["sentence_end"]),
    )


def _evidence_row(batch: int, item: Evidence) -> dict[str, Any]:
    opinion_start, opinion_end = item.opinion or (None, None)
    return {
        "batch": batch,
        **{name: getattr(item, name) for name in _COPIED},
        "opinion_start": opinion_start,
        "opinion_end": opinion_end,
        "sentence_start": item.sentence[0],
        "sentence_end": item.sentence[1],
    }


def read_partition(batches: Iterable[pa.RecordBatch], sent: Broadcast, key: str) -> Iterator[pa.RecordBatch]:
    """Read a partition in a worker: documents in, evidence and errors out.

    Args:
        batches: Rows of ``DOCUMENTS``.
        sent: The pickled pipeline.
        key: The driver's ``Pipeline.key``.

    Raises:
        ConfigurationError: The worker has another model than the driver.
    """
    pipeline = _load_pipeline(sent, key)
    for each in batches:
        rows = []
        for number, its_rows in groupby(each.to_pylist(), itemgetter("batch")):
            reading = read_batch(pipeline, to_work(its_rows))
            rows += [_evidence_row(number, item) for item in reading.evidence]
            rows += [
                {"batch": number, "document_id": name, "error": error}
                for name, error in reading.failed.items()
            ]
        yield pa.RecordBatch.from_pylist(rows, schema=EVIDENCE)


_loaded: dict[str, Pipeline] = {}


def _load_pipeline(sent: Broadcast, key: str) -> Pipeline:
    pipeline = _loaded.get(key)
    if pipeline is None:
        # Bytes that the driver of the same job made.
        loaded: Pipeline = pickle.loads(sent.value)  # noqa: S301
        if loaded.key != key:
            raise ConfigurationError(
                f"this Spark worker reads as {loaded.key}, the driver as {key}: every node needs the same version of KMS "
                "and, at the same paths, the same models"
            )
        _loaded.clear()
        pipeline = _loaded[key] = loaded
    return pipeline
