"""What the command line and the review app do, as functions.

A project is named; everything about it lies in the store under `home` (default: `$SYNTH_HOME`, else `./projects`).
All errors meant for people are `synth_core.errors.SynthError`.
"""

from __future__ import annotations

from synth_core.api.desk import Desk
from synth_core.api.evaluating import eval_prompts
from synth_core.api.history import diff, latest_version, record, restore, save_recipe, show, versions
from synth_core.api.looking import doctor, sources
from synth_core.api.members import members, set_members
from synth_core.api.overview import ProjectCard, project_list
from synth_core.api.plans import approve, compiled, preview
from synth_core.api.projects import begin, cost, draft, explain, fix, infer, init, lint, open, rename
from synth_core.api.prompting import prompt, prompts, reset_prompt, save_prompt, try_prompt
from synth_core.api.quick import files_to_look_at, generate, job, look, named_tables, quickstart_name, relate
from synth_core.api.recipe_text import (
    change_field,
    check_text,
    field_form,
    fix_text,
    outline,
    redraft,
    text_diff,
)
from synth_core.api.running import audit, audit_sync, cancel, outcome, resume, run, runs, state
from synth_core.api.steps import steps
from synth_core.settings import DEFAULT_SEED
from synth_core.stages.gather import split_sources

__all__ = [
    "DEFAULT_SEED",
    "Desk",
    "ProjectCard",
    "approve",
    "audit",
    "audit_sync",
    "begin",
    "cancel",
    "change_field",
    "check_text",
    "compiled",
    "cost",
    "diff",
    "doctor",
    "draft",
    "eval_prompts",
    "explain",
    "field_form",
    "files_to_look_at",
    "fix",
    "fix_text",
    "generate",
    "infer",
    "init",
    "job",
    "latest_version",
    "lint",
    "look",
    "members",
    "named_tables",
    "open",
    "outcome",
    "outline",
    "preview",
    "project_list",
    "prompt",
    "prompts",
    "quickstart_name",
    "record",
    "redraft",
    "relate",
    "rename",
    "reset_prompt",
    "restore",
    "resume",
    "run",
    "runs",
    "save_prompt",
    "save_recipe",
    "set_members",
    "show",
    "sources",
    "split_sources",
    "state",
    "steps",
    "text_diff",
    "try_prompt",
    "versions",
]
