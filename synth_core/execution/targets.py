"""How a target table is declared when a run creates it."""

from __future__ import annotations

from synth_core.model.batch import with_batch
from synth_core.model.inferred import Origin
from synth_core.model.project import Project, SourceKind, Table
from synth_core.model.warehouse import ForeignKey, TableSchema

LABEL = {"synthetic": "true"}
"""On every target table, so that nobody takes it for a real one."""


def schema_of(project: Project, table: Table, batch_id: str) -> TableSchema:
    """The table like its source; that it is synthetic, and of which batch, stands in its label and description.

    A key that a warehouse's table only seems to have is none that its copy declares; files declare nothing, so that
    theirs are."""
    links = [
        link
        for link in project.accepted_links
        if link.table == table.name and _is_declared(table, link.accepted.origin)
    ]
    key = table.primary_key
    return TableSchema(
        name=table.name,
        fields=table.fields,
        primary_key=key.value if key and _is_declared(table, key.origin) else (),
        foreign_keys=tuple(
            ForeignKey(columns=link.columns, ref_table=link.ref_table, ref_columns=link.ref_columns)
            for link in links
        ),
        description=with_batch(table.description, batch_id),
        partitioning=table.partitioning,
        require_partition_filter=table.require_partition_filter,
        clustering=table.clustering,
        labels={**table.labels, **LABEL},
    )


def _is_declared(table: Table, origin: Origin) -> bool:
    return table.source.kind is not SourceKind.WAREHOUSE or origin in (Origin.DECLARED, Origin.HUMAN)
