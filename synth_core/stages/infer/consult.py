"""A model is asked about what measurement leaves open. What it says is checked by measurement before it counts."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.model.base import Frozen
from synth_core.model.doubts import LinkDoubt
from synth_core.model.findings import Finding
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.ports import Model
from synth_core.stages.gather import read_again
from synth_core.stages.gather.reading import columns_changed
from synth_core.stages.infer.ask_columns import ask_columns
from synth_core.stages.infer.ask_links import ask_links
from synth_core.stages.relate import align
from synth_core.stages.workbench import Workbench


class Consulted(Frozen):
    """The project after the answers. `changed`: its facts must be measured anew."""

    project: Project
    changed: bool
    findings: tuple[Finding, ...] = ()


def consult(
    bench: Workbench, project: Project, profile: Profile, doubts: Sequence[LinkDoubt], model: Model
) -> Consulted:
    """Ask about columns, then about links."""
    columns = ask_columns(bench, project, profile, model)
    described = project.model_copy(update={"tables": columns.tables})
    links = ask_links(described, profile, doubts, model)
    tables = align(list(described.tables), links.links)
    result = described.model_copy(update={"tables": tuple(tables), "links": links.links})
    for before, after in zip(project.tables, result.tables, strict=True):
        if columns_changed(before.columns, after.columns):
            read_again(bench, after)
    findings = (*columns.findings, *links.findings, *model.findings())
    return Consulted(project=result, changed=result != project, findings=findings)
