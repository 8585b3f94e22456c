"""Who has looked at values of people in a source: events of the audit that belong to no run.

One create-only object each, at `<project>/events/<time>-<number>.json` in the store.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from pydantic import AwareDatetime, ValidationError

from synth_core.errors import ProjectError
from synth_core.model.base import Frozen
from synth_core.model.complaints import explain
from synth_core.ports import ObjectStore


class Sighting(Frozen):
    """Somebody asked for values of personal columns as they are."""

    at: AwareDatetime
    user: str
    project: str
    table: str
    columns: tuple[str, ...]
    """The personal ones."""
    rows: int
    """At most so many were shown."""


def note_sighting(store: ObjectStore, sighting: Sighting) -> None:
    """Write it down, before anything is shown. An event is never changed."""
    time = f"{sighting.at.astimezone(UTC):%Y%m%d-%H%M%S-%f}"
    name = f"{sighting.project}/events/{time}-{uuid.uuid4().hex[:8]}.json"
    store.put(name, sighting.model_dump_json(indent=1).encode(), if_generation=0)


def read_sightings(store: ObjectStore, project: str) -> list[Sighting]:
    """All of a project, oldest first. Raises ProjectError for one that can't be read."""
    found = []
    for name in store.list(f"{project}/events/"):
        try:
            found.append(Sighting.model_validate_json(store.get(name)[0]))
        except ValidationError as error:
            raise ProjectError(
                f"The audit event {name} can't be read: {explain(error)}.",
                hint="Events are never changed: restore the file.",
            ) from None
    return found


def sighting_of(user: str, project: str, table: str, columns: tuple[str, ...], rows: int) -> Sighting:
    """One that happens now."""
    return Sighting(at=datetime.now(UTC), user=user, project=project, table=table, columns=columns, rows=rows)
