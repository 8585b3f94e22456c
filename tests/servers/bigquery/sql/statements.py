"""Queries and changes of rows, one statement at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb
from servers.bigquery.catalogue import Key, Table
from servers.bigquery.problems import Problem, denied, invalid, invalid_query
from servers.bigquery.sql import functions, partitions
from servers.bigquery.sql.context import Context, bind, name_parts, parse
from servers.bigquery.sql.prepare import Preparation, Prepared, describe, failed, query, selected
from servers.bigquery.store import refused
from servers.bigquery.types import Field, quoted, repeated, sql_type
from sqlglot import exp


@dataclass
class Outcome:
    """What a statement did."""

    kind: str
    """`statementType`."""
    fields: list[Field] = field(default_factory=list)
    physical: str = ""
    """The table of its result."""
    affected: dict[str, int] | None = None
    """Rows inserted, updated and deleted, of a change."""
    prepared: Prepared = field(default_factory=lambda: Prepared(""))
    target: Key | None = None
    operation: str = ""
    """`ddlOperationPerformed`."""


def kind_of(tree: exp.Expression) -> str:
    """`statementType`."""
    match tree:
        case exp.Query():
            return "SELECT"
        case exp.Insert():
            return "INSERT"
        case exp.Update():
            return "UPDATE"
        case exp.Delete():
            return "DELETE"
        case exp.Merge():
            return "MERGE"
        case exp.TruncateTable():
            return "TRUNCATE_TABLE"
    return ""


def select(context: Context, tree: exp.Expression, *, run: bool) -> Outcome:
    """A query; `run` off gives its schema and its bytes."""
    prepared = query(context, tree)
    fields = describe(context.state, prepared.sql)
    outcome = Outcome("SELECT", fields, prepared=prepared)
    if run:
        context.limit(prepared)
        outcome.physical = into(context, fields, prepared.sql)
    return outcome


def into(context: Context, fields: list[Field], sql: str) -> str:
    """A new physical table with the rows of a query."""
    name = context.state.store.new_name()
    try:
        context.state.store.do(f"CREATE TABLE {name} AS {selected(fields, sql)}")
    except duckdb.Error as error:
        raise failed(error) from error
    _no_null_elements(context, name, fields)
    return name


def change(context: Context, tree: exp.Expression, *, run: bool) -> Outcome:
    """A change of a table's rows."""
    kind = kind_of(tree)
    bind(tree, context)
    target = tree.find(exp.Table) if isinstance(tree, exp.TruncateTable) else tree.this
    if isinstance(target, exp.Schema):
        target = target.this
    table = context.table(name_parts(target))
    if not table.physical:
        raise invalid(f"DML over table {table.name} of type {table.kind} is not supported")
    context.state.need_on("bigquery.tables.updateData", table.key)
    context.changed.add(table.key)
    if isinstance(tree, exp.Insert):
        sql, prepared = _insert(context, tree, table)
    elif isinstance(tree, exp.TruncateTable):
        sql, prepared = f"DELETE FROM {table.physical}", Prepared("")
    else:
        sql, prepared = _modify(context, tree, target)
    outcome = Outcome(kind, affected={}, prepared=prepared, target=table.key)
    if run:
        context.limit(prepared)
        outcome.affected = _run(context, kind, table, sql)
    return outcome


def _run(context: Context, kind: str, table: Table, sql: str) -> dict[str, int]:
    store = context.state.store
    with store.atomic():
        since = store.next_row(table.physical)
        try:
            got = store.do(f"{sql} RETURNING merge_action") if kind == "MERGE" else store.do(sql)[0]
        except duckdb.ConstraintException as error:
            raise _worded(error) from error
        except duckdb.Error as error:
            raise failed(error) from error
        for item in table.fields:
            if repeated(item):
                column = quoted(item["name"])
                store.do(f"UPDATE {table.physical} SET {column} = [] WHERE {column} IS NULL")
        _no_null_elements(context, table.physical, table.fields)
        partitions.limit(context.state, table, since)
        context.state.catalogue.touch(table)
    names = {"INSERT": "insertedRowCount", "UPDATE": "updatedRowCount"}
    if kind == "MERGE":
        actions = [str(row[0]).upper() for row in got]
        return {
            names.get(action, "deletedRowCount"): actions.count(action)
            for action in ("INSERT", "UPDATE", "DELETE")
        }
    return {names.get(kind, "deletedRowCount"): int(got[0])}


def _worded(error: duckdb.Error) -> Problem:
    problem = refused(error)
    return invalid_query(problem.message)


def _no_null_elements(context: Context, physical: str, fields: list[Field]) -> None:
    lists = [item["name"] for item in fields if repeated(item)]
    if not lists:
        return
    bad = [f"bool_or(len(list_filter({quoted(name)}, lambda x: x IS NULL)) > 0)" for name in lists]
    for name, is_bad in zip(
        lists, context.state.store.do(f"SELECT {', '.join(bad)} FROM {physical}")[0], strict=True
    ):
        if is_bad:
            raise invalid_query(f"Array cannot have a null element; error in writing field {name}")


