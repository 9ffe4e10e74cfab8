"""``kms queue``: the questions to people, their answers, many at once, undoing, history, and spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import AsJson, open_platform, print_counts, print_json, print_table
from api.cli.keys import cli_actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.queue_schemas import ActionOut, QueueItemOut
    from api.queue_wanted import Wanted
    from kms.decisions.reasons import Reason
    from kms.queue.models import Action, Kind

app = typer.Typer(no_args_is_help=True, help="The review queue: what people are asked about the graph.")

_TAKEN_OVER = (
    "a running server shows it within seconds; where none runs: kms changes apply, or kms graph build"
)

OfKind = Annotated[
    str,
    typer.Option("--kind", help="doubtful, contradiction, violation, implausible, word, merge or brand."),
]
OfField = Annotated[str, typer.Option("--field", help="Of this attribute or relation.")]
OfClass = Annotated[str, typer.Option("--class", help="With products of this class.")]
OfProduct = Annotated[str, typer.Option("--product", help="With this product.")]
OfWord = Annotated[str, typer.Option("--word", help="Words that contain this.")]
OfAssignee = Annotated[str, typer.Option("--assignee", help="For this person.")]
IsFlagged = Annotated[bool, typer.Option("--flagged", help="Those with a flag.")]
WhyOption = Annotated[
    str, typer.Option("--reason", help="Why; `show` lists the reasons. Default: the usual one.")
]
Note = Annotated[str, typer.Option("--note", help="A remark that is kept.")]


@app.command("list")
def list_(
    kind: OfKind = "",
    field: OfField = "",
    class_: OfClass = "",
    product: OfProduct = "",
    word: OfWord = "",
    assignee: OfAssignee = "",
    flagged: IsFlagged = False,
    done: Annotated[bool, typer.Option("--done", help="Those that were answered.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 30,
    as_json: AsJson = False,
) -> None:
    """List the questions of which an answer is worth most, and count them."""
    from api.queue_desk import QueueDesk

    with open_platform(log_level="WARNING") as platform:
        wanted = _wanted(kind, field, class_, product, word, assignee, flagged, is_done=done)
        page = QueueDesk(platform).page(wanted, limit=limit)
    if as_json:
        print_json(page)
        return
    _print_items(f"{page.total:,} questions", page.items)
    print_counts("by kind", page.kinds)


@app.command()
def show(
    item: Annotated[str, typer.Argument(help="Id of a question, or its beginning.")], as_json: AsJson = False
) -> None:
    """Show a question with examples and their sentences, what each answer would change, and its history."""
    from api.queue_desk import QueueDesk

    with open_platform(log_level="WARNING") as platform:
        found = QueueDesk(platform).get(item)
    if as_json:
        print_json(found)
        return
    typer.echo(
        f"{found.id}  {found.kind}  {found.question_en}  ({_products(found.products)}, {found.status})"
    )
    for number, option in enumerate(found.options, 1):
        typer.echo(f"  {number}  {option.label_en}")
    for action, effect in found.effects_en.items():
        reasons = ", ".join(each.reason for each in found.reasons.get(action, ()))
        typer.echo(f"  {action}: {effect}{f'  [{reasons}]' if reasons else ''}")
    for sample in found.samples:
        said = " | ".join(value.label_en for value in sample.values)
        typer.echo(f"  {sample.product_id}  {sample.title}{f': {said}' if said else ''}")
        for each in sample.evidence:
            start, end = each.highlight.start, each.highlight.end
            marked = f"{each.sentence[:start]}[{each.sentence[start:end]}]{each.sentence[end:]}"
            typer.echo(f"      {each.field}, {each.extractor} {each.confidence:.2f}: {marked}")
    _print_actions(found.history)


@app.command()
def decide(
    item: Annotated[str, typer.Argument(help="Id of a question, or its beginning.")],
    action: Annotated[
        str, typer.Argument(help="accept, reject, correct, ignore, skip, flag, comment or assign.")
    ],
    reason: WhyOption = "",
    note: Note = "",
    option: Annotated[
        int, typer.Option("--option", help="Of a contradiction: which value is right.", min=1)
    ] = 1,
    to: Annotated[str, typer.Option("--to", help="What is right; of a word: what it means.")] = "",
    to_field: Annotated[str, typer.Option("--to-field", help="Where another attribute is meant.")] = "",
    who: Annotated[
        str | None, typer.Option("--who", help="Of assign: who is to answer it; '' takes it back.")
    ] = None,
) -> None:
    """Answer a question, or note something on it."""
    from api.queue_desk import QueueAnswer, QueueDesk
    from kms.errors import InputError
    from kms.queue.models import Action

    if action not in list(Action):
        raise InputError(f"{action!r} is no action; there are {', '.join(a for a in Action if a != 'undo')}")
    with open_platform(log_level="WARNING") as platform:
        meant = platform.queue.get(item)
        answer = QueueAnswer.model_validate(
            {
                "item": meant.id, "action": action, "reason": _reason(reason, Action(action), [meant.kind]),
                "note": note, "option": option, "to": to, "to_field": to_field,
                **({"value": who} if who is not None else {}),
            }
        )  # fmt: skip
        done = QueueDesk(platform).act([answer], by=cli_actor()).actions[0]
    typer.echo(f"{done.id}: {done.action} {done.title} ({_products(done.count)}); {_TAKEN_OVER}")


@app.command()
def bulk(
    action: Annotated[str, typer.Argument(help="accept, reject, ignore, skip, flag or assign.")],
    kind: OfKind = "",
    field: OfField = "",
    class_: OfClass = "",
    product: OfProduct = "",
    word: OfWord = "",
    assignee: OfAssignee = "",
    flagged: IsFlagged = False,
    reason: WhyOption = "",
    note: Note = "",
    who: Annotated[
        str | None, typer.Option("--who", help="Of assign: who is to answer them; '' takes it back.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; else only the number and a sample are shown.")
    ] = False,
) -> None:
    """Answer all questions that filters let through; without --yes it shows how many there are and a sample."""
    from api.queue_desk import QueueDesk
    from kms.errors import InputError
    from kms.queue.models import Action, Kind

    if action not in list(Action):
        raise InputError(f"{action!r} is no action; there are {', '.join(a for a in Action if a != 'undo')}")
    with open_platform(log_level="WARNING") as platform:
        desk = QueueDesk(platform)
        wanted = _wanted(kind, field, class_, product, word, assignee, flagged)
        why = _reason(reason, Action(action), [Kind(kind)] if kind else list(Kind))
        found = desk.bulk(wanted, Action(action), by=cli_actor())
        if not found.total:
            typer.echo("no open question is let through by these filters; nothing is done")
            return
        _print_items(f"{found.total:,} questions, {_products(found.products)}; some of them:", found.sample)
        if not yes:
            typer.echo(f"nothing was done; with --yes all {found.total:,} are done")
            return
        done = desk.bulk(
            wanted,
            Action(action),
            by=cli_actor(),
            reason=why,
            note=note,
            value=who,
            expected=found.total,
        )
    typer.echo(f"{done.done:,} done; kms queue undo {done.batch} takes them back; {_TAKEN_OVER}")


@app.command()
def undo(
    ids: Annotated[list[str], typer.Argument(help="Ids of actions or batches as `history` shows them.")],
    note: Note = "",
) -> None:
    """Take answers back: the questions are open again, and the graph is as before."""
    from api.queue_desk import QueueDesk

    with open_platform(log_level="WARNING") as platform:
        done = QueueDesk(platform).undo(ids, by=cli_actor(), note=note)
    typer.echo(f"{len(done.actions):,} taken back; {_TAKEN_OVER}")


@app.command()
def history(
    by: Annotated[str, typer.Option("--by", help="Of this person.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what people did with questions, the newest first."""
    from api.queue_desk import QueueDesk

    with open_platform(log_level="WARNING") as platform:
        found = QueueDesk(platform).history(by=by, limit=limit).actions
    if as_json:
        print_json(found)
    else:
        _print_actions(found)


