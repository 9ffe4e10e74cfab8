"""``kms ingest`` and ``kms extract``."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, Quiet, console, open_platform, print_json, print_table

if TYPE_CHECKING:
    from api.jobs import BatchReport
    from kms.catalog.ingest_report import IngestReport
    from kms.settings import Settings

_NOT_SHOWN = frozenset({"database_url", "log_level", "log_format"})
"""Settings that a line to copy leaves out beside secrets: an address may hold a password, and logs change no result."""


class RowKind(StrEnum):
    """Kind of the rows of a file."""

    products = "products"
    reviews = "reviews"
    events = "events"


class ExtractionEngine(StrEnum):
    """Where texts are read."""

    local = "local"
    spark = "spark"


Strict = Annotated[bool, typer.Option("--strict", help="One bad row refuses its file.")]
DeleteMissing = Annotated[
    bool, typer.Option("--delete-missing", help="The file is its whole feed: delete rows it names no more.")
]
DeleteMany = Annotated[
    bool,
    typer.Option(
        "--delete-many", help="With --delete-missing: also if that is more than a fifth of the feed."
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Take the file's rows as they are; without it what was changed or deleted since by the API stays where the "
        "file says what it said before.",
    ),
]
Feed = Annotated[str, typer.Option("--feed", help="Name of the feed; default: the file's name.")]


def ingest(
    what: Annotated[
        list[str],
        typer.Argument(
            help="[products|reviews|events] FILE: JSON, CSV, XML, HTML or Parquet, also in .gz or .zip; or `sample`. "
            "Without the first word the file's columns and name tell what the rows are.",
            metavar="[KIND] FILE",
        ),
    ],
    mapping: Annotated[
        str, typer.Option("--mapping", "-m", help="Name of a ready mapping, or a YAML file.")
    ] = "",
    layout: Annotated[
        str, typer.Option("--layout", help="Name of the file's layout; without it the columns tell.")
    ] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Show for five rows which column becomes what; write nothing.")
    ] = False,
    write_mapping: Annotated[
        str,
        typer.Option("--write-mapping", help="Write the layout as a mapping into this file, to be changed."),
    ] = "",
    strict: Strict = False,
    delete_missing: DeleteMissing = False,
    delete_many: DeleteMany = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    overwrite: Overwrite = False,
    feed: Feed = "",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a file's rows into the store; bad rows are set aside with file, line, field and reason."""
    from api.inputs import SAMPLE, look_into, read_inputs
    from api.jobs import ingest as ingest_input

    kind, file = _kind_and_file(what)
    word = f"{kind}={file}" if kind and file != SAMPLE else file
    if explain or write_mapping:
        from api.cli.layouts import explain_inputs

        found = look_into([word], [mapping] if mapping else [], layout=layout)
        explain_inputs(found, write_mapping=write_mapping, as_json=as_json)
        return
    with open_platform(quiet=quiet or as_json, log_level="WARNING") as platform:
        inputs = read_inputs([word], [mapping] if mapping else [], layout=layout)
        reports = [
            ingest_input(
                platform,
                item,
                strict=strict,
                delete_missing=delete_missing,
                delete_many=delete_many,
                dry_run=dry_run,
                overwrite=overwrite,
                feed=feed,
            )
            for item in inputs
            if not kind or f"{item.kind}s" == kind
        ]
    if as_json:
        print_json(reports if len(reports) != 1 else reports[0])
    else:
        for report in reports:
            print_ingest(report)
    if any(report.kind == "product" and not report.read for report in reports):
        raise typer.Exit(1)  # a shop without products is a broken export; a day without reviews is none


def _kind_and_file(words: list[str]) -> tuple[str, str]:
    """The kind of rows, where it was said, and the file."""
    kinds = [kind.value for kind in RowKind]
    if len(words) == 2 and words[0] in kinds:
        return words[0], words[1]
    if len(words) == 1 and words[0] not in kinds:
        return "", words[0]
    raise typer.BadParameter(f"give a file, and before it {', '.join(kinds)} or nothing")


