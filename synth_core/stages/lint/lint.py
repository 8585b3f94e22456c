"""All findings on a recipe, in one call."""

from __future__ import annotations

from collections.abc import Container, Mapping

from yaml.nodes import SequenceNode

from synth_core.model.findings import Finding, Level
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.recipe.files import NO_FILES, TABLES, is_recipe_name
from synth_core.recipe.vetting import examined
from synth_core.recipe.vetting.remarks import Remark, remark
from synth_core.stages.lint.capacity import check_capacity
from synth_core.stages.lint.copied import check_copied
from synth_core.stages.lint.counts import asked_counts, check_counts, planned_counts
from synth_core.stages.lint.drafts import Drafts
from synth_core.stages.lint.kept import check_kept
from synth_core.stages.lint.links import check_links
from synth_core.stages.lint.tables import check_tables
from synth_core.stages.lint.unfit import with_way_out


def lint(
    text: str,
    project: Project | None,
    *,
    files: Mapping[str, str] = NO_FILES,
    profile: Profile | None = None,
    counts: Mapping[str, int] | None = None,
    source_values: Container[str] = frozenset(),
) -> list[Finding]:
    """Findings on the recipe, sorted by place: those of vetting, how its functions fit each other, and, with a
    project, how it fits the target's tables. Errors stop a run.

    `files`: what the recipe may include and read, by name; a file of the project's `tables` that the recipe does not
    name is reported. `profile`: what is known of the source, for the fixes that add columns. `counts`: rows to make
    by table, instead of those that the project wants. `source_values`: texts of the source that no recipe may hold,
    as anything that knows `in`.
    """
    vetted = examined(text, files)
    scope = vetted.scope
    remarks: list[Remark] = []
    if isinstance(scope.root, SequenceNode):
        planned = planned_counts(scope, project, counts)
        drafts = Drafts(project, profile) if project is not None else None
        remarks += check_links(scope, drafts)
        remarks += check_counts(scope, project, counts, planned)
        remarks += check_capacity(scope, project, planned, asked_counts(project, counts, planned))
        remarks += check_copied(scope, project, source_values, drafts)
        if project is not None and drafts is not None:
            remarks += check_tables(scope, project, drafts)
            remarks += check_kept(scope, project, drafts)
    texts = [text, *(content for name, content in files.items() if is_recipe_name(name))]
    for name in files:
        if name.startswith(TABLES) and not any(name.removeprefix(TABLES) in each for each in texts):
            message = f"{name} is used nowhere in the recipe."
            remarks.append(remark("unused-file", message, level=Level.WARNING))
    found = vetted.findings_with(remarks)
    return with_way_out(found, project) if project is not None else found
