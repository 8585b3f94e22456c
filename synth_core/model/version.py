"""Versions of a project: what each save leaves behind, and how two of them differ."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime
from pydantic import Field as PydanticField

from synth_core.model.base import Frozen


class Version(Frozen):
    """The state of everything that a person can edit in a project, and who left it so."""

    number: int = PydanticField(ge=1)
    parent: int | None = None
    """The version before it; None for the first."""
    author: str
    time: AwareDatetime
    note: str = ""
    fingerprint: str
    """SHA-256 over the names and contents of all parts: the same contents have the same one."""
    parts: dict[str, str]
    """The files that the version is made of, each with the SHA-256 of its contents."""
    changed: tuple[str, ...] = ()
    """The files that differ from the parent's, also those that are gone."""
    drafted: bool = False
    """Its recipe is a draft, as rules or a model made it of everything else."""

    def __str__(self) -> str:
        return f"version {self.number}"


class Approval(Frozen):
    """Somebody approved a plan that was made of a version."""

    version: int
    by: str
    at: datetime
    note: str = ""
    plan: str
    """The plan's fingerprint."""


class Listed(Frozen):
    """A version in a project's history."""

    version: Version
    approvals: tuple[Approval, ...] = ()


class PartChange(Frozen):
    """How one file differs between two states."""

    file: str
    kind: Literal["new", "gone", "changed", "same"]
    changes: tuple[str, ...] = ()
    """In words, as far as the file's contents mean something; empty where only lines can be counted."""
    added: int = 0
    """Lines."""
    removed: int = 0


class Clash(Frozen):
    """A file that two writers changed: what it was, and what each made of it. None: it is not there."""

    file: str
    base: str | None
    theirs: str | None
    mine: str | None
    their_changes: PartChange
    """From the base."""
    my_changes: PartChange
    by: str = ""
    """Who wrote theirs."""
    version: int | None = None
    """The version that is theirs."""
