"""What somebody types and has not saved yet, where it can't be saved as it goes: kept for that person alone, so that a
reload, or another instance, does not lose it. No part of a version."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import projects_in
from synth_core.errors import UsageError
from synth_core.model.base import Frozen
from synth_core.projects import check_name
from synth_core.settings import Settings

LONGEST = 200_000
"""Characters."""
_WHAT = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class Unsaved(Frozen):
    """A text as it was typed last."""

    user: str
    text: str
    base: int
    """The project's version that it was written from."""
    typed_at: AwareDatetime


def unsaved(name: str, what: str, *, home: Path | None = None) -> Unsaved | None:
    """What whoever asks has typed and not saved of it; None: nothing."""
    settings = settings_for(home)
    try:
        data, _ = store_of(settings).get(_place(settings, name, what))
        return Unsaved.model_validate_json(data)
    except (FileNotFoundError, ValidationError):
        # One that can't be read is of no use to anybody, and what is saved is shown.
        return None


def keep_unsaved(name: str, what: str, text: str, base: int, *, home: Path | None = None) -> Unsaved:
    """Keep it in place of what was typed before. Raises UsageError for a text that is too long, ProjectError where
    there is no such project."""
    if len(text) > LONGEST:
        raise UsageError(f"The text has {len(text):,} characters; {LONGEST:,} at most are kept.")
    settings = settings_for(home)
    projects_in(home).load(name)
    kept = Unsaved(user=settings.user, text=text, base=base, typed_at=datetime.now(UTC))
    store_of(settings).put(_place(settings, name, what), kept.model_dump_json().encode())
    return kept


def forget_unsaved(name: str, what: str, *, home: Path | None = None) -> None:
    """It was saved, or is not wanted any more."""
    settings = settings_for(home)
    store_of(settings).delete(_place(settings, name, what))


def _place(settings: Settings, name: str, what: str) -> str:
    check_name(name)
    if not _WHAT.fullmatch(what):
        raise UsageError(f"{what!r} is nothing that is typed.")
    # Names of people hold signs that names of files don't.
    who = hashlib.sha256(settings.user.encode()).hexdigest()[:16]
    return f"{name}/unsaved/{who}/{what}.json"
