"""Which columns of which tables a statement reads, and what BigQuery counts for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from servers.bigquery.catalogue import Key, Table
from servers.bigquery.problems import invalid_query
from servers.bigquery.state import State
from sqlglot import exp

MEGABYTES = 1024 * 1024
LEAST = 10 * MEGABYTES
"""A query is billed for so much of each table at least."""
PSEUDO = ("_partitiontime", "_partitiondate")
COMPARISONS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Is, exp.NEQ)


@dataclass
class Read:
    """One mention of a table in a statement."""

    table: Table
    alias: str
    columns: set[str] = field(default_factory=set)
    """In lower case."""
    paths: set[tuple[str, ...]] = field(default_factory=set)
    """The same to the field that is asked for, inside of columns: `("address", "city")`."""
    percent: float = 100.0
    """What TABLESAMPLE asks for."""
    filters: list[exp.Expression] = field(default_factory=list)
    """Conditions on its partitioning column that leave partitions out."""
    pseudo: bool = False
    """It asks for `_PARTITIONTIME`."""

    @cached_property
    def names(self) -> set[str]:
        """Its columns."""
        return {item["name"].lower() for item in self.table.fields}


def levels(node: exp.Expression) -> Iterator[exp.Expression]:
    """The statements around a node, from the inside out."""
    parent = node.parent
    while parent is not None:
        if isinstance(parent, exp.Select | exp.Update | exp.Delete | exp.Merge | exp.Insert):
            yield parent
        parent = parent.parent


def collect(tree: exp.Expression, reads: dict[int, Read]) -> None:
    """Put into each read the columns that the statement asks of it; `reads` is keyed by the id of the table's node."""
    inside: dict[int, list[Read]] = {}
    for node in tree.find_all(exp.Table):
        read = reads.get(id(node))
        level = next(levels(node), None)
        if read is not None and level is not None:
            inside.setdefault(id(level), []).append(read)
    for column in tree.find_all(exp.Column):
        _column(column, inside)
    for select in tree.find_all(exp.Select):
        _stars(select, inside.get(id(select), []))
        _joined(select, inside.get(id(select), []))
        where = select.args.get("where")
        for read in inside.get(id(select), []):
            read.filters = partition_filters(where, read)
    for change in tree.find_all(exp.Update, exp.Delete):
        for read in inside.get(id(change), []):
            read.filters = partition_filters(change.args.get("where"), read)
    for merge in tree.find_all(exp.Merge):
        for read in inside.get(id(merge), []):
            on = merge.args.get("on")
            read.filters = partition_filters(exp.Where(this=on.copy()) if on is not None else None, read)


def _column(column: exp.Column, inside: dict[int, list[Read]]) -> None:
    parts = [part.name.lower() for part in column.parts]
    left_out = isinstance(column.parent, exp.Star) and column.arg_key == "except_"
    if isinstance(column.this, exp.Star) or left_out:
        return
    for level in levels(column):
        here = inside.get(id(level), [])
        named = [read for read in here if read.alias.lower() == parts[0]]
        if named and (len(parts) > 1 or not any(parts[0] in read.names for read in here)):
            for read in named:
                if len(parts) > 1:
                    _add(read, _path(column, parts[1:]))
                else:
                    for name in sorted(read.names):
                        _add(read, [name])
            return
        owners = [read for read in here if parts[0] in read.names or parts[0] in PSEUDO]
        if owners:
            for read in owners:
                _add(read, _path(column, parts))
            return


def _path(column: exp.Column, parts: list[str]) -> list[str]:
    """The path with what follows the column; it ends with `""` where only its being NULL is asked for."""
    node: exp.Expression = column
    out = list(parts)
    while isinstance(node.parent, exp.Dot) and node.arg_key == "this":
        node = node.parent
        out.append(node.expression.name.lower())
    is_presence = isinstance(node.parent, exp.Is) and isinstance(node.parent.expression, exp.Null)
    return [*out, ""] if is_presence else out


def _add(read: Read, path: list[str]) -> None:
    if path[0] in PSEUDO:
        read.pseudo = True
    elif path[0] in read.names:
        read.columns.add(path[0])
        read.paths.add(tuple(path))


def _stars(select: exp.Select, reads: list[Read]) -> None:
    for item in select.expressions:
        star = item if isinstance(item, exp.Star) else item.this if isinstance(item, exp.Column) else None
        if not isinstance(star, exp.Star):
            continue
        left_out = {name.name.lower() for name in star.args.get("except_") or []}
        for read in reads:
            if not isinstance(item, exp.Column) or item.table.lower() == read.alias.lower():
                for name in read.names - left_out:
                    _add(read, [name])


def _joined(select: exp.Select, reads: list[Read]) -> None:
    for join in select.args.get("joins") or []:
        for name in join.args.get("using") or []:
            for read in reads:
                _add(read, [name.name.lower()])


def partition_filters(where: exp.Expression | None, read: Read) -> list[exp.Expression]:
    """Conditions of a WHERE that hold for all rows and say something of the partitioning column alone."""
    column = read.table.partition.lower()
    if where is None or not column:
        return []
    wanted = {column, *PSEUDO} if read.table.arrived else {column}
    out = []
    for term in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
        term = term.unnest()
        columns = list(term.find_all(exp.Column))
        own = [item for item in columns if item.parts[-1].name.lower() in wanted and _of(item, read)]
        compares = isinstance(term, (*COMPARISONS, exp.Or, exp.Not)) and term.find(exp.Query) is None
        if own and len(own) == len(columns) and compares:
            out.append(term)
    return out


def _of(column: exp.Column, read: Read) -> bool:
    return not column.table or column.table.lower() == read.alias.lower()


def demand_filter(read: Read) -> None:
    """Refuse where the table wants a filter on its partitions and has none."""
    if read.table.resource.get("requirePartitionFilter") and not read.filters:
        name = read.table.partition
        columns = (
            f"'{name}'"
            if not read.table.arrived
            else "'_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME'"
        )
        raise invalid_query(
            f"Cannot query over table '{'.'.join(read.table.key)}' without a filter over column(s) {columns} "
            "that can be used for partition elimination"
        )


def size(state: State, read: Read, where: str = "TRUE") -> int:
    """Bytes that one mention of a table reads."""
    table = read.table
    if not table.physical:
        return 0
    fields = [item for item in table.fields if item["name"].lower() in read.columns]
    total = sum(state.store.sizes(table.physical, fields, where).values())
    if read.pseudo:
        total += 8 * state.store.count(table.physical)
    if read.percent < 100 and state.store.count(table.physical) > state.behaviour.block_rows:
        total = int(total * read.percent / 100)
    return total


def billed(sizes: dict[Key, int]) -> int:
    """What is billed for tables of these sizes: whole megabytes, ten at least for each."""
    return sum(max(LEAST, -(-size // MEGABYTES) * MEGABYTES) for size in sizes.values())
