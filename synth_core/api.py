"""What the command line and the review app do, as functions.

A project is named; everything about it lies in the store under `home` (default: `$SYNTH_HOME`, else `./projects`).
All errors meant for people are `synth_core.errors.SynthError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any

from synth_core import wiring
from synth_core.errors import PlanError, ProjectError, TargetError, UsageError
from synth_core.execution.alive import close_if_dead, driving
from synth_core.execution.audit import AuditRow, mirror, read_audit
from synth_core.execution.driver import Driver, create_run
from synth_core.execution.progress import RunProgress, Silent
from synth_core.execution.state import ENDED, Manifest, RunStore, State, new_run_id
from synth_core.files.shape import output_folder
from synth_core.history.compare import Difference
from synth_core.history.contents import text_of
from synth_core.model import places
from synth_core.model.findings import Finding, errors
from synth_core.model.places import is_warehouse
from synth_core.model.plan import ApprovedPlan, Plan, check_seed
from synth_core.model.project import LoadMode, Project, Target
from synth_core.model.version import Listed, Version
from synth_core.ports import RunBackend
from synth_core.projects import Projects, StoredProject
from synth_core.recipe.compile import Recipe, compile_recipe
from synth_core.recipe.vetting import in_order
from synth_core.settings import Settings
from synth_core.stages import approve as approving
from synth_core.stages.compare import Likeness, compare
from synth_core.stages.gather import absolute, check_tables, gather, join_sources, split_sources
from synth_core.stages.gather.gather import Progress
from synth_core.stages.infer import InferredProject
from synth_core.stages.infer import infer as infer_project
from synth_core.stages.lint import Fixed, apply_chosen, apply_safe, check_stock
from synth_core.stages.lint import lint as lint_recipe
from synth_core.stages.preview import Preview
from synth_core.stages.preview import preview as preview_plan
from synth_core.stages.profile import profile
from synth_core.stages.relate import Related
from synth_core.stages.relate import relate as relate_tables
from synth_core.stages.rename import rename as rename_column
from synth_core.stages.workbench import Workbench

DEFAULT_SEED = 42


def open(name: str, *, home: Path | None = None) -> StoredProject:
    """A project with recipe, facts and approval. Raises ProjectError when there is none of that name."""
    return _projects(home).load(name)


def init(
    name: str,
    source: str | Sequence[str],
    target: str,
    *,
    tables: Sequence[str] = (),
    files: str = "",
    mode: str = "append",
    home: Path | None = None,
) -> StoredProject:
    """A new project over one SOURCE or several. Raises SourceError or PlanError when source or target are unfit."""
    project = _new_project(name, source, target, tables, files, mode)
    return _projects(home).create(project, note="begun")


def begin(
    name: str,
    source: str | Sequence[str],
    target: str,
    *,
    tables: Sequence[str] = (),
    files: str = "",
    mode: str = "append",
    home: Path | None = None,
    progress: Progress = lambda message: None,
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """`init` and `infer` in one: no project is left behind when the source can't be read."""
    projects = _projects(home)
    project = _new_project(name, source, target, tables, files, mode)
    with Workbench() as bench:
        found = infer_project(bench, project, wiring.open_source, progress=progress)
    return projects.create(found.project, found.profile, note="inferred"), found.findings


