"""Commands that show the state of an installation: ontology, proposals, runs, settings, version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.context import AsJson, Limit, open_platform, print_json, print_table

SHOWN_UNREADABLE = 20

ontology_app = typer.Typer(no_args_is_help=True, help="The ontology's files.")


@ontology_app.command()
def validate(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder of the files; default: the settings' one.", show_default=False),
    ] = None,
) -> None:
    """Check the ontology; every problem is shown with file and line, and the exit status is 1."""
    from kms.errors import ConfigurationError
    from kms.ontology.check import check_ontology
    from kms.settings import get_settings

    place = folder or get_settings().resolved_ontology_dir
    if not place.is_dir():
        raise ConfigurationError(f"no ontology folder at {place}")
    report = check_ontology(place)
    for problem in report.problems:
        typer.echo(str(problem))
    ontology = report.ontology
    if ontology is None or report.problems:
        typer.echo(f"{len(report.problems)} problem(s) in {place}")
        raise typer.Exit(1)
    values = sum(len(v.values) for v in ontology.vocabularies.values())
    typer.echo(
        f"ontology {ontology.version} is sound: {len(ontology.classes)} classes, "
        f"{len(ontology.attributes)} attributes, {len(ontology.vocabularies)} vocabularies with {values} values, "
        f"{len(ontology.relations)} relations, "
        + ", ".join(
            f"{len(ontology.terms[kind])} {entity.section}"
            for kind, entity in ontology.entities.items()
            if kind in ontology.terms
        )
        + f", {len(ontology.rules)} rules"
    )


@ontology_app.command()
def style() -> None:
    """Print the style sheet of Neo4j Browser that the entity types and relations describe."""
    from kms.graph.style import browser_style
    from kms.ontology import load_ontology
    from kms.settings import get_settings

    typer.echo(browser_style(load_ontology(get_settings().resolved_ontology_dir)), nl=False)


def proposals(
    kind: Annotated[str, typer.Option("--kind", help="Only of this kind: value, use, aspect, brand …")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List proposals: words of texts that the ontology does not have yet, those with most mentions first."""
    with open_platform(log_level="WARNING") as platform:
        open_proposals = platform.proposals.top(limit=limit, kind=kind or None)
        total = platform.proposals.count()
    if as_json:
        print_json(open_proposals)
        return
    rows = [(p.kind, p.attribute, p.surface, p.language, p.support) for p in open_proposals]
    print_table(
        f"{total:,} open proposals", ("kind", "attribute", "as written", "language", "mentions"), rows
    )


def runs(limit: Limit = 20, as_json: AsJson = False) -> None:
    """Batch runs, the newest first, and the texts that are set aside because they broke the reader."""
    with open_platform(log_level="WARNING") as platform:
        latest = platform.runs.latest(limit=limit)
        unreadable = platform.evidence.unreadable_documents(limit=SHOWN_UNREADABLE)
        total = platform.evidence.count_unreadable()
    if as_json:
        fields = {"command", "status", "started_at", "report"}
        print_json([run.model_dump(mode="json", include=fields) | {"seconds": run.seconds} for run in latest])
        return
    rows = [
        (str(run.started_at)[:19], run.command, run.status, run.seconds, _brief(run.report)) for run in latest
    ]
    print_table("", ("started (UTC)", "command", "status", "seconds", "report"), rows)
    if total:
        title = (
            f"{total:,} texts are set aside; another text or the next version of the reader tries them again"
        )
        print_table(
            title,
            ("text", "product", "error", "since (UTC)"),
            [(each.document_id, each.product_id, each.error, str(each.at)[:19]) for each in unreadable],
        )


def settings(as_json: AsJson = False) -> None:
    """The settings as they count now; secrets are hidden."""
    import os

    from kms.settings import get_settings, unknown_variables

    current = get_settings().model_dump(mode="json")
    shown = {f"KMS_{name.upper()}": _hide(name, value) for name, value in current.items()}
    if as_json:
        print_json(shown)
    else:
        print_table("", ("variable", "value"), [(name, str(value)) for name, value in shown.items()])
        unknown = unknown_variables(os.environ)
        if unknown:
            rows = [(name, nearest or "") for name, nearest in unknown.items()]
            print_table("set, but no settings", ("variable", "nearest setting"), rows)


def version() -> None:
    """The version of this installation."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        typer.echo(installed("kms-commerce"))
    except PackageNotFoundError:
        typer.echo("kms-commerce is not installed; this is a working copy")


def _hide(name: str, value: object) -> object:
    """Passwords and keys as stars; a database's address without its password."""
    if name.endswith("_url") and isinstance(value, str) and "@" in value:
        scheme, _, rest = value.partition("://")
        login, _, place = rest.rpartition("@")
        return f"{scheme}://{login.partition(':')[0]}:***@{place}"
    return value


def _brief(report: Mapping[str, Any]) -> str:
    """The report's plain values; an error and what was set aside come first."""
    report = {name: report[name] for name in ("error", "failed", "rejected") if name in report} | dict(report)
    plain = {k: v for k, v in report.items() if isinstance(v, int | float | str) and v not in ("", 0)}
    text = ", ".join(f"{name} {value}" for name, value in plain.items())
    return text if len(text) <= 90 else text[:89] + "…"