@app.command()
def refresh() -> None:
    """Compute the questions anew; `kms graph build` and changes do it by themselves."""
    with open_platform(log_level="WARNING") as platform:
        report = platform.queue_refresh().run()
    typer.echo(f"{report.items:,} questions about {report.members:,} facts, words and pairs")


@app.command()
def words(as_json: AsJson = False) -> None:
    """Show the words that people accepted, as lines for the ontology, and those that are ignored for ever."""
    with open_platform(log_level="WARNING") as platform:
        accepted, ignored = platform.queue.accepted_words(), platform.queue.ignored()
    if as_json:
        print_json({"accepted": [each._asdict() for each in accepted], "ignored": ignored})
        return
    columns = ("read as", "attribute", "word", "language")
    print_table(f"{len(accepted):,} accepted words", columns, [tuple(each) for each in accepted])
    if ignored:
        typer.echo(f"ignored for ever: {', '.join(ignored)}")


@app.command("export")
def export_(
    file: Annotated[Path, typer.Argument(help="A file that ends with .xlsx or .csv.")],
    kind: OfKind = "",
    field: OfField = "",
    class_: OfClass = "",
    product: OfProduct = "",
    word: OfWord = "",
    assignee: OfAssignee = "",
    flagged: IsFlagged = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")] = 10_000,
) -> None:
    """Write questions into a spreadsheet, to be answered there in the column `decision`."""
    from api.queue_desk import QueueDesk
    from api.queue_sheet import export_queue
    from kms.queue.sheets import write_sheet

    with open_platform(log_level="WARNING") as platform:
        wanted = _wanted(kind, field, class_, product, word, assignee, flagged)
        rows = export_queue(QueueDesk(platform), wanted, limit=limit)
    write_sheet(file, rows)
    typer.echo(
        f"{len(rows) - 1:,} questions in {file}; fill in the column decision, then kms queue import {file} --dry-run"
    )


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A file that `export` wrote, with answers.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Do what the column `decision` of a spreadsheet says; refused rows are named with their line and why."""
    from api.queue_desk import QueueDesk
    from api.queue_sheet import import_queue
    from kms.queue.sheets import read_sheet

    with open_platform(log_level="WARNING") as platform:
        report = import_queue(QueueDesk(platform), read_sheet(file), by=cli_actor(), is_dry=dry_run)
    if as_json:
        print_json(report)
    else:
        rows = [(each.line, each.action, each.question, each.value, each.products) for each in report.changes]
        title = f"{len(rows):,} {'would be done' if dry_run else 'done'}"
        print_table(title, ("line", "decision", "question", "value", "products"), rows[:40])
        for refused in report.refused:
            typer.echo(f"{file.name}:{refused.line}: {refused.problem}")
        if report.repeated:
            typer.echo(f"{report.repeated:,} rows were done by an earlier import, and are not done twice")
        typer.echo(f"{report.unanswered:,} rows without a decision, {len(report.refused):,} refused")
    if report.refused:
        raise typer.Exit(1)


def _wanted(
    kind: str,
    field: str,
    class_: str,
    product: str,
    word: str,
    assignee: str,
    flagged: bool,
    *,
    is_done: bool = False,
) -> Wanted:
    from api.queue_wanted import Wanted
    from kms.errors import InputError
    from kms.queue.models import Kind

    if kind and kind not in list(Kind):
        raise InputError(f"{kind!r} is no kind of question; there are {', '.join(Kind)}")
    return Wanted.model_validate(
        {
            "kind": kind or None,
            "field": field,
            "class": class_,
            "product": product,
            "word": word,
            "assignee": assignee,
            "flagged": True if flagged else None,
            "status": "done" if is_done else "open",
        }
    )


def _reason(said: str, action: Action, kinds: Sequence[Kind]) -> Reason | None:
    """The reason that was said, of those that the action has on questions of these kinds."""
    from kms.decisions.reasons import Reason
    from kms.errors import InputError
    from kms.queue.models import reasons_of

    known = dict.fromkeys(each for kind in kinds for each in reasons_of(kind, action))
    if said and said not in list(known):
        names = f"the reasons: {', '.join(known)}" if known else f"to {action.value} needs none"
        raise InputError(f"{said!r} is no reason to {action.value} here; {names}")
    return Reason(said) if said else None


def _products(n: int) -> str:
    return f"{n:,} product{'' if n == 1 else 's'}"


def _print_items(title: str, items: Sequence[QueueItemOut]) -> None:
    rows = [
        (each.id[:10], each.kind, each.question_en, each.class_en, each.products, each.gain, each.assignee)
        for each in items
    ]
    print_table(title, ("id", "kind", "question", "class", "products", "gain", "for"), rows)


def _print_actions(actions: Sequence[ActionOut]) -> None:
    rows = [
        (
            each.id,
            str(each.at)[:16],
            each.by,
            each.action,
            each.title,
            each.reason,
            each.value,
            each.count,
            each.batch,
            f"by {each.undone_by}" if each.undone_by else "",
        )
        for each in actions
    ]
    columns = (
        "id",
        "when (UTC)",
        "who",
        "what",
        "question",
        "reason",
        "value",
        "products",
        "batch",
        "taken back",
    )
    if rows:
        print_table(f"{len(rows):,} actions", columns, rows)
