"""Who may do what: roles from the configuration, and the members of a project."""

from __future__ import annotations

from synth_core.access.members import Members
from synth_core.access.roles import Person, Role, person_of, role_in

__all__ = ["Members", "Person", "Role", "person_of", "role_in"]
