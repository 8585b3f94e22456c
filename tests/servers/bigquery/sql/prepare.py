"""A statement of GoogleSQL, ready for DuckDB: names resolved, reads known, permissions checked."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field

import duckdb
from servers.bigquery.catalogue import Key, Table
from servers.bigquery.load import read_external
from servers.bigquery.problems import Problem, invalid_query
from servers.bigquery.sql import functions, information
from servers.bigquery.sql.context import Context, bind, name_parts, parse
from servers.bigquery.sql.reads import LEAST, Read, collect, demand_filter, size
from servers.bigquery.state import State
from servers.bigquery.store import ARRIVED
from servers.bigquery.tabledata import readable
from servers.bigquery.types import Field, duck_type, fields_of, quoted, repeated
from sqlglot import exp

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


@dataclass
class Prepared:
    """What DuckDB runs, and what it reads."""

    sql: str
    reads: list[Read] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    """Views of INFORMATION_SCHEMA that it reads."""
    sizes: dict[Key, int] = field(default_factory=dict)
    """Bytes of each table."""

    @property
    def bytes(self) -> int:
        """Bytes that are processed."""
        return sum(self.sizes.values()) + (LEAST if self.views else 0)


class Preparation:
    """Of one statement; views inside of it are prepared by the same one."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.state = context.state
        self.done = Prepared("")

    def resolve(self, tree: exp.Expression, target: exp.Table | None = None) -> exp.Expression:
        """The tree with physical tables; `target` is the table that is changed, and is left to the caller."""
        found: dict[int, Read] = {}
        for node in list(tree.find_all(exp.Table)):
            if node is target or _is_local(node):
                continue
            parts = name_parts(node)
            if "INFORMATION_SCHEMA" in [part.upper() for part in parts]:
                self._information(node, parts)
                continue
            if node.args.get("version") is not None:
                raise invalid_query("FOR SYSTEM_TIME AS OF is not supported here")
            table = self.context.table(parts)
            self.state.need_on("bigquery.tables.getData", table.key)
            found[id(node)] = Read(table, node.alias or parts[-1], percent=_percent(node))
        if target is not None:
            table = self.context.table(name_parts(target))
            found[id(target)] = Read(table, target.alias or table.key[2])
        collect(tree, found)
        nodes = [node for node in list(tree.find_all(exp.Table)) if id(node) in found]
        for node in nodes:
            self._table(node, found[id(node)], changed=node is target)
        return tree

    def _table(self, node: exp.Table, read: Read, *, changed: bool) -> None:
        table = read.table
        demand_filter(read)
        readable(table, read.paths)
        if table.kind in ("VIEW", "MATERIALIZED_VIEW"):
            self._view(node, read)
            return
        self.done.reads.append(read)
        if table.kind == "EXTERNAL":
            table = self._external(table)
        else:
            self._count(read)
        made: exp.Expression = exp.to_table(table.physical)
        if not changed:
            made = self._source(table, read)
        made.set("alias", exp.TableAlias(this=exp.to_identifier(read.alias, quoted=True)))
        for key in ("joins", "pivots"):
            if node.args.get(key):
                made.set(key, node.args[key])
        node.replace(made)

    def _source(self, table: Table, read: Read) -> exp.Expression:
        where = []
        if table.policies:
            granted = [policy.predicate for policy in table.policies if policy.granted]
            where.append(" OR ".join(f"({item})" for item in granted) or "FALSE")
        if read.percent < 100:
            where += self._sample(table, read)
        if not where and not table.arrived and not table.masked:
            return exp.to_table(table.physical)
        columns = [_masked(table, item["name"]) for item in table.fields]
        if read.pseudo:
            columns.append(exp.column(ARRIVED))
            columns.append(
                exp.alias_(
                    exp.Cast(this=exp.column(ARRIVED), to=exp.DataType.build("DATE")), "_PARTITIONDATE"
                )
            )
        select = exp.select(*columns).from_(exp.to_table(table.physical))
        for term in where:
            select = select.where(parse(f"SELECT {term}").expressions[0])
        return exp.Subquery(this=select)

    def _sample(self, table: Table, read: Read) -> list[str]:
        behaviour = self.state.behaviour
        if not behaviour.samples:
            return ["FALSE"]
        if self.state.store.count(table.physical) <= behaviour.block_rows:
            return []
        block = f"CAST(FLOOR(rowid / {behaviour.block_rows}) AS INT64)"
        return [f"MOD(ABS(FARM_FINGERPRINT(CAST({block} AS STRING))), 10000) < {round(read.percent * 100)}"]

    def _count(self, read: Read) -> None:
        if not read.columns and not read.pseudo:
            self.done.sizes.setdefault(read.table.key, 0)
            return
        where = "TRUE"
        if read.filters and not read.table.arrived and read.table.resource.get("timePartitioning"):
            unit = read.table.resource["timePartitioning"]["type"].lower()
            column = quoted(read.table.partition)
            terms = " AND ".join(f"({self._plain(term)})" for term in read.filters)
            part = f"date_trunc('{unit}', {column})"
            where = f"{part} IN (SELECT {part} FROM {read.table.physical} WHERE {terms})"
        key = read.table.key
        self.done.sizes[key] = self.done.sizes.get(key, 0) + size(self.state, read, where)

    def _plain(self, term: exp.Expression) -> str:
        term = term.copy()
        for column in term.find_all(exp.Column):
            column.replace(exp.column(column.parts[-1].name, quoted=True))
        return str(functions.rewrite(term).sql("duckdb"))

    def _view(self, node: exp.Table, read: Read) -> None:
        kept = self.context
        definition = read.table.resource.get("view") or read.table.resource["materializedView"]
        self.context = Context(self.state, read.table.key[0], location=kept.location)
        inner = self.resolve(parse(definition["query"]))
        self.context = kept
        alias = exp.TableAlias(this=exp.to_identifier(read.alias, quoted=True))
        made = exp.Subquery(this=inner, alias=alias)
        if node.args.get("joins"):
            made.set("joins", node.args["joins"])
        node.replace(made)

    def _external(self, table: Table) -> Table:
        physical = read_external(self.state, table)
        self.context.scratch.append(physical)
        return Table(table.key, table.resource, physical)

    def _information(self, node: exp.Table, parts: list[str]) -> None:
        physical, name = information.view(self.context, parts)
        self.context.scratch.append(physical)
        self.done.views.append(name)
        made = exp.to_table(physical)
        made.set("alias", exp.TableAlias(this=exp.to_identifier(node.alias or name, quoted=True)))
        if "." in node.alias:
            made.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        if node.args.get("joins"):
            made.set("joins", node.args["joins"])
        node.replace(made)

    def kind_of(self, node: exp.Expression) -> str:
        """The type of a column of the tables that are read."""
        if isinstance(node, exp.Column):
            for read in self.done.reads:
                for item in read.table.fields:
                    if item["name"].lower() == node.name.lower():
                        return str(item["type"])
        return ""


