"""The members of a project, as they lie beside it in the store."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from synth_core.errors import ProjectError
from synth_core.model.base import Frozen
from synth_core.ports import ObjectStore

FILE = "members.json"
RoleName = Literal["viewer", "editor", "approver"]


class Members(Frozen):
    """Who takes part in a project, as what; nobody: everybody does, by the role they have anywhere."""

    people: dict[str, RoleName] = {}
    changed_by: str = ""
    changed_at: datetime | None = None

    def role_of(self, name: str) -> RoleName | None:
        """The role of a person; case does not count."""
        known = {person.casefold(): role for person, role in self.people.items()}
        return known.get(name.casefold())


def read_members(store: ObjectStore, project: str) -> tuple[Members, int]:
    """The members, and the generation of their file (0: there is none)."""
    try:
        data, generation = store.get(f"{project}/{FILE}")
    except FileNotFoundError:
        return Members(), 0
    try:
        return Members.model_validate_json(data), generation
    except ValidationError:
        # A list that can't be read must not make a project everybody's.
        raise ProjectError(
            f"{project}/{FILE} can't be read.",
            hint="Mend it, or delete it: then everybody takes part again, by the role that the configuration gives.",
        ) from None


def write_members(store: ObjectStore, project: str, members: Members, generation: int) -> None:
    """Replace exactly the list of that generation. Raises ConflictError when it was changed since."""
    store.put(f"{project}/{FILE}", members.model_dump_json(indent=1).encode(), if_generation=generation)
