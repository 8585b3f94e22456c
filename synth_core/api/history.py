"""Versions of projects."""

from __future__ import annotations

from pathlib import Path

from synth_core.api.ground import projects_in
from synth_core.history.compare import Difference
from synth_core.history.contents import text_of
from synth_core.history.stored import StoredProject
from synth_core.model.version import Listed, Version


def record(name: str, *, author: str | None = None, home: Path | None = None) -> StoredProject:
    """A project; what was edited in its folder since the latest version becomes one. Where somebody begins to edit, its
    `version` is the base of `save_recipe`."""
    return projects_in(home, author).record(name)


def latest_version(name: str, *, home: Path | None = None) -> Version | None:
    """The version that was saved last; None where nothing was."""
    return projects_in(home).ends(name)[1]


def readable_version(name: str, *, home: Path | None = None) -> Version | None:
    """The latest version that can be read: what to restore where a project's files are broken. None: there is none."""
    return projects_in(home).readable(name)


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
    return projects_in(home, author).save_recipe(name, text, base_version, note=note)


def draft_version(name: str, *, home: Path | None = None) -> Version | None:
    """The version with the last draft as it was made (its name is `draft`, too); None: there is none."""
    return projects_in(home).draft_version(name)


def undo_recipe(
    name: str, base_version: int | str = "latest", *, author: str | None = None, home: Path | None = None
) -> Version:
    """Save the recipe as it was before the last change of it; all else stays. Once more takes that back. Raises
    ProjectError where it was never changed, ConflictError as `save_recipe` does."""
    return projects_in(home, author).undo_recipe(name, base_version)


def versions(name: str, *, home: Path | None = None) -> list[Listed]:
    """The history of a project, newest first; what was edited in its folder becomes a version before."""
    return projects_in(home).versions(name)


def show(
    name: str, version: int | str = "latest", *, home: Path | None = None
) -> tuple[Version, dict[str, str]]:
    """A version (a number, `latest`, or the beginning of a fingerprint) and its files."""
    shown, files = projects_in(home).show(name, version)
    return shown, {file: text_of(data) for file, data in files.items()}


def diff(
    name: str, older: int | str | None = None, newer: int | str = "latest", *, home: Path | None = None
) -> Difference:
    """How two versions differ; without the older one: what the newer one changed."""
    return projects_in(home).diff(name, older, newer)


def restore(
    name: str, version: int | str, *, author: str | None = None, note: str = "", home: Path | None = None
) -> Version:
    """Make a new version with the contents of an old one, and return it."""
    return projects_in(home, author).restore(name, version, note=note)
