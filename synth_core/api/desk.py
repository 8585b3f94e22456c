"""The api as one person may use it: the only way of the review app into it.

What a page can call is what stands in the tables here, each with the least role for it. So a viewer can start nothing,
whatever a page shows, and a function that nobody thought about can't be called at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from synth_core.access import Person, Role, role_in
from synth_core.access.members import read_members
from synth_core.api import (
    asking,
    background,
    capacity,
    evaluating,
    history,
    looking,
    membership,
    next_steps,
    overview,
    planned,
    plans,
    previews,
    projects,
    prompting,
    recipe_text,
    redrafting,
    reports,
    reviewing,
    rows,
    running,
    unsaved_texts,
    uploads,
    watching,
)
from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import runs_in
from synth_core.api.kinds import kind_of
from synth_core.errors import AccessError
from synth_core.jobs.record import JobKind
from synth_core.settings import acting

P = ParamSpec("P")
R = TypeVar("R")
Needs = Mapping[Callable[..., Any], Role]

ANYWHERE: Needs = {
    projects.begin: Role.EDITOR,
    projects.init: Role.EDITOR,
    looking.sources: Role.EDITOR,
    looking.dialect_of: Role.EDITOR,
    uploads.upload: Role.EDITOR,
    looking.doctor: Role.EDITOR,
    looking.configuration: Role.VIEWER,
    evaluating.eval_prompts: Role.EDITOR,
    overview.project_list: Role.VIEWER,
    running.audit: Role.VIEWER,
    running.runs: Role.VIEWER,
    reports.run_list: Role.VIEWER,
    reports.compare_runs: Role.VIEWER,
}
"""About no project that is there already."""

IN_PROJECT: Needs = {
    projects.open: Role.VIEWER,
    projects.clone: Role.EDITOR,
    next_steps.steps: Role.VIEWER,
    projects.lint: Role.VIEWER,
    projects.explain: Role.EDITOR,
    projects.cost: Role.EDITOR,
    projects.infer: Role.EDITOR,
    projects.draft: Role.EDITOR,
    projects.fix: Role.EDITOR,
    projects.rename: Role.EDITOR,
    recipe_text.outline: Role.VIEWER,
    recipe_text.check_text: Role.VIEWER,
    recipe_text.field_form: Role.VIEWER,
    recipe_text.text_diff: Role.VIEWER,
    recipe_text.change_field: Role.EDITOR,
    recipe_text.fix_text: Role.EDITOR,
    recipe_text.redraft: Role.EDITOR,
    redrafting.keep_redraft: Role.EDITOR,
    redrafting.kept_redraft: Role.VIEWER,
    redrafting.drop_redraft: Role.EDITOR,
    unsaved_texts.unsaved: Role.EDITOR,
    unsaved_texts.keep_unsaved: Role.EDITOR,
    unsaved_texts.forget_unsaved: Role.EDITOR,
    prompting.prompts: Role.VIEWER,
    prompting.prompt: Role.VIEWER,
    prompting.save_prompt: Role.EDITOR,
    prompting.reset_prompt: Role.EDITOR,
    prompting.try_prompt: Role.EDITOR,
    reviewing.edit: Role.EDITOR,
    asking.ask: Role.EDITOR,
    asking.proposals: Role.VIEWER,
    asking.offered: Role.VIEWER,
    asking.decide: Role.EDITOR,
    reviewing.attention: Role.VIEWER,
    reviewing.source_changes: Role.EDITOR,
    reviewing.reread: Role.EDITOR,  # rows of the source
    history.record: Role.VIEWER,  # what somebody edited in the folder is there already
    history.latest_version: Role.VIEWER,
    history.readable_version: Role.VIEWER,
    history.save_recipe: Role.EDITOR,
    history.draft_version: Role.VIEWER,
    history.undo_recipe: Role.EDITOR,
    history.restore: Role.EDITOR,
    history.versions: Role.VIEWER,
    history.show: Role.VIEWER,
    history.diff: Role.VIEWER,
    plans.compiled: Role.VIEWER,
    previews.preview: Role.EDITOR,
    previews.keep_preview: Role.EDITOR,
    previews.kept_preview: Role.VIEWER,
    previews.preview_rows: Role.VIEWER,
    previews.preview_facts: Role.VIEWER,
    previews.preview_columns: Role.VIEWER,
    planned.run_plan: Role.VIEWER,
    planned.target_rows: Role.VIEWER,
    rows.source_rows: Role.EDITOR,
    rows.sightings: Role.VIEWER,
    reports.literals: Role.VIEWER,
    plans.approve: Role.APPROVER,
    running.run: Role.APPROVER,
    background.job: Role.VIEWER,
    background.jobs: Role.VIEWER,
    capacity.why_not_here: Role.EDITOR,
    membership.members: Role.VIEWER,
    membership.set_members: Role.EDITOR,
}
"""The first argument is the project's name."""

