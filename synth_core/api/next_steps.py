"""How far a project is on the way from sources to a run."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import ByContents, projects_in, runs_in
from synth_core.api.recipe_text import checked
from synth_core.errors import ProjectError
from synth_core.execution.state import RunStore, State
from synth_core.history.stored import StoredProject
from synth_core.model.findings import Finding, errors
from synth_core.model.plan import ApprovedPlan
from synth_core.previews import Previews
from synth_core.stages.lint import ABOUT_COUNTS
from synth_core.stages.review import Attention, attention
from synth_core.stages.steps import Step, StepState
from synth_core.stages.steps import steps as steps_of


def steps(name: str, *, home: Path | None = None) -> tuple[StepState, ...]:
    """The steps of a project, each with what needs a look in it and what is missing before it."""
    stored = projects_in(home).load(name)
    wrong = _recipe_errors(ByContents(stored))
    return steps_of(
        inferred=bool(stored.project.tables) and stored.profile is not None,
        drafted=stored.recipe is not None,
        attention=_to_look_at(stored),
        recipe_errors=len(wrong),
        count_errors=sum(each.code in ABOUT_COUNTS for each in wrong),
        previewed=stored.is_approved or _has_preview(stored, home),
        approved=stored.is_approved,
        published=stored.approved is not None and bool(published_run(runs_in(home), stored.approved)),
    )


def _has_preview(stored: StoredProject, home: Path | None) -> bool:
    """What the project is now has been looked at."""
    kept = Previews(store_of(settings_for(home))).find(stored.project.name, stored.contents)
    return kept is not None and kept.is_current


def published_run(runs: RunStore, approved: ApprovedPlan) -> str:
    """The latest run of exactly that plan that was published; empty: none was. A run's id ends with its plan's
    fingerprint, so no other run is read."""
    end = "-" + approved.fingerprint.partition(":")[2][:8]
    for run_id in runs.ids():
        if run_id.endswith(end):
            try:
                if runs.manifest(run_id).state is State.PUBLISHED:
                    return run_id
            except ProjectError:
                # A broken run is no published one; the history says what is wrong with it.
                continue
    return ""


@lru_cache(maxsize=16)
def places_to_look_at(by_contents: ByContents) -> tuple[Attention, ...]:
    """What wants a look. A header shows it at each click, so the same contents are looked over once."""
    return attention(by_contents.stored.project, by_contents.stored.profile)


def _to_look_at(stored: StoredProject) -> dict[Step, int]:
    """How many places want a look, by step."""
    # Where nothing is inferred yet there is nothing to look at.
    found = places_to_look_at(ByContents(stored)) if stored.project.tables else ()
    return dict(Counter(Step(each.step) for each in found))


def _recipe_errors(by_contents: ByContents) -> list[Finding]:
    """The errors that the recipe has."""
    stored = by_contents.stored
    return [] if stored.recipe is None else errors(list(checked(by_contents, stored.recipe)))
