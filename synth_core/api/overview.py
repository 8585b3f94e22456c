"""Projects at a glance: which there are, and how far each is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from synth_core.api.configured import settings_for
from synth_core.api.ground import projects_in, runs_in
from synth_core.api.next_steps import published_run
from synth_core.errors import ProjectError
from synth_core.execution.state import RunStore
from synth_core.history.stored import StoredProject
from synth_core.model.base import Frozen


class ProjectCard(Frozen):
    """What a list of projects says of one."""

    name: str
    state: str
    """How far it is, in a few words; what is wrong with it, where it can't be read."""
    source: str = ""
    tables: int = 0
    owner: str = ""
    """Who began it."""
    changed_by: str = ""
    changed_at: datetime | None = None
    is_broken: bool = False


def project_list(*, home: Path | None = None) -> list[ProjectCard]:
    """All projects, the one changed last first."""
    projects = projects_in(home)
    runs = runs_in(home)

    def cards() -> Iterator[ProjectCard]:
        for name in projects.names():
            try:
                stored = projects.load(name)
                first, last = projects.ends(name)
            except ProjectError as error:
                yield ProjectCard(name=name, state=error.message, is_broken=True)
                continue
            yield ProjectCard(
                name=name,
                state=state_of(stored, runs),
                source=stored.project.source,
                tables=len(stored.project.tables),
                owner=first.author if first else settings_for(home).user,
                changed_by=last.author if last else "",
                changed_at=last.time if last else None,
            )

    return sorted(
        cards(), key=lambda card: card.changed_at.timestamp() if card.changed_at else 0.0, reverse=True
    )


def state_of(stored: StoredProject, runs: RunStore) -> str:
    """How far a project is, in a few words."""
    if not stored.project.tables:
        return "begun"
    if stored.recipe is None:
        return "inferred"
    if stored.approved is None:
        return "drafted"
    if not stored.is_approved:
        return "changed since it was approved"
    return "published" if published_run(runs, stored.approved) else "approved"
