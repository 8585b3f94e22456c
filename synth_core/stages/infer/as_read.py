"""What is remembered of the sources, so that it can be told later whether they, or the project, changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from synth_core.model.profile import TableRead
from synth_core.model.project import Project, SourceKind
from synth_core.stages.gather.reading import GatheredTable


def as_read(gathered: Iterable[GatheredTable], project: Project) -> Iterator[TableRead]:
    """Of each table of the project; its columns are as they were measured."""
    by_name = {each.table.name: each for each in gathered}
    for table in project.tables:
        found = by_name[table.name]
        declared = found.declared
        # The dialect of a warehouse's table says how its finished files shall be, nothing of what was read.
        is_text = table.source.kind is SourceKind.DELIMITED and table.dialect is not None
        yield TableRead(
            table=table.name,
            files=found.files,
            declared=declared.fields if declared else (),
            rows=declared.rows if declared else None,
            bytes=declared.bytes if declared else None,
            dialect=table.dialect.value if table.dialect and is_text else None,
            columns=tuple((column.name, str(column.type.value)) for column in table.columns),
        )
