"""A run as it lies in the store: plan, manifest, receipts. The page and the command line only read it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import ValidationError

from synth_core.errors import ConflictError, ProjectError
from synth_core.execution.audit import AuditPlace
from synth_core.model.base import Frozen
from synth_core.model.complaints import explain
from synth_core.model.plan import ApprovedPlan
from synth_core.ports import ObjectStore
from synth_core.stages.verify import Check


class State(StrEnum):
    """Where a table of a run is; failed, cancelled and interrupted can follow any of the others."""

    PENDING = "pending"
    STAGING = "staging"
    GENERATING = "generating"
    GENERATED = "generated"
    LOADING = "loading"
    LOADED = "loaded"
    CHECKED = "checked"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ENDED = frozenset({State.PUBLISHED, State.FAILED, State.CANCELLED, State.INTERRUPTED})


class FileReceipt(Frozen):
    """A finished file of a table; written once, when the file is whole."""

    table: str
    path: str
    """Its address: an absolute path or `gs://…`."""
    rows: int
    bytes: int
    sha256: str
    replaced: int = 0
    """Characters that the file's encoding could not express."""
    generation: int = 0
    """Of an object in Cloud Storage; 0 for a file."""


class PieceReceipt(Frozen):
    """What a worker made of a piece of the plan; its presence means that the piece is done."""

    piece: str
    engine: str
    files: tuple[FileReceipt, ...]
    seconds: float


class Manifest(Frozen):
    """The run's state. `pid` and `host` say who drives it, for people who look for the process."""

    run_id: str
    project: str
    version: int | None = None
    """The project's version that the plan was made of; None for runs from before there were versions."""
    started_by: str = ""
    """Empty for runs from before that was kept, like the two that follow."""
    approved_by: str = ""
    target: str = ""
    state: State
    tables: Mapping[str, State]
    started_at: datetime
    ended_at: datetime | None = None
    rows: int | None = None
    """That were made; None before the end, and where it did not come to that."""
    message: str = ""
    notes: tuple[str, ...] = ()
    """What whoever started it should know, though it does not decide how the run ended."""
    checks: tuple[Check, ...] = ()
    audit: AuditPlace | None = None
    """The table that gets a copy of the events; None where there is none."""
    pid: int = 0
    host: str = ""


ASKING = 2.0
"""Seconds between two looks at a shared store for a request to stop."""
Model = TypeVar("Model", bound=Frozen)
_ID = re.compile(r"[\w-]+")


def name(run_id: str, *parts: str) -> str:
    """The name of a run's object in the store. Raises ProjectError for what can't be a run's id."""
    if not _ID.fullmatch(run_id):
        raise _no_run(run_id)
    return "/".join(("runs", run_id, *parts))


def _parsed(kind: type[Model], data: bytes, where: str) -> Model:
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise ProjectError(
            f"{where} can't be read: {explain(error)}.",
            hint="Restore the file, or move the run's folder away.",
        ) from None


def _no_run(run_id: str) -> ProjectError:
    return ProjectError(f"There is no run {run_id!r}.", hint="`synth runs` lists them.")


def new_run_id(plan: ApprovedPlan, at: datetime) -> str:
    """Sorted by time, and tied to the plan: `20261123-204501-9f2c51ab`."""
    digest = plan.fingerprint.partition(":")[2]
    return f"{at.astimezone(UTC):%Y%m%d-%H%M%S-%f}"[:-3] + f"-{digest[:8]}"


