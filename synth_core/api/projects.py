"""Projects from their beginning to a recipe without errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from synth_core import wiring
from synth_core.api.allowed import check_project, check_sources
from synth_core.api.configured import buckets_for, settings_for
from synth_core.api.export import with_export_dialect
from synth_core.api.ground import mode_of, projects_in, recipe_of
from synth_core.api.headers import name_columns
from synth_core.api.judging import Judge, Talk
from synth_core.api.plans import check_places, trial
from synth_core.api.recipe_text import fixed, linter
from synth_core.errors import TargetError, UsageError
from synth_core.history.stored import StoredProject
from synth_core.model import places
from synth_core.model.cost import Cost
from synth_core.model.findings import Finding, errors
from synth_core.model.places import is_remote, is_warehouse
from synth_core.model.project import Exposure, Project, Target
from synth_core.model.sources import absolute, join_sources, split_sources
from synth_core.projects import check_name
from synth_core.recipe.vetting import in_order
from synth_core.settings import Settings
from synth_core.stages.gather import check_tables, costs
from synth_core.stages.gather.gather import Progress
from synth_core.stages.gather.warehouses import Warehouses
from synth_core.stages.infer import InferredProject
from synth_core.stages.infer import infer as infer_project
from synth_core.stages.lint import Fixed, check_stock, chosen_finding
from synth_core.stages.lint.unfit import unfit_names
from synth_core.stages.rename import rename as rename_column
from synth_core.stages.rename import with_other_tables
from synth_core.stages.workbench import Workbench


def open(name: str, *, home: Path | None = None) -> StoredProject:
    """A project with recipe, facts and approval. Raises ProjectError when there is none of that name."""
    return projects_in(home).load(name)


def clone(name: str, new: str, *, version: int | str = "latest", home: Path | None = None) -> StoredProject:
    """A new project like a version of another one: what was inferred and reviewed, recipe, tables and facts. Approval
    and members are not taken over. Raises ProjectError where the name is taken, or there is no such version."""
    check_project(settings_for(home), projects_in(home).load(name).project)
    return projects_in(home).clone(name, new, version)


def init(
    name: str,
    source: str | Sequence[str],
    target: str,
    *,
    tables: Sequence[str] = (),
    files: str = "",
    mode: str = "append",
    home: Path | None = None,
    **given: Any,
) -> StoredProject:
    """A new project over one SOURCE or several. Without `files`, those of a warehouse target go where the configuration
    says; `given` are parameters of the configuration that hold for this call. Raises SourceError or PlanError when
    source or target are unfit."""
    settings = settings_for(home, **given)
    project = _new_project(settings, name, source, target, tables, files, mode)
    return projects_in(home).create(project, note="begun")


def begin(
    name: str,
    source: str | Sequence[str],
    target: str,
    *,
    tables: Sequence[str] = (),
    files: str = "",
    mode: str = "append",
    headers: Mapping[str, str] | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
    progress: Progress = lambda message: None,
    **given: Any,
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """`init` and `infer` in one: no project is left behind when the source can't be read. `headers` names, by table, a
    file with the names of its columns, for tables whose own files have none. `talk` hears what a model costs."""
    projects = projects_in(home)
    settings = settings_for(home, **given)
    project = _new_project(settings, name, source, target, tables, files, mode)
    check_name(name)
    found = _infer(project, settings, talk, progress, {})
    check_sources(settings, list((headers or {}).values()))
    named, profile, notes = name_columns(found.project, found.profile, headers or {})
    exported = with_export_dialect(named, settings)
    return projects.create(exported, profile, note="inferred"), (*found.findings, *notes)


def infer(
    name: str,
    *,
    note: str = "",
    model: str | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
    progress: Progress = lambda message: None,
    **given: Any,
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """Read the source and infer everything about it; what a person decided stays. Also returns what was noticed.

    `model`: `rules` or `gemini`, which is asked about what measurement leaves open; None: as configured. `talk` hears
    what that costs, before and after.
    """
    projects = projects_in(home)
    stored = projects.load(name)
    settings = settings_for(home, model=model, **given)
    check_sources(settings, split_sources(stored.project.source), stored.project.only)
    found = _infer(stored.project, settings, talk, progress, stored.prompts)
    recipe, left = with_other_tables(stored.recipe, found.renamed, files=stored.recipe_files)
    saved = projects.save(
        stored,
        project=with_export_dialect(found.project, settings, before=stored.project),
        profile=found.profile,
        recipe=recipe,
        note=note or _inferred(stored),
    )
    return saved, (*found.findings, *left)


def cost(name: str, *, home: Path | None = None) -> list[Cost]:
    """What inferring the project would cost now, table by table; asks only what is free. Files cost nothing and are not
    in it."""
    settings = settings_for(home)
    project = projects_in(home).load(name).project
    check_sources(settings, split_sources(project.source), project.only)
    with Warehouses(partial(wiring.open_source, settings=settings)) as opened:
        return costs(
            split_sources(project.source), opened, project.only, settings.sample_rows, project.tables
        )


def rename(
    name: str, column: str, new: str, *, home: Path | None = None
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """Call a column of a headerless file, `table.column`, by another name, in project, facts and recipe. Also returns
    why the recipe stays as it is, if it does. Raises ProjectError where the column can't be called so."""
    projects = projects_in(home)
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
    name: str,
    *,
    note: str = "",
    model: str | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
) -> tuple[StoredProject, tuple[Finding, ...]]:
    """Write `recipe.yml` anew; also returns what could not be done. `model` and `talk` are as in `infer`: a model
    makes better what rules know little of."""
    projects, settings = projects_in(home), settings_for(home, model=model)
    stored = projects.load(name)
    facts = stored.facts()
    judge = Judge(
        settings,
        name,
        stored.project.exposure,
        talk,
        trial=partial(trial, stored),
        prompts=stored.prompts,
    )
    text, undone = judge.model.draft(stored.project, facts)
    drafted = judge.asked.drafted if judge.asked else None
    has_part = drafted is not None and drafted.kept > 0
    by = f"drafted by rules and {judge.model.id}" if has_part else "drafted by rules"
    # With the project, so that a draft from another state of it is not saved.
    saved = projects.save(stored, project=stored.project, recipe=text, note=note or by, drafted=True)
    judge.done("drafted", had_a_part=has_part)
    unfit = [each for table in stored.project.tables for each in unfit_names(table)]
    return saved, (*unfit, *undone, *judge.model.findings())


