"""Drives a run from an approved plan to a published target: generate, load, check, publish, clean up.

Whatever happens, every start in the audit gets an end, and the target is either what it was or what was asked for.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from synth_core.engine.shards import balance, pieces_of
from synth_core.errors import CheckError, GenerationError, PlanError, SynthError
from synth_core.execution import audit
from synth_core.execution.audit import AuditRow, Status
from synth_core.execution.folders import working_folder
from synth_core.execution.progress import RunProgress, rows_so_far
from synth_core.execution.state import FileReceipt, Manifest, RunStore, State
from synth_core.execution.worker import ENGINE
from synth_core.files.shape import output_folder, output_kind, safe_name
from synth_core.model.plan import ApprovedPlan, Plan
from synth_core.model.project import Project, Table
from synth_core.model.provenance import Provenance
from synth_core.model.warehouse import ForeignKey, TableSchema
from synth_core.ports import LoadFiles, Publication, RunBackend, Task, Warehouse
from synth_core.stages.verify import Check, failed, verify

POLL_SECONDS = 0.05
log = logging.getLogger(__name__)
Opener = Callable[[str], Warehouse]


class _CancelledError(SynthError):
    """Somebody asked the run to stop."""


class Driver:
    """One run. `open_warehouse` opens the target's warehouse; a folder target is checked in a scratch one."""

    def __init__(
        self,
        home: Path,
        runs: RunStore,
        run_id: str,
        *,
        backend: RunBackend,
        open_warehouse: Opener,
        is_warehouse: Callable[[str], bool],
        user: str,
        progress: RunProgress,
        drafted: Provenance,
    ) -> None:
        self._home, self._runs, self.run_id = home, runs, run_id
        self._backend, self._open, self._user, self._progress = backend, open_warehouse, user, progress
        self._approved: ApprovedPlan = runs.plan(run_id)
        self._plan: Plan = self._approved.plan
        self._project: Project = self._plan.project
        self._target = self._project.target.uri if is_warehouse(self._project.target.uri) else ""
        self._drafted = drafted
        self._pieces = pieces_of(self._plan)
        self._starts: dict[str, AuditRow] = {}
        self._files: dict[str, FileReceipt] = {}

    def run(self) -> Manifest:
        """Do whatever of the run is not done yet. Raises SynthError when it fails; the manifest says so then too."""
        if self._runs.manifest(self.run_id).state is State.PUBLISHED:
            return self._runs.manifest(self.run_id)
        try:
            self._begin()
            checks = self._checks_if_published()
            if checks is None:
                self._generate()
                checks = self._load_and_publish()
        except BaseException as error:
            self._backend.cancel()
            self._end(*_ending(error))
            raise
        finally:
            # Whole files are in the output already; nobody goes on with half of one.
            shutil.rmtree(working_folder(self._home, self.run_id), ignore_errors=True)
        return self._end(State.PUBLISHED, Status.COMPLETED, "", checks)

    # --- begin and end ---

    def _begin(self) -> None:
        now = datetime.now(UTC)
        audit.close_starts(self._runs.store, self.run_id, now=now)
        self._runs.clear_cancel(self.run_id)
        # What an earlier attempt was writing is of no use; what it finished has a receipt and lies in the output.
        shutil.rmtree(working_folder(self._home, self.run_id), ignore_errors=True)
        for table in self._project.tables:
            row = audit.start_row(
                self._approved,
                table.name,
                run_id=self.run_id,
                batch_id=self.run_id,
                user=self._user,
                now=now,
                engine=ENGINE,
                model_id=self._drafted.model_id,
                prompt_versions=self._drafted.prompt_versions,
                tokens=self._drafted.tokens,
                target_table=f"{self._target}#{table.name}" if self._target else None,
            )
            self._starts[table.name] = audit.record(self._runs.store, row)
        self._runs.update(
            self.run_id,
            state=State.GENERATING,
            pid=os.getpid(),
            host=socket.gethostname(),
            message="",
            ended_at=None,
        )
        if self._target:
            with self._warehouse() as warehouse:
                warehouse.check_targets(
                    self._publications({table.name: "" for table in self._project.tables})
                )
                audit.mirror(self._runs.store, self.run_id, warehouse)

    def _end(self, state: State, status: Status, message: str, checks: Sequence[Check] = ()) -> Manifest:
        now = datetime.now(UTC)
        for table, start in self._starts.items():
            receipt = self._files.get(table)
            row = audit.end_row(
                start,
                status,
                now=now,
                rows=receipt.rows if receipt else None,
                error_message=message or None,
                output_path=str(Path(receipt.path).parent) if receipt else None,
                load_job_id=self.run_id if self._target and state is State.PUBLISHED else None,
            )
            audit.record(self._runs.store, row)
        manifest = self._runs.update(
            self.run_id,
            state=state,
            tables={table.name: state for table in self._project.tables},
            ended_at=now,
            message=message,
            **({"checks": tuple(checks)} if checks else {}),
        )
        if self._starts and self._target:
            try:
                with self._warehouse() as warehouse:
                    audit.mirror(self._runs.store, self.run_id, warehouse)
            except SynthError as error:
                # The truth is in the store; why the target can't be reached must not hide how the run ended.
                log.warning(
                    "the target's audit table lacks the end of run %s, `synth audit --sync %s` adds it: %s",
                    self.run_id,
                    self.run_id,
                    error,
                )
        return manifest

    # --- generate ---

    def _generate(self) -> None:
        receipts = self._runs.receipts(self.run_id)
        done = {piece for piece, receipt in receipts.items() if _is_whole(receipt.files)}
        tasks = [
            Task(
                id="+".join(heap),
                run_id=self.run_id,
                tables=tuple(t for piece in heap for t in self._pieces[piece]),
            )
            for heap in balance(
                self._plan, [piece for piece in self._pieces if piece not in done], self._backend.max_workers
            )
        ]
        self._progress.generating(
            {table.name: self._plan.counts[table.name] for table in self._project.tables}
        )
        self._backend.start(str(self._home), tasks)
        running = {task.id for task in tasks}
        while running:
            for state in self._backend.poll():
                if state.state == "ended" and state.id in running:
                    running.discard(state.id)
                    if state.exit_code:
                        reason = self._backend.stderr_tail(state.id).strip().splitlines()[-1:]
                        self._backend.cancel()
                        raise GenerationError(" ".join(reason) or f"A worker ended with {state.exit_code}.")
            self._stop_if_cancelled()
            self._progress.rows(rows_so_far(self._home, self.run_id))
            if running:
                time.sleep(POLL_SECONDS)
        self._take_receipts()
        self._progress.generated({table: file.rows for table, file in self._files.items()})
        self._state(State.GENERATED)

    def _take_receipts(self) -> None:
        receipts = self._runs.receipts(self.run_id).values()
        self._files = {file.table: file for receipt in receipts for file in receipt.files}

    # --- load, check, publish ---

    def _checks_if_published(self) -> list[Check] | None:
        """The checks of an earlier attempt that was killed after its rows were published; None where there is none."""
        if not self._target:
            return None
        with self._warehouse() as warehouse:
            if not warehouse.was_published(self.run_id):
                return None
            warehouse.drop_staging(self.run_id)
        self._take_receipts()
        return list(self._runs.manifest(self.run_id).checks)

    def _load_and_publish(self) -> list[Check]:
        with self._checking_warehouse() as warehouse:
            staged: dict[str, str] = {}
            try:
                self._state(State.LOADING)
                for table in self._project.tables:
                    self._stop_if_cancelled()
                    self._progress.loading(table.name)
                    staged[table.name] = warehouse.create_staging(
                        self.run_id, schema_of(self._project, table)
                    )
                    warehouse.load(staged[table.name], self._load_files(table))
                self._state(State.LOADED)
                present = set(warehouse.tables()) if self._target and self._plan.mode == "append" else set()
                checks = verify(
                    warehouse,
                    self._project,
                    self._plan.counts,
                    staged,
                    appended_to=sorted(present & set(staged)),
                )
                self._progress.checked(checks)
                self._runs.update(self.run_id, checks=tuple(checks))
                if bad := failed(checks):
                    first = bad[0]
                    raise CheckError(
                        f"{len(bad)} of {len(checks)} checks failed; the first, of {first.table}: {first.what}, does "
                        f"not hold for {first.bad:,} rows.",
                        hint="Nothing was published. Mend the recipe and approve it again.",
                    )
                self._state(State.CHECKED)
                self._stop_if_cancelled()
                if self._target:
                    self._state(State.PUBLISHING)
                    warehouse.publish(self._publications(staged), job_id=self.run_id)
                return checks
            finally:
                warehouse.drop_staging(self.run_id)

    def _load_files(self, table: Table) -> LoadFiles:
        return LoadFiles(
            paths=(self._files[table.name].path,),
            kind=output_kind(table),
            dialect=table.dialect.value if table.dialect else None,
            columns=table.columns,
        )

    def _publications(self, staged: Mapping[str, str]) -> list[Publication]:
        return [
            Publication(
                staging=staged[table.name], target=schema_of(self._project, table), mode=self._plan.mode
            )
            for table in self._project.tables
        ]

    # --- small things ---

    def _stop_if_cancelled(self) -> None:
        if self._runs.is_cancelled(self.run_id):
            raise _CancelledError(
                "The run was cancelled.", hint=f"`synth resume {self.run_id}` goes on with it."
            )

    @contextmanager
    def _warehouse(self) -> Iterator[Warehouse]:
        warehouse = self._open(self._target)
        try:
            yield warehouse
        finally:
            warehouse.close()

    @contextmanager
    def _checking_warehouse(self) -> Iterator[Warehouse]:
        if self._target:
            with self._warehouse() as warehouse:
                yield warehouse
            return
        # It goes with the working folder.
        warehouse = self._open(f"duckdb:{working_folder(self._home, self.run_id)}/check.duckdb")
        try:
            yield warehouse
        finally:
            warehouse.close()

    def _state(self, state: State) -> None:
        self._runs.update(
            self.run_id, state=state, tables={table.name: state for table in self._project.tables}
        )


