"""The ``kms`` command: all commands of the platform."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli import (
    ask,
    audit,
    batch,
    brands,
    changes,
    duplicates,
    facts,
    graph,
    index,
    induce,
    inspect,
    keys,
    learn,
    neo4j,
    queue,
    rules,
    serving,
    train_matcher,
    users,
)
from api.cli.demo import demo
from kms.errors import KmsError

# Libraries that draw bars of their own would write over ours.
for _variable, _value in (
    ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
    ("TQDM_DISABLE", "1"),
    ("TOKENIZERS_PARALLELISM", "false"),
):
    os.environ.setdefault(_variable, _value)


class ErrorLineGroup(TyperGroup):
    """Shows errors of the platform as text for people, with exit status 2, never as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        _warn_of_variables()
        try:
            return super().invoke(ctx)
        except KmsError as error:
            typer.secho(f"kms: {error}", err=True, fg=typer.colors.RED)
            raise typer.Exit(2) from None


def _warn_of_variables() -> None:
    """Name variables that look like settings and are none: a slip of the pen sets nothing."""
    from kms.settings import unknown_variables

    for name, nearest in unknown_variables(os.environ).items():
        hint = f"; did you mean {nearest}?" if nearest else "; kms settings lists them"
        typer.secho(f"kms: {name} is no setting and is not read{hint}", err=True, fg=typer.colors.YELLOW)


app = typer.Typer(
    name="kms",
    cls=ErrorLineGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Knowledge-graph search and recommendations for shops, with the evidence behind every fact.",
    epilog="Settings are environment variables that begin with KMS_; `kms settings` shows them.",
)
app.command()(demo)
app.command()(batch.ingest)
app.command()(batch.extract)
app.add_typer(graph.app, name="graph")
app.add_typer(brands.app, name="brands")
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(facts.app, name="facts")
app.add_typer(queue.app, name="queue")
app.add_typer(rules.app, name="rules")
app.add_typer(index.app, name="index")
app.add_typer(changes.app, name="changes")
app.command()(serving.serve)
app.command()(ask.search)
app.command()(ask.recommend)
app.command()(ask.product)
inspect.ontology_app.command()(induce.induce)
app.add_typer(inspect.ontology_app, name="ontology")
app.command()(inspect.proposals)
app.command()(inspect.runs)
app.command()(inspect.settings)
learn.train_app.command()(train_matcher.matcher)
app.add_typer(learn.train_app, name="train")
app.command()(learn.evaluate)
app.add_typer(neo4j.app, name="neo4j")
app.add_typer(keys.app, name="keys")
app.add_typer(users.app, name="users")
app.add_typer(audit.app, name="audit")
app.command()(inspect.version)


@app.callback()
def main(
    state_dir: Annotated[
        str, typer.Option("--state-dir", help="Folder of everything that is written (KMS_STATE_DIR).")
    ] = "",
) -> None:
    """Knowledge-graph search and recommendations for shops, with the evidence behind every fact."""
    if state_dir:
        os.environ["KMS_STATE_DIR"] = state_dir


def run() -> None:
    """Entry point of the installed command."""
    app()


if __name__ == "__main__":
    run()