WIDER = {
    "INTEGER": {"INTEGER", "NUMERIC", "BIGNUMERIC", "FLOAT"},
    "NUMERIC": {"NUMERIC", "BIGNUMERIC", "FLOAT"},
    "BIGNUMERIC": {"BIGNUMERIC", "NUMERIC", "FLOAT"},
    "STRING": {"STRING", "GEOGRAPHY"},
}
"""What a value may be written into; GEOGRAPHY is text here, and NUMERIC arithmetic may get more digits."""
LITERAL = {"DATE", "DATETIME", "TIMESTAMP", "TIME", "BYTES"}
"""What a literal STRING may be written into as well."""


def _insert(context: Context, tree: exp.Insert, table: Table) -> tuple[str, Prepared]:
    known = {item["name"].lower(): item for item in table.fields}
    if isinstance(tree.this, exp.Schema):
        wanted = []
        for name in tree.this.expressions:
            if name.name.lower() not in known:
                raise invalid_query(f"Column {name.name} is not present in table {table.name}")
            wanted.append(known[name.name.lower()])
    else:
        wanted = table.fields
    body = tree.expression
    given = {item["name"] for item in wanted}
    others = [
        item for item in table.fields if item["name"] not in given and item.get("defaultValueExpression")
    ]
    columns = ", ".join(quoted(item["name"]) for item in [*wanted, *others])
    defaults = [_default(item) for item in others]
    if isinstance(body, exp.Values):
        return _values(context, body, table, wanted, columns, defaults)
    prepared = query(context, body)
    fields = describe(context.state, prepared.sql, doubles=True)
    _count(len(fields), len(wanted))
    projections = body.selects if isinstance(body, exp.Query) else []
    for number, (have, want) in enumerate(zip(fields, wanted, strict=True)):
        loose = (
            len(projections) == len(fields)
            and isinstance(projections[number].unalias(), exp.Literal | exp.Null | exp.Cast)
        ) or have.get("name") is None
        _fits(have, want, number + 1, loose)
    rows = selected(fields, prepared.sql, wanted)
    more = "".join(f", {default}" for default in defaults)
    return f"INSERT INTO {table.physical} ({columns}) SELECT *{more} FROM ({rows})", prepared


def _values(
    context: Context, body: exp.Values, table: Table, wanted: list[Field], columns: str, defaults: list[str]
) -> tuple[str, Prepared]:
    work = Preparation(context)
    body = work.resolve(body)
    lines = []
    for line in body.expressions:
        cells = line.expressions if isinstance(line, exp.Tuple) else [line]
        _count(len(cells), len(wanted))
        made = []
        for cell, item in zip(cells, wanted, strict=True):
            if cell.name.upper() == "DEFAULT" and isinstance(cell, exp.Var | exp.Column):
                made.append(_default(item))
            else:
                made.append(functions.rewrite(cell.copy()).sql("duckdb"))
        lines.append("(" + ", ".join([*made, *defaults]) + ")")
    return f"INSERT INTO {table.physical} ({columns}) VALUES {', '.join(lines)}", work.done


def _default(item: Field) -> str:
    text = item.get("defaultValueExpression")
    if text is None:
        return "NULL"
    return str(functions.rewrite(parse(f"SELECT {text}").expressions[0]).sql("duckdb"))


def _count(have: int, want: int) -> None:
    if have != want:
        raise invalid_query(f"Inserted row has wrong column count; Has {have}, expected {want}")


def _fits(have: Field, want: Field, number: int, loose: bool) -> None:
    """A column of a query can be written into a column of a table without a cast."""
    kinds = WIDER.get(have["type"], {have["type"]}) | (
        LITERAL if loose and have["type"] == "STRING" else set()
    )
    if want["type"] in kinds and repeated(have) == repeated(want):
        return
    if loose and have["type"] == "INTEGER":
        return
    raise invalid_query(
        f"Query column {number} has type {_said(have)} which cannot be inserted into column {want['name']}, "
        f"which has type {_said(want)}"
    )


def _said(field: Field) -> str:
    return sql_type(
        {key: value for key, value in field.items() if key not in ("maxLength", "precision", "scale")}
    )


def _modify(context: Context, tree: exp.Expression, target: exp.Table) -> tuple[str, Prepared]:
    if isinstance(tree, exp.Update | exp.Delete) and tree.args.get("where") is None:
        raise invalid_query(f"{type(tree).__name__.upper()} must have a WHERE clause")
    if isinstance(tree, exp.Update):
        for item in tree.expressions:
            if isinstance(item.this, exp.Column) and item.this.table:
                item.this.replace(exp.column(item.this.name))
    work = Preparation(context)
    tree = work.resolve(functions.rows_as_values(tree), target)
    for read in work.done.reads:
        if read.table.policies:
            raise denied(
                f"Table {read.table.name}", "User does not have permission to change rows that are filtered"
            )
    tree = functions.rewrite(tree, work.kind_of)
    return tree.sql("duckdb", unsupported_level=None), work.done


def condition(context: Context, tree: exp.Expression) -> Any:
    """The value of an expression, as Python has it."""
    asked = exp.select(exp.alias_(tree.copy(), "value"))
    prepared = query(context, asked)
    try:
        got = context.state.store.do(prepared.sql)
    except duckdb.Error as error:
        raise failed(error) from error
    return got[0][0] if got else None
