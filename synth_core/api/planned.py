"""What a run of a project would make, whether it is approved, and what it would find at the target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from synth_core import wiring
from synth_core.api.allowed import check_target
from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import projects_in, runs_in
from synth_core.api.next_steps import published_run
from synth_core.errors import PlanError
from synth_core.history.stored import StoredProject
from synth_core.model.base import Frozen
from synth_core.model.places import is_warehouse
from synth_core.model.plan import Fewer
from synth_core.model.project import LoadMode
from synth_core.previews import Previews
from synth_core.settings import DEFAULT_SEED, Settings
from synth_core.stages.approve import check_second_person

_AT_ONCE = 50
"""Tables of a target that one query counts: each is asked by itself otherwise, and waited for."""


class PlannedTable(Frozen):
    """One table of the plan."""

    table: str
    rows: int
    """To make."""
    source_rows: int


class RunPlan(Frozen):
    """The plan that is approved, or the one that would be."""

    tables: tuple[PlannedTable, ...]
    target: str
    files: str
    """Where finished files go beside a warehouse; empty: the home."""
    mode: LoadMode
    seed: int
    version: int | None
    """Of the project, that was approved."""
    approved_by: str = ""
    approved_at: datetime | None = None
    note: str = ""
    fingerprint: str = ""
    """Of the approved plan; empty where none is approved."""
    is_current: bool = False
    """Exactly what the project is now is approved."""
    published_by: str = ""
    """The run of exactly this plan that was published; empty: none was yet."""
    edited_by: str = ""
    """Who saved the latest version."""
    fewer: tuple[Fewer, ...] = ()
    """Tables of which keys or links allow fewer rows than the source has: of the approved plan, or of the latest
    preview as long as the project is still as it was."""
    refused: str = ""
    """Why whoever asks can't approve it, as a sentence; empty where they can."""

    @property
    def rows(self) -> int:
        """To make, in all tables."""
        return sum(each.rows for each in self.tables)

    def would_repeat(self, there: Mapping[str, int]) -> bool:
        """A run of this plan was published and its rows are at the target, where more are put on top of them: another
        run of it would be refused, as each row would occur twice."""
        is_added = self.mode == "append" and is_warehouse(self.target)
        return bool(self.published_by) and is_added and any(there.values())


def run_plan(name: str, *, home: Path | None = None) -> RunPlan:
    """What would run now. Raises ProjectError where there is no such project."""
    projects, settings = projects_in(home), settings_for(home)
    stored = projects.load(name)
    _, latest = projects.ends(name)
    refused = ""
    if settings.second_person and latest is not None:
        try:
            check_second_person(latest, {settings.user})
        except PlanError as error:
            refused = str(error)
    approved, project = stored.approved, stored.project
    plan = approved.plan if approved is not None and stored.is_approved else None
    fewer = approved.fewer if approved is not None and plan else _fewer(stored, settings)
    counts = plan.counts if plan else {each.table: each.rows for each in fewer}
    return RunPlan(
        tables=tuple(
            PlannedTable(table=each.name, rows=counts.get(each.name, each.wanted), source_rows=each.rows)
            for each in project.tables
        ),
        target=project.target.uri,
        files=project.target.files,
        mode=plan.mode if plan else project.target.mode,
        seed=plan.seed if plan else DEFAULT_SEED,
        version=approved.version if approved else None,
        approved_by=approved.approved_by if approved else "",
        approved_at=approved.approved_at if approved else None,
        note=approved.note if approved else "",
        fingerprint=approved.fingerprint if approved else "",
        is_current=plan is not None,
        published_by=published_run(runs_in(home), approved)
        if approved is not None and plan is not None
        else "",
        edited_by=latest.author if latest else "",
        fewer=fewer,
        refused=refused,
    )


def _fewer(stored: StoredProject, settings: Settings) -> tuple[Fewer, ...]:
    kept = Previews(store_of(settings)).find(stored.project.name, stored.contents)
    return kept.fewer if kept is not None and kept.is_current else ()


def target_rows(name: str, *, home: Path | None = None) -> dict[str, int]:
    """Rows that are in the target's tables now, of those that the project would write to. A target of files has none:
    they are written beside those of earlier runs. Costs nothing. Raises TargetError where it can't be read."""
    project = projects_in(home).load(name).project
    check_target(settings_for(home), project.target)
    warehouse = wiring.open_existing(project.target.uri) if is_warehouse(project.target.uri) else None
    if warehouse is None:
        return {}
    try:
        there = set(warehouse.tables())
        names = [table.name for table in project.tables if table.name in there]
        found: dict[str, int] = {}
        for first in range(0, len(names), _AT_ONCE):
            some = names[first : first + _AT_ONCE]
            counts = warehouse.query(
                " UNION ALL ".join(
                    f"SELECT {place} AS place, count(*) AS n FROM {warehouse.all_rows(name)}"
                    for place, name in enumerate(some)
                )
            ).to_pylist()
            found |= {some[each["place"]]: int(each["n"]) for each in counts}
        return found
    finally:
        warehouse.close()
