"""A part of the recipe that was drafted anew, kept beside the project until somebody takes it or not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import projects_in, recipe_of
from synth_core.api.judging import Talk
from synth_core.api.recipe_text import redraft
from synth_core.history.contents import digest
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding
from synth_core.model.version import PartChange
from synth_core.projects import check_name

_FILE = "redraft.json"


class KeptRedraft(Frozen):
    """The latest one of a project."""

    place: str
    """`table` or `table.column`."""
    remark: str
    made_at: AwareDatetime
    made_by: str
    before: str
    """The digest of the recipe that it was made of."""
    text: str
    """The whole recipe with the part as it would be."""
    undone: tuple[Finding, ...]
    """What whoever drafted could not do."""
    change: PartChange
    """In words."""
    lines: str
    """The lines that differ, as `diff -u` writes them."""

    def is_of(self, recipe: str) -> bool:
        """It was made of exactly this text."""
        return self.before == digest(recipe.encode())

    @property
    def note(self) -> str:
        """For the history."""
        return f"{self.place} drafted again" + (f": {self.remark}" if self.remark else "")


def keep_redraft(
    name: str,
    table: str,
    column: str = "",
    *,
    remark: str = "",
    model: str | None = None,
    talk: Talk | None = None,
    home: Path | None = None,
) -> KeptRedraft:
    """`redraft` of the saved recipe; what comes of it is kept in place of the one before. Saves nothing of the
    recipe."""
    settings, before = settings_for(home), recipe_of(projects_in(home).load(name))
    made = redraft(name, table, column, remark=remark, text=before, model=model, talk=talk, home=home)
    kept = KeptRedraft(
        place=f"{table}.{column}" if column else table,
        remark=remark,
        made_at=datetime.now(UTC),
        made_by=settings.user,
        before=digest(before.encode()),
        text=made.text,
        undone=made.undone,
        change=made.difference.change,
        lines=made.difference.text,
    )
    store_of(settings).put(f"{name}/{_FILE}", kept.model_dump_json().encode())
    return kept


def kept_redraft(name: str, *, home: Path | None = None) -> KeptRedraft | None:
    """The latest one that waits; None where there is none."""
    check_name(name)
    try:
        data, _ = store_of(settings_for(home)).get(f"{name}/{_FILE}")
        return KeptRedraft.model_validate_json(data)
    except (FileNotFoundError, ValidationError):
        # One of an earlier release can't be taken any more; it can be drafted once more.
        return None


def drop_redraft(name: str, *, home: Path | None = None) -> None:
    """It was taken, or is not wanted."""
    check_name(name)
    store_of(settings_for(home)).delete(f"{name}/{_FILE}")
