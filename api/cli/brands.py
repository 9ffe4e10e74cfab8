"""``kms brands``: names that are one brand, and lines of other brands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, open_platform, print_json, print_table

if TYPE_CHECKING:
    from kms.identity.store import Identity, IdentityKind
    from kms.ontology.model import OntologyBrand

app = typer.Typer(no_args_is_help=True, help="Brands under several names, and lines of other brands.")

KINDS: tuple[IdentityKind, ...] = ("brand_alias", "sub_brand")
_WHAT = {"brand_alias": "is", "sub_brand": "is a line of", "product": "is"}
Shown = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")]
Ids = Annotated[list[str], typer.Argument(help="Ids as the list shows them, or their beginnings.")]
Decided = Annotated[bool, typer.Option("--decided", help="Accepted and rejected pairs.")]
_REBUILD = "kms extract (or kms graph build and kms index build) brings this into graph and search"


@app.command()
def propose(limit: Shown = 50, as_json: AsJson = False) -> None:
    """Look for names that may be one brand, keep them as proposals and show them with the evidence."""
    from kms.identity.brand_proposals import propose_brands

    with open_platform(log_level="WARNING") as platform:
        store = platform.identities
        found = propose_brands(platform.catalog.iter_products(), store.brand_names())
        store.propose(found, kinds=KINDS)
        pairs = store.all(KINDS)
    show_pairs("open proposals", pairs, limit=limit, as_json=as_json)


@app.command("list")
def list_(
    decided: Decided = False,
    limit: Shown = 50,
    as_json: AsJson = False,
) -> None:
    """Show the open proposals, or what was decided."""
    list_pairs(KINDS, is_decided=decided, limit=limit, as_json=as_json)


@app.command()
def accept(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids as the list shows them.", show_default=False)
    ] = None,
    alias: Annotated[
        tuple[str, str] | None,
        typer.Option("--alias", help="Another name and the brand's main name, without a proposal."),
    ] = None,
    line: Annotated[
        tuple[str, str] | None,
        typer.Option("--line", help="A sub-brand and the brand that it is a line of, without a proposal."),
    ] = None,
    swap: Annotated[
        bool, typer.Option("--swap", help="The name on the left is the main one, or the brand above.")
    ] = False,
    as_line: Annotated[bool, typer.Option("--as-line", help="Accept proposed aliases as lines.")] = False,
    as_alias: Annotated[bool, typer.Option("--as-alias", help="Accept proposed lines as aliases.")] = False,
) -> None:
    """Decide that names are one brand, or that a brand is a line of another."""
    from kms.errors import InputError
    from kms.identity.store import Identity

    if as_line and as_alias:
        raise InputError("a pair is accepted --as-line or --as-alias, not both")
    with open_platform(log_level="WARNING") as platform:
        store = platform.identities
        pairs = [store.get(each) for each in ids or ()]
        wanted: IdentityKind | None = "sub_brand" if as_line else "brand_alias" if as_alias else None
        changed = [
            pair.model_copy(
                update={
                    "kind": wanted or pair.kind,
                    "left": pair.right if swap else pair.left,
                    "right": pair.left if swap else pair.right,
                }
            )
            for pair in pairs
        ]
        by_hand = ("decided by hand",)
        if alias:
            check_alias(
                alias[0],
                {product.brand for product in platform.catalog.iter_products() if product.brand},
                platform.ontology.brands.values(),
            )
            changed.append(Identity(kind="brand_alias", left=alias[0], right=alias[1], evidence=by_hand))
        if line:
            changed.append(Identity(kind="sub_brand", left=line[0], right=line[1], evidence=by_hand))
        if not changed:
            raise InputError(
                "nothing to accept; give ids of proposals, --alias OTHER MAIN, or --line SUB BRAND"
            )
        done = store.decide(changed, "accepted")
    say_done("accepted", done, len(changed))


@app.command()
def reject(ids: Ids) -> None:
    """Decide that names are different brands; the pair is not proposed again."""
    decide_pairs(ids, "rejected", KINDS)


@app.command()
def undo(ids: Ids) -> None:
    """Take decisions back: the pairs are open proposals again, and the next build makes the graph as it was."""
    decide_pairs(ids, "open", KINDS)


def check_alias(name: str, brands: Iterable[str], known: Iterable[OntologyBrand]) -> None:
    """Refuse another name of a brand that no row and no ontology writes: it is mistyped, or would name nothing.

    Args:
        name: The other name.
        brands: As the products' rows write them.
        known: Brands of the ontology.

    Raises:
        InputError: Names the brand that was probably meant.
    """
    from kms.errors import InputError
    from kms.ontology.labels import text_key
    from kms.ontology.model import LANGUAGES
    from kms.text.nearest import nearest_name

    written = sorted(
        {*brands, *(n for each in known for language in LANGUAGES for n in each.names(language))}
    )
    if text_key(name) in map(text_key, written):
        return
    nearest = nearest_name(name, written)
    hint = f"did you mean {nearest!r}?" if nearest else "write it as the products' rows do"
    raise InputError(f"no product has the brand {name!r}; {hint}")


def list_pairs(kinds: tuple[IdentityKind, ...], *, is_decided: bool, limit: int, as_json: bool) -> None:
    """Print the open pairs of some kinds, or the decided ones."""
    with open_platform(log_level="WARNING") as platform:
        pairs = platform.identities.all(kinds, status=None if is_decided else "open")
    pairs = [pair for pair in pairs if not is_decided or pair.status != "open"]
    show_pairs("decisions" if is_decided else "open proposals", pairs, limit=limit, as_json=as_json)


def decide_pairs(ids: list[str], status: str, kinds: tuple[IdentityKind, ...]) -> None:
    """Reject pairs or open them again.

    Raises:
        NotFoundError: An id is of no pair of these kinds.
    """
    from kms.errors import NotFoundError

    with open_platform(log_level="WARNING") as platform:
        store = platform.identities
        pairs = [store.get(each) for each in ids]
        for pair in pairs:
            if pair.kind not in kinds:
                raise NotFoundError(
                    f"{pair.id} is a pair of {'products' if pair.kind == 'product' else 'brands'}"
                )
        done = store.decide(pairs, "rejected" if status == "rejected" else "open")
    say_done("rejected" if status == "rejected" else "open again", done, len(pairs))


def say_done(what: str, done: list[Identity], asked: int) -> None:
    """Print what was decided."""
    for pair in done:
        typer.echo(f"{what}: {pair.id} {pair.left} {_WHAT[pair.kind]} {pair.right}")
    if len(done) < asked:
        typer.echo(f"{asked - len(done)} were so already")
    if done:
        typer.echo(_REBUILD)


def show_pairs(title: str, pairs: list[Identity], *, limit: int, as_json: bool) -> None:
    """Print pairs with their evidence."""
    if as_json:
        print_json([{"id": pair.id, **pair.model_dump(mode="json")} for pair in pairs[:limit]])
        return
    rows = [
        (pair.id, pair.score, pair.left, _WHAT[pair.kind], pair.right, pair.status, "; ".join(pair.evidence))
        for pair in pairs[:limit]
    ]
    print_table(f"{len(pairs):,} {title}", ("id", "score", "name", "", "of", "state", "why"), rows)
