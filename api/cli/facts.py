"""``kms facts``: facts with their status and sentences, decisions on them, undoing, history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, open_platform, print_counts, print_json, print_table
from api.cli.keys import cli_actor

if TYPE_CHECKING:
    from api.fact_desk import FactDesk, FactFilter
    from api.fact_schemas import DecisionOut, FactTrace
    from api.wiring import Platform
    from kms.decisions.models import Decision, FactName, MentionName
    from kms.decisions.reasons import Verdict

app = typer.Typer(no_args_is_help=True, help="Facts of products: look at them, and decide on them.")

SAMPLE = 8
_TAKEN_OVER = (
    "a running server shows it within seconds; where none runs: kms changes apply, or kms graph build"
)

Product = Annotated[str | None, typer.Argument(help="Id of the product.", show_default=False)]
Field = Annotated[str | None, typer.Argument(help="An attribute, or a relation.", show_default=False)]
Value = Annotated[
    str | None, typer.Argument(help="A name, a quantity, yes, no, or a node id.", show_default=False)
]
OfProduct = Annotated[str, typer.Option("--product", help="Facts of this product.")]
OfField = Annotated[str, typer.Option("--field", help="Facts of this attribute or relation.")]
OfValue = Annotated[str, typer.Option("--value", help="Facts that say this; it needs --field.")]
OfStatus = Annotated[str, typer.Option("--status", help="proposed, accepted, rejected or superseded.")]
OfReason = Annotated[
    str,
    typer.Option("--why", help="Reason of a decision or a rule: misread, not_of_class, implausible_size …"),
]
WhyOption = Annotated[str, typer.Option("--reason", help="Why; the list is in docs/catalogue-team.md.")]
Note = Annotated[str, typer.Option("--note", help="A remark that is kept with the decision.")]
Since = Annotated[
    datetime | None, typer.Option("--from", help="It holds from this day on.", formats=["%Y-%m-%d"])
]
Until = Annotated[
    datetime | None, typer.Option("--until", help="It holds until this day.", formats=["%Y-%m-%d"])
]
Mention = Annotated[
    str, typer.Option("--mention", help="Decide on this mention alone; `show` prints their ids.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Decide on all that the filters let through.")]


@app.command("list")
def list_(
    product: OfProduct = "",
    field: OfField = "",
    value: OfValue = "",
    status: OfStatus = "",
    why: OfReason = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List facts with status, reason and a sentence, and count them."""
    from api.fact_desk import FactDesk

    with open_platform(log_level="WARNING") as platform:
        desk = FactDesk(platform)
        page = desk.page(_filter(desk, product, field, value, status, why), limit=limit)
    if as_json:
        print_json(page)
        return
    rows = [
        (
            each.product_id,
            each.fact.name_en,
            each.fact.value_en,
            each.status,
            each.reason,
            each.decided_by,
            each.fact.confidence,
            each.fact.evidence[0].sentence[:80] if each.fact.evidence else "",
        )
        for each in page.facts
    ]
    columns = ("product", "field", "value", "status", "why", "who", "belief", "sentence")
    print_table(f"{page.total:,} facts", columns, rows)
    print_counts("by status", page.statuses)
    if page.reasons:
        print_counts("by reason", page.reasons)


