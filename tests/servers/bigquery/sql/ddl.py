"""CREATE, ALTER and DROP."""

from __future__ import annotations

import re
from typing import Any

import sqlglot
from servers.bigquery import listing, resources
from servers.bigquery.catalogue import Json, Key, Table
from servers.bigquery.problems import Problem, duplicate, invalid, invalid_query
from servers.bigquery.sql.altering import act
from servers.bigquery.sql.context import Context, name_parts, parse
from servers.bigquery.sql.declared import constrain, field_of
from servers.bigquery.sql.options import of_dataset, of_table, partitioning
from servers.bigquery.sql.prepare import Prepared
from servers.bigquery.sql.statements import Outcome, into, select
from servers.bigquery.types import Field, normal
from sqlglot import exp
from sqlglot.tokens import TokenType


def create(context: Context, tree: exp.Create, *, run: bool) -> Outcome:
    """CREATE SCHEMA, TABLE, VIEW"""
    kind = str(tree.args["kind"]).upper()
    if kind == "SCHEMA":
        return _create_schema(context, tree, run=run)
    head = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    properties = list(tree.args["properties"].expressions) if tree.args.get("properties") else []
    if any(isinstance(item, exp.TemporaryProperty) for item in properties):
        return _create_temporary(context, tree, head, run=run)
    key = context.key(name_parts(head))
    context.state.catalogue.dataset(key[0], key[1], context.location)
    context.state.need("bigquery.tables.create", key[0], key[1])
    there = context.state.catalogue.find(key)
    outcome = Outcome("", target=key)
    rows = ""
    if kind == "VIEW":
        outcome.kind = "CREATE_VIEW"
        given: Json = {"view": {"query": tree.expression.sql("bigquery"), "useLegacySql": False}}
        if any(isinstance(item, exp.MaterializedProperty) for item in properties):
            outcome.kind = "CREATE_MATERIALIZED_VIEW"
            given = {"materializedView": {"query": tree.expression.sql("bigquery")}}
        given |= of_table(properties)
    elif tree.args.get("clone") is not None or any(isinstance(item, exp.LikeProperty) for item in properties):
        outcome.kind = "CREATE_TABLE"
        given, rows = _like(context, tree, properties)
    else:
        outcome.kind = "CREATE_TABLE_AS_SELECT" if tree.expression is not None else "CREATE_TABLE"
        given = of_table(properties)
        if isinstance(tree.this, exp.Schema):
            given |= _schema(context, tree.this)
        if tree.expression is not None:
            got = select(context, tree.expression, run=run and not (there and tree.args.get("exists")))
            given.setdefault("schema", {"fields": [_kept(item) for item in got.fields]})
            rows, outcome.prepared = got.physical, got.prepared
        given |= partitioning(properties)
    given["tableReference"] = {"projectId": key[0], "datasetId": key[1], "tableId": key[2]}
    kept = resources.table(given)
    if there and tree.args.get("exists"):
        outcome.operation = "SKIP"
        return outcome
    if there and not tree.args.get("replace"):
        raise duplicate(f"Table {key[0]}:{key[1]}.{key[2]}")
    outcome.operation = "REPLACE" if there else "CREATE"
    if run:
        with context.state.store.atomic():
            if there:
                context.state.catalogue.remove(key)
            table = listing.create(context.state, key, kept)
            if rows:
                _fill(context, table, rows)
    return outcome


def _fill(context: Context, table: Table, rows: str) -> None:
    """Move the rows of a physical table into a new one, in the types of its schema."""
    store = context.state.store
    data = store.con.sql(f"SELECT * FROM {rows}").to_arrow_table()
    store.append(table.physical, table.fields, data.rename_columns([item["name"] for item in table.fields]))
    context.scratch.append(rows)


def _kept(item: Field) -> Field:
    return {key: value for key, value in item.items() if key in ("name", "type", "mode", "fields")}


def _schema(context: Context, schema: exp.Schema) -> Json:
    fields = [field_of(item) for item in schema.expressions if isinstance(item, exp.ColumnDef)]
    out: Json = {"schema": {"fields": fields}}
    for item in schema.expressions:
        if not isinstance(item, exp.ColumnDef):
            constrain(context, out, item)
    return out


def _like(context: Context, tree: exp.Create, properties: list[Any]) -> tuple[Json, str]:
    clone = tree.args.get("clone")
    like = next((item for item in properties if isinstance(item, exp.LikeProperty)), None)
    source = context.table(name_parts(clone.this if clone is not None else like.this))
    given = {key: value for key, value in source.resource.items() if key not in ("type", "expirationTime")}
    given = given | of_table([item for item in properties if not isinstance(item, exp.LikeProperty)])
    rows = ""
    if clone is not None:
        rows = into(context, source.fields, f"SELECT * FROM {source.physical}")
    return given, rows


def _create_temporary(context: Context, tree: exp.Create, head: exp.Table, *, run: bool) -> Outcome:
    name = head.name
    if name.lower() in context.temporary and not tree.args.get("replace"):
        raise duplicate(f"Table {name}")
    outcome = Outcome("CREATE_TABLE", operation="CREATE")
    if tree.expression is not None:
        got = select(context, tree.expression, run=True)
        fields, physical, outcome.prepared = got.fields, got.physical, got.prepared
        outcome.kind = "CREATE_TABLE_AS_SELECT"
    else:
        fields = normal([field_of(item) for item in tree.this.expressions])
        physical = context.state.store.create(fields)
    context.scratch.append(physical)
    key = (context.project, "_script", name)
    context.temporary[name.lower()] = Table(key, {"type": "TABLE", "schema": {"fields": fields}}, physical)
    return outcome