class RunStore:
    """Reads and writes runs."""

    def __init__(self, store: ObjectStore, *, is_shared: bool = False) -> None:
        self.store = store
        self.is_shared = is_shared
        """Other machines see these runs, too: asking is slower, and costs."""
        self._asked: dict[str, float] = {}

    def create(self, run_id: str, plan: ApprovedPlan, manifest: Manifest) -> None:
        """A new run; ConflictError when it is there already."""
        self.store.put(name(run_id, "plan.json"), plan.model_dump_json().encode(), if_generation=0)
        self.store.put(
            name(run_id, "manifest.json"), manifest.model_dump_json(indent=1).encode(), if_generation=0
        )

    def plan(self, run_id: str) -> ApprovedPlan:
        """The approved plan. Raises ProjectError when there is no such run or the plan was tampered with."""
        try:
            data, _ = self.store.get(name(run_id, "plan.json"))
        except FileNotFoundError:
            raise _no_run(run_id) from None
        plan = _parsed(ApprovedPlan, data, name(run_id, "plan.json"))
        if not plan.is_intact:
            raise ProjectError(
                f"The plan of run {run_id} was changed after it was approved.", hint="Approve again."
            )
        return plan

    def manifest(self, run_id: str) -> Manifest:
        """The run's state. Raises ProjectError when there is no such run."""
        return self._manifest(run_id)[0]

    def update(self, run_id: str, **changes: object) -> Manifest:
        """Change the manifest by compare-and-swap; `tables` is merged into what is there."""
        while True:
            manifest, generation = self._manifest(run_id)
            tables = changes.get("tables")
            if isinstance(tables, Mapping):
                changes["tables"] = {**manifest.tables, **tables}
            changed = Manifest.model_validate({**manifest.model_dump(), **changes})
            try:
                self.store.put(
                    name(run_id, "manifest.json"),
                    changed.model_dump_json(indent=1).encode(),
                    if_generation=generation,
                )
            except ConflictError:
                continue
            return changed

    def interrupt(self, run_id: str, now: datetime) -> bool:
        """Say that the run's process died. False when the run has ended, or somebody else wrote at the same time."""
        manifest, generation = self._manifest(run_id)
        if manifest.state in ENDED:
            return False
        changes = {
            "state": State.INTERRUPTED,
            "tables": dict.fromkeys(manifest.tables, State.INTERRUPTED),
            "ended_at": now,
            "message": "its process ended before it was done",
        }
        data = manifest.model_copy(update=changes).model_dump_json(indent=1).encode()
        try:
            self.store.put(name(run_id, "manifest.json"), data, if_generation=generation)
        except ConflictError:
            return False
        return True

    def receipts(self, run_id: str) -> dict[str, PieceReceipt]:
        """What is done, by piece."""
        receipts = {}
        for path in self.store.list(name(run_id, "receipts/")):
            receipt = _parsed(PieceReceipt, self.store.get(path)[0], path)
            receipts[receipt.piece] = receipt
        return receipts

    def add_receipt(self, run_id: str, receipt: PieceReceipt) -> None:
        """Say that a piece is done. A second worker of the same piece writes the same; the first one counts."""
        try:
            self.store.put(
                name(run_id, "receipts", f"{receipt.piece}.json"),
                receipt.model_dump_json().encode(),
                if_generation=0,
            )
        except ConflictError:
            return

    def drop_receipt(self, run_id: str, piece: str) -> None:
        """A piece is not done any more: its files are gone or were changed."""
        self.store.delete(name(run_id, "receipts", f"{piece}.json"))

    def cancel(self, run_id: str, by: str) -> None:
        """Ask the run's driver to stop."""
        self.manifest(run_id)
        self.store.put(
            name(run_id, "cancel"), json.dumps({"by": by, "at": datetime.now(UTC).isoformat()}).encode()
        )

    def is_cancelled(self, run_id: str) -> bool:
        """Somebody asked the run to stop. A shared store is asked every two seconds at most."""
        now = time.monotonic()
        if self.is_shared and now - self._asked.get(run_id, -ASKING) < ASKING:
            return False
        self._asked[run_id] = now
        try:
            self.store.stat(name(run_id, "cancel"))
        except FileNotFoundError:
            return False
        return True

    def clear_cancel(self, run_id: str) -> None:
        """Take the request back, so that the run can be resumed."""
        self.store.delete(name(run_id, "cancel"))

    def ids(self) -> list[str]:
        """All runs, newest first."""
        found = {path.split("/")[1] for path in self.store.list("runs/") if path.endswith("/manifest.json")}
        return sorted(found, reverse=True)

    def _manifest(self, run_id: str) -> tuple[Manifest, int]:
        try:
            data, generation = self.store.get(name(run_id, "manifest.json"))
        except FileNotFoundError:
            raise _no_run(run_id) from None
        return _parsed(Manifest, data, name(run_id, "manifest.json")), generation
