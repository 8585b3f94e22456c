"""Who takes part in a project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from synth_core.access.members import Members, RoleName, read_members, write_members
from synth_core.api.configured import settings_for, store_of
from synth_core.api.ground import projects_in
from synth_core.errors import UsageError


def members(name: str, *, home: Path | None = None) -> Members:
    """The members of a project; nobody: everybody takes part, by the role that the configuration gives them."""
    return read_members(store_of(settings_for(home)), name)[0]


def set_members(name: str, changes: Mapping[str, str | None], *, home: Path | None = None) -> Members:
    """Give people a role in the project (`viewer`, `editor`, `approver`), or take them out (None). Raises UsageError
    for a word that is no role, and for a list on which nobody could edit."""
    settings = settings_for(home)
    projects_in(home).load(name)
    store = store_of(settings)
    before, generation = read_members(store, name)
    people: dict[str, RoleName] = dict(before.people)
    for person, role in changes.items():
        if not person.strip():
            raise UsageError("A member needs a name.")
        for known in [each for each in people if each.casefold() == person.casefold()]:
            del people[known]
        if role is None:
            continue
        found: RoleName | None = next((each for each in get_args(RoleName) if each == role), None)
        if found is None:
            raise UsageError(f"{role!r} is no role.", hint="It is `viewer`, `editor` or `approver`.")
        people[person] = found
    if people and set(people.values()) == {"viewer"}:
        raise UsageError(
            "Nobody could change the project any more.", hint="Leave an editor or approver in it."
        )
    after = Members(people=people, changed_by=settings.user, changed_at=datetime.now(UTC))
    write_members(store, name, after, generation)
    return after
