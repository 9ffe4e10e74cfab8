"""``kms search``, ``kms recommend`` and ``kms product``: the answers of the API without a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from api.cli.context import AsJson, Limit, console, open_platform, print_json, print_table

if TYPE_CHECKING:
    from api.schemas import EvidenceOut, HitOut, Ranked
    from api.services import Services

Filter = Annotated[str, typer.Option("--filter", "-f", help="For instance brand:veldra;price:..100")]
SortName = Annotated[
    str, typer.Option("--sort", help="relevance, price_asc, price_desc, rating, popularity or newest.")
]
Explain = Annotated[bool, typer.Option("--explain/--no-explain", help="Show the reasons.")]


def search(
    query: Annotated[str, typer.Argument(help="What a shopper would type, in English or Chinese.")],
    filter: Filter = "",
    sort: SortName = "relevance",
    limit: Limit = 10,
    explain: Explain = True,
    as_json: AsJson = False,
) -> None:
    """Search the catalogue, with reasons."""
    from api.filters import read_filter
    from kms.errors import InputError
    from ranking.models import SearchRequest, Sort

    if sort not in get_args(Sort):
        raise InputError(f"--sort: there is no order {sort!r}; give one of {', '.join(get_args(Sort))}")

    if len(query) > 500:
        raise InputError(f"a query may have 500 characters, this one has {len(query)}")
    with _open_services() as services:
        request = SearchRequest(
            query=query,
            filter=read_filter(filter),
            sort=cast("Sort", sort),
            limit=limit,
            explain=explain,
        )
        answer = services.search(request)
    if as_json:
        print_json(answer)
        return
    understood = answer.understanding
    parts = [f"{e.surface} → {e.label_en}{' (excluded)' if e.negated else ''}" for e in understood.entities]
    parts += [f"any of: {', '.join(o.surface for o in c.options)}" for c in understood.choices]
    parts += [f"{c.surface}{' (excluded)' if c.negated else ''}" for c in understood.constraints]
    parts += [
        f"{x.surface} → {'high' if x.direction == 'more' else 'low'} {x.label_en}"
        for x in understood.leanings
    ]
    parts += [f"without {word}" for word in understood.excluded_words]
    parts += [f"free of {word}" for word in understood.lacking]
    parts += [f"not understood: not {verb}" for verb in understood.not_understood]
    parts += [f"{c.written} read as {c.read_as}" for c in understood.corrections]
    console().print(
        f"{answer.total:,} products" + (f"; understood: {', '.join(parts)}" if parts else ""), markup=False
    )
    for note in answer.notes:
        hint = f"; the nearest is {note.nearest}" if note.nearest else ""
        typer.echo(f"no product has {note.field}:{note.value}{hint}")
    matching = answer.matching
    if matching.dropped:
        typer.echo(f"no product has everything; given up: {', '.join(matching.dropped)}")
    if answer.hits:
        _print_hits(answer.hits)
    if answer.related:
        typer.echo("related, not everything that was asked for:")
        _print_hits(answer.related)
    if matching.rule == "nothing":
        typer.echo(
            "nothing fits"
            + (f"; nearest without: {', '.join(matching.given_up)}" if answer.alternatives else "")
        )
        _print_hits(answer.alternatives)
    _print_degraded(answer)


def recommend(
    shopper: Annotated[str, typer.Argument(help="A shopper's id; an unknown one is a new shopper.")],
    filter: Filter = "",
    limit: Limit = 10,
    explain: Explain = True,
    as_json: AsJson = False,
) -> None:
    """Recommend products to a shopper, with reasons."""
    from api.filters import read_filter

    with _open_services() as services:
        answer = services.recommend(shopper, limit=limit, filter=read_filter(filter), explain=explain)
    if as_json:
        print_json(answer)
        return
    typer.echo(f"{answer.kind} recommendations")
    _print_ranked(answer)


def product(
    product_id: Annotated[str, typer.Argument(help="A product's id.")], as_json: AsJson = False
) -> None:
    """Show a product: its facts with the sentences that they were read from."""
    with open_platform(log_level="WARNING") as platform:
        from api.product_page import ProductReader
        from kms.catalog.feeds import FeedStore

        reader = ProductReader(
            catalog=platform.catalog,
            evidence=platform.evidence,
            graph=platform.graph,
            ontology=platform.ontology,
            identities=platform.identities,
            feeds=FeedStore(platform.database, "product"),
        )
        product_out = reader.load(product_id)
    if as_json:
        print_json(product_out)
        return
    price = f", {product_out.price.amount:.2f} {product_out.price.currency}" if product_out.price else ""
    console().print(f"{product_out.id}: {product_out.title}{price}", markup=False)
    rows = [
        (
            fact.name_en or fact.relation,
            fact.target.label_en or fact.target.key,
            fact.confidence,
            fact.support,
            _quote(fact.evidence[0]) if fact.evidence else "",
        )
        for fact in product_out.facts
    ]
    print_table("facts", ("what", "value", "confidence", "mentions", "read in"), rows)
    aspects = [
        (a.label_en, a.positive, a.negative, _quote(a.evidence[0]) if a.evidence else "")
        for a in product_out.reviews.aspects
    ]
    if aspects:
        print_table("what reviewers say", ("aspect", "positive", "negative", "for instance"), aspects)


@contextmanager
def _open_services() -> Iterator[Services]:
    from api.services import Services

    with open_platform(log_level="ERROR") as platform:
        services = Services(platform, warm=False)
        services.graph_health.check()
        services.live.refresh()
        try:
            yield services
        finally:
            services.stop()


def _print_ranked(answer: Ranked) -> None:
    _print_hits(answer.hits)
    _print_degraded(answer)


def _print_hits(hits: Sequence[HitOut]) -> None:
    rows = [(hit.position, hit.product.id, hit.product.title, hit.score, _reasons(hit)) for hit in hits]
    has_reasons = any(hit.reasons for hit in hits)
    columns = ("", "id", "title", "score", "because")
    print_table("", columns if has_reasons else columns[:4], rows if has_reasons else [r[:4] for r in rows])


def _print_degraded(answer: Ranked) -> None:
    if answer.degraded:
        typer.echo(f"without: {', '.join(answer.degraded)}")


def _reasons(hit: HitOut) -> str:
    lines = []
    for reason in hit.reasons[:3]:
        line = f"{reason.share:.0%} {reason.text_en}"
        sentences = [e for step in reason.path for e in step.evidence]
        if sentences:
            line += f": {_quote(sentences[0])}"
        lines.append(line)
    return "\n".join(lines)


def _quote(evidence: EvidenceOut) -> str:
    text = " ".join(evidence.sentence.split())
    return f"“{text if len(text) <= 110 else text[:107] + '…'}”"
