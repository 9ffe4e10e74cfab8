"""The main job in its steps: ingest, extract, build the graph, build the indexes; and all of them as one run."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from api.identities import merge_equal_numbers
from api.index_versions import write_version
from api.inputs import BatchInput, look_into
from api.own_ontology import ensure_ontology
from api.same_products import check_distinct
from api.wiring import GRAPH_STATE, INDEX, Platform
from kms.catalog.ingest import ingest_events, ingest_products, ingest_reviews
from kms.catalog.ingest_report import IngestReport
from kms.catalog.layouts.base import Layout
from kms.catalog.layouts.recognise import layout_named
from kms.errors import CatalogError, UnusableFileError
from kms.types import Frozen

if TYPE_CHECKING:
    from extraction.batch.reading import Engine
    from extraction.batch.run import ExtractionReport
    from kms.facts.build import GraphReport
    from kms.indexing.build import IndexReport


EngineName = Literal["local", "spark"]


class BatchReport(Frozen):
    """Report of one run of the main job.

    Attributes:
        inputs: One report an input.
        passed: Files of folders that were not read, with the reason.
        refused: Files of folders none of whose rows could be used, with the reason; the others were taken in.
        ontology: What was decided on the installation's ontology, where the run was given a folder.
        categories: Number of the shop's own categories that hold products.
        read: Rows read; ``new``, ``changed``, ``unchanged``, ``deleted`` and ``rejected`` are rows as well.
        reasons: Rejected rows by reason.
        documents: Texts that were read anew.
        failed: Texts that broke the reader and were set aside.
        first_failures: Id and error of the first few of them.
        evidence: Mentions found in them, by relation.
        facts: Edges of the whole graph, by relation.
        nodes: Nodes of the whole graph, by type.
        built: Products whose facts were derived again.
        proposals: Open proposals for the curation desk.
        index_version: The live version of the indexes.
        is_index_new: Whether this run made it.
        products: Products in it.
        embedded: Texts that had to be encoded anew.
        seconds: Time of each stage.
    """

    inputs: tuple[IngestReport, ...] = ()
    passed: dict[str, str] = Field(default_factory=dict)
    refused: dict[str, str] = Field(default_factory=dict)
    ontology: str = ""
    categories: int = 0
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    reasons: dict[str, int] = Field(default_factory=dict)
    documents: int = 0
    failed: int = 0
    first_failures: tuple[str, ...] = ()
    evidence: dict[str, int] = Field(default_factory=dict)
    facts: dict[str, int] = Field(default_factory=dict)
    nodes: dict[str, int] = Field(default_factory=dict)
    built: int = 0
    proposals: int = 0
    index_version: int | None = None
    is_index_new: bool = False
    products: int = 0
    embedded: int = 0
    seconds: dict[str, float] = Field(default_factory=dict)


def ingest(
    platform: Platform,
    source: BatchInput,
    *,
    strict: bool = False,
    delete_missing: bool = False,
    delete_many: bool = False,
    dry_run: bool = False,
    overwrite: bool = False,
    feed: str = "",
) -> IngestReport:
    """Write one input into the operational store; its arguments are those of ``kms.catalog.ingest``.

    Raises:
        CatalogError: The file cannot be read, strict mode met a bad row, or too much of its feed is missing.
        ConfigurationError: The mapping cannot be used.
    """
    settings = platform.settings
    if source.path is None:
        return _ingest_sample(platform, source)
    read_by: Layout | str = layout_named(source.layout) if source.layout else source.mapping
    if not source.is_given:
        read_by = ""
    if source.kind == "event":
        if dry_run:
            raise CatalogError("events are added and never changed or deleted, so --dry-run is not for them")
        return ingest_events(
            platform.database,
            source.path,
            read_by,
            strict=strict,
            rejects_dir=settings.rejects_dir,
            progress=platform.progress,
        )
    if source.kind == "review":
        return ingest_reviews(
            platform.database,
            source.path,
            read_by,
            strict=strict,
            delete_missing=delete_missing,
            delete_many=delete_many,
            dry_run=dry_run,
            overwrite=overwrite,
            feed=feed,
            rejects_dir=settings.rejects_dir,
            progress=platform.progress,
        )
    return ingest_products(
        platform.database,
        source.path,
        read_by,
        strict=strict,
        delete_missing=delete_missing,
        delete_many=delete_many,
        dry_run=dry_run,
        overwrite=overwrite,
        feed=feed,
        rejects_dir=settings.rejects_dir,
        currency=settings.currency,
        progress=platform.progress,
    )


def _ingest_sample(platform: Platform, source: BatchInput) -> IngestReport:
    from kms.sample.source import sample_events, sample_products, sample_reviews

    if source.kind == "event":
        return ingest_events(platform.database, sample_events(), progress=platform.progress)
    if source.kind == "review":
        return ingest_reviews(platform.database, sample_reviews(), progress=platform.progress)
    return ingest_products(platform.database, sample_products(), progress=platform.progress)


def extract(platform: Platform, engine: EngineName = "local") -> ExtractionReport:
    """Read every document that was not yet read in its present state.

    Raises:
        ConfigurationError: Spark cannot be started.
        ExtractionError: The reader fails on every text, or its processes died.
    """
    from extraction.batch.run import extract_pending

    with _recorded(platform, "extract") as record:
        report = extract_pending(
            platform.catalog,
            platform.evidence,
            platform.pipeline,
            platform.ontology,
            engine=_make_engine(platform, engine),
            progress=platform.progress,
        )
        record({**asdict(report), "read_by": platform.pipeline.key, "engine": engine})
    return report


def _make_engine(platform: Platform, engine: EngineName) -> Engine:
    settings = platform.settings
    if engine == "spark":
        from extraction.batch.spark import SparkEngine

        return SparkEngine(settings.spark_master, settings.spark_properties)
    from extraction.batch.reading import LocalEngine

    return LocalEngine(settings.workers)


def build_graph(platform: Platform, *, from_nothing: bool = False) -> GraphReport:
    """Update the graph from the evidence, or build it again from nothing; waits while changed products are linked.

    Raises:
        StoreUnavailable: The graph store does not answer.
    """
    release = platform.ontology.graph_version
    with _recorded(platform, "graph build") as record, platform.graph_lease().held(wait_s=None):
        pending = next(iter(platform.evidence.changed_products("graph", release=release)), None)
        if from_nothing or pending is not None:
            # Noted before the first edge is written: a build that is killed leaves the indexes known as out of date.
            platform.states.put(GRAPH_STATE, {"token": uuid.uuid4().hex})
        builder = platform.graph_builder()
        report = builder.rebuild() if from_nothing else builder.build()
        record(asdict(report))
        if from_nothing or pending is not None:
            platform.queue_refresh().run()
    return report


def build_index(
    platform: Platform, *, only_if_changed: bool = False, allow_empty: bool = False
) -> IndexReport | None:
    """Make a new version of the indexes and make it live.

    Args:
        platform: The installation.
        only_if_changed: Do nothing, and return ``None``, where graph, rows, journal, encoder, ontology, rates and
            the indexes' format are what the newest version was made of, also where that one was rolled back: it
            would be made the same again.
        allow_empty: Let an index without products replace one that has some.

    Raises:
        CatalogError: There is no product, and the live version has some or there is none.
        DiskFullError: The disk has too little room.
    """
    from kms.indexing.build import FORMAT

    release = platform.ontology.graph_version
    changes = {
        c.product_id: c.fingerprint for c in platform.evidence.changed_products("index", release=release)
    }
    state = {
        "graph": [platform.states.get(GRAPH_STATE).get("token", ""), platform.graph.revision()],
        "journal": platform.journal.revision(),
        "encoder": platform.encoder.version,
        "ontology": release,
        "vectors": platform.settings.vectors,
        "currency": platform.settings.currency,
        "exchange_rates": platform.settings.exchange_rates,
        "behaviour": platform.behaviour_setting.model_dump(mode="json"),
        "format": FORMAT,
    }
    if (
        only_if_changed
        and not changes
        and platform.artifacts.current(INDEX) is not None
        and _newest_made_of(platform) == state
    ):
        return None
    ids = platform.catalog.product_ids()
    if not ids and platform.artifacts.current(INDEX) is None:
        if only_if_changed:
            return None
        raise CatalogError(
            "the catalogue is empty, so there is nothing to index; first: kms ingest products FILE"
        )
    if not ids and not allow_empty and (products := _live_products(platform)):
        raise CatalogError(
            f"the catalogue is empty and the live index has {products:,} products; it stays. Look whether "
            "KMS_DATABASE_URL and KMS_STATE_DIR are right; to serve an empty index: kms index build --allow-empty"
        )
    with _recorded(platform, "index build") as record:
        report = write_version(platform, list(platform.journal.interactions()), made_of=state)
        platform.evidence.mark_built("index", changes)
        trim_changes(platform)
        record(asdict(report))
    return report


def trim_changes(platform: Platform) -> int:
    """Drop from the log what every version that is kept was made with; returns how many entries went."""
    from api.serving import changes_through

    versions = platform.artifacts.published(INDEX)
    return platform.change_log.trim(min(map(changes_through, versions))) if versions else 0


def _newest_made_of(platform: Platform) -> dict[str, Any] | None:
    from kms.indexing.build import read_manifest

    newest = platform.artifacts.newest(INDEX)
    return read_manifest(newest).get("made_of") if newest else None


def _live_products(platform: Platform) -> int:
    from kms.indexing.build import read_manifest

    live = platform.artifacts.current(INDEX)
    return int(read_manifest(live).get("products", 0)) if live else 0


def run_batch(
    platform: Platform,
    inputs: Sequence[str],
    *,
    mappings: Sequence[str] = (),
    strict: bool = False,
    delete_missing: bool = False,
    delete_many: bool = False,
    overwrite: bool = False,
    feed: str = "",
    induce: bool | None = None,
    engine: EngineName = "local",
) -> BatchReport:
    """Run the main job: ingest the inputs, extract from new texts, update graph and indexes.

    Without inputs it does what is still to be done. Run again after it was killed, it goes on.

    Args:
        platform: The installation.
        inputs: As ``api.inputs.read_inputs`` takes them.
        mappings: Names or paths of mappings.
        strict: One bad row refuses its file.
        delete_missing: Each input is the whole of its feed: rows that only this feed named before and that it does
            not name now are deleted, unless they are more than a fifth.
        delete_many: Delete them also if they are more.
        overwrite: Take the inputs' rows as they are, whatever was changed or deleted since.
        feed: Name of the inputs' feed; default: each file's name.
        induce: Whether an ontology is made out of the shop's rows where the installation has none of its own; default:
            where a folder is given, which is a whole shop.
        engine: Where texts are read: by ``workers`` processes of this machine, or by Spark.

    Raises:
        KmsError: What was wrong, where, what to do; what was finished before stays.
    """
    given = look_into(inputs, mappings)
    sources = given.taken
    if any(source.folder for source in sources):
        check_distinct(sources, platform.settings.currency)
        _check_no_sample(platform, next(source.folder for source in sources if source.folder))
    if feed and delete_missing and len({source.kind for source in sources}) < len(sources):
        raise CatalogError("several files of one kind cannot each be the whole of one feed; leave out --feed")
    with _recorded(platform, "batch") as record:
        report = _run_stages(
            platform,
            sources,
            strict=strict,
            delete_missing=delete_missing,
            delete_many=delete_many,
            overwrite=overwrite,
            feed=feed,
            induce=any(source.folder for source in sources) if induce is None else induce,
            engine=engine,
        )
        report = report.model_copy(update={"passed": {str(each.path): each.reason for each in given.passed}})
        record(report.model_dump(mode="json"))
    return report


def _check_no_sample(platform: Platform, folder: Path) -> None:
    """Refuse to mix a shop with the sample catalogue.

    Raises:
        CatalogError: The installation holds the sample.
    """
    from kms.sample.source import sample_products

    ids = {product.id for product in sample_products()}
    if 2 * len(platform.catalog.known_ids(ids)) > len(ids):
        state = platform.settings.state_dir
        raise CatalogError(
            f"{state} holds the sample catalogue, and a shop goes into a folder of its own: set KMS_STATE_DIR, for instance "
            f"KMS_STATE_DIR=my-shop kms extract {folder}"
        )


def _run_stages(
    platform: Platform,
    sources: Sequence[BatchInput],
    *,
    strict: bool,
    delete_missing: bool,
    delete_many: bool,
    overwrite: bool,
    feed: str,
    induce: bool,
    engine: EngineName,
) -> BatchReport:
    seconds: dict[str, float] = {}
    ingested: list[IngestReport] = []
    refused: dict[str, str] = {}
    with _timed(seconds, "ingest"):
        for source in sources:
            try:
                ingested.append(
                    ingest(
                        platform,
                        source,
                        strict=strict,
                        delete_missing=delete_missing,
                        delete_many=delete_many,
                        overwrite=overwrite,
                        feed=feed,
                    )
                )
            except UnusableFileError as error:
                # Reviews of another shop that lie in the folder must not keep this one from being built.
                if strict or source.folder is None or source.kind == "product":
                    raise
                refused[str(source.path)] = str(error)
    ontology = ""
    if induce:
        with _timed(seconds, "ontology"):
            ontology = ensure_ontology(platform).note
    merge_equal_numbers(platform)
    with _timed(seconds, "extract"):
        extracted = extract(platform, engine)
    with _timed(seconds, "graph"):
        graph = build_graph(platform)
    with _timed(seconds, "index"):
        index = build_index(platform, only_if_changed=True)
    counts = platform.graph.counts()
    live = platform.artifacts.current(INDEX)
    return BatchReport(
        **_sums(ingested),
        inputs=tuple(ingested),
        refused=refused,
        ontology=ontology,
        categories=_count_categories(platform),
        documents=extracted.documents,
        failed=extracted.failed,
        first_failures=tuple(extracted.first_failures),
        evidence=extracted.evidence,
        facts=_part(counts, "edge:"),
        nodes=_part(counts, "node:"),
        built=graph.built,
        proposals=graph.proposals,
        index_version=live.number if live else None,
        is_index_new=index is not None,
        products=index.products if index else platform.catalog.counts()["products"],
        embedded=index.embedded if index else 0,
        seconds=seconds,
    )


def _count_categories(platform: Platform) -> int:
    """Number of the categories of the live version that hold products."""
    from kms.indexing.build import read_documents
    from kms.ontology.structure import SHOP_CATEGORY_FIELD

    live = platform.artifacts.current(INDEX)
    documents = read_documents(live.path) if live else []
    return len({value for each in documents for value in each.facets.get(SHOP_CATEGORY_FIELD, ())})


def _sums(reports: Sequence[IngestReport]) -> dict[str, Any]:
    names = ("read", "new", "changed", "unchanged", "deleted", "rejected")
    reasons: Counter[str] = Counter()
    for report in reports:
        reasons.update(report.rejects)
    return {
        **{name: sum(getattr(report, name) for report in reports) for name in names},
        "reasons": dict(sorted(reasons.items())),
    }


def _part(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in sorted(counts.items()) if name.startswith(prefix)}


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] = round(time.perf_counter() - began, 3)


@contextmanager
def _recorded(platform: Platform, command: str) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Record the run with the report that the block sets; a block that raises is recorded as a failed run."""
    run = platform.runs.start(command)
    given: dict[str, Any] = {}
    try:
        yield given.update
    except BaseException as error:
        platform.runs.finish(run, {"error": f"{type(error).__name__}: {error}"[:2_000]}, status="failed")
        raise
    platform.runs.finish(run, given)
