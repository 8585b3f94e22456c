"""What functions of the api stand on that work for a project: projects, runs and jobs of a home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from synth_core.api.configured import settings_for, store_of
from synth_core.errors import PlanError, ProjectError
from synth_core.execution.state import RunStore
from synth_core.history.stored import StoredProject
from synth_core.jobs.store import JobStore
from synth_core.model.project import LoadMode
from synth_core.projects import Projects


@dataclass(frozen=True, eq=False)
class ByContents:
    """A project that equals any with the same files."""

    stored: StoredProject

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByContents) and self.stored.fingerprint == other.stored.fingerprint

    def __hash__(self) -> int:
        return hash(self.stored.fingerprint)


def projects_in(home: Path | None, author: str | None = None) -> Projects:
    """The projects of a home; what is saved is written by the author, or by whoever the user is."""
    settings = settings_for(home)
    if author is not None and not author.strip():
        raise ProjectError("A version is written by somebody: give a name.")
    return Projects(store_of(settings), author=author or settings.user, clock=lambda: datetime.now(UTC))


def runs_in(home: Path | None) -> RunStore:
    """The runs of a home."""
    settings = settings_for(home)
    return RunStore(store_of(settings), is_shared=bool(settings.store))


def jobs_in(home: Path | None) -> JobStore:
    """The jobs of a home."""
    settings = settings_for(home)
    return JobStore(settings.home, store_of(settings), is_shared=bool(settings.store))


def recipe_of(stored: StoredProject) -> str:
    """The recipe's text. Raises ProjectError where none is drafted yet."""
    if stored.recipe is None:
        name = stored.project.name
        raise ProjectError(f"{name}: there is no recipe yet.", hint=f"Run `synth draft {quote(name)}` first.")
    return stored.recipe


def mode_of(mode: str) -> LoadMode:
    """The way to load. Raises PlanError for a word that is none."""
    if mode == "append":
        return "append"
    if mode == "replace":
        return "replace"
    raise PlanError(f"{mode!r} is no way to load.", hint="It is `append` or `replace`.")
