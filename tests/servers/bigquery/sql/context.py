"""What a statement is read in: its project, its dataset, its parameters and what its script has made."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlglot
from servers.bigquery.catalogue import Key, Table
from servers.bigquery.problems import invalid_query, not_found
from servers.bigquery.state import State

if TYPE_CHECKING:
    from servers.bigquery.sql.prepare import Prepared
from sqlglot import exp


@dataclass
class Context:
    """Of one query job."""

    state: State
    project: str
    dataset: tuple[str, str] | None = None
    """The default dataset, with its project."""
    location: str = ""
    named: dict[str, exp.Expression] = field(default_factory=dict)
    """Parameters with names, in lower case, and variables of the script."""
    positional: list[exp.Expression] = field(default_factory=list)
    temporary: dict[str, Table] = field(default_factory=dict)
    system: dict[str, exp.Expression] = field(default_factory=dict)
    """Variables such as `@@error.message`."""
    changed: set[Key] = field(default_factory=set)
    """Tables that the open transaction has changed."""
    limit: Callable[[Prepared], None] = lambda prepared: None
    """Is asked before a statement runs, and refuses one that would cost too much."""
    scratch: list[str] = field(default_factory=list)
    """Physical tables that go with the job."""

    def key(self, parts: list[str]) -> Key:
        """Project, dataset and table of a name as it was written."""
        if len(parts) == 1:
            if self.dataset is None:
                raise invalid_query(
                    f'Table "{parts[0]}" must be qualified with a dataset (e.g. dataset.table).'
                )
            return self.dataset[0], self.dataset[1], parts[0]
        if len(parts) == 2:
            return self.project, parts[0], parts[1]
        if len(parts) == 3:
            return parts[0], parts[1], parts[2]
        raise invalid_query(f"Invalid table name: {'.'.join(parts)}")

    def table(self, parts: list[str]) -> Table:
        """The table of a name as it was written."""
        if len(parts) == 1 and parts[0].lower() in self.temporary:
            return self.temporary[parts[0].lower()]
        key = self.key(parts)
        if "$" in key[2] or key[2].endswith("*"):
            raise invalid_query(
                f"Partition decorators and wildcard tables are not supported here: {'.'.join(key)}"
            )
        dataset = self.state.catalogue.dataset(key[0], key[1], self.location)
        table = self.state.catalogue.find(key)
        if table is None:
            raise not_found(f"Table {key[0]}:{key[1]}.{key[2]}", dataset.location)
        return table


def name_parts(table: exp.Table) -> list[str]:
    """A table's name in pieces, also where dots stand inside of backquotes."""
    return [piece for part in table.parts for piece in part.name.split(".")]


def parse(sql: str) -> exp.Expression:
    """One statement."""
    try:
        tree = sqlglot.parse_one(sql, read="bigquery")
    except sqlglot.errors.SqlglotError as error:
        first = error.errors[0] if getattr(error, "errors", None) else {}
        place = f" at [{first.get('line')}:{first.get('col')}]" if first.get("line") else ""
        what = first.get("highlight") or str(error)
        raise invalid_query(f"Syntax error: Unexpected {what!r}{place}") from error
    if tree is None:
        raise invalid_query("Syntax error: Unexpected end of statement")
    return tree


def bind(tree: exp.Expression, context: Context) -> exp.Expression:
    """Parameters and variables replaced by their values."""
    rest = list(context.positional)
    for node in list(tree.find_all(exp.Parameter, exp.Placeholder, bfs=False)):
        if isinstance(node.parent, exp.Parameter):
            continue
        if isinstance(node, exp.Placeholder):
            if not rest:
                raise invalid_query("Query parameter not found for positional parameter")
            node.replace(rest.pop(0).copy())
            continue
        if isinstance(node.this, exp.Parameter):
            whole = node.parent if isinstance(node.parent, exp.Dot) else node
            name = node.this.name + ("." + whole.expression.name if isinstance(whole, exp.Dot) else "")
            if name.lower() not in context.system:
                raise invalid_query(f"Unknown system variable: @@{name}")
            whole.replace(context.system[name.lower()].copy())
            continue
        value = context.named.get(node.name.lower())
        if value is None:
            raise invalid_query(f"Query parameter '{node.name}' not found")
        node.replace(value.copy())
    return tree


def parameter(kind: dict[str, Any], value: dict[str, Any]) -> exp.Expression:
    """A query parameter as an expression of GoogleSQL."""
    name = str(kind.get("type", "STRING")).upper()
    if name == "ARRAY":
        items = value.get("arrayValues", [])
        made = [parameter(kind["arrayType"], item) for item in items]
        return exp.Cast(this=exp.Array(expressions=made), to=_type(_named(kind)))
    if name in ("STRUCT", "RECORD"):
        inner = value.get("structValues", {})
        return exp.Struct(
            expressions=[
                exp.PropertyEQ(
                    this=exp.to_identifier(sub["name"]),
                    expression=parameter(sub["type"], inner.get(sub["name"], {})),
                )
                for sub in kind["structTypes"]
            ]
        )
    text = value.get("value")
    wanted = _type(_named(kind))
    if text is None:
        return exp.Cast(this=exp.Null(), to=wanted)
    if name in ("INT64", "INTEGER"):
        return exp.Paren(this=exp.Literal.number(text))
    if name == "STRING":
        return exp.Literal.string(text)
    if name == "BYTES":
        return exp.Unhex(this=exp.Literal.string(base64.b64decode(text).hex()))
    if name in ("BOOL", "BOOLEAN"):
        return exp.Boolean(this=text.lower() == "true")
    return exp.Cast(this=exp.Literal.string(text), to=wanted)


def _type(name: str) -> exp.DataType:
    return _read_type(name).copy()


@lru_cache(1000)
def _read_type(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="bigquery")


def _named(kind: dict[str, Any]) -> str:
    if kind["type"] == "ARRAY":
        return f"ARRAY<{_named(kind['arrayType'])}>"
    if kind["type"] in ("STRUCT", "RECORD"):
        return (
            "STRUCT<" + ", ".join(f"{sub['name']} {_named(sub['type'])}" for sub in kind["structTypes"]) + ">"
        )
    known = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}
    return known.get(str(kind["type"]).upper(), str(kind["type"]))


def parameters(context: Context, mode: str, given: list[dict[str, Any]]) -> None:
    """Put the parameters of a query into its context."""
    for item in given:
        made = parameter(item["parameterType"], item.get("parameterValue", {}))
        if mode == "NAMED" or item.get("name"):
            context.named[item["name"].lower()] = made
        else:
            context.positional.append(made)
