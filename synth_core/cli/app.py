"""All commands, and how errors leave them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import typer
from typer.main import get_command

from synth_core.cli import (
    ask,
    config,
    cost,
    doctor,
    edit,
    files,
    functions,
    jobs,
    members,
    models,
    projects,
    prompts,
    quickstart,
    reports,
    rows,
    runs,
    sources,
    versions,
)
from synth_core.cli.changes import clash_lines
from synth_core.cli.output import Output
from synth_core.cli.plain import sentence
from synth_core.cli.signals import Stop
from synth_core.errors import ConflictError, RecipeError, SynthError, UsageError

app = typer.Typer(
    name="synth",
    help="Synthetic tables that look, join and load like the real ones, from a recipe that you can read.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    ask,
    config,
    cost,
    doctor,
    edit,
    files,
    functions,
    jobs,
    members,
    models,
    projects,
    prompts,
    quickstart,
    rows,
    reports,
    runs,
    sources,
    versions,
):
    module.add_commands(app)
config.give_all_commands_the_option(app)


@cache
def _command() -> Callable[..., Any]:
    """All commands. Typer would put them together anew at each call, which takes longer than many a command."""
    return get_command(app)


def call(arguments: Sequence[str] | None, stop: Stop) -> int:
    """Run one command; its exit code. When a signal stopped it, whatever error that led to is raised as it is."""
    output = Output(as_json=False)
    if logging.lastResort is not None:
        # What the core logs is for people, too.
        logging.lastResort.setFormatter(logging.Formatter("synth: %(message)s"))
    try:
        _command()(args=list(arguments) if arguments is not None else None, prog_name="synth")
    except BaseException as error:
        # DuckDB and others turn an interrupt into errors of their own, and typer into an exit.
        if stop.number and not (isinstance(error, SystemExit) and not error.code):
            raise
        return _explain(error, output)
    return 0


def _explain(error: BaseException, output: Output) -> int:
    """Why a command failed, on standard error; the exit code."""
    if isinstance(error, SystemExit):
        # Typer shows wrong calls and help itself, and passes over closed pipes.
        return error.code if isinstance(error.code, int) else 0
    if isinstance(error, UsageError):
        output.error(str(error))
        return 2
    if isinstance(error, SynthError):
        output.error(str(error))
        for finding in error.findings[1:20] if isinstance(error, RecipeError) else ():
            output.err.print(f"  {sentence(str(finding))}")
        for line in clash_lines(error.clashes) if isinstance(error, ConflictError) else ():
            output.err.print(f"  {sentence(line)}")
        for note in getattr(error, "__notes__", ()):
            output.note(note)
        return 1
    if os.environ.get("SYNTH_DEBUG") or not isinstance(error, Exception):
        raise error
    output.error(
        f"this went wrong inside synth: {type(error).__name__}: {error}. "
        "Please report it; with SYNTH_DEBUG=1 the same command shows where."
    )
    return 1
