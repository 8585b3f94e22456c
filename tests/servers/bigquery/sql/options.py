"""OPTIONS, PARTITION BY and CLUSTER BY as parts of a resource."""

from __future__ import annotations

import datetime as dt
from typing import Any

from servers.bigquery.catalogue import Json
from servers.bigquery.problems import invalid_query
from servers.bigquery.store import ARRIVED
from sqlglot import exp


def literal(node: exp.Expression) -> Any:
    """The value of an option."""
    match node:
        case exp.Null():
            return None
        case exp.Boolean():
            return bool(node.this)
        case exp.Literal():
            return node.this if node.is_string else float(node.this)
        case exp.Array() | exp.Tuple() | exp.Struct():
            return [literal(item) for item in node.expressions]
        case exp.Cast():
            return str(literal(node.this))
        case exp.TimestampAdd() | exp.DateAdd():
            count = float(node.expression.name)
            unit = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}[node.args["unit"].name.upper()]
            return (dt.datetime.now(dt.UTC) + dt.timedelta(seconds=count * unit)).isoformat()
    raise invalid_query(f"Option value is not a constant: {node.sql('bigquery')}")


def _pairs(properties: list[exp.Expression]) -> dict[str, Any]:
    out = {}
    for item in properties:
        if type(item) is exp.Property:
            out[item.name.lower()] = literal(item.args["value"])
        elif isinstance(item, exp.LocationProperty):
            out["location"] = item.name
        elif isinstance(item, exp.PartitionedByProperty | exp.Cluster | exp.ClusteredByProperty):
            continue
    return out


def _millis(text: str | None) -> str | None:
    if text is None:
        return None
    when = dt.datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    return str(int((when if when.tzinfo else when.replace(tzinfo=dt.UTC)).timestamp() * 1000))


def of_table(properties: list[exp.Expression], *, clear: bool = False) -> Json:
    """Options of a table; an option that is NULL is left out, or with `clear` set to None."""
    out: Json = {}
    for name, value in _pairs(properties).items():
        match name:
            case "description":
                out["description"] = value
            case "friendly_name":
                out["friendlyName"] = value
            case "labels":
                out["labels"] = dict(value or [])
            case "expiration_timestamp":
                out["expirationTime"] = _millis(value)
            case "require_partition_filter":
                out["requirePartitionFilter"] = value
            case "partition_expiration_days":
                kept = None if value is None else str(int(value * 86_400_000))
                out["timePartitioning"] = {"expirationMs": kept}
            case _:
                raise invalid_query(f"Unknown option: {name}")
    return out if clear else {key: value for key, value in out.items() if value is not None}


def of_dataset(properties: list[exp.Expression]) -> Json:
    """Options of a dataset."""
    out: Json = {}
    for name, value in _pairs(properties).items():
        match name:
            case "location" | "description":
                out[name] = value
            case "friendly_name":
                out["friendlyName"] = value
            case "labels":
                out["labels"] = dict(value or [])
            case "default_table_expiration_days":
                out["defaultTableExpirationMs"] = None if value is None else str(int(value * 86_400_000))
            case _:
                raise invalid_query(f"Unknown option: {name}")
    return out


def of_column(properties: exp.Properties) -> Json:
    """Options of a column."""
    out: Json = {}
    for name, value in _pairs(properties.expressions).items():
        if name == "description":
            out["description"] = value
        elif name == "policy_tags":
            out["policyTags"] = {"names": value or []}
        else:
            raise invalid_query(f"Unknown option: {name}")
    return out


def partitioning(properties: list[exp.Expression]) -> Json:
    """PARTITION BY and CLUSTER BY."""
    out: Json = {}
    for item in properties:
        if isinstance(item, exp.PartitionedByProperty):
            out |= _partition(item.this)
        elif type(item).__name__ == "ClusterProperty":
            out["clustering"] = {"fields": [column.name for column in item.expressions]}
    for item in properties:
        if type(item) is exp.Property and item.name.lower() == "partition_expiration_days":
            days = literal(item.args["value"])
            if days is not None:
                out.setdefault("timePartitioning", {})["expirationMs"] = str(int(days * 86_400_000))
    return out


def _partition(by: exp.Expression) -> Json:
    if isinstance(by, exp.Schema) and by.expressions:
        by = by.expressions[0]
    if isinstance(by, exp.RangeBucket):
        series = by.expression
        edges = [series.args[key].sql("bigquery") for key in ("start", "end", "step")]
        made = dict(zip(("start", "end", "interval"), edges, strict=True))
        return {"rangePartitioning": {"field": by.this.name, "range": made}}
    unit, column = "DAY", by
    if isinstance(by, exp.DateTrunc | exp.TimestampTrunc | exp.DatetimeTrunc):
        unit, column = by.args["unit"].name.upper(), by.this
    while isinstance(column, exp.Cast | exp.Date | exp.TsOrDsToDate):
        column = column.this
    parts: Json = {"type": unit}
    if column.name.upper() not in (ARRIVED, "_PARTITIONDATE"):
        parts["field"] = column.name
    return {"timePartitioning": parts}