@app.command()
def show(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    field: Annotated[str, typer.Argument(help="An attribute, or a relation.")],
    value: Annotated[str, typer.Argument(help="A name, a quantity, yes, no, or a node id.")],
    why: Annotated[
        bool, typer.Option("--why", help="Show what it rests on: rules, implications, down to sentences.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show a fact with its mentions and its history."""
    from api.fact_desk import FactDesk, FactFilter

    with open_platform(log_level="WARNING") as platform:
        desk = FactDesk(platform)
        name = desk.name(field, value)
        if why:
            trace = desk.why(product, name)
            if as_json:
                print_json(trace)
            else:
                _print_trace(trace)
            return
        found = desk.page(FactFilter(product_id=product, field=field, target=name.target)).facts
        past = [
            desk.show(each)
            for each in desk.history(product)
            if each.about.target in ("", name.target) and each.about.attribute == name.attribute
        ]
    if as_json:
        print_json({"facts": found, "history": past})
        return
    for each in found:
        typer.echo(f"{each.product_id}: {each.fact.name_en}: {each.fact.value_en} ({each.status})")
        for item in each.fact.evidence:
            typer.echo(f"  {item.id}  {item.field}, {item.extractor} {item.confidence:.2f}: {item.sentence}")
    if not found:
        typer.echo("no text says so, and nobody decided it")
    _print_history(past)


def _print_trace(trace: FactTrace, depth: int = 0) -> None:
    indent = "  " * depth
    fact = trace.fact.fact
    how = {"rule": f", by the rule {trace.rule}: {trace.note}", "implication": ", implied"}.get(
        trace.follows, ""
    )
    typer.echo(
        f"{indent}{fact.name_en}: {fact.value_en} ({trace.fact.status}, belief {fact.confidence:.2f}{how})"
    )
    for source in trace.sources:
        _print_trace(source, depth + 1)
    for item in fact.evidence if not trace.follows else ():
        typer.echo(
            f"{indent}  {item.id}  {item.field}, {item.extractor} {item.confidence:.2f}: {item.sentence}"
        )


def _decide(
    verdict: str,
    product: str | None,
    field: str | None,
    value: str | None,
    *,
    wanted: tuple[str, str, str, str, str] = ("", "", "", "", ""),
    reason: str = "",
    note: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    mention: str = "",
    to: str = "",
    to_field: str = "",
    yes: bool = False,
) -> None:
    from api.fact_desk import FactDesk
    from kms.decisions.reasons import Verdict
    from kms.errors import InputError
    from kms.indexing.live_decisions import LiveDecisions

    with open_platform(log_level="WARNING") as platform:
        desk = FactDesk(platform)
        about: list[tuple[str, FactName | MentionName]] = []
        if mention:
            about.append(desk.mention(mention))
        elif product and field and value:
            named = desk.main_of(product), desk.name(field, value)
            if verdict == "state" or (verdict == "accept" and not desk.is_said(*named, exactly=True)):
                desk.check_stated(named[1], value)
            about.append(named)
            if verdict != "state" and not desk.is_said(*about[0]):
                then = (
                    "it holds by the decision alone"
                    if verdict == "accept"
                    else "the decision waits for one that does"
                )
                typer.echo(f"no text says {field} {value} of {product} now; {then}")
        elif product or field or value:
            raise InputError(
                "name a fact by product, field and value, or give filters: --product, --field, --value …"
            )
        else:
            about += _chosen(desk, _filter(desk, *wanted))
            if not yes:
                typer.echo(f"nothing was decided; with --yes {len(about):,} facts are {verdict}ed")
                return
        target = None
        if to:
            own = to_field or field or (about[0][1].attribute or about[0][1].relation)
            target = desk.name(own, to)
            desk.check_stated(target, to)
        decisions = [
            _decision(platform, each, Verdict(verdict), reason, note, since, until, target) for each in about
        ]
        written = LiveDecisions(platform.database).decide(decisions)
    for each in written[:SAMPLE]:
        typer.echo(f"{each.id}: {verdict} {each.product_id} {each.about.attribute or each.about.relation}")
    typer.echo(f"{len(written):,} decided; {_TAKEN_OVER}")


def _decision(
    platform: Platform,
    about: tuple[str, FactName | MentionName],
    verdict: Verdict,
    reason: str,
    note: str,
    since: datetime | None,
    until: datetime | None,
    corrected: FactName | None,
) -> Decision:
    from kms.decisions.models import Decision
    from kms.decisions.reasons import REASONS, Reason
    from kms.errors import InputError

    allowed = REASONS[verdict]
    if reason and reason not in list(Reason):
        raise InputError(f"{reason!r} is no reason; to {verdict.value} the reasons are {', '.join(allowed)}")
    return Decision(
        product_id=about[0],
        about=about[1],
        verdict=verdict,
        reason=Reason(reason) if reason else allowed[0],
        note=note,
        corrected=corrected,
        by=cli_actor(),
        valid_from=since.replace(tzinfo=UTC) if since else None,
        valid_until=until.replace(tzinfo=UTC) if until else None,
        release=platform.ontology.version,
    )


def _add_verdict(verdict: str, what: str) -> None:
    """Add the command that decides so on one fact, one mention, or all that the filters let through."""

    def command(
        product: Product = None,
        field: Field = None,
        value: Value = None,
        reason: WhyOption = "",
        note: Note = "",
        since: Since = None,
        until: Until = None,
        mention: Mention = "",
        of_product: OfProduct = "",
        of_field: OfField = "",
        of_value: OfValue = "",
        status: OfStatus = "",
        why: OfReason = "",
        yes: Yes = False,
    ) -> None:
        wanted = (of_product, of_field, of_value, status, why)
        _decide(verdict, product, field, value, wanted=wanted, reason=reason, note=note,
                since=since, until=until, mention=mention, yes=yes)  # fmt: skip

    app.command(
        verdict,
        help=f"Decide that facts are {what}: one that is named, one mention, or all that the filters let through.",
    )(command)


_add_verdict("accept", "right")
_add_verdict("reject", "wrong")


@app.command()
def correct(
    product: Product = None,
    field: Field = None,
    value: Value = None,
    to: Annotated[str, typer.Option("--to", help="What is right.")] = "",
    to_field: Annotated[str, typer.Option("--to-field", help="Where another attribute is meant.")] = "",
    reason: WhyOption = "",
    note: Note = "",
    since: Since = None,
    until: Until = None,
    mention: Mention = "",
) -> None:
    """Decide that something else is right in a fact's place, or that one mention means something else."""
    from kms.errors import InputError

    if not to:
        raise InputError("give what is right: --to VALUE")
    _decide("correct", product, field, value, reason=reason, note=note, since=since, until=until,
            mention=mention, to=to, to_field=to_field)  # fmt: skip


@app.command()
def state(
    product: Annotated[str, typer.Argument(help="Id of the product.")],
    field: Annotated[str, typer.Argument(help="An attribute, or a relation.")],
    value: Annotated[str, typer.Argument(help="A name, a quantity, yes, no, or a node id.")],
    reason: WhyOption = "",
    note: Note = "",
    since: Since = None,
    until: Until = None,
) -> None:
    """State a fact that no text says."""
    _decide("state", product, field, value, reason=reason, note=note, since=since, until=until)


@app.command()
def undo(
    ids: Annotated[
        list[str], typer.Argument(help="Ids of decisions as `history` shows them, or their beginnings.")
    ],
    note: Note = "",
) -> None:
    """Take decisions back: the facts are as if they had never been made."""
    from kms.indexing.live_decisions import LiveDecisions

    with open_platform(log_level="WARNING") as platform:
        undone = LiveDecisions(platform.database).undo(
            [platform.decisions.get(each).id for each in ids], by=cli_actor(), note=note
        )
    typer.echo(f"{len(undone):,} taken back; {_TAKEN_OVER}")


@app.command()
def history(
    product: Annotated[str, typer.Argument(help="Id of a product; without it the newest of all.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show decisions, the newest first, with those that were taken back."""
    from api.fact_desk import FactDesk

    with open_platform(log_level="WARNING") as platform:
        desk = FactDesk(platform)
        found = desk.history(product)[:limit] if product else platform.decisions.latest(limit=limit)
        shown = [desk.show(each) for each in found]
    if as_json:
        print_json(shown)
    else:
        _print_history(shown)


def _filter(desk: FactDesk, product: str, field: str, value: str, status: str, why: str) -> FactFilter:
    from api.fact_desk import STATUSES, FactFilter
    from kms.errors import InputError

    known = next((each for each in STATUSES if each == status), None)
    if status and known is None:
        raise InputError(f"{status!r} is no status; there are {', '.join(STATUSES)}")
    if value and not field:
        raise InputError("--value needs --field, because names mean something of one attribute or relation")
    target = desk.name(field, value).target if value else ""
    return FactFilter(product_id=product, field=field, target=target, status=known, reason=why)


def _chosen(desk: FactDesk, wanted: FactFilter) -> list[tuple[str, FactName | MentionName]]:
    """The facts of a filter, after their count and a sample were shown."""
    from kms.decisions.models import FactName
    from kms.errors import InputError

    if wanted.is_empty:
        raise InputError(
            "give product, field and value, or filters: --product, --field, --value, --status, --why"
        )
    page = desk.page(wanted, limit=SAMPLE)
    rows = [(each.product_id, each.fact.name_en, each.fact.value_en, each.status) for each in page.facts]
    print_table(f"{page.total:,} facts, some of them:", ("product", "field", "value", "status"), rows)
    return [
        (
            edge.source.partition(":")[2],
            FactName(
                relation=edge.relation,
                attribute=edge.attribute,
                target=edge.target,
                written=str(edge.properties.get("written", ""))[:200],
            ),
        )
        for edge, _ in desk.find(wanted)
    ]


def _print_history(shown: Sequence[DecisionOut]) -> None:
    rows = [
        (
            each.id,
            str(each.at)[:16],
            each.by,
            each.verdict,
            each.product_id,
            each.attribute or each.relation,
            f"{each.target or each.surface}{f' → {each.to_target}' if each.to_target else ''}",
            each.reason,
            f"by {each.undone_by}" if each.undone_by else "",
        )
        for each in shown
    ]
    columns = ("id", "when (UTC)", "who", "verdict", "product", "field", "value", "reason", "taken back")
    print_table(f"{len(rows):,} decisions", columns, rows)
