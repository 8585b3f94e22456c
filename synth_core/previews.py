"""Previews as they are kept: the latest of each project, `<project>/preview/`, with all that a page shows of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import pyarrow as pa
from pydantic import AwareDatetime, ValidationError

from synth_core.errors import ProjectError
from synth_core.history.folder import Files, parts_of
from synth_core.model.base import Frozen
from synth_core.model.complaints import explain
from synth_core.model.cost import Cost
from synth_core.model.plan import Fewer
from synth_core.model.profile import Profile
from synth_core.ports import ObjectStore
from synth_core.stages.compare import Likeness
from synth_core.stages.preview import Estimate
from synth_core.stages.verify import Check

_KEPT = "kept.json"


class KeptPreview(Frozen):
    """A preview, but for its rows and their facts, which are read when they are shown."""

    id: str
    """Another one for each preview."""
    made_at: AwareDatetime
    made_by: str
    version: int | None
    """The project's version that it was made of; None where an edit in the folder was no version yet."""
    parts: Mapping[str, str]
    """The project's files that it was made of, with the digests of their contents."""
    wanted: int
    """Rows a table that were asked for."""
    seed: int
    rows: Mapping[str, int]
    """Rows made, by table, in the project's order."""
    seconds: float
    """That the preview took."""
    estimate: Estimate
    """Of the full run."""
    cost: Cost
    """Of the full run: what checking it reads."""
    likeness: tuple[Likeness, ...]
    checks: tuple[Check, ...]
    fewer: tuple[Fewer, ...] = ()
    """Tables of which the full run can't make as many rows as their source has."""
    is_current: bool = True
    """The project is still as it was."""


class Previews:
    """Keeps previews in a store, one a project."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def keep(self, project: str, kept: KeptPreview, tables: Mapping[str, pa.Table], facts: Profile) -> None:
        """Write rows and facts, then what leads to them; the preview before goes."""
        self._store.put(self._facts(project, kept.id), facts.model_dump_json(exclude_defaults=True).encode())
        for number, name in enumerate(kept.rows):
            self._store.put(self._rows(project, kept.id, number), _as_arrow(tables[name]))
        self._store.put(f"{_folder(project)}{_KEPT}", kept.model_dump_json().encode())
        for name in self._store.list(_folder(project)):
            if not name.startswith((f"{_folder(project)}{kept.id}/", f"{_folder(project)}{_KEPT}")):
                self._store.delete(name)

    def find(self, project: str, now: Files | None = None) -> KeptPreview | None:
        """The latest preview; None where there is none. `now` are the project's files, which say whether it is still
        current. Raises ProjectError for one that can't be read."""
        try:
            data, _ = self._store.get(f"{_folder(project)}{_KEPT}")
        except FileNotFoundError:
            return None
        try:
            kept = _parsed(data)
        except ValidationError as error:
            raise ProjectError(
                f"The preview of {project} can't be read: {explain(error)}.", hint="Make a new one."
            ) from None
        return kept if now is None else kept.model_copy(update={"is_current": parts_of(now) == kept.parts})

    def rows(self, project: str, kept: KeptPreview, table: str) -> pa.Table:
        """The rows of one table. Raises ProjectError where a newer preview has taken their place."""
        try:
            data, _ = self._store.get(self._rows(project, kept.id, list(kept.rows).index(table)))
        except (FileNotFoundError, ValueError):
            raise ProjectError(
                f"{project}: this preview has no rows of {table} any more.", hint="Load the page again."
            ) from None
        with pa.ipc.open_file(io.BytesIO(data)) as reader:
            return reader.read_all()

    def facts(self, project: str, kept: KeptPreview) -> Profile:
        """Facts of the rows, measured as those of the source are. Raises ProjectError as `rows` does."""
        try:
            return Profile.model_validate_json(self._store.get(self._facts(project, kept.id))[0])
        except FileNotFoundError:
            raise ProjectError(f"{project}: this preview is gone.", hint="Load the page again.") from None

    def _facts(self, project: str, preview: str) -> str:
        return f"{_folder(project)}{preview}/facts.json"

    def _rows(self, project: str, preview: str, number: int) -> str:
        return f"{_folder(project)}{preview}/{number:04}.arrow"


@lru_cache(maxsize=16)
def _parsed(data: bytes) -> KeptPreview:
    """A header asks for it at each click: the same is read once."""
    return KeptPreview.model_validate_json(data)


def new_preview_id(at: datetime, digest: str) -> str:
    """Sorted by time."""
    return f"{at:%Y%m%d-%H%M%S-%f}-{digest[:8]}"


def _folder(project: str) -> str:
    return f"{project}/preview/"


def _as_arrow(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    with pa.ipc.new_file(stream, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return stream.getvalue()
