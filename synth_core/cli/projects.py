"""Commands of a project: init, infer, rename, draft, lint, preview, approve."""

from __future__ import annotations

from decimal import Decimal
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth_core import api
from synth_core.cli.changes import change_lines
from synth_core.cli.jobs import Background, begin_job
from synth_core.cli.lint import show_fixed, show_lint
from synth_core.cli.models import Told
from synth_core.cli.options import (
    Append,
    AsJson,
    By,
    Counts,
    FilesFolder,
    KeepStaged,
    MaxBytesBilled,
    Note,
    Project,
    Replace,
    Rows,
    SampleRows,
    Scale,
    Seed,
    Sources,
    Stage,
    TableNames,
    TargetUri,
    UseModel,
    parse_counts,
    parse_mode,
    parse_tables,
)
from synth_core.cli.output import Output
from synth_core.cli.shown import approved_data, drafted_lines, inferred_data, show_approved, show_inferred
from synth_core.errors import RecipeError, UsageError
from synth_core.model.findings import Finding, errors
from synth_core.model.places import spoken_sources

if TYPE_CHECKING:
    pass


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (init, infer, rename, draft, lint, preview, approve):
        app.command()(command)


def init(
    project: Project,
    source: Sources,
    target: TargetUri,
    tables: TableNames = "",
    files: FilesFolder = "",
    stage: Stage = None,
    keep_staged: KeepStaged = None,
    as_json: AsJson = False,
) -> None:
    """Begin a project over a source."""
    output = Output(as_json)
    stored = api.init(
        project,
        source,
        target,
        tables=parse_tables(tables),
        files=files,
        stage=stage,
        keep_staged=keep_staged,
    )
    output.result({"project": project, "source": stored.project.source, "target": stored.project.target.uri})
    output.say(
        f"Project {project} reads {spoken_sources(stored.project.source)} and writes to {stored.project.target.uri}."
    )
    output.say(f"Next: synth infer {quote(project)}", "dim")


def infer(
    project: Project,
    model: UseModel = None,
    note: Note = "",
    sample_rows: SampleRows = None,
    max_bytes_billed: MaxBytesBilled = None,
    background: Background = False,
    as_json: AsJson = False,
) -> None:
    """Read the source; infer types, meanings, keys and links."""
    output = Output(as_json)
    if background:
        given = {"sample_rows": sample_rows, "max_bytes_billed": max_bytes_billed}
        begin_job(output, project, "infer", {"model": model, "note": note, **given})
        return
    told = Told(output)
    stored, findings = api.infer(
        project,
        note=note,
        model=model,
        talk=told,
        progress=output.step,
        sample_rows=sample_rows,
        max_bytes_billed=max_bytes_billed,
    )
    output.result({**inferred_data(stored, findings), "asked": told.data})
    show_inferred(output, stored, findings)
    output.say(f"Next: synth draft {quote(project)}", "dim")


def rename(
    project: Project,
    column: Annotated[str, typer.Argument(metavar="TABLE.COLUMN", help="A column of a headerless file.")],
    new: Annotated[str, typer.Argument(help="Its new name.")],
    as_json: AsJson = False,
) -> None:
    """Rename a column of a headerless file everywhere."""
    output = Output(as_json)
    _, findings = api.rename(project, column, new)
    output.result(
        {
            "project": project,
            "column": column,
            "name": new,
            "findings": [_finding(each) for each in findings],
        }
    )
    output.say(f"{column} is called {new!r} from now on.")
    output.findings(findings)


def draft(
    project: Project,
    compiled: Annotated[
        bool, typer.Option("--compiled", help="Print the executable recipe of the current draft.")
    ] = False,
    only: Annotated[
        str,
        typer.Option("--only", metavar="TABLE[.COLUMN]", help="Draft this anew; all else stays as it is."),
    ] = "",
    remark: Annotated[
        str, typer.Option("--remark", metavar="TEXT", help="With --only, for a model: how you want it.")
    ] = "",
    model: UseModel = None,
    note: Note = "",
    background: Background = False,
    as_json: AsJson = False,
) -> None:
    """Write a recipe."""
    output = Output(as_json)
    if only:
        if background:
            raise UsageError("A part of the recipe is drafted here and now: leave --background away.")
        redraft(output, project, only, remark, model, note)
        return
    if remark:
        raise UsageError("--remark is about a part of the recipe.", hint="Name it: `--only TABLE.COLUMN`.")
    if background and not compiled:
        begin_job(output, project, "draft", {"model": model, "note": note})
        return
    if compiled:
        text = api.compiled(project)
        output.result({"project": project, "compiled": text})
        if not as_json:
            output.out.print(text)
        return
    told = Told(output)
    stored, findings = api.draft(project, note=note, model=model, talk=told)
    output.result(
        {
            "project": project,
            "recipe": stored.recipe,
            "asked": told.data,
            "findings": [_finding(each) for each in findings],
        }
    )
    which = f"; it is version {stored.version}" if stored.version else ""
    output.say(f"recipe.yml has {drafted_lines(stored)}{which}.")
    output.findings(findings)
    output.say(
        f"Next: look at it and change it, then synth lint {quote(project)}, synth preview {quote(project)}",
        "dim",
    )


