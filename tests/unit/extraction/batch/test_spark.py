"""The Spark engine on a real Spark of this machine gives what the local engine gives."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from extraction.batch.reading import ExtractionError, LocalEngine, Work
from extraction.batch.spark import SparkEngine, check_java, check_master, open_session
from extraction.batch.spark_rows import EVIDENCE, to_documents, to_readings, to_work
from extraction.pipeline import Pipeline
from kms.errors import ConfigurationError
from tests.unit.extraction.batch.batch_shop import Fragile, OpenShop, Shop, some_documents


def _reason_to_skip() -> str:
    try:
        import pandas  # noqa: F401
        import pyspark  # noqa: F401

        check_java()
    except (ImportError, ConfigurationError) as error:
        return f"Spark cannot run here: {error}"
    return ""


needs_spark = pytest.mark.skipif(bool(_reason_to_skip()), reason=_reason_to_skip() or "it can")


@pytest.fixture(scope="module")
def engine() -> Iterator[SparkEngine]:
    """Uses one session, and with it the same worker processes, in all tests."""
    with open_session("local[1]", {}):
        yield SparkEngine("local[1]")


@pytest.mark.slow
@needs_spark
def test_spark_gives_the_same_rows_and_sets_the_same_texts_aside(
    open_shop: OpenShop, engine: SparkEngine
) -> None:
    shared, alone = open_shop(), open_shop()
    pipeline = Fragile(shared.ontology, some_documents(shared, 3))
    report = shared.extract(pipeline, engine=engine, batch_size=16)
    assert report == alone.extract(pipeline, batch_size=16)
    assert report.failed == 3
    products = [product.id for product in shared.products]
    assert shared.evidence.active_many(products) == alone.evidence.active_many(products)
    assert [each[:4] for each in shared.evidence.unreadable_documents()] == [
        each[:4] for each in alone.evidence.unreadable_documents()
    ]

    # Nothing waits, so Spark is not even started.
    assert shared.extract(pipeline, engine=SparkEngine("spark://127.0.0.1:1")).documents == 0


class Interruption(BaseException):
    """What a signal raises in the driver."""


@pytest.mark.slow
@needs_spark
def test_a_run_that_is_interrupted_goes_on_where_it_stood(open_shop: OpenShop, engine: SparkEngine) -> None:
    shared, alone = open_shop(), open_shop()
    pipeline = Pipeline(shared.ontology)

    @contextmanager
    def interrupted(description: str, total: int | None) -> Iterator[Callable[[int], None]]:
        done: list[int] = []

        def advance(count: int) -> None:
            done.append(count)
            if len(done) == 3:
                raise Interruption

        yield advance

    with pytest.raises(Interruption):
        shared.extract(pipeline, engine=engine, batch_size=8, progress=interrupted)
    total = shared.evidence.count_pending("")
    assert 0 < shared.evidence.count_pending(pipeline.key) < total
    assert shared.extract(pipeline, engine=engine).documents < alone.extract(pipeline).documents == total
    assert shared.stored() == alone.stored()


@pytest.mark.slow
@needs_spark
def test_a_worker_with_another_model_is_refused(shop: Shop, engine: SparkEngine) -> None:
    class Elsewhere(Pipeline):
        """Says another key than its copy in the worker."""

    pipeline = Elsewhere(shop.ontology)
    pipeline.key += "|other"
    with pytest.raises(ExtractionError, match="every node needs the same version"):
        shop.extract(pipeline, engine=engine)
    assert shop.evidence.count_pending(pipeline.key) > 0


def test_rows_keep_documents_and_evidence_as_they_are(shop: Shop) -> None:
    pipeline = Fragile(shop.ontology, some_documents(shop, 2))
    batches = shop.work(16)
    table = to_documents(batches)
    assert [each.num_rows for each in table.to_batches()] == [len(work) for work in batches]
    returned = [list(to_work(each.to_pylist())) for each in table.to_batches()]
    assert returned == [list(work) for work in batches]
    expected = [reading for _, reading in LocalEngine().read(iter(batches), pipeline)]
    assert any(reading.failed for reading in expected)
    assert to_readings(_as_rows(batches, pipeline), len(batches)) == expected


def _as_rows(batches: list[Work], pipeline: Pipeline) -> object:
    import pickle

    import pyarrow as pa

    from extraction.batch.spark_rows import read_partition

    class Sent:
        value = pickle.dumps(pipeline)

    parts = read_partition(to_documents(batches).to_batches(), Sent(), pipeline.key)
    return pa.Table.from_batches(list(parts), schema=EVIDENCE)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers
        yield held.getsockname()[1]


def test_a_master_that_does_not_answer_is_named(closed_port: int) -> None:
    with pytest.raises(ConfigurationError, match=f"127.0.0.1:{closed_port}: .*KMS_SPARK_MASTER"):
        check_master(f"spark://127.0.0.1:{closed_port}")
    with pytest.raises(ConfigurationError, match="no Spark master answers"):
        check_master("spark://nothing")


def test_one_of_several_masters_is_enough(closed_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        check_master(f"spark://127.0.0.1:{closed_port},127.0.0.1:{server.getsockname()[1]}")
    check_master("local[2]")
    check_master("yarn")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ('openjdk version "11.0.2" 2019-01-15', "is Java 11; Spark needs Java 17"),
        ('java version "1.8.0_402"', "is Java 8; Spark needs Java 17"),
        ('openjdk version "17.0.15" 2025-04-15', ""),
        ('openjdk version "25" 2025-09-16', ""),
    ],
)
def test_an_old_java_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, message: str
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if message:
        with pytest.raises(ConfigurationError, match=message):
            check_java()
    else:
        check_java()


def test_a_missing_java_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="there is no java on the path; Spark needs Java 17"):
        check_java()
    monkeypatch.setenv("JAVA_HOME", os.fspath(tmp_path))
    with pytest.raises(ConfigurationError, match="cannot be run"):
        check_java()


def test_a_missing_package_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'kms-commerce\[spark\]'"):
        shop.extract(engine=SparkEngine())
