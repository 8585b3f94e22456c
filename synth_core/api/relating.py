"""Keys and links of a source, without a project."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from synth_core import wiring
from synth_core.api.allowed import check_sources
from synth_core.api.configured import buckets_for, settings_for
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
    settings = settings_for()
    check_sources(settings, sources)
    with Workbench() as bench:
        gathered = gather(
            bench,
            sources,
            partial(wiring.open_source, settings=settings),
            sample_rows=sample_rows,
            warehouse_rows=settings.sample_rows,
            max_bytes=settings.max_bytes_billed,
            buckets=buckets_for(settings),
            hide_names=hide_names,
            progress=progress,
        )
        declared = {each.table.name: each.declared for each in gathered.tables if each.declared is not None}
        progress("looking for keys and links")
        related = relate_tables(
            bench.con, [each.table for each in gathered.tables], hide_names=hide_names, declared=declared
        )
    return related.model_copy(update={"findings": (*gathered.findings, *related.findings)})
