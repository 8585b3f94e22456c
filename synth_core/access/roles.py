"""Roles: what a person may do at most is configured; in a project with members, only they may do it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase

from synth_core.access.members import Members
from synth_core.settings import Settings


class Role(IntEnum):
    """From least to most; each may do what those below it may."""

    VIEWER = 1
    """Looks at projects, runs and reports; sees no row of a source."""
    EDITOR = 2
    """Makes and changes projects, and sees rows of their sources."""
    APPROVER = 3
    """Approves plans, and runs them."""

    @property
    def word(self) -> str:
        """As it is written: `viewer`, `editor`, `approver`."""
        return self.name.lower()


@dataclass(frozen=True)
class Person:
    """Somebody who is known, and the most that they may do anywhere here."""

    name: str
    role: Role


def person_of(name: str, settings: Settings) -> Person:
    """Somebody who signed in, with the role that the configuration gives them. Case does not count in names."""
    who = name.casefold()

    def is_among(patterns: tuple[str, ...]) -> bool:
        return any(fnmatchcase(who, pattern.casefold()) for pattern in patterns)

    if is_among(settings.approvers):
        return Person(name, Role.APPROVER)
    return Person(name, Role.EDITOR if is_among(settings.editors) else Role.VIEWER)


def role_in(person: Person, members: Members) -> Role:
    """What a person may do in a project: no more than anywhere, and no more than its members' list says. A project
    without members is everybody's."""
    if not members.people:
        return person.role
    given = members.role_of(person.name)
    return min(person.role, Role[given.upper()]) if given else Role.VIEWER
