"""The actions of ALTER TABLE."""

from __future__ import annotations

import copy
import re

from servers.bigquery import listing, resources
from servers.bigquery.catalogue import Json, Table
from servers.bigquery.problems import duplicate, invalid, invalid_query
from servers.bigquery.sql.context import Context, parse
from servers.bigquery.sql.declared import constrain, field_of
from servers.bigquery.sql.options import of_column, of_table
from servers.bigquery.types import Field, normal
from sqlglot import exp


def act(context: Context, table: Table, name: str, action: str) -> None:
    """One action."""
    resource: Json = copy.deepcopy(table.resource)
    fields = resource["schema"]["fields"]
    if found := re.fullmatch(r"SET\s+(OPTIONS\s*\(.*\))", action, re.IGNORECASE | re.DOTALL):
        properties = parse(f"CREATE TABLE x (a INT64) {found[1]}").args["properties"].expressions
        resource = resources.merge(resource, of_table(list(properties), clear=True))
    elif found := re.fullmatch(r"DROP\s+PRIMARY\s+KEY(\s+IF\s+EXISTS)?", action, re.IGNORECASE):
        if resource.get("tableConstraints", {}).pop("primaryKey", None) is None and not found[1]:
            raise invalid(f"Table {table.name} has no primary key")
    elif found := re.fullmatch(r"DROP\s+CONSTRAINT\s+(IF\s+EXISTS\s+)?`?([\w$]+)`?", action, re.IGNORECASE):
        keys = resource.get("tableConstraints", {}).get("foreignKeys", [])
        left = [key for key in keys if key["name"] != found[2]]
        if len(left) == len(keys) and not found[1]:
            raise invalid(f"Table {table.name} has no constraint {found[2]}")
        resource.get("tableConstraints", {})["foreignKeys"] = left
    elif found := re.fullmatch(r"RENAME\s+TO\s+`?([\w-]+)`?", action, re.IGNORECASE):
        _rename(context, table, found[1])
        return
    elif found := re.fullmatch(r"DROP\s+COLUMN\s+(IF\s+EXISTS\s+)?`?(\w+)`?", action, re.IGNORECASE):
        _drop_column(context, table, found[2], bool(found[1]))
        return
    elif found := re.fullmatch(
        r"ALTER\s+COLUMN\s+(?:IF\s+EXISTS\s+)?`?(\w+)`?\s+(.*)", action, re.IGNORECASE | re.DOTALL
    ):
        _alter_column(_column(fields, found[1]), found[2])
    else:
        tree = parse(f"ALTER TABLE {name} {action}")
        if not isinstance(tree, exp.Alter):
            raise invalid_query(f"Syntax error: unexpected action {action}")
        for item in tree.args["actions"]:
            if isinstance(item, exp.ColumnDef):
                _add_column(table, fields, item, field_of(item))
            elif isinstance(item, exp.AddConstraint):
                for constraint in item.expressions:
                    constrain(context, resource, constraint)
            else:
                raise invalid_query(f"Action of ALTER TABLE is not supported here: {action}")
    reference = {"tableReference": {"tableId": table.key[2]}}
    kept = resources.table({key: value for key, value in resource.items() if key != "type"} | reference)
    listing.references(context.state, table.key, kept)
    listing.change(context.state, table, kept)


def _column(fields: list[Field], name: str) -> Field:
    for field in fields:
        if field["name"].lower() == name.lower():
            return field
    raise invalid_query(f"Column not found: {name}")


def _add_column(table: Table, fields: list[Field], item: exp.ColumnDef, made: Field) -> None:
    if any(field["name"].lower() == made["name"].lower() for field in fields):
        if item.args.get("exists"):
            return
        raise duplicate(f"Column {made['name']} in table {table.name}")
    if made.get("mode") == "REQUIRED":
        raise invalid("Cannot add required fields to an existing schema.")
    fields += normal([made])


def _alter_column(field: Field, action: str) -> None:
    if re.fullmatch(r"DROP\s+NOT\s+NULL", action, re.IGNORECASE):
        field["mode"] = "NULLABLE"
    elif found := re.fullmatch(r"SET\s+(OPTIONS\s*\(.*\))", action, re.IGNORECASE | re.DOTALL):
        column = parse(f"CREATE TABLE x (a INT64 {found[1]})").this.expressions[0]
        for constraint in column.args["constraints"]:
            field |= of_column(constraint.kind)
    elif found := re.fullmatch(r"SET\s+DEFAULT\s+(.*)", action, re.IGNORECASE | re.DOTALL):
        field["defaultValueExpression"] = found[1]
    elif re.fullmatch(r"DROP\s+DEFAULT", action, re.IGNORECASE):
        field.pop("defaultValueExpression", None)
    else:
        raise invalid_query(f"Action of ALTER COLUMN is not supported here: {action}")


def _drop_column(context: Context, table: Table, name: str, exists: bool) -> None:
    left = [field for field in table.fields if field["name"].lower() != name.lower()]
    if len(left) == len(table.fields):
        if exists:
            return
        raise invalid_query(f"Column not found: {name}")
    resources.check(table.resource | {"schema": {"fields": left}})
    context.state.catalogue.reshape(table, left)


def _rename(context: Context, table: Table, name: str) -> None:
    catalogue = context.state.catalogue
    key = (table.key[0], table.key[1], name)
    if catalogue.find(key) is not None:
        raise duplicate(f"Table {key[0]}:{key[1]}.{key[2]}")
    del catalogue.tables[table.key]
    table.key = key
    catalogue.tables[key] = table
    catalogue.touch(table)
