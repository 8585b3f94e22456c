"""What the command line and the review app do, as functions.

A project is named; everything about it lies in the store under `home` (default: `$SYNTH_HOME`, else `./projects`).
All errors meant for people are `synth_core.errors.SynthError`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from synth_core.starting import loading

if TYPE_CHECKING:
    from synth_core.api.asking import ask, decide, offered, proposals
    from synth_core.api.background import cancel_job, job, jobs, start_job
    from synth_core.api.capacity import why_not_here
    from synth_core.api.desk import Desk
    from synth_core.api.evaluating import eval_prompts
    from synth_core.api.files import files_to_look_at, look
    from synth_core.api.generating import generate
    from synth_core.api.history import (
        diff,
        draft_version,
        latest_version,
        readable_version,
        record,
        restore,
        save_recipe,
        show,
        undo_recipe,
        versions,
    )
    from synth_core.api.looking import configuration, dialect_of, doctor, service_checks, sources
    from synth_core.api.membership import members, set_members
    from synth_core.api.next_steps import steps
    from synth_core.api.overview import ProjectCard, project_list
    from synth_core.api.planned import RunPlan, run_plan, target_rows
    from synth_core.api.plans import approve, compiled
    from synth_core.api.previews import (
        PreviewColumn,
        keep_preview,
        kept_preview,
        preview,
        preview_columns,
        preview_facts,
        preview_rows,
    )
    from synth_core.api.projects import (
        begin,
        clone,
        cost,
        draft,
        explain,
        fix,
        infer,
        init,
        lint,
        open,
        rename,
    )
    from synth_core.api.prompting import prompt, prompts, reset_prompt, save_prompt, try_prompt
    from synth_core.api.quick import configured_job, named_tables, quickstart_name
    from synth_core.api.recipe_text import (
        change_field,
        check_text,
        field_form,
        fix_text,
        outline,
        redraft,
        text_diff,
    )
    from synth_core.api.redrafting import KeptRedraft, drop_redraft, keep_redraft, kept_redraft
    from synth_core.api.relating import relate
    from synth_core.api.reports import compare_runs, literals, measure, report, report_html, run_list
    from synth_core.api.reviewing import attention, edit, reread, source_changes
    from synth_core.api.rows import SourceRows, sightings, source_rows
    from synth_core.api.running import audit, audit_sync, cancel, outcome, resume, run, runs, state
    from synth_core.api.unsaved_texts import Unsaved, forget_unsaved, keep_unsaved, unsaved
    from synth_core.api.uploads import READABLE, upload
    from synth_core.api.watching import RunStatus, run_progress
    from synth_core.model.sources import split_sources
    from synth_core.settings import DEFAULT_SEED

__all__ = [
    "DEFAULT_SEED",
    "READABLE",
    "Desk",
    "KeptRedraft",
    "PreviewColumn",
    "ProjectCard",
    "RunPlan",
    "RunStatus",
    "SourceRows",
    "Unsaved",
    "approve",
    "ask",
    "attention",
    "audit",
    "audit_sync",
    "begin",
    "cancel",
    "cancel_job",
    "change_field",
    "check_text",
    "clone",
    "compare_runs",
    "compiled",
    "configuration",
    "configured_job",
    "cost",
    "decide",
    "dialect_of",
    "diff",
    "doctor",
    "draft",
    "draft_version",
    "drop_redraft",
    "edit",
    "eval_prompts",
    "explain",
    "field_form",
    "files_to_look_at",
    "fix",
    "fix_text",
    "forget_unsaved",
    "generate",
    "infer",
    "init",
    "job",
    "jobs",
    "keep_preview",
    "keep_redraft",
    "keep_unsaved",
    "kept_preview",
    "kept_redraft",
    "latest_version",
    "lint",
    "literals",
    "look",
    "measure",
    "members",
    "named_tables",
    "offered",
    "open",
    "outcome",
    "outline",
    "preview",
    "preview_columns",
    "preview_facts",
    "preview_rows",
    "project_list",
    "prompt",
    "prompts",
    "proposals",
    "quickstart_name",
    "readable_version",
    "record",
    "redraft",
    "relate",
    "rename",
    "report",
    "report_html",
    "reread",
    "reset_prompt",
    "restore",
    "resume",
    "run",
    "run_list",
    "run_plan",
    "run_progress",
    "runs",
    "save_prompt",
    "save_recipe",
    "service_checks",
    "set_members",
    "show",
    "sightings",
    "source_changes",
    "source_rows",
    "sources",
    "split_sources",
    "start_job",
    "state",
    "steps",
    "target_rows",
    "text_diff",
    "try_prompt",
    "undo_recipe",
    "unsaved",
    "upload",
    "versions",
    "why_not_here",
]

_PLACES = {
    "synth_core.api.asking": "ask decide offered proposals",
    "synth_core.api.capacity": "why_not_here",
    "synth_core.api.desk": "Desk",
    "synth_core.api.evaluating": "eval_prompts",
    "synth_core.api.files": "files_to_look_at look",
    "synth_core.api.generating": "generate",
    "synth_core.api.history": "diff draft_version latest_version readable_version record "
    "restore save_recipe show undo_recipe versions",
    "synth_core.api.background": "cancel_job job jobs start_job",
    "synth_core.api.looking": "configuration dialect_of doctor service_checks sources",
    "synth_core.api.membership": "members set_members",
    "synth_core.api.overview": "ProjectCard project_list",
    "synth_core.api.planned": "RunPlan run_plan target_rows",
    "synth_core.api.plans": "approve compiled",
    "synth_core.api.previews": "PreviewColumn keep_preview kept_preview "
    "preview preview_columns preview_facts preview_rows",
    "synth_core.api.projects": "begin clone cost draft explain fix infer init lint open rename",
    "synth_core.api.prompting": "prompt prompts reset_prompt save_prompt try_prompt",
    "synth_core.api.quick": "configured_job named_tables quickstart_name",
    "synth_core.api.recipe_text": "change_field check_text field_form fix_text outline redraft text_diff",
    "synth_core.api.redrafting": "KeptRedraft drop_redraft keep_redraft kept_redraft",
    "synth_core.api.relating": "relate",
    "synth_core.api.reports": "compare_runs literals measure report report_html run_list",
    "synth_core.api.reviewing": "attention edit reread source_changes",
    "synth_core.api.rows": "SourceRows sightings source_rows",
    "synth_core.api.running": "audit audit_sync cancel outcome resume run runs state",
    "synth_core.api.next_steps": "steps",
    "synth_core.api.unsaved_texts": "Unsaved forget_unsaved keep_unsaved unsaved",
    "synth_core.api.uploads": "READABLE upload",
    "synth_core.api.watching": "RunStatus run_progress",
    "synth_core.model.sources": "split_sources",
    "synth_core.settings": "DEFAULT_SEED",
}
"""Where each of them is. They are loaded when they are asked for: each needs a part of what all of them need."""
_MODULES = {name: module for module, names in _PLACES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """One of those above; from then on it is there."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with loading():
        globals()[name] = found = getattr(import_module(_MODULES[name]), name)
    return found
