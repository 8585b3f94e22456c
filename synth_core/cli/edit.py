"""Commands of the review: edit, attention."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from synth_core import api
from synth_core.cli.changes import change_lines
from synth_core.cli.options import AsJson, Note, Project
from synth_core.cli.output import Output, plural
from synth_core.errors import UsageError

if TYPE_CHECKING:
    from synth_core.model.edits import AcceptAbove, AnyEdit
    from synth_core.stages.review import Attention

_STEPS = {"sources": "Sources", "schema": "Schema", "keys": "Keys"}


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (edit, attention):
        app.command()(command)


def edit(
    project: Project,
    changes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EDIT…",
            help="TABLE.COLUMN.type=TYPE (also format, mode, meaning, personal, name), TABLE.key=A,B, TABLE.wanted=N, "
            "TABLE.dialect.delimiter=;, target=…, exposure=…, scale=…, tables=A,B, `link A.X -> B.Y`, `unlink …`, "
            "`rule T(A <= B)`, `unrule …`, `accept …`, `reject …`.",
        ),
    ] = None,
    accept: Annotated[
        float | None, typer.Option("--accept", metavar="SHARE", help="Accept all columns that are so sure.")
    ] = None,
    accept_keys: Annotated[
        float | None,
        typer.Option(
            "--accept-keys", metavar="SHARE", help="Accept all keys, links and rules that are so sure."
        ),
    ] = None,
    table: Annotated[str, typer.Option("--table", help="Accept only what is of this table.")] = "",
    base: Annotated[
        int | None, typer.Option("--base", metavar="VERSION", help="The version that the edits were made on.")
    ] = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Change what was inferred; inferring again keeps that."""
    output = Output(as_json)
    edits: list[AnyEdit | str] = list(changes or ())
    edits += [] if accept is None else [_above(accept, table, "--accept")]
    edits += [] if accept_keys is None else [_above(accept_keys, table, "--accept-keys", keys=True)]
    if not edits:
        raise UsageError("There is nothing to edit.", hint="Give an EDIT, --accept or --accept-keys.")
    before = api.record(project).version
    stored = api.edit(project, edits, base, note=note)
    found = api.attention(project)
    changed = stored.version != before
    output.result(
        {
            "project": project,
            "version": stored.version,
            "changed": changed,
            "findings": [each.model_dump(mode="json") for each in stored.notes],
            "attention": len(found),
        }
    )
    if not changed:
        output.say(f"{project} says so already; it stays at version {stored.version}.")
        return
    for line in change_lines(api.diff(project, before, stored.version or "latest").parts):
        output.say(f"  {line}")
    output.findings(stored.notes)
    output.say(f"{project} is at version {stored.version}. {_left(found)}")


def attention(
    project: Project,
    source: Annotated[
        bool, typer.Option("--source", help="Also ask whether the source has changed since it was read.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What wants a look before the next step, and why."""
    output = Output(as_json)
    found = api.attention(project)
    changes = api.source_changes(project) if source else ()
    data = {"attention": [each.model_dump(mode="json") for each in found]}
    output.result({**data, "source": [each.model_dump(mode="json") for each in changes]} if source else data)
    for step, title in _STEPS.items():
        rows = [(_place(each), each.what, each.why) for each in found if each.step == step]
        output.grid(title, ["place", "what", "why"], rows)
    if changes:
        told = [(each.table, each.what, each.message) for each in changes]
        output.grid("The source has changed", ["table", "what", "how"], told)
        output.say(f"Next: synth infer {quote(project)}, then synth diff {quote(project)}", "dim")
    elif source:
        output.say("The source is as it was when it was read.")
    output.say(_left(found))


def _place(found: Attention) -> str:
    return found.place or ".".join(filter(None, (found.table, found.column))) or "project"


def _left(found: tuple[Attention, ...]) -> str:
    return (
        f"{plural(len(found), 'place')} want{'s' * (len(found) == 1)} a look."
        if found
        else "Nothing wants a look."
    )


def _above(share: float, table: str, option: str, *, keys: bool = False) -> AcceptAbove:
    if not 0 <= share <= 1:
        raise UsageError(
            f"{option} {share:g}: that is no share.", hint="Give a number from 0 to 1, like 0.9."
        )
    from synth_core.model.edits import AcceptAbove

    return AcceptAbove(confidence=share, table=table, step="keys" if keys else "schema")
