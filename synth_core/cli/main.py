"""Entry of the command line: commands, and how errors leave it."""

from __future__ import annotations

import os
from collections.abc import Sequence

import typer

from synth_core.cli import files, functions, projects, runs, versions
from synth_core.cli.changes import clash_lines
from synth_core.cli.output import Output
from synth_core.errors import ConflictError, RecipeError, SynthError, UsageError

app = typer.Typer(
    name="synth",
    help="Synthetic tables that look, join and load like the real ones, from a recipe that you can read.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (files, functions, projects, runs, versions):
    module.add_commands(app)


INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, 1 for an error with its reason on standard error, 2 for a wrong call."""
    output = Output(as_json=False)
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="synth")
    except SystemExit as error:
        # Typer shows wrong calls and help itself, and passes over Ctrl-C and closed pipes.
        if error.code == INTERRUPTED:
            output.error("interrupted.")
        return error.code if isinstance(error.code, int) else 0
    except UsageError as error:
        output.error(str(error))
        return 2
    except RecipeError as error:
        output.error(str(error))
        for finding in error.findings[1:20]:
            output.err.print(f"  {finding}", markup=False)
        return 1
    except ConflictError as error:
        output.error(str(error))
        for line in clash_lines(error.clashes):
            output.err.print(f"  {line}", markup=False)
        return 1
    except SynthError as error:
        output.error(str(error))
        return 1
    except Exception as error:
        if os.environ.get("SYNTH_DEBUG"):
            raise
        output.error(
            f"this went wrong inside synth: {type(error).__name__}: {error}. "
            "Please report it; with SYNTH_DEBUG=1 the same command shows where."
        )
        return 1
    return 0
