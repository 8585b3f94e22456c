"""Columns, types and keys as statements declare them, as parts of a resource."""

from __future__ import annotations

import re
from typing import Any

from servers.bigquery.catalogue import Json
from servers.bigquery.problems import invalid, invalid_query
from servers.bigquery.sql.context import Context, name_parts
from servers.bigquery.sql.options import of_column
from servers.bigquery.types import Field
from sqlglot import exp

LIMITS = re.compile(r"^(STRING|BYTES|NUMERIC|BIGNUMERIC)\s*\(([\d, ]+)\)$")


def field_of(column: exp.ColumnDef) -> Field:
    """A column as it is declared."""
    made: Field = {"name": column.name} | of_type(column.args["kind"])
    for constraint in column.args.get("constraints") or []:
        kind = constraint.kind
        if isinstance(kind, exp.NotNullColumnConstraint) and not kind.args.get("allow_null"):
            made["mode"] = "REQUIRED"
        elif isinstance(kind, exp.DefaultColumnConstraint):
            made["defaultValueExpression"] = kind.this.sql("bigquery")
        elif isinstance(kind, exp.Properties):
            made |= of_column(kind)
    return made


def of_type(kind: exp.DataType) -> Field:
    """A type as it is written: type, mode, limits, inner fields."""
    if kind.this.name == "ARRAY":
        inner = kind.expressions[0]
        if inner.this.name == "ARRAY":
            raise invalid_query("Cannot create field with type ARRAY<ARRAY>; nested arrays are not supported")
        return of_type(inner) | {"mode": "REPEATED"}
    if kind.this.name == "STRUCT":
        return {"type": "RECORD", "mode": "NULLABLE", "fields": [field_of(item) for item in kind.expressions]}
    text = kind.sql("bigquery")
    made: Field = {"type": text.split("(")[0], "mode": "NULLABLE"}
    if found := LIMITS.match(text):
        sizes = [item.strip() for item in found[2].split(",")]
        if found[1] in ("STRING", "BYTES"):
            made |= {"type": found[1], "maxLength": sizes[0]}
        else:
            made |= {"type": found[1], "precision": sizes[0]} | (
                {"scale": sizes[1]} if len(sizes) > 1 else {}
            )
    return made


def constrain(context: Context, resource: Json, item: exp.Expression, name: str = "") -> None:
    """Add a key to a table's resource."""
    keys = resource.setdefault("tableConstraints", {})
    if isinstance(item, exp.Constraint):
        for inner in item.expressions:
            constrain(context, resource, inner, item.name)
    elif isinstance(item, exp.PrimaryKey):
        if keys.get("primaryKey"):
            raise invalid("Already Exists: the table has a primary key")
        _not_enforced(item.args.get("options"))
        keys["primaryKey"] = {"columns": [column.name for column in item.expressions]}
    elif isinstance(item, exp.ForeignKey):
        to = item.args["reference"].this
        _not_enforced(item.args["reference"].args.get("options"))
        place = context.key(name_parts(to.this))
        pairs = zip(item.expressions, to.expressions, strict=True)
        made = {
            "referencedTable": {"projectId": place[0], "datasetId": place[1], "tableId": place[2]},
            "columnReferences": [
                {"referencingColumn": mine.name, "referencedColumn": other.name} for mine, other in pairs
            ],
        }
        keys.setdefault("foreignKeys", []).append(({"name": name} if name else {}) | made)
    else:
        raise invalid_query(f"Constraint is not supported: {item.sql('bigquery')}")


def _not_enforced(options: Any) -> None:
    if "NOT ENFORCED" not in [str(option).upper() for option in options or []]:
        raise invalid_query("Enforced constraints are not supported; add NOT ENFORCED")