def extract(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files or folders, products=FILE, reviews=FILE, events=FILE, or `sample`. "
            "None: do what is still to be done.",
            show_default=False,
        ),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--mapping", "-m", help="Mapping for its kind of rows; may be given again."),
    ] = None,
    strict: Strict = False,
    delete_missing: DeleteMissing = False,
    delete_many: DeleteMany = False,
    overwrite: Overwrite = False,
    feed: Feed = "",
    induce: Annotated[
        bool | None,
        typer.Option(
            "--induce/--no-induce",
            help="Make an ontology out of the shop's categories and tables where it has none; default: of a folder.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        ExtractionEngine,
        typer.Option(
            "--engine", help="Read texts by KMS_WORKERS processes here, or by Spark at KMS_SPARK_MASTER."
        ),
    ] = ExtractionEngine.local,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """The main job: take the inputs in, read what is new, update graph and indexes, and report.

    Of a folder with a shop's exports it makes a browsable shop: files are recognised by their columns, and an ontology is
    made out of the shop's own categories and tables. Again it does only what is new. A file of reviews or events none of
    whose rows can be used is left out and named; the shop is made without it, and the command ends with status 1.
    """
    from api.jobs import run_batch

    with open_platform(quiet=quiet or as_json, log_level="WARNING") as platform:
        report = run_batch(
            platform,
            inputs or [],
            mappings=mapping or [],
            strict=strict,
            delete_missing=delete_missing,
            delete_many=delete_many,
            overwrite=overwrite,
            feed=feed,
            induce=induce,
            engine=engine.value,
        )
        settings = platform.settings
    if as_json:
        print_json(report)
    else:
        print_batch(report)
        if report.ontology:
            print_next_steps(report, settings)
    if report.refused:
        raise typer.Exit(1)


def print_ingest(report: IngestReport) -> None:
    """Print what one ingest did."""
    numbers = ", ".join(
        f"{getattr(report, name):,} {name}"
        for name in ("read", "new", "changed", "unchanged", "missing", "deleted", "rejected")
        if getattr(report, name) or name == "read"
    )
    of_rows = f" of {report.rows:,} rows" if report.rows != report.read and report.rows else ""
    dry = "; nothing was written" if report.is_dry else ""
    typer.echo(f"{report.source} ({report.kind}s{of_rows}): {numbers} in {report.seconds:.1f} s{dry}")
    if report.layout and report.read:
        typer.echo(f"  read as {report.layout}")
    if report.left_out:
        fields = ", ".join(f"{count:,} {field}" for field, count in report.left_out.items())
        typer.echo(f"  values left out, their rows kept: {fields}")
        for message in report.first_left_out:
            typer.echo(f"    {message}")
        if report.changed or report.unchanged:
            typer.echo("    rows that had such a value before keep it")
    if report.note:
        typer.echo(f"  {report.note}")
    for line in (*report.warnings, *report.divergences.lines()):
        typer.echo(f"  {line}")
    for reject in report.first_rejects:
        typer.echo(f"  {reject}")
    if report.rejects_file is not None:
        typer.echo(f"  rows and values that were set aside: {report.rejects_file}")


def print_batch(report: BatchReport) -> None:
    """Print what a run did, for people."""
    for item in report.inputs:
        print_ingest(item)
    for file, reason in report.passed.items():
        typer.echo(f"{file}: passed over, {reason}")
    for reason in report.refused.values():
        typer.echo(f"left out: {reason}")
    if report.ontology:
        typer.echo(f"ontology: {report.ontology}")
    if report.reasons:
        print_table("rejected rows", ("reason", "rows"), list(report.reasons.items()))
    print_table("facts in the graph", ("relation", "edges"), list(report.facts.items()))
    version = f"index version {report.index_version}"
    state = f"{version} is live" if report.is_index_new else f"{version} is up to date"
    times = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())
    out = console()
    out.print(
        f"{report.documents:,} texts read, {sum(report.evidence.values()):,} mentions found; "
        f"facts of {report.built:,} products derived; {report.proposals:,} proposals for the curation desk"
    )
    if report.failed:
        out.print(f"{report.failed:,} texts broke the reader and are set aside; kms runs lists them")
        for failure in report.first_failures:
            out.print(f"  {failure}", markup=False)
    out.print(f"{report.products:,} products; {state}; {report.embedded:,} texts encoded")
    out.print(f"{times}; {sum(report.seconds.values()):.1f} s in all")


def print_next_steps(report: BatchReport, settings: Settings) -> None:
    """Say what the shop has and what to do with it, with the settings that made it what it is."""
    setting = "".join(f"{each} " for each in made_with(settings, os.environ))
    is_same = report.read and not (report.new or report.changed or report.deleted or report.is_index_new)
    reviews = sum(each.read - each.rejected for each in report.inputs if each.kind == "review")
    has = f"{report.products:,} products in {report.categories:,} categories, {sum(report.facts.values()):,} facts"
    typer.echo("")
    typer.echo(
        f"Nothing is new: the shop is as it was ({has})."
        if is_same
        else f"The shop can be browsed: {has}, {reviews:,} reviews read."
    )
    left_out = sum(n for each in report.inputs for field, n in each.left_out.items() if "price" in field)
    if left_out and not settings.currency:
        typer.echo(
            f"{left_out:,} prices were left out, for nothing says their currency: set KMS_CURRENCY=EUR (the shop's "
            "currency), or a `currency` column in the mapping, and run this again."
        )
    typer.echo(f"Next: {setting}kms serve shows it at http://127.0.0.1:{settings.port}")
    if report.proposals:
        words = "1 word that was" if report.proposals == 1 else f"{report.proposals:,} words that were"
        typer.echo(f"      {setting}kms proposals lists {words} not understood")


def made_with(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    """The ``KMS_`` variables that a run was started with and that are not the defaults, as a shell reads them."""
    for name, field in type(settings).model_fields.items():
        variable = f"KMS_{name.upper()}"
        value = getattr(settings, name)
        is_secret = hasattr(value, "get_secret_value") or name in _NOT_SHOWN
        if (
            variable in environment
            and not is_secret
            and value != field.get_default(call_default_factory=True)
        ):
            yield f"{variable}={shlex.quote(environment[variable])}"