def _dataset(context: Context, node: exp.Table) -> tuple[str, str]:
    parts = name_parts(node)
    return (context.project, parts[0]) if len(parts) == 1 else (parts[0], parts[1])


def _create_schema(context: Context, tree: exp.Create, *, run: bool) -> Outcome:
    project, name = _dataset(context, tree.this)
    context.state.need("bigquery.datasets.create", project)
    outcome = Outcome("CREATE_SCHEMA", operation="CREATE")
    if (project, name) in context.state.catalogue.datasets:
        if not tree.args.get("exists"):
            raise duplicate(f"Dataset {project}:{name}")
        outcome.operation = "SKIP"
        return outcome
    properties = list(tree.args["properties"].expressions) if tree.args.get("properties") else []
    given = of_dataset(properties) | {"datasetReference": {"datasetId": name}}
    given.setdefault("location", context.location or "US")
    kept = resources.dataset(context.state.catalogue, given)
    if run:
        context.state.catalogue.add_dataset(project, name, kept)
    return outcome


def drop(context: Context, tree: exp.Drop, *, run: bool) -> Outcome:
    """DROP SCHEMA, TABLE, VIEW"""
    kind = str(tree.args["kind"]).upper()
    node = tree.args["tables"][0]
    outcome = Outcome(f"DROP_{kind}", operation="DROP")
    if kind == "SCHEMA":
        project, name = _dataset(context, node)
        if (project, name) not in context.state.catalogue.datasets and tree.args.get("exists"):
            outcome.operation = "SKIP"
        elif run:
            listing.drop_dataset(context.state, project, name, bool(tree.args.get("cascade")))
        return outcome
    parts = name_parts(node)
    if len(parts) == 1 and parts[0].lower() in context.temporary:
        context.temporary.pop(parts[0].lower())
        return outcome
    key: Key = context.key(parts)
    context.state.need_on("bigquery.tables.delete", key)
    outcome.target = key
    try:
        table = context.table(parts)
    except Problem:
        if not tree.args.get("exists"):
            raise
        outcome.operation = "SKIP"
        return outcome
    if (kind == "VIEW") != (table.kind == "VIEW"):
        raise invalid(
            f"Cannot drop {table.name} which has type {table.kind}. DROP {kind} can only be used on a {kind}."
        )
    if run:
        context.state.catalogue.remove(key)
    return outcome


def alter(context: Context, sql: str, *, run: bool) -> Outcome:
    """ALTER TABLE and ALTER SCHEMA, actions separated by commas."""
    head, actions = _actions(sql)
    words = head.split(None, 3)
    exists = bool(re.search(r"\bIF\s+EXISTS\b", head, re.IGNORECASE))
    name = head.split()[-1]
    if words[1].upper() == "SCHEMA":
        return _alter_schema(context, name, actions, run=run)
    parts = name_parts(parse(f"SELECT 1 FROM {name}").find(exp.Table))
    outcome = Outcome("ALTER_TABLE", operation="ALTER", prepared=Prepared(""))
    try:
        table = context.table(parts)
    except Problem:
        if not exists:
            raise
        outcome.operation = "SKIP"
        return outcome
    context.state.need_on("bigquery.tables.update", table.key)
    outcome.target = table.key
    if run:
        with context.state.store.atomic():
            for action in actions:
                act(context, table, name, action)
    return outcome


def _actions(sql: str) -> tuple[str, list[str]]:
    """The part before the first action, and each action, of an ALTER statement."""
    tokens = sqlglot.tokenize(sql, read="bigquery")
    names = ("ADD", "DROP", "SET", "ALTER", "RENAME")
    first = next((t for t in tokens[1:] if t.text.upper() in names), None)
    if first is None:
        raise invalid_query("Syntax error: Expected an action of ALTER")
    depth, begin, out = 0, first.start, []
    for token in tokens:
        if token.start < first.start:
            continue
        depth += (token.token_type in (TokenType.L_PAREN, TokenType.LT)) - (
            token.token_type in (TokenType.R_PAREN, TokenType.GT)
        )
        if token.token_type == TokenType.COMMA and depth == 0:
            out.append(sql[begin : token.start].strip())
            begin = token.end + 1
    out.append(sql[begin:].strip())
    return sql[: first.start].strip(), out


def _alter_schema(context: Context, name: str, actions: list[str], *, run: bool) -> Outcome:
    node = parse(f"SELECT 1 FROM {name}").find(exp.Table)
    parts = name_parts(node)
    project, dataset = (context.project, parts[0]) if len(parts) == 1 else (parts[0], parts[1])
    kept = context.state.catalogue.dataset(project, dataset)
    for action in actions:
        found = re.fullmatch(r"SET\s+(OPTIONS\s*\(.*\))", action, re.IGNORECASE | re.DOTALL)
        if not found:
            raise invalid_query(f"Syntax error: unexpected action {action}")
        changes = of_dataset(list(parse(f"CREATE SCHEMA x {found[1]}").args["properties"].expressions))
        if run:
            merged = resources.merge(kept.resource, changes) | {"datasetReference": {"datasetId": dataset}}
            kept.resource = resources.dataset(context.state.catalogue, merged)
            kept.version += 1
    return Outcome("ALTER_SCHEMA", operation="ALTER")
