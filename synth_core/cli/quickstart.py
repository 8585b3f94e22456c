"""The command quickstart: all of it in one go, from arguments or from the configuration."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from synth_core import api
from synth_core.cli.models import Told
from synth_core.cli.options import (
    Append,
    AsJson,
    AuditTable,
    By,
    Counts,
    FilesFolder,
    KeepStaged,
    MaxBytesBilled,
    Replace,
    Rows,
    SampleRows,
    Scale,
    Stage,
    TableNames,
    TargetUri,
    UseModel,
    parse_counts,
    parse_mode,
    parse_tables,
)
from synth_core.cli.output import Output
from synth_core.cli.runs import run_data, run_project, show_run
from synth_core.cli.shown import drafted_lines, show_approved, show_inferred
from synth_core.errors import RecipeError, SynthError
from synth_core.model.places import spoken
from synth_core.model.plan import MAX_SEED
from synth_core.settings import Settings
from synth_core.settings.job import Job
from synth_core.settings.parameters import DEFAULT
from synth_core.settings.shown import shown


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(quickstart)


def quickstart(
    source: Annotated[
        list[str] | None,
        typer.Argument(
            help="A folder, a file or pattern, `name=PATTERN`, gs://BUCKET/PREFIX, duckdb:PATH[#table,…] or "
            "bigquery:PROJECT.DATASET[.table,…]; default: what the configuration says."
        ),
    ] = None,
    target: TargetUri = "",
    tables: TableNames = "",
    files: FilesFolder = "",
    stage: Stage = None,
    keep_staged: KeepStaged = None,
    audit_table: AuditTable = None,
    sample_rows: SampleRows = None,
    max_bytes_billed: MaxBytesBilled = None,
    model: UseModel = None,
    by: By = None,
    rows: Rows = None,
    scale: Scale = None,
    count: Counts = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, max=MAX_SEED, help="Same plan and seed, same bytes.")
    ] = None,
    append: Append = False,
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """All in one go: infer, draft, approve and run."""
    output, mode = Output(as_json), parse_mode(append, replace)
    held: dict[str, Any] = {
        "stage": stage,
        "keep_staged": keep_staged,
        "sample_rows": sample_rows,
        "max_bytes_billed": max_bytes_billed,
        "audit_table": audit_table,
        "model": model,
    }
    settings, job = api.configured_job(
        source=source or None,
        target=target or None,
        tables=parse_tables(tables) or None,
        seed=seed,
        mode=mode,
        counts=parse_counts(count) or None,
        **held,
    )
    if files:
        job = job.model_copy(update={"files": files, "used": {**job.used, "files": ()}})
    show_job(output, settings, job)
    counts, headers = api.named_tables(settings, job)
    name = api.quickstart_name(job.sources)
    inferring, drafting = Told(output), Told(output)
    stored, findings = api.begin(
        name,
        job.sources,
        job.target,
        tables=job.only,
        files=job.files,
        # What is asked for here holds for this plan alone.
        mode="append" if mode else settings.mode,
        headers=headers,
        talk=inferring,
        progress=output.step,
        **held,
    )
    output.say(f"Read and inferred (project {name})", "bold")
    show_inferred(output, stored, findings)
    output.say()
    stored, drafted = api.draft(name, model=settings.model, talk=drafting)
    output.say("Drafted", "bold")
    output.say(f"  recipe.yml has {drafted_lines(stored)}.")
    output.findings(drafted)
    output.say()
    try:
        approved = api.approve(
            name, by=by, rows=rows, scale=scale, counts=counts, seed=settings.seed, mode=settings.mode
        )
    except SynthError as error:
        lint = (
            f"mend the recipe until `synth lint {name}` is content, "
            if isinstance(error, RecipeError)
            else ""
        )
        error.add_note(
            f"the project {name} is kept: {lint}go on with `synth approve {name}`, then `synth run {name}`."
        )
        raise
    show_approved(output, approved)
    manifest = run_project(output, name, audit_table)
    asked = {"infer": inferring.data, "draft": drafting.data}
    output.result({"project": name, **run_data(manifest), "asked": asked})
    show_run(output, manifest)


def show_job(output: Output, settings: Settings, job: Job) -> None:
    """What the configuration has to do with the job, and where it says so; nothing where all of it was given."""
    told = ("location", "stage", "keep_staged", "export_format", "audit_table", "model", "mode", "seed")
    lines = [
        ("source", shown(tuple(map(spoken, job.sources))), job.used.get("source", ())),
        ("tables", shown(job.only), ("tables",)),
        ("counts", shown(job.counts), job.used.get("counts", ())),
        ("header files", shown(job.headers), ("header_files",)),
        ("target", shown(job.target), job.used.get("target", ())),
        ("finished files", shown(job.files), job.used.get("files", ())),
        *((name.replace("_", " "), shown(getattr(settings, name)), (name,)) for name in told),
    ]
    rows = [(what, value, _origins(settings, used)) for what, value, used in lines if value]
    output.grid("From the configuration", ["", "value", "from"], [row for row in rows if row[2]])
    if any(row[2] for row in rows):
        output.say()


def _origins(settings: Settings, used: tuple[str, ...]) -> str:
    """Where the parameters come from that were given anywhere but with the call."""
    found = dict.fromkeys(settings.origin(name) for name in used)
    return ", ".join(origin for origin in found if origin not in (DEFAULT, "command line"))
