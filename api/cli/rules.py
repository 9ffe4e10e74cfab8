"""``kms rules``: rules over facts, checked and tried before they are taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, open_platform, print_counts, print_json, print_table

if TYPE_CHECKING:
    from api.rule_schemas import RuleEffectOut, RuleOut

app = typer.Typer(no_args_is_help=True, help="Rules over the facts of a product: what follows from what.")

File = Annotated[Path, typer.Argument(help="YAML with the section 'rules'.", exists=True, dir_okay=False)]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the rules in force, with how many facts each infers."""
    from api.rule_desk import RuleDesk

    with open_platform(log_level="WARNING") as platform:
        found = RuleDesk(platform).listed()
    if as_json:
        print_json(found)
        return
    rows = [(each.id, "; ".join(each.when), each.then, each.confidence, each.facts) for each in found.rules]
    columns = ("rule", "when", "then", "factor", "facts")
    print_table(f"{len(rows)} rules of release {found.release}", columns, rows)


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Check a file of rules against the ontology; every problem is shown with its line, and the exit status is 1."""
    from kms.ontology.check import read_rule_file
    from kms.ontology.load import load_ontology
    from kms.settings import get_settings

    folder = get_settings().resolved_ontology_dir
    ontology = load_ontology(folder)
    rules, problems = read_rule_file(file, ontology)
    if as_json:
        print_json({"rules": sorted(rules), "problems": [str(each) for each in problems]})
    for each in problems if not as_json else ():
        typer.echo(str(each))
    if problems:
        raise typer.Exit(1)
    if not as_json:
        typer.echo(f"{len(rules)} rules are sound: {', '.join(sorted(rules))}")
        typer.echo(
            f"to take them, put the file into {folder / 'rules'} (make that folder where it is missing), "
            "and run kms graph build and kms index build"
        )


@app.command()
def preview(
    file: File,
    examples: Annotated[
        int, typer.Option("--examples", "-n", min=0, max=1_000, help="At most so many of each rule.")
    ] = 5,
    as_json: AsJson = False,
) -> None:
    """Show what the rules of a file would infer on the present graph; nothing is changed.

    A rule with the id of one that is in force takes its place. To take the file, put it into the folder that
    kms rules check names, and run kms graph build and kms index build; no text is read again.
    """
    from api.rule_desk import RuleDesk

    with open_platform(log_level="WARNING") as platform:
        desk = RuleDesk(platform)
        rules = desk.read_file(file)
        found = desk.preview(rules, examples=examples, progress=platform.progress)
    if as_json:
        print_json(found)
        return
    typer.echo(
        f"{found.products:,} products looked at, {found.changed:,} would have other facts; "
        f"{found.followers:,} new facts of other rules"
    )
    for each in found.rules:
        _print_effect(each)


def _print_effect(effect: RuleEffectOut) -> None:
    typer.echo(f"\n{_write(effect.rule)}")
    typer.echo(
        f"  {effect.rule.facts:,} facts, {effect.new:,} of them new; {effect.gone:,} gone; "
        f"{effect.stated:,} more are stated already"
    )
    if effect.opposed:
        print_counts("  not inferred", effect.opposed)
    for fact in effect.examples:
        sentence = fact.fact.evidence[0].sentence[:80] if fact.fact.evidence else ""
        typer.echo(
            f"  {fact.product_id} {fact.product_title[:50]}: {fact.fact.name_en}: {fact.fact.value_en} "
            f"({fact.fact.confidence:.2f}) ← {sentence}"
        )
    for opposed in effect.conflicts:
        typer.echo(
            f"  not {opposed.product_id} {opposed.product_title[:50]}: {opposed.fact} ({opposed.reason})"
        )


def _write(rule: RuleOut) -> str:
    return f"{rule.id}: {'; '.join(rule.when)} → {rule.then} (factor {rule.confidence:g})"
