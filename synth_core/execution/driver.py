"""Drives a run from an approved plan to a published target: stage, generate, load, check, publish, clean up.

Whatever happens, every start in the audit gets an end, and the target is either what it was or what was asked for.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from synth_core.engine.shards import balance, pieces_of
from synth_core.errors import CheckError, GenerationError, SynthError
from synth_core.execution import audit
from synth_core.execution.audit import AuditPlace, AuditRow, Status
from synth_core.execution.creation import Drafted
from synth_core.execution.ending import CancelledError, ending
from synth_core.execution.finished import finished_files
from synth_core.execution.folders import working_folder
from synth_core.execution.output import Output
from synth_core.execution.progress import RunProgress, rows_so_far
from synth_core.execution.room import Watch, folders_of
from synth_core.execution.staging import Staging
from synth_core.execution.state import FileReceipt, Manifest, PieceReceipt, RunStore, State
from synth_core.execution.targets import schema_of
from synth_core.execution.worker import ENGINE, EXITS
from synth_core.files.shape import files_place, output_folder
from synth_core.model.places import is_remote, is_warehouse, table_name
from synth_core.model.plan import ApprovedPlan, Plan
from synth_core.model.project import Project, Table
from synth_core.ports import LoadFiles, Publication, RunBackend, Task, Warehouse
from synth_core.settings.hosting import UNLIMITED, LocalLimits
from synth_core.stages.approve import check_target
from synth_core.stages.lint import kept_rules
from synth_core.stages.verify import Check, failed, verify

POLL_SECONDS = 0.05
log = logging.getLogger(__name__)
Opener = Callable[[str], Warehouse]


class Driver:
    """One run. `open_warehouse` opens the target's warehouse; a target of files is checked in a scratch one. `store` is
    the address that workers find the run at, where it is not the home; `limits` are those of this machine."""

    def __init__(
        self,
        home: Path,
        runs: RunStore,
        run_id: str,
        *,
        backend: RunBackend,
        open_warehouse: Opener,
        open_source: Opener,
        user: str,
        progress: RunProgress,
        drafted: Drafted | None = None,
        store: str = "",
        limits: LocalLimits = UNLIMITED,
    ) -> None:
        self._home, self._runs, self.run_id, self._store = home, runs, run_id, store
        self._backend, self._user, self._progress = backend, user, progress
        self._open, self._open_source = open_warehouse, open_source
        self._approved: ApprovedPlan = runs.plan(run_id)
        self._plan: Plan = self._approved.plan
        self._project: Project = self._plan.project
        target = self._project.target
        self._target = target.uri if is_warehouse(target.uri) else ""
        self._audit: AuditPlace | None = runs.manifest(run_id).audit
        self._drafted = drafted or Drafted()
        self._output = Output(output_folder(home, target, run_id))
        self._staging = Staging(home, self._project, run_id)
        self._watch = Watch(folders_of(self._plan, home), limits)
        self._pieces = pieces_of(self._plan)
        self._starts: dict[str, AuditRow] = {}
        self._files: dict[str, FileReceipt] = {}
        self._load_job = ""
        self._notes: list[str] = []

    def run(self) -> Manifest:
        """Do whatever of the run is not done yet. Raises SynthError when it fails; the manifest says so then too."""
        if self._runs.manifest(self.run_id).state is State.PUBLISHED:
            return self._runs.manifest(self.run_id)
        try:
            self._begin()
            checks = self._checks_if_published()
            if checks is None:
                self._stage()
                self._generate()
                checks = self._load_and_publish()
        except BaseException as error:
            self._backend.cancel()
            try:
                self._unstage()
            finally:
                self._end(*ending(error, self.run_id))
            raise
        finally:
            # Whole files are in the output already; nobody goes on with half of one.
            shutil.rmtree(working_folder(self._home, self.run_id), ignore_errors=True)
        self._unstage()
        return self._end(State.PUBLISHED, Status.COMPLETED, "", checks)

    # --- begin and end ---

    def _begin(self) -> None:
        now = datetime.now(UTC)
        audit.close_starts(self._runs.store, self.run_id, now=now)
        self._runs.clear_cancel(self.run_id)
        # What an earlier attempt was writing is of no use; what it finished has a receipt and lies in the output.
        shutil.rmtree(working_folder(self._home, self.run_id), ignore_errors=True)
        for table in self._project.tables:
            self._starts[table.name] = audit.record(self._runs.store, self._start(table, now))
        self._runs.update(
            self.run_id,
            state=State.GENERATING,
            pid=os.getpid(),
            host=socket.gethostname(),
            message="",
            notes=(),
            ended_at=None,
        )
        target = self._project.target
        check_target(self._project.source, target.uri, target.files)
        location = self._output.location()
        if self._target:
            with self._warehouse() as warehouse:
                staged = {table.name: "" for table in self._project.tables}
                warehouse.check_targets(self._publications(staged), files_location=location)
        if target.stage:
            self._staging.check(self._open_source, location)
        self._mirror()

    def _start(self, table: Table, now: datetime) -> AuditRow:
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
            target_table=table_name(self._target, table.name) if self._target else None,
            files=files_place(self._home, self._project.target),
        )
        if not self._project.target.stage:
            return row
        staged = self._staging.expected(table)
        return row.model_copy(update={"input_gcs_path": staged.input, "header_gcs_path": staged.header})

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
                output_path=receipt.path.rpartition("/")[0] if receipt else None,
                load_job_id=self._load_job or None,
            )
            audit.record(self._runs.store, row)
        manifest = self._runs.update(
            self.run_id,
            state=state,
            tables={table.name: state for table in self._project.tables},
            ended_at=now,
            rows=sum(file.rows for file in self._files.values()) if self._files else None,
            message=message,
            notes=tuple(self._notes),
            **({"checks": tuple(checks)} if checks else {}),
        )
        if self._starts:
            try:
                self._mirror()
            except SynthError as error:
                # The truth is in the store; why the table can't be reached must not hide how the run ended.
                log.warning(
                    "the audit table lacks the end of run %s, `synth audit sync %s` adds it: %s",
                    self.run_id,
                    self.run_id,
                    error,
                )
        return manifest

    def _mirror(self) -> None:
        if self._audit is None:
            return
        warehouse = self._open(self._audit.warehouse)
        try:
            audit.mirror(self._runs.store, self.run_id, warehouse, self._audit)
        finally:
            warehouse.close()

    def _note(self, text: str) -> None:
        """What whoever started the run should know, though the run goes on."""
        self._notes.append(text)
        log.warning("%s", text)

    # --- staged input ---

    def _stage(self) -> None:
        if not self._project.target.stage:
            return
        self._state(State.STAGING)
        scratch = working_folder(self._home, self.run_id) / "input"
        scratch.mkdir(parents=True)
        for table in self._project.tables:
            self._stop_if_cancelled()
            self._progress.staging(table.name)
            self._staging.stage(table, self._open_source, scratch)

    def _unstage(self) -> None:
        target = self._project.target
        if target.stage and not target.keep_staged:
            for left in self._staging.remove():
                self._note(left)

    # --- generate ---

    def _generate(self) -> None:
        self._state(State.GENERATING)
        receipts = self._runs.receipts(self.run_id)
        done = self._done_pieces(receipts)
        tasks = [
            Task(
                id="+".join(heap),
                run_id=self.run_id,
                tables=tuple(t for piece in heap for t in self._pieces[piece]),
                store=self._store,
            )
            for heap in balance(
                self._plan, [piece for piece in self._pieces if piece not in done], self._backend.max_workers
            )
        ]
        self._progress.generating(
            {table.name: self._plan.counts[table.name] for table in self._project.tables}
        )
        self._backend.start(str(self._home), tasks)
        made = {file.table: file.rows for piece in done for file in receipts[piece].files}
        running = {task.id for task in tasks}
        while running:
            for state in self._backend.poll():
                if state.state == "ended" and state.id in running:
                    running.discard(state.id)
                    if state.exit_code:
                        reason = self._backend.stderr_tail(state.id).strip().splitlines()[-1:]
                        self._backend.cancel()
                        kind = EXITS.get(state.exit_code, GenerationError)
                        raise kind(" ".join(reason) or f"A worker ended with {state.exit_code}.")
            self._stop_if_cancelled()
            self._watch.check()
            self._progress.rows({**made, **rows_so_far(self._home, self.run_id)})
            if running:
                time.sleep(POLL_SECONDS)
        self._take_receipts()
        self._progress.generated({table: file.rows for table, file in self._files.items()})
        self._state(State.GENERATED)

    def _done_pieces(self, receipts: Mapping[str, PieceReceipt]) -> set[str]:
        """The pieces whose files are there as they were written. The receipts of the others are void."""
        done = set()
        for piece, receipt in receipts.items():
            if all(map(self._output.is_there, receipt.files)):
                done.add(piece)
            else:
                self._runs.drop_receipt(self.run_id, piece)
        return done

    def _take_receipts(self) -> None:
        receipts = self._runs.receipts(self.run_id).values()
        self._files = {file.table: file for receipt in receipts for file in receipt.files}

    # --- load, check, publish ---

    def _checks_if_published(self) -> list[Check] | None:
        """The checks of an earlier attempt that was killed after its rows were published; None where there is none."""
        if not self._target:
            return None
        with self._warehouse() as warehouse:
            self._load_job = warehouse.was_published(self.run_id)
            if not self._load_job:
                return None
            self._drop_staging(warehouse)
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
                        self.run_id, schema_of(self._project, table, self.run_id)
                    )
                    with self._finished(table) as files:
                        warehouse.load(staged[table.name], files)
                self._state(State.LOADED)
                present: set[str] = set()
                if self._target and self._plan.mode == "append":
                    names = [table.name for table in self._project.tables]
                    # Rows that this very run has published are no stranger's: it was broken off in the midst of it.
                    present = set(warehouse.tables()) - warehouse.published_part(self.run_id, names)
                checks = verify(
                    warehouse,
                    self._project,
                    self._plan.counts,
                    staged,
                    appended_to=sorted(present & set(staged)),
                    kept=kept_rules(self._project, self._plan.recipe, self._plan.recipe_files),
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
                    self._load_job = warehouse.publish(self._publications(staged), job_id=self.run_id)
                return checks
            finally:
                self._drop_staging(warehouse)

    def _drop_staging(self, warehouse: Warehouse) -> None:
        """What came of the run must not depend on it: such tables harm nobody, and the cloud lets them expire."""
        try:
            warehouse.drop_staging(self.run_id)
        except SynthError as error:
            self._note(f"staging tables of run {self.run_id} are left: {error}")

    def _finished(self, table: Table) -> AbstractContextManager[LoadFiles]:
        """The cloud takes objects as they are, a DuckDB file gets a copy on this machine."""
        copies = None if is_remote(self._target) else working_folder(self._home, self.run_id)
        return finished_files(self._output, self._files[table.name], table, copies=copies)

    def _publications(self, staged: Mapping[str, str]) -> list[Publication]:
        return [
            Publication(
                staging=staged[table.name],
                target=schema_of(self._project, table, self.run_id),
                mode=self._plan.mode,
            )
            for table in self._project.tables
        ]

    # --- small things ---

    def _stop_if_cancelled(self) -> None:
        if self._runs.is_cancelled(self.run_id):
            raise CancelledError(
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
