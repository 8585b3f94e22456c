"""What is known of a run's rows, beside what was known of the source's: measured once, kept beside the run."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from synth_core.errors import ConflictError, ProjectError, SynthError, TargetError
from synth_core.execution.finished import finished_files
from synth_core.execution.output import Output
from synth_core.execution.state import FileReceipt, RunStore, State, name
from synth_core.execution.targets import schema_of
from synth_core.files.scratch import ScratchFolder
from synth_core.files.shape import output_folder
from synth_core.model.base import Frozen
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.recipe.world import explain
from synth_core.stages.profile import without_values
from synth_core.stages.profile_database import profile_database
from synth_core.wiring import open_warehouse

FACTS = "facts.json"


class RunFacts(Frozen):
    """Facts of both sides. Both are k-anonymous, and hold nothing but shapes of personal columns."""

    source: Profile | None = None
    """Of the project's version that ran; None where that is not known any more."""
    made: Profile | None = None
    """Of the rows in the finished files; None where they can't be read any more."""
    lacking: str = ""
    """Why one of them is missing, in words."""


def kept_facts(runs: RunStore, run_id: str) -> RunFacts | None:
    """The facts that were kept beside the run. Raises ProjectError where they can't be read."""
    try:
        data, _ = runs.store.get(name(run_id, FACTS))
    except FileNotFoundError:
        return None
    try:
        return RunFacts.model_validate_json(data)
    except ValidationError as error:
        raise ProjectError(
            f"{name(run_id, FACTS)} can't be read: {explain(error)}.",
            hint="Delete it: it is measured again then.",
        ) from None


def facts_of(home: Path, runs: RunStore, run_id: str, source: Profile | None) -> RunFacts:
    """The facts of a run; measured and kept when they are asked for the first time. `source` are the facts of the
    project's version that ran. What is lacking is not kept: it may be there again."""
    if kept := kept_facts(runs, run_id):
        return kept
    if runs.manifest(run_id).state is not State.PUBLISHED:
        return RunFacts(source=source, lacking="the run did not come to its end, so no rows were measured")
    project = runs.plan(run_id).plan.project
    safe = without_values(project, source) if source else None
    try:
        made = _measure(home, runs, run_id, project)
    except (SynthError, OSError) as error:
        why = error.message if isinstance(error, SynthError) else str(error)
        return RunFacts(source=safe, lacking=f"the rows can't be measured: {why}")
    if safe is None:
        return RunFacts(made=made, lacking="the source's facts of that version are not there any more")
    facts = RunFacts(source=safe, made=made)
    try:
        runs.store.put(name(run_id, FACTS), facts.model_dump_json().encode(), if_generation=0)
    except ConflictError:
        return kept_facts(runs, run_id) or facts
    return facts


def _measure(home: Path, runs: RunStore, run_id: str, project: Project) -> Profile:
    """By a database on disk, one file after the other, so that memory stays bounded."""
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