def create_run(runs: RunStore, approved: ApprovedPlan, run_id: str, *, now: datetime) -> None:
    """A new run of an approved plan; its id is also the batch id. Raises PlanError for a plan that was changed."""
    if not approved.is_intact:
        raise PlanError("The plan was changed after it was approved.", hint="Approve it again.")
    tables = {table.name: State.PENDING for table in approved.plan.project.tables}
    manifest = Manifest(
        run_id=run_id,
        project=approved.plan.project.name,
        version=approved.version,
        state=State.PENDING,
        tables=tables,
        started_at=now,
        pid=os.getpid(),
        host=socket.gethostname(),
    )
    runs.create(run_id, approved, manifest)


def schema_of(project: Project, table: Table) -> TableSchema:
    """The target table as it is created when it is missing."""
    links = [link for link in project.accepted_links if link.table == table.name]
    return TableSchema(
        name=table.name,
        fields=table.fields,
        primary_key=table.key_columns,
        foreign_keys=tuple(
            ForeignKey(columns=link.columns, ref_table=link.ref_table, ref_columns=link.ref_columns)
            for link in links
        ),
        description=table.description,
        partitioning=table.partitioning,
        require_partition_filter=table.require_partition_filter,
        clustering=table.clustering,
        labels={**table.labels, "synthetic": "true"},
    )


def _ending(error: BaseException) -> tuple[State, Status, str]:
    """How a run that this error stopped has ended."""
    if isinstance(error, _CancelledError):
        return State.CANCELLED, Status.CANCELLED, error.message
    if isinstance(error, SynthError):
        return State.FAILED, Status.FAILED, str(error)
    if isinstance(error, Exception):
        return State.FAILED, Status.FAILED, f"{type(error).__name__}: {error}"
    return State.INTERRUPTED, Status.INTERRUPTED, "it was interrupted"


def output_of(home: Path, plan: Plan, run_id: str, table: str) -> Path:
    """The folder of a table's finished files."""
    return output_folder(home, plan, run_id) / safe_name(table)


def _is_whole(files: Sequence[FileReceipt]) -> bool:
    return all(Path(file.path).exists() and Path(file.path).stat().st_size == file.bytes for file in files)