def _masked(table: Table, name: str) -> exp.Expression:
    instead = table.masked.get(name.lower())
    if instead is None:
        return exp.column(name, quoted=True)
    return exp.alias_(parse(f"SELECT {instead}").expressions[0], name, quoted=True)


def _is_local(node: exp.Table) -> bool:
    """The table is a common table expression, or a function."""
    if not isinstance(node.this, exp.Identifier):
        return True
    if len(node.parts) > 1 or "." in node.name:
        return False
    parent = node.parent
    while parent is not None:
        with_ = parent.args.get("with_")
        if with_ is not None and any(cte.alias.lower() == node.name.lower() for cte in with_.expressions):
            return True
        parent = parent.parent
    return False


def _percent(node: exp.Table) -> float:
    sample = node.args.get("sample")
    if sample is None:
        return 100.0
    percent = sample.args.get("percent")
    if percent is None or not percent.is_number:
        raise invalid_query("TABLESAMPLE takes a number of PERCENT")
    value = float(percent.name)
    if not 0 <= value <= 100:
        raise invalid_query(f"TABLESAMPLE percent value must be in the range [0, 100]: {value}")
    return value


def _named(tree: exp.Expression) -> None:
    """Results without a name are called f0_, f1_, …"""
    select = tree
    while isinstance(select, exp.SetOperation | exp.Subquery):
        select = select.this
    if not isinstance(select, exp.Select) or select.args.get("kind"):
        return
    number = 0
    for item in list(select.expressions):
        if isinstance(item, exp.Alias | exp.Star | exp.Column):
            continue
        if isinstance(item, exp.Dot) and not isinstance(item.expression, exp.Star):
            item.replace(exp.alias_(item.copy(), item.expression.name, quoted=True))
            continue
        if isinstance(item, exp.Expression) and not item.is_star:
            item.replace(exp.alias_(item.copy(), f"f{number}_", quoted=True))
            number += 1


def query(context: Context, tree: exp.Expression) -> Prepared:
    """A query."""
    work = Preparation(context)
    bind(tree, context)
    if tree.args.get("kind") == "STRUCT":
        # At the top, SELECT AS STRUCT gives the fields of the structs.
        tree.set("kind", None)
    _named(tree)
    tree = work.resolve(functions.rows_as_values(tree))
    tree = functions.rewrite(tree, work.kind_of)
    work.done.sql = tree.sql("duckdb", copy=False, unsupported_level=None)
    return work.done


def describe(state: State, sql: str, *, doubles: bool = False) -> list[Field]:
    """The schema of what a query of DuckDB gives; with `doubles` a name may come twice."""
    try:
        fields = fields_of(state.store.con.sql(sql))
    except duckdb.Error as error:
        raise failed(error) from error
    seen: set[str] = set()
    for item in fields:
        if item["name"].lower() in seen and not doubles:
            raise invalid_query(
                f"Duplicate column names in the result are not supported. Found duplicate(s): {item['name']}"
            )
        seen.add(item["name"].lower())
    return fields


def schema_of(state: State, sql: str, project: str) -> list[Field]:
    """The schema of a view with this query."""
    context = Context(state, project)
    try:
        return describe(state, query(context, parse(sql)).sql)
    finally:
        for name in context.scratch:
            state.store.drop(name)


def selected(fields: list[Field], sql: str, wanted: list[Field] | None = None) -> str:
    """SQL that gives the columns of a query in the types of the fields, arrays never NULL."""
    names = [f"c{number}" for number in range(len(fields))]
    values = []
    for name, item in zip(names, wanted or fields, strict=True):
        value = f"COALESCE({name}, [])" if repeated(item) else name
        values.append(f"CAST({value} AS {duck_type(item)}) AS {quoted(item['name'])}")
    return f"SELECT {', '.join(values)} FROM ({sql}) AS q({', '.join(names)})"


def failed(error: duckdb.Error) -> Problem:
    """What DuckDB says of a query, in BigQuery's words where we know them."""
    text = str(error)
    if found := re.search(r'Referenced column "([^"]+)" (?:not found|was not found)', text):
        return invalid_query(f"Unrecognized name: {found[1]}")
    if found := re.search(r"Function with name (\w+) does not exist", text):
        return invalid_query(f"Function not found: {found[1]}")
    if found := re.search(r"^Invalid Input Error: (.*)", text):
        return invalid_query(found[1])
    return invalid_query(text.splitlines()[0])
