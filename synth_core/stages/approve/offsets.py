"""Where row numbers go on when rows are appended to what a target already has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from synth_core.errors import PlanError
from synth_core.model.names import fold
from synth_core.ports import Warehouse
from synth_core.recipe.compile import Recipe
from synth_core.recipe.functions import Function, Reference, Sequence
from synth_core.recipe.functions.steps import advance


def offsets_after(recipe: Recipe, warehouse: Warehouse) -> dict[str, int]:
    """By table: how many row numbers the rows of the target have used up: at least as many as there are rows, so that
    what is appended goes on where the last batch ended and repeats nothing. Tables whose keys must agree get the
    same."""
    present = set(warehouse.tables())
    offsets: dict[str, int] = {}
    programs = recipe.programs()
    for table in filter(present.__contains__, recipe.fields()):
        columns = {fold(field.name) for field in warehouse.schema(table).fields}
        # Names with two underscores before them are of helpers that are not written.
        written = [name for name in programs.get(table, {}) if not name.startswith("__")]
        if lacking := [name for name in written if fold(name) not in columns]:
            raise PlanError(
                f"The target has a table {table} already, and it has no column {lacking[0]}.",
                hint="Choose another target, or drop that table by hand.",
            )
        counted = [
            _used_by_sequence(warehouse, table, field, function)
            for field, function in programs.get(table, {}).items()
            if isinstance(function, Sequence) and field in written
        ]
        offsets[table] = max(_rows(warehouse, table), *counted, 0)
    for group in _groups(programs):
        used = max((offsets.get(table, 0) for table in group), default=0)
        offsets.update(dict.fromkeys(group, used))
    return {table: offset for table, offset in offsets.items() if offset}


def _rows(warehouse: Warehouse, table: str) -> int:
    counted = warehouse.query(f"SELECT count(*) AS n FROM {warehouse.all_rows(table)} AS t")
    return int(counted.column("n")[0].as_py())


def _used_by_sequence(warehouse: Warehouse, table: str, field: str, function: Sequence) -> int:
    """The largest value of the target as a row number."""
    ascending = (not isinstance(function.step, timedelta) and function.step > 0) or (
        isinstance(function.step, timedelta) and function.step > timedelta()
    )
    extreme = "max" if ascending else "min"
    column = warehouse.quote(field)
    value = (
        warehouse.query(f"SELECT {extreme}({column}) AS v FROM {warehouse.all_rows(table)} AS t")
        .column("v")[0]
        .as_py()
    )
    if value is None:
        return 0
    start: Any = function.start
    try:
        gap = _alike(value, start) - start
        step = advance(start, function.step, 1) - start
        return max(0, int(gap // step) + 1)
    except (TypeError, ValueError, ArithmeticError):
        raise PlanError(
            f"{table}.{field}: keys can't go on after {str(value)[:40]!r}, the largest one in the target.",
            hint="Replace instead of appending, or change the column's generator.",
        ) from None


def _alike(value: Any, start: Any) -> Any:
    """A target's value as the type that the sequence counts in."""
    if isinstance(start, datetime):
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if start.tzinfo is None:
            return moment.replace(tzinfo=None)
        return moment if moment.tzinfo else moment.replace(tzinfo=start.tzinfo)
    if isinstance(start, date):
        return (
            value.date()
            if isinstance(value, datetime)
            else value
            if isinstance(value, date)
            else date.fromisoformat(value)
        )
    number = Decimal(str(value))
    return number if isinstance(start, Decimal) else int(number)


def _groups(programs: Mapping[str, Mapping[str, Function]]) -> list[set[str]]:
    """Tables whose keys must occur in each other: those that an `also` or `match` ties together."""
    groups: list[set[str]] = []
    for functions in programs.values():
        for function in functions.values():
            if isinstance(function, Reference) and function.also:
                group = {function.table, *(also.table for also in function.also)}
                tied = [other for other in groups if other & group]
                groups = [other for other in groups if not other & group] + [group.union(*tied)]
    return groups