def explain(
    name: str,
    place: str,
    *,
    model: str | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
) -> tuple[str, tuple[Finding, ...]]:
    """What a finding on the recipe means, in words; `place` is `CODE:LINE` as `lint` shows it. Also returns what a
    model could not do. Raises UsageError for a place where nothing is found."""
    stored = projects_in(home).load(name)
    recipe = recipe_of(stored)
    found = chosen_finding(linter(stored)(recipe), place)
    judge = Judge(
        settings_for(home, model=model), name, stored.project.exposure, talk, prompts=stored.prompts
    )
    told = judge.model.explain(found, stored.project, recipe)
    judge.done()
    return told, judge.model.findings()


def lint(name: str, *, home: Path | None = None) -> list[Finding]:
    """What is wrong with the project's recipe; when it has no errors, also what Snowfakery's own validator says."""
    stored = projects_in(home).load(name)
    recipe, project = recipe_of(stored), stored.project
    findings = linter(stored)(recipe)
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
    projects = projects_in(home)
    stored = projects.load(name)
    before = recipe_of(stored)
    done = fixed(linter(stored), before, chosen, safe=safe)
    if done.text != before:
        stored = projects.save(stored, recipe=done.text, note="fixes of the linter")
    return stored, done


def _new_project(
    settings: Settings,
    name: str,
    source: str | Sequence[str],
    target: str,
    tables: Sequence[str],
    files: str,
    mode: str,
) -> Project:
    """A project about which nothing is inferred yet. Raises SynthError where source or target are unfit."""
    sources = [absolute(each) for each in ([source] if isinstance(source, str) else source)]
    place = places.absolute(target)
    if not files and is_warehouse(place):
        files = settings.bucket or settings.output
    folder = places.absolute(files) if files else ""
    if is_warehouse(folder):
        raise UsageError(f"{files!r} is no folder for files.")
    project = Project(
        name=name,
        source=join_sources(sources),
        only=tuple(tables),
        target=Target(
            uri=place,
            files=folder,
            stage=settings.stage,
            keep_staged=settings.keep_staged,
            mode=mode_of(mode),
        ),
        exposure=Exposure(settings.exposure),
    )
    check_project(settings, project)
    for each in filter(None, (place, folder)):
        if not is_remote(each) and not is_warehouse(each) and Path(each).exists() and not Path(each).is_dir():
            raise TargetError(f"{each} is a file, not a folder.", hint="Name a folder, or `duckdb:PATH`.")
    check_places(project, settings)
    check_tables(sources, wiring.open_source, tables, buckets_for(settings))
    return project


def _infer(
    project: Project,
    settings: Settings,
    talk: Talk | None,
    progress: Progress,
    prompts: Mapping[str, str],
) -> InferredProject:
    judge = Judge(settings, project.name, project.exposure, talk, prompts=prompts)
    with Workbench() as bench:
        found = infer_project(
            bench,
            project,
            partial(wiring.open_source, settings=settings),
            warehouse_rows=settings.sample_rows,
            max_bytes=settings.max_bytes_billed,
            buckets=buckets_for(settings),
            model=judge.asked,
            progress=progress,
        )
    judge.done("inferred", had_a_part=judge.asked is not None)
    check_places(found.project, settings)
    return found


def _inferred(stored: StoredProject) -> str:
    return "inferred again" if stored.project.tables else "inferred"
