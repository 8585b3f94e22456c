"""Without a project of one's own: keys and links of a source, a name for what `synth quickstart` makes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synth_core import wiring
from synth_core.api.ground import projects_in
from synth_core.model.places import is_warehouse
from synth_core.stages.gather import gather
from synth_core.stages.gather.gather import Progress
from synth_core.stages.relate import Related
from synth_core.stages.relate import relate as relate_tables
from synth_core.stages.workbench import Workbench


def relate(
    sources: Sequence[str],
    *,
    sample_rows: int | None = None,
    hide_names: bool = False,
    progress: Progress = lambda message: None,
) -> Related:
    """Keys and links of the tables of one SOURCE or several, without a project."""
    with Workbench() as bench:
        gathered = gather(
            bench,
            sources,
            wiring.open_source,
            sample_rows=sample_rows,
            hide_names=hide_names,
            progress=progress,
        )
        declared = {each.table.name: each.declared for each in gathered.tables if each.declared is not None}
        progress("looking for keys and links")
        related = relate_tables(
            bench.con, [each.table for each in gathered.tables], hide_names=hide_names, declared=declared
        )
    return related.model_copy(update={"findings": (*gathered.findings, *related.findings)})


def quickstart_name(sources: Sequence[str], *, home: Path | None = None) -> str:
    """A name for a new project over these sources that no other project has."""
    first = sources[0].partition("#")[0].partition(":")[2] if is_warehouse(sources[0]) else sources[0]
    base = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(first).stem).strip("-_") or "project"
    taken = set(projects_in(home).names())
    name, number = base, 1
    while name in taken or name.lower() in ("runs", "output"):
        number += 1
        name = f"{base}-{number}"
    return name
