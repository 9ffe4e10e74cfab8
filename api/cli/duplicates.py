"""``kms duplicates``: rows that describe the same product."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.brands import Decided, Ids, Shown, decide_pairs, list_pairs, say_done, show_pairs
from api.cli.context import AsJson, Quiet, open_platform

app = typer.Typer(no_args_is_help=True, help="Rows that describe the same product.")


@app.command()
def find(
    least: Annotated[
        float | None,
        typer.Option("--least", min=0, max=1, help="Smallest score; default: the classifier's threshold."),
    ] = None,
    between_feeds: Annotated[
        bool, typer.Option("--between-feeds", help="Only pairs of which no feed names both.")
    ] = False,
    vectors: Annotated[
        bool,
        typer.Option(
            "--vectors/--no-vectors", help="Also compare what the index's vectors put side by side."
        ),
    ] = True,
    limit: Shown = 50,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Look for rows that may be one product, keep them as proposals and show them with score and evidence."""
    from api.identities import RULE
    from api.identities import find as find_pairs

    with open_platform(quiet=quiet or as_json, log_level="WARNING") as platform:
        pairs, scorer = find_pairs(
            platform, least=least, is_between_feeds=between_feeds, with_vectors=vectors
        )
    show_pairs("open proposals", pairs, limit=limit, as_json=as_json)
    if scorer == RULE and not as_json:
        typer.echo("scored by the rule; kms train matcher makes a classifier, which is right more often")


@app.command("list")
def list_(
    decided: Decided = False,
    limit: Shown = 50,
    as_json: AsJson = False,
) -> None:
    """Show the open proposals, or what was decided."""
    list_pairs(("product",), is_decided=decided, limit=limit, as_json=as_json)


@app.command()
def accept(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids as the list shows them.", show_default=False)
    ] = None,
    pair: Annotated[
        tuple[str, str] | None,
        typer.Option("--pair", help="A product and the one that stands for both, without a proposal."),
    ] = None,
    from_score: Annotated[
        float | None,
        typer.Option("--from-score", min=0, max=1, help="All open proposals with at least this score."),
    ] = None,
) -> None:
    """Decide that rows are one product: search shows it once, and its page names all of them."""
    from kms.errors import InputError, NotFoundError
    from kms.identity.store import Identity

    with open_platform(log_level="WARNING") as platform:
        store = platform.identities
        pairs = [store.get(each) for each in ids or ()]
        if from_score is not None:
            pairs += [each for each in store.all(("product",)) if each.score >= from_score]
        if pair:
            missing = set(pair) - platform.catalog.known_ids(pair)
            if missing:
                raise NotFoundError(f"product {sorted(missing)[0]!r} is not in the catalogue")
            by_hand = ("decided by hand",)
            pairs.append(Identity(kind="product", left=pair[0], right=pair[1], evidence=by_hand))
        if not pairs:
            raise InputError(
                "nothing to accept; give ids of proposals, --pair OTHER MAIN, or --from-score SCORE"
            )
        if any(each.kind != "product" for each in pairs):
            raise InputError("these are brands; kms brands accept decides on them")
        done = store.decide(pairs, "accepted")
    say_done("accepted", done, len(pairs))


@app.command()
def reject(ids: Ids) -> None:
    """Decide that rows are different products; the pair is not proposed again."""
    decide_pairs(ids, "rejected", ("product",))


@app.command()
def undo(ids: Ids) -> None:
    """Take decisions back: the rows are products of their own again, and the next build makes the graph as it was."""
    decide_pairs(ids, "open", ("product",))
