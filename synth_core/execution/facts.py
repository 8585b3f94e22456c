"""What is known of a run's rows, beside what was known of the source's: measured once, kept beside the run."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from synth_core.errors import ProjectError, SynthError, TargetError
from synth_core.execution.finished import finished_files
from synth_core.execution.output import Output
from synth_core.execution.state import FileReceipt, RunStore, State, name
from synth_core.execution.targets import schema_of
from synth_core.files.scratch import ScratchFolder
from synth_core.files.shape import output_folder
from synth_core.model.base import Frozen
from synth_core.model.complaints import explain
from synth_core.model.profile import Profile
from synth_core.stages.profile_database import profile_database
from synth_core.wiring import open_warehouse

SOURCE = "source_facts.json"
"""What was known of the source when the run began: an inference afterwards changes the project's."""
FACTS = "facts.json"


class RunFacts(Frozen):
    """Facts of both sides. Both are k-anonymous, and hold nothing but shapes of personal columns."""

    source: Profile | None = None
    """As it was known when the run began; None where that was not kept."""
    made: Profile | None = None
    """Of the rows in the finished files; None where they can't be read any more."""
    lacking: str = ""
    """Why one of them is missing, in words."""


def keep_source_facts(runs: RunStore, run_id: str, facts: Profile) -> None:
    """Lay the source's facts beside a run that begins."""
    runs.store.put(name(run_id, SOURCE), facts.model_dump_json(exclude_defaults=True).encode())


def facts_of(home: Path, runs: RunStore, run_id: str) -> RunFacts:
    """The facts of a run. The rows are measured when the first one asks; what could not be measured is not kept, as it
    may be there again. Raises ProjectError where something that was kept can't be read."""
    source = _kept(runs, run_id, SOURCE)
    gone = "" if source else "what was known of the source was not kept"
    if made := _kept(runs, run_id, FACTS):
        return RunFacts(source=source, made=made, lacking=gone)
    if runs.manifest(run_id).state is not State.PUBLISHED:
        return RunFacts(source=source, lacking="the run was not published, so its rows were not measured")
    try:
        made = _measure(home, runs, run_id)
    except (SynthError, OSError) as error:
        why = error.message if isinstance(error, SynthError) else str(error)
        return RunFacts(source=source, lacking=f"the rows can't be measured: {why.rstrip('.')}")
    runs.store.put(name(run_id, FACTS), made.model_dump_json(exclude_defaults=True).encode())
    return RunFacts(source=source, made=made, lacking=gone)


def _kept(runs: RunStore, run_id: str, file: str) -> Profile | None:
    try:
        data, _ = runs.store.get(name(run_id, file))
    except FileNotFoundError:
        return None
    try:
        return Profile.model_validate_json(data)
    except ValidationError as error:
        raise ProjectError(
            f"{name(run_id, file)} can't be read: {explain(error)}.", hint="Restore the file, or delete it."
        ) from None


def _measure(home: Path, runs: RunStore, run_id: str) -> Profile:
    """By a database on disk, one file after the other, so that memory stays bounded."""
    project = runs.plan(run_id).plan.project
    output = Output(output_folder(home, project.target, run_id))
    receipts = {file.table: file for each in runs.receipts(run_id).values() for file in each.files}
    with ScratchFolder("facts") as folder:
        file = folder / "rows.duckdb"
        warehouse = open_warehouse(f"duckdb:{file}")
        places: dict[str, str] = {}
        try:
            for table in project.tables:
                receipt = _there(output, receipts.get(table.name), table.name)
                staged = warehouse.create_staging(run_id, schema_of(project, table, run_id))
                with finished_files(output, receipt, table, copies=folder / "copies") as files:
                    warehouse.load(staged, files)
                places[table.name] = warehouse.name_of(staged)
        finally:
            warehouse.close()
        return profile_database(file, project, places)


def _there(output: Output, receipt: FileReceipt | None, table: str) -> FileReceipt:
    if receipt is None or not output.is_there(receipt):
        where = receipt.path if receipt else f"the file of {table}"
        raise TargetError(f"{where} is not there any more, or was changed.")
    return receipt
