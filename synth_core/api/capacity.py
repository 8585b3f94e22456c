"""Whether a run fits on the machine that it would run on."""

from __future__ import annotations

from pathlib import Path

from synth_core.api.configured import settings_for
from synth_core.api.ground import projects_in
from synth_core.api.plans import plan_of
from synth_core.errors import PlanError
from synth_core.execution.room import check_room
from synth_core.model.plan import Plan
from synth_core.settings import Settings
from synth_core.settings.hosting import limits_of
from synth_core.stages.preview import preview

_TRIED = 100
"""Rows a table that tell how large its file will be."""


def why_not_here(name: str, *, home: Path | None = None) -> str:
    """Why the approved plan, or the one that the project is now, is too much for this machine, and what to do instead;
    empty where it is not."""
    stored = projects_in(home).load(name)
    plan = stored.approved.plan if stored.approved else plan_of(stored, home)
    try:
        check_here(plan, settings_for(home), subject=name)
    except PlanError as error:
        return str(error)
    return ""


def check_here(plan: Plan, settings: Settings, *, subject: str, run_id: str = "") -> None:
    """Raise PlanError for a run that is more than this machine allows."""
    check_room(
        plan,
        settings.home,
        limits_of(settings),
        estimated=lambda whole: preview(whole, _TRIED).estimate.bytes,
        subject=subject,
        run_id=run_id,
    )
