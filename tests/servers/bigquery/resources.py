"""Datasets and tables as the service takes them and gives them: checked, completed, computed."""

from __future__ import annotations

import copy
import re
from typing import Any

from servers.bigquery.catalogue import Catalogue, Dataset, Json, Table
from servers.bigquery.problems import Problem, invalid
from servers.bigquery.types import Field, normal, repeated

DATASET = (
    "labels",
    "description",
    "friendlyName",
    "defaultTableExpirationMs",
    "defaultPartitionExpirationMs",
)
DATASET_MORE = (
    "access",
    "isCaseInsensitive",
    "defaultCollation",
    "maxTimeTravelHours",
    "storageBillingModel",
)
TABLE = (
    *("labels", "description", "friendlyName", "expirationTime", "timePartitioning", "rangePartitioning"),
    *("clustering", "requirePartitionFilter", "tableConstraints", "schema", "view", "materializedView"),
    *(
        "externalDataConfiguration",
        "defaultCollation",
        "maxStaleness",
        "encryptionConfiguration",
        "resourceTags",
    ),
)
LABEL = re.compile(r"[a-z\d_\-\u00e0-\uffff]{0,63}")


def merge(old: Any, patch: Json) -> Any:
    """Patch semantics: objects are merged, null deletes, lists are replaced."""
    out = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict):
            out[key] = merge(out.get(key), value)
        else:
            out[key] = value
    return out


def _labels(resource: Json) -> None:
    if len(resource.get("labels", {})) > 64:
        raise invalid("Too many labels: a resource has at most 64.")
    for key, value in resource.get("labels", {}).items():
        if not (LABEL.fullmatch(key) and LABEL.fullmatch(value) and key and not key[0].isdigit()):
            raise invalid(
                f'Label key/value "{key}":"{value}" is not valid: lower case, digits, _ and -, at most 63'
            )


def dataset(catalogue: Catalogue, given: Json) -> Json:
    """A dataset's resource to keep, of what was given."""
    name = given.get("datasetReference", {}).get("datasetId", "")
    if not re.fullmatch(r"\w{1,1024}", name):
        raise invalid(
            f'Invalid dataset ID "{name}". Dataset IDs must be alphanumeric (plus underscores) '
            "and must be at most 1024 characters long."
        )
    out = {key: given[key] for key in (*DATASET, *DATASET_MORE) if given.get(key) is not None}
    out["location"] = catalogue.place(given.get("location") or "US")
    _labels(out)
    return out


def dataset_resource(project: str, name: str, kept: Dataset) -> Json:
    """A dataset as it is answered."""
    return kept.resource | {
        "kind": "bigquery#dataset",
        "etag": f"dataset-{kept.created}-{kept.version}",
        "id": f"{project}:{name}",
        "selfLink": f"https://bigquery.googleapis.com/bigquery/v2/projects/{project}/datasets/{name}",
        "datasetReference": {"projectId": project, "datasetId": name},
        "access": kept.resource.get("access") or [{"role": "OWNER", "specialGroup": "projectOwners"}],
        "creationTime": str(kept.created),
        "lastModifiedTime": str(kept.modified),
        "type": "DEFAULT",
    }


def table(given: Json) -> Json:
    """A table's resource to keep, of what was given. Views get their schema from whoever can read their query."""
    name = given.get("tableReference", {}).get("tableId", "")
    if not re.fullmatch(r"[\w\- ]{1,1024}", name):
        raise invalid(f'Invalid table ID "{name}".')
    out = {key: copy.deepcopy(given[key]) for key in TABLE if given.get(key) is not None}
    if "view" in out:
        out["type"] = "VIEW"
        out["view"].setdefault("useLegacySql", True)
        if out["view"]["useLegacySql"]:
            raise invalid("Views in legacy SQL are not supported here; set view.useLegacySql to false")
    elif "materializedView" in out:
        out["type"] = "MATERIALIZED_VIEW"
    elif "externalDataConfiguration" in out:
        out["type"] = "EXTERNAL"
    else:
        out["type"] = "TABLE"
    fields = out.get("schema", {}).get("fields") or out.get("externalDataConfiguration", {}).get(
        "schema", {}
    ).get("fields", [])
    out["schema"] = {"fields": normal(fields)}
    check(out)
    return out


def check(resource: Json) -> None:
    """Partitioning, clustering, keys and labels fit the schema."""
    _labels(resource)
    fields = {field["name"].lower(): field for field in resource["schema"]["fields"]}
    if parts := resource.get("timePartitioning"):
        parts.setdefault("type", "DAY")
        if parts["type"] not in ("HOUR", "DAY", "MONTH", "YEAR"):
            raise invalid(f"Invalid time partitioning type {parts['type']}")
        if column := parts.get("field"):
            _partition(fields, column, ("DATE", "TIMESTAMP", "DATETIME"))
    if ranges := resource.get("rangePartitioning"):
        if parts:
            raise invalid("Cannot specify both time partitioning and range partitioning")
        _partition(fields, ranges["field"], ("INTEGER",))
        ranges["range"] = {key: str(value) for key, value in ranges["range"].items()}
    if resource.get("requirePartitionFilter") and not parts and not ranges:
        raise invalid("require_partition_filter is only supported for partitioned tables")
    clustered = resource.get("clustering", {}).get("fields", [])
    if len(clustered) > 4:
        raise invalid(f"Too many fields in clustering: {len(clustered)}, the maximum is 4")
    for column in clustered:
        field = fields.get(column.lower())
        if field is None or repeated(field) or field["type"] in ("RECORD", "JSON", "FLOAT", "BYTES", "TIME"):
            raise invalid(f"The field specified for clustering can't be clustered by: {column}")
    keys = resource.get("tableConstraints", {})
    for column in keys.get("primaryKey", {}).get("columns", []):
        _key_column(fields, column)
    for number, key in enumerate(keys.get("foreignKeys", []), 1):
        key.setdefault("name", f"fk${number}")
        for pair in key["columnReferences"]:
            _key_column(fields, pair["referencingColumn"])