def redraft(output: Output, project: str, only: str, remark: str, model: str | None, note: str) -> None:
    """Draft a part of the recipe anew, save it, and say what changed."""
    from synth_core.stages.draft.redraft import place_in

    stored = api.record(project)
    table, column = place_in(stored.project, only)
    told = Told(output)
    made = api.redraft(project, table, column, remark=remark, model=model, talk=told)
    note = note or f"{only} drafted again" + (f": {remark}" if remark else "")
    saved = api.save_recipe(project, made.text, stored.version or "latest", note=note)
    output.result(
        {
            "project": project,
            "recipe": made.text,
            "version": saved.number,
            "changes": made.difference.change.changes,
            "asked": told.data,
            "findings": [_finding(each) for each in (*made.undone, *made.findings)],
        }
    )
    for line in change_lines([made.difference.change]):
        output.say(line)
    output.say(f"It is version {saved.number}.")
    output.findings([*made.undone, *errors(made.findings)])
    output.say(f"Next: synth lint {quote(project)}, synth preview {quote(project)}", "dim")


def lint(
    project: Project,
    fix: Annotated[bool, typer.Option("--fix", help="Apply all safe fixes and save the recipe.")] = False,
    apply: Annotated[
        list[str] | None,
        typer.Option("--apply", metavar="CODE:LINE", help="Apply the fix of one finding; repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the recipe, and mend it if asked."""
    output = Output(as_json)
    done: tuple[Finding, ...] = ()
    if fix or apply:
        _, fixed = api.fix(project, safe=fix, chosen=apply or [])
        done = fixed.done
        show_fixed(output, done)
    findings = api.lint(project)
    shown = [_finding(each) for each in findings]
    output.result({"fixed": [_finding(each) for each in done], "findings": shown} if fix or apply else shown)
    show_lint(output, findings, project)
    if bad := errors(findings):
        count = "an error" if len(bad) == 1 else f"{len(bad)} errors; the first"
        raise RecipeError(f"recipe.yml has {count}: {bad[0]}")
    output.say("The recipe is fine." if not findings else "The recipe has no errors.")
    output.say(f"Next: synth preview {quote(project)}", "dim")


def preview(
    project: Project,
    rows: Annotated[int, typer.Option("--rows", help="Rows of each table.")] = 20,
    seed: Seed = api.DEFAULT_SEED,
    background: Background = False,
    as_json: AsJson = False,
) -> None:
    """Make a few rows exactly as the full run would."""
    output = Output(as_json)
    if background:
        begin_job(output, project, "preview", {"rows": rows, "seed": seed})
        return
    shown, likeness = api.preview(project, rows=rows, seed=seed)
    estimate = shown.estimate
    output.result(
        {
            "tables": {name: data.to_pylist() for name, data in shown.tables.items()},
            "likeness": [each.model_dump() for each in likeness],
            "estimate": estimate.model_dump(),
            "fewer": [each.model_dump() for each in shown.fewer],
        }
    )
    for name, data in shown.tables.items():
        shown_rows = [[_cell(value) for value in row.values()] for row in data.slice(0, 5).to_pylist()]
        output.grid(name, data.schema.names, shown_rows)
        output.say()
    told = [each for each in likeness if not each.few_rows]
    output.grid(
        "Least like the source (1 is the same)",
        ["column", "likeness", "compared"],
        [(f"{each.table}.{each.column}", f"{each.score:.2f}", each.what) for each in told[:5]],
    )
    from synth_core.stages.compare import FEW_ROWS

    if few := sorted({each.table for each in likeness if each.few_rows}):
        hint = f" Make more with --rows {FEW_ROWS}." if rows < FEW_ROWS else ""
        which = "" if len(few) == len(shown.tables) else f": {', '.join(few)}"
        output.say(f"Fewer than {FEW_ROWS} rows can't say how like the source they are{which}.{hint}", "dim")
    for each in shown.fewer:
        output.say(str(each))
    output.say(
        f"Full run: {estimate.rows:,} rows, about {estimate.seconds:,.0f} s in one process and "
        f"{estimate.bytes / 1e6:,.1f} MB."
    )
    output.say(f"Next: synth approve {quote(project)}", "dim")


def approve(
    project: Project,
    by: By = None,
    note: Note = "",
    rows: Rows = None,
    scale: Scale = None,
    count: Counts = None,
    seed: Seed = api.DEFAULT_SEED,
    append: Append = False,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Freeze project, recipe, counts and seed into a plan."""
    output = Output(as_json)
    approved = api.approve(
        project,
        by=by,
        note=note,
        rows=rows,
        scale=scale,
        counts=parse_counts(count),
        seed=seed,
        mode=parse_mode(append, replace),
    )
    output.result(approved_data(approved))
    show_approved(output, approved)
    output.say(f"Next: synth run {quote(project)}", "dim")


def _finding(finding: Finding) -> dict[str, Any]:
    return finding.model_dump(mode="json")


def _cell(value: Any) -> str:
    if isinstance(value, Decimal):
        value = f"{value.normalize():f}"
    text = "" if value is None else str(value)
    return text if len(text) <= 40 else text[:37] + "…"
