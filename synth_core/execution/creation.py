"""A run before anything is done."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import datetime

from synth_core.errors import PlanError
from synth_core.execution.audit import AuditPlace
from synth_core.execution.facts import keep_source_facts
from synth_core.execution.state import Manifest, RunStore, State
from synth_core.model.base import Frozen
from synth_core.model.plan import ApprovedPlan
from synth_core.model.profile import Profile
from synth_core.stages.profile import without_values


class Drafted(Frozen):
    """Who drafted the recipe of a run, for the audit."""

    model_id: str = "rules"
    prompt_versions: Mapping[str, str] = {}
    tokens: int | None = None


def create_run(
    runs: RunStore,
    approved: ApprovedPlan,
    run_id: str,
    *,
    now: datetime,
    by: str = "",
    facts: Profile | None = None,
    audit_table: AuditPlace | None = None,
) -> None:
    """A new run of an approved plan; its id is also the batch id; `by` is who starts it, `facts` is what is
    known of the source, kept for the report. The audit table gets a copy of its events. Raises
    PlanError for a plan that was changed."""
    if not approved.is_intact:
        raise PlanError("The plan was changed after it was approved.", hint="Approve it again.")
    tables = {table.name: State.PENDING for table in approved.plan.project.tables}
    manifest = Manifest(
        run_id=run_id,
        project=approved.plan.project.name,
        version=approved.version,
        started_by=by,
        approved_by=approved.approved_by,
        target=approved.plan.project.target.uri,
        state=State.PENDING,
        tables=tables,
        started_at=now,
        pid=os.getpid(),
        host=socket.gethostname(),
        audit=audit_table,
    )
    if facts is not None:
        keep_source_facts(runs, run_id, without_values(approved.plan.project, facts))
    runs.create(run_id, approved, manifest)
