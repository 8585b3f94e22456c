"""Commands about what runs were: report, compare, literals, clone."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from synth_core import api
from synth_core.cli.options import AsJson, Project
from synth_core.cli.output import Output
from synth_core.cli.runs import RunId
from synth_core.errors import TargetError

if TYPE_CHECKING:
    from synth_core.report import Report, RunDifference
    from synth_core.stages.literals import Literals

WORST = 8
"""Columns that are shown of those that are least like the source."""


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (report, compare, literals, clone):
        app.command()(command)


def report(
    run_id: RunId,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the report as one HTML file that needs nothing else.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a run made, from what, and how like the source it is."""
    output = Output(as_json)
    if html is not None:
        text = api.report_html(run_id)
        try:
            html.parent.mkdir(parents=True, exist_ok=True)
            html.write_text(text, encoding="utf-8")
        except OSError as error:
            raise TargetError(f"{html} can't be written: {error.strerror or error}.") from None
        output.result({"run_id": run_id, "html": str(html)})
        output.say(f"The report of run {run_id} is in {html}.")
        return
    found = api.report(run_id)
    output.result(found.model_dump(mode="json"))
    _show(output, found)


def compare(
    one: Annotated[str, typer.Argument(metavar="RUN", help="A run's id.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The id of another one.")],
    as_json: AsJson = False,
) -> None:
    """What differs from one run to another."""
    output = Output(as_json)
    found = api.compare_runs(one, other)
    output.result(found.model_dump(mode="json"))
    _show_difference(output, found)


def literals(project: Project, as_json: AsJson = False) -> None:
    """What in the recipe comes from the source."""
    output = Output(as_json)
    found = api.literals(project)
    output.result(found.model_dump(mode="json"))
    _show_literals(output, found)


def clone(
    project: Project,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new project's name.")],
    version: Annotated[
        str, typer.Option("--version", help="A number, `latest`, or the beginning of a fingerprint.")
    ] = "latest",
    as_json: AsJson = False,
) -> None:
    """A new project like another one, without its approval."""
    output = Output(as_json)
    stored = api.clone(project, new, version=version)
    output.result({"project": new, "version": stored.version, "target": stored.project.target.uri})
    output.say(f"Project {new} is like {project}, and writes to {stored.project.target.uri} as well.")
    output.say(f"Next: synth approve {quote(new)}", "dim")


def _show(output: Output, found: Report) -> None:
    from synth_core.report import words
    from synth_core.stages.verify import failed

    output.say(f"Run {found.run_id} of {found.project}", "bold")
    for sentence in found.summary:
        output.say(sentence)
    output.say(found.privacy)
    output.say()
    output.grid(
        "Tables",
        ["table", "rows", "of the source", "columns alike", "size"],
        [
            (
                table.name,
                "" if table.rows is None else table.rows,
                table.source_rows,
                f"{table.alike} of {len(table.compared)}" if table.compared else "",
                words.size(table.bytes),
            )
            for table in found.tables
        ],
        right=["rows", "of the source", "size"],
    )
    output.grid(
        "Least like the source",
        ["column", "alike", "by"],
        [(f"{each.table}.{each.column}", f"{each.score:.0%}", each.what) for each in found.compared[:WORST]],
        right=["alike"],
    )
    output.grid(
        "Checks that do not hold",
        ["table", "check", "rows"],
        [(check.table, check.what, check.bad) for check in failed(found.checks)],
        right=["rows"],
    )
    output.say(f"`synth report {found.run_id} --html FILE` writes all of it as one file.", "dim")


def _show_literals(output: Output, found: Literals) -> None:
    from synth_core.report import words

    if not found.has_facts:
        output.say("Nothing has been inferred yet, so nobody knows what comes from the source.")
        return
    output.grid(
        "",
        ["column", "what", "fewest source rows", "the rarest"],
        [
            (
                f"{each.table}.{each.column}",
                words.copied(each),
                words.support(each),
                ", ".join(f"{value.value} ({value.count:,})" for value in each.examples),
            )
            for each in found.copied
        ],
        right=["fewest source rows"],
    )
    fewest = f"; behind each stand at least {found.smallest_support:,} of its rows" if found.count else ""
    output.say(f"{found.count:,} literals come from the source{fewest}.")
    if found.others:
        output.say(f"{words.plural(found.others, 'text')} stand in it that the source's facts do not know.")


def _show_difference(output: Output, found: RunDifference) -> None:
    output.grid(
        "Chosen or come of it",
        ["what", found.one, found.other],
        [(each.what, each.one, each.other) for each in found.settings if not each.is_same],
    )
    for title, changes in (("Recipe", found.recipe), ("About the source", found.project)):
        output.say()
        output.say(title, "bold")
        for line in changes or ("the same",):
            output.say(f"  {line}")
    output.say()
    output.grid(
        "Rows",
        ["table", found.one, found.other],
        [
            (each.table, *("not made" if side is None else side for side in (each.one, each.other)))
            for each in found.tables
            if each.one != each.other
        ],
        right=[found.one, found.other],
    )
    output.grid(
        "How like the source",
        ["column", found.one, found.other],
        [
            (
                f"{each.table}.{each.column}",
                *("" if side is None else f"{side:.1%}" for side in (each.one, each.other)),
            )
            for each in found.columns
        ],
        right=[found.one, found.other],
    )