OF_RUN: Needs = {
    running.state: Role.VIEWER,
    running.outcome: Role.VIEWER,
    watching.run_progress: Role.VIEWER,
    reports.report: Role.VIEWER,
    reports.report_html: Role.VIEWER,
    running.cancel: Role.APPROVER,
    running.resume: Role.APPROVER,
}
"""The first argument is the run's id; the role in its project counts."""

OF_JOB = (background.start_job, background.cancel_job)
"""The first arguments are the project's name and the kind of job, which needs what the function needs that it calls."""

CALLED: Mapping[JobKind, Callable[..., Any]] = {
    JobKind.INFER: projects.infer,
    JobKind.ASK: asking.ask,
    JobKind.DRAFT: projects.draft,
    JobKind.REDRAFT: redrafting.keep_redraft,
    JobKind.PREVIEW: previews.keep_preview,
    JobKind.RUN: running.run,
    JobKind.RESUME: running.resume,
}
"""By each kind of job."""


@dataclass(frozen=True)
class Desk:
    """A person at work on the projects of a home."""

    person: Person
    home: Path | None = None

    def do(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function of the api as this person. Raises AccessError, before anything is done, when their role is
        not enough; TypeError for a function that no page may call, and where what it is about is not the first of the
        positional arguments."""
        needed, project = self._needed(function, *map(str, args[:2]))
        self.check(needed, project)
        with acting(self.person.name):
            return function(*args, **{**kwargs, "home": self.home})  # type: ignore[arg-type]

    def check(self, needed: Role, project: str = "") -> None:
        """Raise AccessError unless the person's role, in the project if one is named, is at least that."""
        if self.role(project) >= needed:
            return
        where = f" in {project}" if project else ""
        raise AccessError(
            f"{self.person.name} is a {self.role(project).word}{where}; this needs an {needed.word}.",
            hint="Whoever runs this service names editors and approvers in its configuration; a project has members.",
        )

    def role(self, project: str = "") -> Role:
        """What the person may do, in a project if one is named."""
        if not project:
            return self.person.role
        return role_in(self.person, read_members(store_of(settings_for(self.home)), project)[0])

    def _needed(self, function: Callable[..., Any], first: str = "", second: str = "") -> tuple[Role, str]:
        if function in ANYWHERE:
            return ANYWHERE[function], ""
        if not first:
            # Given by keyword, it would be no project whose members count.
            raise TypeError(
                f"{function.__qualname__} is called with the project, or the run, as its first argument"
            )
        if function in IN_PROJECT:
            return IN_PROJECT[function], first
        if function in OF_RUN:
            return OF_RUN[function], runs_in(self.home).manifest(first).project
        if function in OF_JOB:
            return {**IN_PROJECT, **OF_RUN}[CALLED[kind_of(second)]], first
        raise TypeError(
            f"{function.__qualname__} can't be called from the review app: it has no role in {__name__}"
        )
