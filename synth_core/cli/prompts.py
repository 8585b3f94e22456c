"""`synth prompts`: what the model is asked, in a project's own words where it has some."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from synth_core import api
from synth_core.cli.models import Told
from synth_core.cli.options import AsJson, Note, Project, UseModel
from synth_core.cli.output import Output, plural
from synth_core.errors import UsageError

Id = Annotated[str, typer.Argument(metavar="PROMPT", help="A prompt's id, such as `columns`.")]
group = typer.Typer(help="The prompts of a project.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="prompts")


@group.command(name="list")
def list_prompts(project: Project, as_json: AsJson = False) -> None:
    """All prompts, and which texts are the project's own."""
    output = Output(as_json)
    found = api.prompts(project)
    output.result([each.model_dump(mode="json", exclude={"shipped", "own"}) for each in found])
    output.grid(
        "",
        ["prompt", "version", "text", "by", "question"],
        [
            (
                each.id,
                each.version,
                "unfit" if each.problem else "shipped" if each.own is None else "the project's",
                each.changed_by,
                each.title,
            )
            for each in found
        ],
        whole=["prompt", "version"],
    )
    for each in found:
        if each.problem:
            output.say(each.problem, "red")


@group.command()
def show(
    project: Project,
    prompt: Id,
    shipped: Annotated[bool, typer.Option("--shipped", help="The text that this program ships.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="How the project's text differs from that.")] = False,
    as_json: AsJson = False,
) -> None:
    """The text of a prompt, as the project has it."""
    output = Output(as_json)
    found = api.prompt(project, prompt)
    output.result(found.model_dump(mode="json"))
    if not as_json:
        sys.stdout.write(found.difference if diff else found.shipped if shipped else found.text)


@group.command()
def save(
    project: Project,
    prompt: Id,
    file: Annotated[Path, typer.Argument(help="A file with the text, as `synth prompts show` prints it.")],
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Give the project a text of its own."""
    output = Output(as_json)
    version = api.save_prompt(project, prompt, _read(file), note=note)
    output.result(version.model_dump(mode="json"))
    output.say(f"{project} asks {prompt} in its own words from now on; it is version {version.number}.")


@group.command()
def reset(project: Project, prompt: Id, note: Note = "", as_json: AsJson = False) -> None:
    """Take the shipped text again."""
    output = Output(as_json)
    version = api.reset_prompt(project, prompt, note=note)
    output.result(version.model_dump(mode="json"))
    output.say(f"{project} asks {prompt} as it is shipped; it is version {version.number}.")


@group.command(name="try")
def try_prompt(
    project: Project,
    prompt: Id,
    table: Annotated[str, typer.Option("--table", help="What it is tried on.")],
    file: Annotated[
        Path | None, typer.Option("--file", help="A text that is not saved; default: the project's.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Ask the model, too; that costs.")] = False,
    model: UseModel = None,
    as_json: AsJson = False,
) -> None:
    """What a prompt asks about one table, and what that costs."""
    output = Output(as_json)
    told = Told(output)
    text = api.prompt(project, prompt).text if file is None else _read(file)
    tried = api.try_prompt(project, prompt, text, table, send=send, model=model, talk=told)
    output.result({**tried.model_dump(mode="json", exclude={"account"}), "asked": told.data if send else {}})
    output.say(tried.request.system)
    output.say("===")
    output.say(tried.request.prompt)
    output.say(f"The first of {plural(tried.requests, 'request')} about {table}; {tried.estimate}.", "dim")
    if tried.answer:
        output.say(tried.answer)
    output.findings(tried.findings)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} can't be read: {error}.") from None
