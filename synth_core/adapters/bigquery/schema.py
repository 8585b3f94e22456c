"""A table of BigQuery's REST API as our `TableSchema`, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth_core.adapters.bigquery.partitions import partitioning_from_api, partitioning_to_api
from synth_core.model.type_text import fields_from_json, fields_to_json
from synth_core.model.warehouse import ForeignKey, TableSchema


def schema_from_api(resource: Mapping[str, Any]) -> TableSchema:
    """The table as `tables.get` returns it. Raises ValueError for a schema that we don't understand.

    `rows` and `bytes` are None for views and external tables, whose size nobody knows for free. A streaming buffer's
    rows are not counted.
    """
    reference = resource["tableReference"]
    fields = fields_from_json(resource.get("schema") or {"fields": []})
    constraints = resource.get("tableConstraints") or {}
    is_stored = has_rows(resource)
    return TableSchema(
        name=reference["tableId"],
        full_name=full_name(reference),
        fields=fields,
        primary_key=tuple((constraints.get("primaryKey") or {}).get("columns") or ()),
        foreign_keys=tuple(_foreign_key(each, reference) for each in constraints.get("foreignKeys") or ()),
        description=str(resource.get("description") or ""),
        partitioning=partitioning_from_api(resource, fields),
        require_partition_filter=requires_filter(resource),
        clustering=tuple((resource.get("clustering") or {}).get("fields") or ()),
        labels={str(key): str(value) for key, value in (resource.get("labels") or {}).items()},
        rows=int(resource.get("numRows") or 0) if is_stored else None,
        bytes=int(resource.get("numBytes") or 0) if is_stored else None,
    )


def schema_to_api(
    schema: TableSchema, project: str, dataset: str, *, table: str = "", constraints: bool = True
) -> dict[str, Any]:
    """The resource of a table to be created: in that dataset, as `table` instead of its own name where that is given.

    With constraints, foreign keys refer to tables of the same dataset; those to other datasets are left out, as are
    policy tags where the fields have none. Raises ValueError for a partitioning that BigQuery does not have.
    """
    resource: dict[str, Any] = {
        "tableReference": {"projectId": project, "datasetId": dataset, "tableId": table or schema.name},
        "schema": {"fields": fields_to_json(schema.fields)},
    }
    if schema.description:
        resource["description"] = schema.description
    if schema.labels:
        resource["labels"] = dict(schema.labels)
    if schema.partitioning:
        resource |= partitioning_to_api(schema.partitioning, schema.fields)
        if schema.require_partition_filter:
            resource["requirePartitionFilter"] = True
    if schema.clustering:
        resource["clustering"] = {"fields": list(schema.clustering)}
    if constraints and (found := constraints_to_api(schema, project, dataset)):
        resource["tableConstraints"] = found
    return resource


def constraints_to_api(schema: TableSchema, project: str, dataset: str) -> dict[str, Any]:
    """The table's keys as `tableConstraints`; empty where it has none."""
    constraints: dict[str, Any] = {}
    if schema.primary_key:
        constraints["primaryKey"] = {"columns": list(schema.primary_key)}
    within = [key for key in schema.foreign_keys if not key.ref_full_name]
    if within:
        constraints["foreignKeys"] = [
            {
                "name": f"fk_{index}",
                "referencedTable": {"projectId": project, "datasetId": dataset, "tableId": key.ref_table},
                "columnReferences": [
                    {"referencingColumn": child, "referencedColumn": parent}
                    for child, parent in zip(key.columns, key.ref_columns, strict=True)
                ],
            }
            for index, key in enumerate(within, start=1)
        ]
    return constraints


def full_name(reference: Mapping[str, Any]) -> str:
    """`project.dataset.table` of a table reference."""
    return f"{reference['projectId']}.{reference['datasetId']}.{reference['tableId']}"


def has_rows(resource: Mapping[str, Any]) -> bool:
    """BigQuery itself stores the rows: `tabledata.list` reads them, and their number is known."""
    return (resource.get("type") or "TABLE") in ("TABLE", "SNAPSHOT", "CLONE")


def requires_filter(resource: Mapping[str, Any]) -> bool:
    """A query must name partitions. Old tables say so within their time partitioning."""
    return bool(
        resource.get("requirePartitionFilter")
        or (resource.get("timePartitioning") or {}).get("requirePartitionFilter")
    )


def _foreign_key(constraint: Mapping[str, Any], own: Mapping[str, Any]) -> ForeignKey:
    other = constraint["referencedTable"]
    pairs: Sequence[Mapping[str, str]] = constraint.get("columnReferences") or ()
    is_here = (other.get("projectId"), other.get("datasetId")) == (own["projectId"], own["datasetId"])
    return ForeignKey(
        columns=tuple(pair["referencingColumn"] for pair in pairs),
        ref_table=other["tableId"],
        ref_columns=tuple(pair["referencedColumn"] for pair in pairs),
        ref_full_name="" if is_here else full_name(other),
    )
