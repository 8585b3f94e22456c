"""How a target table is declared when a run creates it."""

from __future__ import annotations

from synth_core.model.batch import with_batch
from synth_core.model.project import Project, Table
from synth_core.model.warehouse import ForeignKey, TableSchema

LABEL = {"synthetic": "true"}
"""On every target table, so that nobody takes it for a real one."""


def schema_of(project: Project, table: Table, batch_id: str) -> TableSchema:
    """The table like its source; that it is synthetic, and of which batch, stands in its label and description."""
    links = [link for link in project.accepted_links if link.table == table.name]
    return TableSchema(
        name=table.name,
        fields=table.fields,
        primary_key=table.key_columns,
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
