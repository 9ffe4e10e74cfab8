"""Apache Spark engine: texts are read by the Python workers of a Spark master, on this machine or on a cluster.

The driver, this process, hands out batches of pending documents and gets rows of evidence back, a few rounds at a
time, so its memory does not grow with the number of texts; only it writes to the store.
"""

from __future__ import annotations

import logging
import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extraction.batch.reading import ExtractionError, Reading, Work
from extraction.pipeline import Pipeline
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = re.compile(r"local(\[(\*|\d+)(,\s*\d+)?\])?")
LEAST_JAVA = 17

_ROUNDS = 3
"""Rounds under way at once: while the driver records one, the workers read the next and none waits for the slowest text."""

_MOST_ROWS = 1_000_000
_CONNECT_S = 5.0

_PROPERTIES = {
    "spark.app.name": "kms extract",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(_MOST_ROWS),
    # Rows are only passed through: code made for each query would cost more than it saves.
    "spark.sql.codegen.wholeStage": "false",
}
_LOCAL_PROPERTIES = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    # The quick compiler halves the start; the work is done in Python.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


class SparkEngine:
    """Reads in the Python workers of a Spark master; see ``extraction.batch.reading.Engine``."""

    def __init__(self, master: str = "local[*]", properties: Mapping[str, str] | None = None) -> None:
        """Read at a master.

        Args:
            master: ``local[N]`` (processes of this machine; ``*``: one a core), ``spark://HOST:PORT``, ``yarn`` or
                ``k8s://URL``.
            properties: Spark's own settings, such as ``spark.executor.memory``; they win over the ones made here.
        """
        self._master = master
        self._properties = dict(properties or {})

    def read(
        self, batches: Iterator[Work], pipeline: Pipeline
    ) -> Generator[tuple[Work, Reading], None, None]:
        """Read batches; Spark is started with the first one."""
        first = next(batches, None)
        if first is None:
            return
        with open_session(self._master, self._properties) as session, ThreadPoolExecutor(_ROUNDS) as pool:
            read = _RoundReader(session, pipeline)
            waiting: deque[tuple[list[Work], Future[list[Reading]]]] = deque()
            try:
                while True:
                    while len(waiting) < _ROUNDS and (works := _next_round(first, batches, read.cores)):
                        first = None
                        waiting.append((works, pool.submit(read, works)))
                    if not waiting:
                        return
                    works, future = waiting.popleft()
                    yield from zip(works, _result(future), strict=True)
            finally:
                for _, future in waiting:
                    future.cancel()
                if waiting:
                    session.sparkContext.cancelAllJobs()


def _next_round(first: Work | None, batches: Iterator[Work], count: int) -> list[Work]:
    """A batch for each core, begun by ``first``."""
    begun = [] if first is None else [first]
    return begun + list(islice(batches, count - len(begun)))


class _RoundReader:
    """Reads some batches as one Spark job; safe to call from several threads."""

    def __init__(self, session: SparkSession, pipeline: Pipeline) -> None:
        from extraction.batch.spark_rows import read_partition

        self._session = session
        self._sent = session.sparkContext.broadcast(pickle.dumps(pipeline))
        self._function = partial(read_partition, sent=self._sent, key=pipeline.key)

    @property
    def cores(self) -> int:
        """Cores that read now; a cluster's number may grow."""
        return max(1, int(self._session.sparkContext.defaultParallelism))

    def __call__(self, works: list[Work]) -> list[Reading]:
        from extraction.batch.spark_rows import EVIDENCE_DDL, to_documents, to_readings

        rows = self._session.createDataFrame(to_documents(works))
        return to_readings(rows.mapInArrow(self._function, EVIDENCE_DDL).toArrow(), len(works))


def _result(future: Future[list[Reading]]) -> list[Reading]:
    """The result of a round.

    Raises:
        ExtractionError: Spark gave the round up.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException, PythonException

    try:
        return future.result()
    except PythonException as error:
        raise ExtractionError(
            f"a Spark worker cannot read: {_last_line(str(error))}; what was read before is kept"
        ) from error
    except (PySparkException, Py4JError, OSError) as error:
        raise ExtractionError(
            f"Spark gave up: {_first_line(str(error))}; what was read before is kept: run it again, with more memory for "
            "the workers perhaps (KMS_SPARK_PROPERTIES)"
        ) from error


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "no reason was given")[:500]


def _last_line(text: str) -> str:
    """The error at the end of a traceback."""
    lines = [line.strip() for line in text.splitlines() if re.match(r"[\w.]+(Error|Exception|\w*): ?", line)]
    return (lines[-1] if lines else _first_line(text))[:500]


@contextmanager
def open_session(master: str, properties: Mapping[str, str]) -> Iterator[SparkSession]:
    """The session of this process, or one that is made and stopped at the end.

    Raises:
        ConfigurationError: pyspark or Java is absent, or the master cannot be reached.
    """
    session_class = _import_spark()
    if (running := session_class.getActiveSession()) is not None:
        yield running
        return
    check_java()
    check_master(master)
    is_local = LOCAL.fullmatch(master) is not None
    settings = {**_PROPERTIES, **(_LOCAL_PROPERTIES if is_local else {})}
    if is_local:
        settings["spark.pyspark.python"] = sys.executable
        # Workers import what this process can import.
        settings["spark.executorEnv.PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    settings.update(properties)
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT) if is_main else None
    builder = session_class.builder.master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise ConfigurationError(
            f"Spark cannot be started at {master}: {_first_line(str(error))}; look whether KMS_SPARK_MASTER and "
            "KMS_SPARK_PROPERTIES are right"
        ) from error
    session.sparkContext.setLogLevel("OFF" if is_local else "ERROR")
    # It tells of each connection that closes, the last ones when the streams are gone.
    logging.getLogger("py4j").setLevel(logging.WARNING)
    try:
        yield session
    finally:
        session.stop()
        if is_main:
            signal.signal(signal.SIGINT, handler)


def _import_spark() -> Any:
    try:
        import pandas  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ConfigurationError(
            f"--engine spark needs Apache Spark's package, and {error.name} is not installed: "
            "pip install 'kms-commerce[spark]'"
        ) from error
    return SparkSession


def check_java() -> None:
    """Look whether there is a Java that Spark can run on.

    Raises:
        ConfigurationError: There is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    wanted = f"Spark needs Java {LEAST_JAVA} or later (on Debian: apt-get install openjdk-17-jre-headless)"
    if java is None:
        raise ConfigurationError(f"there is no java on the path; {wanted}")
    try:
        told = subprocess.run(
            [java, "-version"], capture_output=True, text=True, check=True, timeout=60
        ).stderr
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigurationError(
            f"{java} cannot be run ({error}); {wanted}, and JAVA_HOME names it"
        ) from error
    version = re.search(r'version "(\d+)(?:\.(\d+))?', told)
    # Before 9 the first number was 1.
    number = int(version[2] or 0) if version and version[1] == "1" else int(version[1]) if version else 0
    if version and number < LEAST_JAVA:
        raise ConfigurationError(f"{java} is Java {number}; {wanted}, and JAVA_HOME names it")


def check_master(master: str) -> None:
    """Look whether one of the addresses of a standalone master answers; Spark itself would try for a minute.

    Raises:
        ConfigurationError: None does.
    """
    if not master.startswith("spark://"):
        return
    problems = []
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_S):
                return
        except (OSError, ValueError) as error:
            problems.append(f"{address}: {error}")
    raise ConfigurationError(
        f"no Spark master answers ({'; '.join(problems)}); look whether KMS_SPARK_MASTER is right and the master runs"
    )