def infer(
    name: str, *, note: str = "", home: Path | None = None, progress: Progress = lambda message: None
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """Read the source and infer everything about it; what a person decided stays. Also returns what was noticed."""
    projects = _projects(home)
    stored = projects.load(name)
    with Workbench() as bench:
        found: InferredProject = infer_project(bench, stored.project, wiring.open_source, progress=progress)
    saved = projects.save(
        stored, project=found.project, profile=found.profile, note=note or _inferred(stored)
    )
    return saved, found.findings


def rename(
    name: str, column: str, new: str, *, home: Path | None = None
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """Call a column of a headerless file, `table.column`, by another name, in project, facts and recipe. Also returns
    why the recipe stays as it is, if it does. Raises ProjectError where the column can't be called so."""
    projects = _projects(home)
    stored = projects.load(name)
    changed = rename_column(
        stored.project, stored.profile, stored.recipe, column, new, files=stored.recipe_files
    )
    saved = projects.save(
        stored,
        project=changed.project,
        profile=changed.profile,
        recipe=changed.recipe,
        note=f"{column} is called {new!r}",
    )
    return saved, changed.findings


def draft(
    name: str, *, note: str = "", home: Path | None = None
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """Write `recipe.yml` anew by rules; also returns what the rules could not do."""
    projects = _projects(home)
    stored = projects.load(name)
    text, undone = wiring.open_model().draft(stored.project, stored.facts())
    # With the project, so that a draft from another state of it is not saved.
    saved = projects.save(stored, project=stored.project, recipe=text, note=note or "drafted by rules")
    return saved, undone


def compiled(name: str, *, home: Path | None = None, seed: int = DEFAULT_SEED) -> str:
    """The executable recipe, as the interpreter gets it."""
    plan = _plan(open(name, home=home), home, seed=seed)
    columns = {table.name: tuple(column.name for column in table.columns) for table in plan.project.tables}
    return compile_recipe(
        plan.recipe,
        plan.counts,
        seed=plan.seed,
        today=plan.today,
        offsets=plan.offsets,
        columns=columns,
        files=plan.recipe_files,
    ).text


def lint(name: str, *, home: Path | None = None) -> list[Finding]:
    """What is wrong with the project's recipe; when it has no errors, also what Snowfakery's own validator says."""
    stored = open(name, home=home)
    recipe, project = _recipe(stored), stored.project
    findings = _lint(stored)(recipe)
    if not errors(findings):
        counts = {table.name: table.wanted for table in project.tables}
        columns = {table.name: tuple(column.name for column in table.columns) for table in project.tables}
        today = datetime.now(UTC).date()
        stock = check_stock(recipe, counts, today, columns, stored.recipe_files)
        findings = in_order([*findings, *stock])
    return findings


def fix(
    name: str, *, safe: bool = True, chosen: Sequence[str] = (), home: Path | None = None
) -> tuple[StoredProject, Fixed]:
    """Apply fixes to the project's recipe and save it: those at the chosen places (`CODE:LINE`), then, unless told
    otherwise, all safe ones. Raises UsageError for a place where there is nothing to fix."""
    projects = _projects(home)
    stored = projects.load(name)
    lint, before = _lint(stored), _recipe(stored)
    fixed = apply_chosen(before, lint, chosen)
    if safe:
        more = apply_safe(fixed.text, lint)
        fixed = Fixed(more.text, (*fixed.done, *more.done), more.left)
    if fixed.text != before:
        stored = projects.save(stored, recipe=fixed.text, note="fixes of the linter")
    return stored, fixed


def _lint(stored: StoredProject) -> Callable[[str], list[Finding]]:
    """Lints a recipe of the project."""
    return partial(lint_recipe, project=stored.project, files=stored.recipe_files, profile=stored.profile)


def preview(
    name: str, *, rows: int = 20, seed: int = DEFAULT_SEED, home: Path | None = None
) -> tuple[Preview, list[Likeness]]:
    """A small run, and how like the source its columns are."""
    if rows <= 0:
        raise PlanError(f"{rows} rows can't be made.", hint="Ask for 1 or more.")
    stored = open(name, home=home)
    facts = stored.facts() if stored.profile else None
    shown = preview_plan(_plan(stored, home, seed=seed), rows)
    with Workbench() as bench:
        for table, data in shown.tables.items():
            bench.con.register("synth_preview", data)
            bench.con.execute(f"CREATE TABLE {bench.name_of(table)} AS SELECT * FROM synth_preview")
            bench.con.unregister("synth_preview")
        made = profile(bench.con, stored.project)
    return shown, compare(facts, made) if facts else []


def approve(
    name: str,
    *,
    by: str | None = None,
    note: str = "",
    rows: int | None = None,
    scale: float | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = DEFAULT_SEED,
    mode: str | None = None,
    today: date | None = None,
    home: Path | None = None,
) -> ApprovedPlan:
    """Freeze the project into a plan, and bind a person to exactly it. `mode` (append or replace) holds for this plan
    alone; without it the project's own holds. Raises RecipeError or PlanError."""
    projects = _projects(home)
    stored = projects.load(name)
    plan = _plan(stored, home, rows=rows, scale=scale, counts=counts, seed=seed, today=today, mode=mode)
    approving.check_by_validator(plan)
    approver = _settings(home).user if by is None else by
    approved = approving.approve(
        plan, by=approver, at=datetime.now(UTC), note=note, version=projects.version_of(stored)
    )
    projects.approve(stored, approved)
    return approved


def record(name: str, *, author: str | None = None, home: Path | None = None) -> StoredProject:
    """A project; what was edited in its folder since the latest version becomes one. Where somebody begins to edit, its
    `version` is the base of `save_recipe`."""
    return _projects(home, author).record(name)


def save_recipe(
    name: str,
    text: str,
    base_version: int | str,
    *,
    author: str | None = None,
    note: str = "",
    home: Path | None = None,
) -> Version:
    """Save a recipe's text that was written from that of the base version; returns the version that has it. It may have
    errors that `lint` finds: only `approve` refuses those.

    Raises ConflictError when the recipe was changed since by somebody else; its `clashes` hold both texts, and how each
    differs from the base.
    """
    return _projects(home, author).save_recipe(name, text, base_version, note=note)


def versions(name: str, *, home: Path | None = None) -> list[Listed]:
    """The history of a project, newest first; what was edited in its folder becomes a version before."""
    return _projects(home).versions(name)


def show(
    name: str, version: int | str = "latest", *, home: Path | None = None
) -> tuple[Version, dict[str, str]]:
    """A version (a number, `latest`, or the beginning of a fingerprint) and its files."""
    shown, files = _projects(home).show(name, version)
    return shown, {file: text_of(data) for file, data in files.items()}


def diff(
    name: str, older: int | str | None = None, newer: int | str = "latest", *, home: Path | None = None
) -> Difference:
    """How two versions differ; without the older one: what the newer one changed."""
    return _projects(home).diff(name, older, newer)


def restore(
    name: str, version: int | str, *, author: str | None = None, note: str = "", home: Path | None = None
) -> Version:
    """Make a new version with the contents of an old one, and return it."""
    return _projects(home, author).restore(name, version, note=note)


def run(
    name: str,
    *,
    home: Path | None = None,
    progress: RunProgress | None = None,
    backend: RunBackend | None = None,
    started: Callable[[str], None] = lambda run_id: None,
) -> Manifest:
    """Run the approved plan as it is. Raises PlanError when there is none, or when something was changed since.

    `started` is called with the run's id before anything else happens.
    """
    stored = open(name, home=home)
    approved = stored.approved
    if approved is None:
        raise PlanError(
            f"{name}: no plan has been approved yet.", hint=f"Run `synth approve {quote(name)}` first."
        )
    plan = approved.plan
    same = (plan.project, plan.recipe, plan.recipe_files) == (
        stored.project,
        stored.recipe,
        stored.recipe_files,
    )
    if not approved.is_intact or not same:
        raise PlanError(
            f"{name}: it was changed after it was approved.", hint=f"Run `synth approve {quote(name)}` again."
        )
    grown = [
        table
        for table, used in _offsets(
            plan.project, Recipe.read(plan.recipe, plan.recipe_files), plan.mode
        ).items()
        if used > plan.offsets.get(table, 0)
    ]
    if grown:
        raise PlanError(
            f"{name}: the target has got rows since the plan was approved, they would occur twice in "
            f"{', '.join(grown)}.",
            hint=f"Run `synth approve {quote(name)}` again.",
        )
    approving.check_by_validator(plan)
    now = datetime.now(UTC)
    run_id = new_run_id(approved, now)
    with driving(_settings(home).home, run_id):
        create_run(_runs(home), approved, run_id, now=now)
        started(run_id)
        return _driver(run_id, home, progress, backend).run()


def resume(
    run_id: str,
    *,
    home: Path | None = None,
    progress: RunProgress | None = None,
    backend: RunBackend | None = None,
) -> Manifest:
    """Go on with a run that failed, was cancelled or killed; tables whose files are whole are not made again. A run
    that is published already stays as it is. Raises ProjectError for one that is still going on."""
    driver = _driver(run_id, home, progress, backend)
    with driving(_settings(home).home, run_id):
        return driver.run()


def cancel(run_id: str, *, home: Path | None = None) -> None:
    """Ask a run to stop. Raises ProjectError when it has ended already."""
    runs = _runs(home)
    manifest = state(run_id, home=home)
    if manifest.state in ENDED:
        done = manifest.state is State.PUBLISHED
        raise ProjectError(
            f"Run {run_id} has ended already: {manifest.state.value}.",
            hint="" if done else f"`synth resume {run_id}` goes on with it.",
        )
    runs.cancel(run_id, _settings(home).user)


def runs(*, home: Path | None = None) -> list[Manifest]:
    """All runs, newest first; one whose process died ends as interrupted."""
    return [state(run_id, home=home) for run_id in _runs(home).ids()]


def state(run_id: str, *, home: Path | None = None) -> Manifest:
    """How far a run is; one whose process died ends as interrupted."""
    return close_if_dead(_settings(home).home, _runs(home), run_id)


def outcome(run_id: str, *, home: Path | None = None) -> dict[str, Any]:
    """Where a run's results are: target, output folder, and each file with its rows."""
    settings, store = _settings(home), _runs(home)
    plan = store.plan(run_id).plan
    files = [file for receipt in store.receipts(run_id).values() for file in receipt.files]
    return {
        "target": plan.project.target.uri,
        "output": str(output_folder(settings.home, plan, run_id).absolute()),
        "project_folder": str(settings.home / plan.project.name),
        "rows": sum(file.rows for file in files),
        "files": [file.model_dump(mode="json") for file in files],
    }


def audit(*, home: Path | None = None) -> list[AuditRow]:
    """Every event of every run, oldest first; a run whose process died ends as interrupted."""
    runs(home=home)
    return read_audit(wiring.open_store(_settings(home).home))


def audit_sync(run_id: str, *, home: Path | None = None) -> None:
    """Bring the target's audit table up to date with the events of a run."""
    store = wiring.open_store(_settings(home).home)
    state(run_id, home=home)
    target = _runs(home).plan(run_id).plan.project.target.uri
    if not is_warehouse(target):
        raise ProjectError(f"Run {run_id} has a folder as target, so it has no audit table.")
    warehouse = wiring.open_warehouse(target)
    try:
        mirror(store, run_id, warehouse)
    finally:
        warehouse.close()


def relate(
    sources: Sequence[str],
    *,
    sample_rows: int | None = None,
    hide_names: bool = False,
    progress: Progress = lambda message: None,
) -> Related:
    """Keys and links of the tables of one SOURCE or several, without a project."""
    with Workbench() as bench:
        gathered = gather(
            bench,
            sources,
            wiring.open_source,
            sample_rows=sample_rows,
            hide_names=hide_names,
            progress=progress,
        )
        declared = {each.table.name: each.declared for each in gathered.tables if each.declared is not None}
        progress("looking for keys and links")
        related = relate_tables(
            bench.con, [each.table for each in gathered.tables], hide_names=hide_names, declared=declared
        )
    return related.model_copy(update={"findings": (*gathered.findings, *related.findings)})


def quickstart_name(sources: Sequence[str], *, home: Path | None = None) -> str:
    """A name for a new project over these sources that no other project has."""
    first = sources[0].partition("#")[0].partition(":")[2] if is_warehouse(sources[0]) else sources[0]
    base = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(first).stem).strip("-_") or "project"
    taken = set(_projects(home).names())
    name, number = base, 1
    while name in taken or name.lower() in ("runs", "output"):
        number += 1
        name = f"{base}-{number}"
    return name


def _plan(
    stored: StoredProject,
    home: Path | None,
    *,
    rows: int | None = None,
    scale: float | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = DEFAULT_SEED,
    today: date | None = None,
    mode: str | None = None,
) -> Plan:
    project, recipe = stored.project, _recipe(stored)
    load = project.target.mode if mode is None else _mode(mode)
    check_seed(seed)
    wanted = approving.resolve_counts(project, rows=rows, scale=scale, counts=counts)
    approving.check_recipe(project, recipe, wanted, stored.recipe_files)
    return approving.make_plan(
        project,
        recipe,
        wanted,
        seed=seed,
        today=today or datetime.now(UTC).date(),
        mode=load,
        tables=stored.tables,
        files=stored.files,
        offsets=_offsets(project, Recipe.read(recipe, stored.recipe_files), load),
    )


def _offsets(project: Project, recipe: Recipe, mode: LoadMode) -> dict[str, int]:
    """By table: the row numbers that the target's rows have used up."""
    target = project.target
    if mode != "append" or not is_warehouse(target.uri):
        return {}
    if not Path(target.uri.partition(":")[2]).exists():
        return {}
    warehouse = wiring.open_source(target.uri)
    try:
        return approving.offsets_after(recipe, warehouse)
    finally:
        warehouse.close()


def _recipe(stored: StoredProject) -> str:
    if stored.recipe is None:
        name = stored.project.name
        raise ProjectError(f"{name}: there is no recipe yet.", hint=f"Run `synth draft {quote(name)}` first.")
    return stored.recipe


def _driver(
    run_id: str, home: Path | None, progress: RunProgress | None, backend: RunBackend | None
) -> Driver:
    settings = _settings(home)
    return Driver(
        settings.home,
        _runs(home),
        run_id,
        backend=backend or wiring.open_backend(),
        open_warehouse=wiring.open_warehouse,
        is_warehouse=is_warehouse,
        user=settings.user,
        progress=progress or Silent(),
        model_id=wiring.open_model().id,
    )


def _mode(mode: str) -> LoadMode:
    if mode == "append":
        return "append"
    if mode == "replace":
        return "replace"
    raise PlanError(f"{mode!r} is no way to load.", hint="It is `append` or `replace`.")


def _new_project(
    name: str, source: str | Sequence[str], target: str, tables: Sequence[str], files: str, mode: str
) -> Project:
    """A project about which nothing is inferred yet. Raises SynthError where source or target are unfit."""
    sources = [absolute(each) for each in ([source] if isinstance(source, str) else source)]
    place, folder = places.absolute(target), places.absolute(files) if files else ""
    if is_warehouse(folder):
        raise UsageError(f"{files!r} is no folder for files.")
    for each in filter(None, (place, folder)):
        if not is_warehouse(each) and Path(each).exists() and not Path(each).is_dir():
            raise TargetError(f"{each} is a file, not a folder.", hint="Name a folder, or `duckdb:PATH`.")
    approving.check_target(join_sources(sources), place, folder)
    check_tables(sources, wiring.open_source, tables)
    return Project(
        name=name,
        source=join_sources(sources),
        only=tuple(tables),
        target=Target(uri=place, files=folder, mode=_mode(mode)),
    )


def _settings(home: Path | None) -> Settings:
    settings = Settings.from_environment()
    return settings if home is None else Settings(home=Path(home).absolute(), user=settings.user)


def _projects(home: Path | None, author: str | None = None) -> Projects:
    settings = _settings(home)
    if author is not None and not author.strip():
        raise ProjectError("A version is written by somebody: give a name.")
    return Projects(
        wiring.open_store(settings.home), author=author or settings.user, clock=lambda: datetime.now(UTC)
    )


def _inferred(stored: StoredProject) -> str:
    return "inferred again" if stored.project.tables else "inferred"


def _runs(home: Path | None) -> RunStore:
    return RunStore(wiring.open_store(_settings(home).home))


__all__ = [
    "approve", "audit", "audit_sync", "begin", "cancel", "compiled", "diff", "draft", "fix", "infer", "init", "lint",
    "open",
    "outcome", "preview",
    "quickstart_name", "record", "relate", "rename", "restore", "resume", "run", "runs", "save_recipe", "show",
    "split_sources", "state", "versions",
]  # fmt: skip
