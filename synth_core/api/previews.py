"""A look at the rows of a plan: made now, or made by a job and kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from synth_core import wiring
from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import projects_in
from synth_core.api.plans import plan_of
from synth_core.errors import PlanError, ProjectError
from synth_core.execution.targets import schema_of
from synth_core.files.scratch import ScratchFolder
from synth_core.files.shape import file_name, output_kind
from synth_core.files.write import open_writer
from synth_core.history.folder import parts_of
from synth_core.history.stored import StoredProject
from synth_core.model.base import Frozen
from synth_core.model.cost import Cost
from synth_core.model.places import PlaceKind, parse_place
from synth_core.model.plan import Plan
from synth_core.model.profile import Profile
from synth_core.model.project import Project, SourceKind
from synth_core.ports import LoadFiles
from synth_core.previews import KeptPreview, Previews, new_preview_id
from synth_core.settings import DEFAULT_SEED, Settings
from synth_core.stages.approve import as_possible
from synth_core.stages.bars import Bars, bars_of
from synth_core.stages.compare import Likeness, compare
from synth_core.stages.gather.gather import Progress
from synth_core.stages.lint import kept_rules
from synth_core.stages.preview import Estimate, Preview
from synth_core.stages.preview import preview as preview_plan
from synth_core.stages.profile import personal_columns, profile
from synth_core.stages.verify import Check, verify
from synth_core.stages.workbench import Workbench

LEAST_BILLED = 10 * 2**20
"""Bytes that BigQuery bills for each table that a query reads, at least."""


def preview(
    name: str, *, rows: int = 20, seed: int = DEFAULT_SEED, home: Path | None = None
) -> tuple[Preview, list[Likeness]]:
    """A small run, and how like the source its columns are."""
    _check_rows(rows)
    stored = projects_in(home).load(name)
    facts = stored.facts() if stored.profile else None
    shown = _preview(stored, rows, home, seed=seed)[1]
    made = _measure(stored.project, shown)
    return shown, compare(facts, made) if facts else []


def keep_preview(
    name: str,
    *,
    rows: int = 20,
    seed: int = DEFAULT_SEED,
    home: Path | None = None,
    progress: Progress = lambda message: None,
) -> KeptPreview:
    """The same, with the checks that a run makes, kept in the store in place of the one before."""
    _check_rows(rows)
    settings, started = settings_for(home), time.perf_counter()
    stored = projects_in(home).load(name)
    facts = stored.facts() if stored.profile else None
    progress(f"making {rows:,} rows a table")
    plan, shown = _preview(stored, rows, home, seed=seed)
    progress("checking them as a run does")
    checks = _check(plan, shown)
    progress("measuring how like the source they are")
    made = _measure(stored.project, shown)
    now = datetime.now(UTC)
    kept = KeptPreview(
        id=new_preview_id(now, plan.fingerprint.partition(":")[2]),
        made_at=now,
        made_by=settings.user,
        version=stored.version,
        parts=parts_of(stored.contents),
        wanted=rows,
        seed=seed,
        rows={table: data.num_rows for table, data in shown.tables.items()},
        seconds=round(time.perf_counter() - started, 2),
        estimate=shown.estimate,
        cost=_cost(stored.project, shown.estimate, settings),
        likeness=tuple(compare(facts, made)) if facts else (),
        checks=tuple(checks),
        fewer=shown.fewer,
    )
    Previews(store_of(settings)).keep(name, kept, shown.tables, made)
    return kept


def kept_preview(name: str, *, home: Path | None = None) -> KeptPreview | None:
    """The latest preview that a job made; None where there is none. `is_current` says whether recipe and project are
    still what they were."""
    stored = projects_in(home).load(name)
    return Previews(store_of(settings_for(home))).find(name, stored.contents)


def preview_rows(name: str, table: str, *, home: Path | None = None) -> pa.Table:
    """The kept rows of one table. Raises ProjectError where there are none."""
    previews = Previews(store_of(settings_for(home)))
    return previews.rows(name, _found(previews, name), table)


def preview_facts(name: str, *, home: Path | None = None) -> Profile:
    """Facts of all kept rows, to be compared with those of the source. Raises ProjectError where there are none."""
    previews = Previews(store_of(settings_for(home)))
    return previews.facts(name, _found(previews, name))


class PreviewColumn(Frozen):
    """A column of a preview beside its source; a leaf of a nested one has its path as its name."""

    name: str
    is_personal: bool
    bars: Bars
    likeness: Likeness | None


def preview_columns(name: str, table: str, *, home: Path | None = None) -> tuple[PreviewColumn, ...]:
    """The columns of one table of the kept preview, in their order. Raises ProjectError where there is none."""
    stored = projects_in(home).load(name)
    previews = Previews(store_of(settings_for(home)))
    kept = _found(previews, name)
    made = next((each for each in previews.facts(name, kept).tables if each.table == table), None)
    if made is None:
        raise ProjectError(f"{name}: this preview has no table {table}.", hint="Make a new one.")
    facts = stored.profile.tables if stored.profile else ()
    source = {each.path: each for found in facts if found.table == table for each in found.columns}
    scores = {each.column: each for each in kept.likeness if each.table == table}
    people = personal_columns(stored.project)
    return tuple(
        PreviewColumn(
            name=each.name,
            is_personal=(is_personal := (table, each.path[0]) in people),
            bars=bars_of(source.get(each.path), each, is_personal=is_personal),
            likeness=scores.get(each.name),
        )
        for each in made.columns
    )


def _preview(stored: StoredProject, rows: int, home: Path | None, *, seed: int) -> tuple[Plan, Preview]:
    """Where keys or links allow fewer rows of a table than its source has, of a plan with as many as they allow."""
    plan, fewer = as_possible(lambda counts: plan_of(stored, home, counts=counts, seed=seed))
    return plan, replace(preview_plan(plan, rows), fewer=fewer)


def _found(previews: Previews, name: str) -> KeptPreview:
    kept = previews.find(name)
    if kept is None:
        raise ProjectError(f"{name}: there is no preview yet.", hint="Make one.")
    return kept


def _check_rows(rows: int) -> None:
    if rows <= 0:
        raise PlanError(f"{rows} rows can't be made.", hint="Ask for 1 or more.")


def _measure(project: Project, shown: Preview) -> Profile:
    with Workbench() as bench:
        for table, data in shown.tables.items():
            bench.con.register("synth_preview", data)
            bench.con.execute(f"CREATE TABLE {bench.name_of(table)} AS SELECT * FROM synth_preview")
            bench.con.unregister("synth_preview")
        return profile(bench.con, project)


def _check(plan: Plan, shown: Preview) -> list[Check]:
    """Write the rows as finished files, load these, and ask what a run asks."""
    project, counts = plan.project, {name: data.num_rows for name, data in shown.tables.items()}
    with ScratchFolder("preview") as folder:
        warehouse = wiring.open_warehouse(f"duckdb:{folder}/check.duckdb")
        try:
            staged: dict[str, str] = {}
            for number, table in enumerate(project.tables):
                dialect, kind = table.dialect.value if table.dialect else None, output_kind(table)
                path = folder / str(number) / file_name(table)
                path.parent.mkdir()
                writer = open_writer(path, kind, table.columns, dialect)
                for batch in shown.tables[table.name].to_batches():
                    writer.write(batch)
                writer.close()
                staged[table.name] = warehouse.create_staging("preview", schema_of(project, table, "preview"))
                files = LoadFiles(
                    paths=(str(path),),
                    kind=kind,
                    dialect=dialect if kind is SourceKind.DELIMITED else None,
                    columns=table.columns,
                )
                warehouse.load(staged[table.name], files)
            kept = kept_rules(project, plan.recipe, plan.recipe_files)
            return verify(warehouse, project, _wanted(plan, counts), staged, kept=kept)
        finally:
            warehouse.close()


def _wanted(plan: Plan, made: Mapping[str, int]) -> dict[str, int]:
    """Rows that were to be made: a preview asks for as many of each table, unless the plan wants fewer."""
    most = max(made.values(), default=0)
    return {table: min(most, count) for table, count in plan.counts.items()}


def _cost(project: Project, estimate: Estimate, settings: Settings) -> Cost:
    """Loading is free; the checks read what was loaded."""
    if parse_place(project.target.uri).kind is not PlaceKind.BIGQUERY:
        return Cost(table="", bytes=0, dollars=0.0, queries=0, how="free: nothing of it is billed")
    tables = len(project.tables)
    read = max(estimate.bytes, tables * LEAST_BILLED)
    return Cost(
        table="",
        bytes=read,
        dollars=read / 2**40 * settings.price_per_tib,
        queries=tables,
        how="loading is free, the checks read what was loaded",
    )
