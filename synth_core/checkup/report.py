"""What is said of one thing."""

from __future__ import annotations

from enum import StrEnum

from synth_core.model.base import Frozen


class State(StrEnum):
    """Only `missing` is a failure."""

    OK = "ok"
    MISSING = "missing"
    LOOK = "look"
    """The job runs, but not with everything, or it could not be found out."""
    SKIPPED = "skipped"
    """Not asked, because something before it is missing."""


class Result(Frozen):
    """One thing that was looked at."""

    check: str
    """Stable, for machines and tests: `bigquery.query`, `storage.bucket` …"""
    about: str
    """What was looked at: a project, dataset, table, bucket, model, folder."""
    state: State
    message: str
    """A sentence."""
    hint: str = ""
    """What to do."""
    permission: str = ""
    """The missing permission, where it is one."""
    role: str = ""
    """The smallest of Google's roles that gives it."""
    command: str = ""
    """What gives the role, or switches the interface on."""
