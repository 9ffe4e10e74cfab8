"""``kms ontology induce``: an ontology out of the rows of this installation."""

from __future__ import annotations

import datetime
import difflib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import open_platform, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kms.catalog.store import CatalogStore
    from kms.induction.induce import Induction
    from kms.induction.merge import MergeReport
    from kms.induction.suggestions import ShopText

_SHOWN = 30
_SHOWN_DIFFERENCE = 60


def induce(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder to write; must not exist.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be written and write nothing.")
    ] = False,
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="FOLDER exists: merge it with what the rows say now, write that beside it and print the differences.",
        ),
    ] = False,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="At most so many rows of each table.")
    ] = _SHOWN,
) -> None:
    """Make an ontology out of the shop's own categories and tables: classes, attributes, vocabularies.

    Set KMS_ONTOLOGY_DIR to the folder and run `kms extract` to read the catalogue by it. A folder that exists is never
    written to: with --again a merge is written beside it, in which all that people changed or removed is as they left it.
    """
    from kms.errors import InputError
    from kms.induction.induce import induce as make
    from kms.induction.merge import keep_base, merge_ontology
    from kms.induction.suggestions import FILE, suggest_terms, suggestions_file
    from kms.induction.write import FIRST_VERSION, write_ontology
    from kms.ontology.load import default_folder, load_ontology
    from kms.ontology.source import RELEASE_FILE

    if output is None and not dry_run:
        raise InputError(
            "no folder to write to; give --output FOLDER, or --dry-run to see what would be written"
        )
    target = output
    if output is not None and output.exists() and not dry_run:
        if not again:
            raise InputError(
                f"{output} exists and may have been changed by hand; --again writes the new ontology beside it and shows "
                "the differences"
            )
        target = output.with_name(f"{output.name}.new")
        if target.exists():
            raise InputError(f"{target} exists: take over what you want of it, remove it, and try again")
    base = default_folder()
    known = load_ontology(base)
    day = datetime.datetime.now(datetime.UTC).date()
    version = FIRST_VERSION if output is None or target == output else _next_version(output)
    with open_platform(log_level="WARNING") as platform:
        products = platform.catalog.iter_products
        induction = make(products, known)
        if not induction.products:
            raise InputError("this installation has no products; `kms ingest FILE` loads a catalogue")
        _print(induction, limit)
    report = None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "ontology"
        write_ontology(induction, known, base, folder, day=day, version=version)
        if output is not None and target is not None and target != output:
            merged = Path(scratch) / "merged"
            report = merge_ontology(output, folder, merged)
            shutil.copy(folder / RELEASE_FILE, merged / RELEASE_FILE)
            folder = merged
        else:
            keep_base(folder)
        made = load_ontology(folder)
        with open_platform(log_level="WARNING") as platform:
            suggestions = suggest_terms(_texts(platform.catalog), made)
        (folder / FILE).write_text(suggestions_file(suggestions), "utf-8")
        if target is not None and not dry_run:
            shutil.copytree(folder, target)  # only what is whole and sound
    if dry_run or target is None:
        typer.echo("Nothing was written.")
        return
    if suggestions:
        typer.echo(
            f"{len(suggestions)} words of texts and reviews may be uses, audiences or aspects: {target / FILE}"
        )
    typer.echo(f"Wrote {target}: {len(made.classes)} classes, {len(made.attributes)} attributes.")
    if output is not None and report is not None:
        _print_merge(report)
        _print_differences(output, target)
        typer.echo(f"To take it over: remove {output} and rename {target} to it, then run kms extract.")
    else:
        typer.echo(f"Set KMS_ONTOLOGY_DIR={target} and run kms extract.")


def _texts(catalog: CatalogStore) -> Iterator[ShopText]:
    """The texts of all products, and their reviews."""
    from kms.induction.suggestions import ShopText

    has_reviews = bool(catalog.review_ids())
    for product in catalog.iter_products():
        yield ShopText(product.id, f"{product.title}\n{product.description}")
        for review in catalog.reviews_of(product.id) if has_reviews else ():
            yield ShopText(product.id, f"{review.title}\n{review.text}", is_review=True)


def _next_version(folder: Path) -> str:
    """The version behind that of a folder: texts are read again only under another number."""
    from kms.induction.write import FIRST_VERSION
    from kms.ontology.source import read_source

    release = read_source(folder).release
    version = str(release.data.get("version", "")) if release and isinstance(release.data, dict) else ""
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return FIRST_VERSION
    return f"{parts[0]}.{parts[1]}.{int(parts[2]) + 1}"


def _print(induction: Induction, limit: int) -> None:
    tree = induction.tree
    rows = [(each.label, each.id, each.parent, each.products, each.source) for each in tree.classes.values()]
    share = 100 * induction.classed / induction.products
    print_table(
        f"{len(rows)} classes; {induction.classed:,} of {induction.products:,} products have one ({share:.1f} %), "
        f"{induction.by_title:,} of them by their title or a cell, {induction.by_signs:,} by likeness alone",
        ("class", "id", "below", "products", "from"),
        sorted(rows, key=lambda row: -row[3])[:limit],
    )
    attributes = sorted(induction.attributes.values(), key=lambda each: -each.cells)
    share = 100 * induction.facts / max(1, induction.cells)
    print_table(
        f"{len(attributes)} attributes; {induction.facts:,} of {induction.cells:,} cells become facts ({share:.1f} %)",
        ("attribute", "type", "unit", "known", "cells", "facts", "why not, or why text"),
        [
            (
                each.label,
                each.known.type if each.known else each.type.type,
                (each.known.unit if each.known else each.type.unit) or "",
                each.known.id if each.known else "",
                each.cells,
                f"{100 * each.facts / max(1, each.cells):.0f} %",
                each.reason,
            )
            for each in attributes[:limit]
        ],
    )
    if induction.empty:
        names = ", ".join(f"{name} ({count})" for name, count in list(induction.empty.items())[:limit])
        typer.echo(f"Columns whose cells say nothing: {names}")


def _print_merge(report: MergeReport) -> None:
    for what, keys in (
        ("added", report.added),
        ("updated where nobody had changed them", report.updated),
        ("kept as people changed them", report.kept),
        ("stay removed, as people removed them", report.removed),
    ):
        shown = ", ".join(identifier for _, identifier in keys[:_SHOWN])
        more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
        if keys:
            typer.echo(f"{len(keys)} entries {what}: {shown}{more}")
    for (section, identifier), reason in report.left_out.items():
        typer.echo(f"Left out of {section}: {identifier}; {reason}")


def _print_differences(old: Path, new: Path) -> None:
    from kms.ontology.source import FOLDERS

    names = sorted(
        {
            path.relative_to(each).as_posix()
            for each in (old, new)
            for folder in FOLDERS
            for path in (each / folder).rglob("*.yaml")
        }
    )
    shown = 0
    for name in names:
        before, after = (
            (each / name).read_text("utf-8").splitlines() if (each / name).is_file() else []
            for each in (old, new)
        )
        lines = list(difflib.unified_diff(before, after, str(old / name), str(new / name), lineterm="", n=1))
        for line in lines[: max(0, _SHOWN_DIFFERENCE - shown)]:
            typer.echo(line)
        shown += len(lines)
    if shown > _SHOWN_DIFFERENCE:
        typer.echo(f"… {shown - _SHOWN_DIFFERENCE} more lines; compare the folders to see them")
