"""Commands of a project's history: versions, show, diff, restore."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth_core import api
from synth_core.cli.changes import change_lines
from synth_core.cli.options import AsJson, Note, Project
from synth_core.cli.output import Output
from synth_core.cli.plain import sentence
from synth_core.errors import ProjectError

if TYPE_CHECKING:
    from synth_core.model.version import Listed, PartChange, Version

_HELP = "A number, `latest`, `draft` (the last one drafted), or the beginning of a fingerprint."
Name = Annotated[str, typer.Argument(metavar="VERSION", help=_HELP)]


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (versions, show, diff, restore, undo):
        app.command()(command)


def versions(
    project: Project,
    last: Annotated[int | None, typer.Option("--last", min=1, help="Only so many, the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """The history of a project, newest first."""
    output = Output(as_json)
    found = api.versions(project)[:last]
    output.result([_listed(each) for each in found])
    output.grid(
        "",
        ["version", "when", "author", "changed", "note", "approved by", "fingerprint"],
        [
            (
                str(each.version.number),
                _when(each.version),
                each.version.author,
                ", ".join(each.version.changed),
                each.version.note,
                ", ".join(dict.fromkeys(approval.by for approval in each.approvals)),
                each.version.fingerprint[:10],
            )
            for each in found
        ],
        right=["version"],
        whole=["version", "when", "fingerprint"],
    )


def show(
    project: Project,
    version: Name = "latest",
    file: Annotated[str, typer.Option("--file", help="Print this file of the version, nothing else.")] = "",
    as_json: AsJson = False,
) -> None:
    """A version: who made it, what it changed, and its files."""
    output = Output(as_json)
    shown, files = api.show(project, version)
    if file and file not in files:
        raise ProjectError(
            f"Version {shown.number} of {project} has no {file!r}.", hint=f"It has {', '.join(files)}."
        )
    wanted = {file: files[file]} if file else files
    output.result({**_version(shown), "files": wanted})
    if as_json:
        return
    if file:
        _print(files[file])
        return
    note = f": {shown.note}" if shown.note else ""
    output.say(f"Version {shown.number}, by {shown.author} at {_when(shown)}{note}", "bold")
    output.say(f"Fingerprint {shown.fingerprint}")
    output.grid(
        "",
        ["file", "lines"],
        [(name, len(text.splitlines())) for name, text in files.items()],
        right=["lines"],
    )
    if shown.parent is not None:
        output.say()
        output.say(f"Changed since version {shown.parent}:", "bold")
        _say_changes(output, api.diff(project, shown.parent, shown.number).parts)


def diff(
    project: Project,
    older: Annotated[
        str | None, typer.Argument(metavar="OLDER", help=f"{_HELP} Default: the one before NEWER.")
    ] = None,
    newer: Annotated[str, typer.Argument(metavar="NEWER", help=_HELP)] = "latest",
    text: Annotated[bool, typer.Option("--text", help="Show the lines that differ, as `diff -u`.")] = False,
    as_json: AsJson = False,
) -> None:
    """What differs between two versions."""
    output = Output(as_json)
    found = api.diff(project, older, newer)
    if text and not as_json:
        _print(found.text)
        return
    output.result(
        {
            "older": _version(found.older),
            "newer": _version(found.newer),
            "files": [part.model_dump(mode="json") for part in found.parts],
            **({"text": found.text} if text else {}),
        }
    )
    ends = " → ".join(
        f"version {each.number} ({each.author}, {_when(each)})" for each in (found.older, found.newer)
    )
    output.say(ends, "bold")
    _say_changes(output, found.parts)


def restore(project: Project, version: Name, note: Note = "", as_json: AsJson = False) -> None:
    """Make a new version with the contents of an old one."""
    output = Output(as_json)
    before = api.versions(project)[0].version
    now = api.restore(project, version, note=note)
    output.result(_version(now))
    if now == before:
        output.say(f"{project} is as in that version already (version {now.number}).")
        return
    output.say(f"{project} is now at version {now.number}: {now.note}.")
    _say_changes(output, api.diff(project, before.number, now.number).parts)


def _print(text: str) -> None:
    """Exactly the text, for other programs; a terminal must not be commanded by it."""
    sys.stdout.write(sentence(text) if sys.stdout.isatty() else text)


def _say_changes(output: Output, parts: tuple[PartChange, ...]) -> None:
    for line in change_lines(parts):
        output.say(f"  {line}")
    if not parts:
        output.say("  nothing")


def _when(version: Version) -> str:
    return f"{version.time:%Y-%m-%d %H:%M:%S}"


def _version(version: Version) -> dict[str, Any]:
    return version.model_dump(mode="json")


def _listed(listed: Listed) -> dict[str, Any]:
    return {
        **_version(listed.version),
        "approvals": [each.model_dump(mode="json", exclude={"version"}) for each in listed.approvals],
    }


def undo(project: Project, as_json: AsJson = False) -> None:
    """Take back the last change of the recipe."""
    output = Output(as_json)
    made = api.undo_recipe(project)
    output.result(_version(made))
    output.say(f"The recipe is as it was: {made.note}. It is version {made.number} now.")
