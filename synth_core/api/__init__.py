"""What the command line and the review app do, as functions.

A project is named; everything about it lies in the store under `home` (default: `$SYNTH_HOME`, else `./projects`).
All errors meant for people are `synth_core.errors.SynthError`.
"""

from __future__ import annotations

from synth_core.api.desk import Desk
from synth_core.api.evaluating import eval_prompts
from synth_core.api.history import diff, latest_version, record, restore, save_recipe, show, versions
from synth_core.api.jobs import cancel_job, job, jobs, start_job
from synth_core.api.looking import doctor, sources
from synth_core.api.members import members, set_members
from synth_core.api.overview import ProjectCard, project_list
from synth_core.api.plans import approve, compiled
from synth_core.api.previews import keep_preview, kept_preview, preview, preview_facts, preview_rows
from synth_core.api.projects import begin, cost, draft, explain, fix, infer, init, lint, open, rename
from synth_core.api.quick import (
    configured_job,
    files_to_look_at,
    generate,
    look,
    named_tables,
    quickstart_name,
    relate,
)
from synth_core.api.rows import SourceRows, sightings, source_rows
from synth_core.api.running import audit, audit_sync, cancel, outcome, resume, run, runs, state
from synth_core.api.steps import steps
from synth_core.api.watching import run_progress
from synth_core.settings import DEFAULT_SEED
from synth_core.stages.gather import split_sources

__all__ = [
    "DEFAULT_SEED",
    "Desk",
    "ProjectCard",
    "SourceRows",
    "approve",
    "audit",
    "audit_sync",
    "begin",
    "cancel",
    "cancel_job",
    "compiled",
    "configured_job",
    "cost",
    "diff",
    "doctor",
    "draft",
    "eval_prompts",
    "explain",
    "files_to_look_at",
    "fix",
    "generate",
    "infer",
    "init",
    "job",
    "jobs",
    "keep_preview",
    "kept_preview",
    "latest_version",
    "lint",
    "look",
    "members",
    "named_tables",
    "open",
    "outcome",
    "preview",
    "preview_facts",
    "preview_rows",
    "project_list",
    "quickstart_name",
    "record",
    "relate",
    "rename",
    "restore",
    "resume",
    "run",
    "run_progress",
    "runs",
    "save_recipe",
    "set_members",
    "show",
    "sightings",
    "source_rows",
    "sources",
    "split_sources",
    "start_job",
    "state",
    "steps",
    "versions",
]