def _partition(fields: dict[str, Field], column: str, kinds: tuple[str, ...]) -> None:
    field = fields.get(column.lower())
    if field is None:
        raise invalid(
            f"The field specified for partitioning cannot be found in the schema: {column}. "
            "Only top-level fields can be used for partitioning."
        )
    if field["type"] not in kinds or repeated(field):
        raise invalid(
            f"The field specified for partitioning has type {field['type']}: {column}. Allowed: {kinds}"
        )


def _key_column(fields: dict[str, Field], column: str) -> None:
    field = fields.get(column.lower())
    if field is None:
        raise invalid(f"Column {column} of a table constraint is not in the schema of the table")
    if repeated(field) or field["type"] in ("RECORD", "JSON", "GEOGRAPHY"):
        raise invalid(f"Column {column} of a table constraint has type {field['type']}, which can't be a key")


def table_resource(catalogue: Catalogue, kept: Table) -> Json:
    """A table as it is answered."""
    project, name, ident = kept.key
    place = catalogue.datasets.get((project, name))
    out = copy.deepcopy(kept.resource) | {
        "kind": "bigquery#table",
        "etag": kept.etag,
        "id": kept.name,
        "selfLink": f"https://bigquery.googleapis.com/bigquery/v2/projects/{project}/datasets/{name}/tables/{ident}",
        "tableReference": {"projectId": project, "datasetId": name, "tableId": ident},
        "creationTime": str(kept.created),
        "lastModifiedTime": str(kept.modified),
        "location": place.location if place else kept.resource.get("location", "US"),
    }
    if not out["schema"]["fields"]:
        del out["schema"]
    if kept.physical:
        size = sum(catalogue.store.sizes(kept.physical, kept.fields).values())
        out |= {
            "numRows": str(catalogue.store.count(kept.physical)),
            "numBytes": str(size),
            "numTotalLogicalBytes": str(size),
            "numActiveLogicalBytes": str(size),
            "numLongTermBytes": "0",
            "numLongTermLogicalBytes": "0",
        }
    elif kept.kind != "MATERIALIZED_VIEW":
        out |= {"numRows": "0", "numBytes": "0", "numLongTermBytes": "0"}
    return out


def table_entry(kept: Table) -> Json:
    """A table in a list: a part of its resource."""
    project, name, ident = kept.key
    shown = (
        "friendlyName",
        "labels",
        "timePartitioning",
        "rangePartitioning",
        "clustering",
        "expirationTime",
    )
    out = {key: kept.resource[key] for key in shown if key in kept.resource} | {
        "kind": "bigquery#table",
        "id": kept.name,
        "tableReference": {"projectId": project, "datasetId": name, "tableId": ident},
        "type": kept.kind,
        "creationTime": str(kept.created),
    }
    if kept.resource.get("requirePartitionFilter"):
        out["requirePartitionFilter"] = True
    if kept.kind == "VIEW":
        out["view"] = {"useLegacySql": False}
    return out


def evolved(table_name: str, old: list[Field], new: list[Field], where: str = "") -> list[Field]:
    """The new schema, if a table may change to it: columns are added, or REQUIRED is relaxed, nothing else."""
    there = {field["name"].lower(): field for field in new}
    before = {field["name"].lower(): field for field in old}
    mismatch = f"Provided Schema does not match Table {table_name}."
    for field in old:
        after = there.get(field["name"].lower())
        path = f"{where}{field['name']}"
        if after is None:
            raise invalid(f"{mismatch} Field {path} is missing in new schema")
        if after["type"] != field["type"]:
            raise invalid(f"{mismatch} Field {path} has changed type from {field['type']} to {after['type']}")
        if after["mode"] != field["mode"] and (field["mode"], after["mode"]) != ("REQUIRED", "NULLABLE"):
            raise invalid(f"{mismatch} Field {path} has changed mode from {field['mode']} to {after['mode']}")
        if field["type"] == "RECORD":
            evolved(table_name, field["fields"], after["fields"], f"{path}.")
        _narrowed(mismatch, path, field, after)
    for field in new:
        if field["name"].lower() not in before and field["mode"] == "REQUIRED":
            raise invalid(
                f"{mismatch} Cannot add required fields to an existing schema. (field: {where}{field['name']})"
            )
    return new


def _narrowed(mismatch: str, path: str, old: Field, new: Field) -> None:
    for key in ("maxLength", "precision"):
        if key in new and (key not in old or int(new[key]) < int(old[key])):
            raise invalid(
                f"{mismatch} Field {path} has narrowed {key} from {old.get(key, 'none')} to {new[key]}"
            )


def precondition(headers: dict[str, str], etag: str) -> None:
    """`If-Match` names the version that the caller has seen."""
    wanted = headers.get("if-match", "*")
    if wanted not in ("*", etag):
        raise Problem("conditionNotMet", "Precondition check failed.")
