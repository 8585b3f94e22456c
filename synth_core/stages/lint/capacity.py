"""Whether there are as many different values as the planned rows need."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from math import prod

from yaml.nodes import MappingNode, Node

from synth_core.engine.convert import Misfit, type_converter
from synth_core.model.findings import Level
from synth_core.model.project import Project, Table
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.functions import (
    Choice,
    Combination,
    Function,
    PartOf,
    Pattern,
    Reference,
    Sequence,
    Shape,
)
from synth_core.recipe.functions.steps import advance
from synth_core.recipe.vetting.calls import Call, only_call
from synth_core.recipe.vetting.nodes import entries, items, value_of
from synth_core.recipe.vetting.remarks import Mend, Remark, Where, mended, remark
from synth_core.recipe.vetting.scope import FieldSeen, Scope, TableSeen
from synth_core.stages.lint.mends import longer_shape


def check_capacity(
    scope: Scope, project: Project | None, planned: Mapping[str, int], asked: Container[str]
) -> Iterator[Remark]:
    """Unique values that run out, and keys whose columns have too few values. Of tables that nobody `asked` so many
    rows of, a plan makes as many as there can be, so that running out is only a warning there."""
    lengths = {
        Where(table.name, column.name): column.type.value.max_length
        for table in (project.tables if project else ())
        for column in table.columns
    }
    possible = _possible(scope, planned, asked)
    for table in scope.tables.values():
        rows = planned.get(table.name)
        for call, field in _calls(scope, table) if rows else ():
            limit = _limit(call, table.name, possible)
            if rows and limit is not None and rows > limit.rows:
                where = Where(table.name, field.name)
                found = limit.remark(call, where, rows, is_asked=table.name in asked)
                yield mended(found, _longer(field, rows, lengths.get(where)))
    for wanted in project.tables if project else ():
        rows = possible.get(wanted.name)
        if rows and wanted.name in scope.tables:
            yield from _of_key(scope, wanted, rows, possible)
            yield from _ends(scope, wanted, rows)


def _calls(scope: Scope, table: TableSeen) -> Iterator[tuple[Call, FieldSeen]]:
    for field in table.fields.values():
        for call in scope.calls(field):
            if call.is_field:
                yield call, field


def _possible(scope: Scope, planned: Mapping[str, int], asked: Container[str]) -> dict[str, int]:
    """Rows by table: as many as there can be where nobody asked for so many. Fewer parents have fewer children, so that
    it is gone over until nothing changes."""
    made = dict(planned)
    open_tables = [each for each in scope.tables.values() if each.name not in asked and made.get(each.name)]
    while True:
        before = dict(made)
        for table in open_tables:
            limits = [_limit(call, table.name, made) for call, _ in _calls(scope, table)]
            made[table.name] = min([made[table.name], *(limit.rows for limit in limits if limit)])
        if made == before:
            return made


def _longer(field: FieldSeen, rows: int, longest: int | None) -> Mend | None:
    call = only_call(field.value)
    if call is None or not isinstance(field.function, Pattern):
        return None
    return longer_shape(call, field.function, rows, longest)


@dataclass(frozen=True)
class _Limit:
    """So many rows of a table a function can make."""

    rows: int
    needed: str
    """What is needed, with `{rows}` for how many."""
    allowed: str
    at: str
    """The argument that says so."""
    hint: str
    share: float = 1.0
    """Of the rows need one."""
    more: str = ""
    """The hint where fewer rows are made anyhow, if it is another one."""

    def remark(self, call: Call, where: Where, rows: int, *, is_asked: bool) -> Remark:
        message = f"{self.needed.format(rows=f'{round(self.share * rows):,}')}, but {self.allowed}."
        level, hint = Level.ERROR, self.hint
        if not is_asked and self.rows > 0:
            level, hint = Level.WARNING, f"{self.rows:,} rows are made instead. {self.more or self.hint}"
        return remark("capacity", message, call.place(self.at), hint=hint, level=level, where=where)


def _limit(call: Call, table: str, planned: Mapping[str, int]) -> _Limit | None:
    """How many rows of the table the function can make; None where there is no bound, or none is known."""
    function = call.function
    if isinstance(function, Pattern) and function.unique_values:
        capacity = function.capacity() or 0
        return _Limit(
            capacity,
            "{rows} different texts are needed",
            f"these shapes allow only {capacity:,}",
            "shapes",
            "Add a longer shape, such as one with another 9.",
        )
    if isinstance(function, Reference) and function.unique_values and function.table != table:
        parents = planned.get(function.table)
        if parents is None or function.nulls >= 1:
            return None
        return _Limit(
            int(parents / (1 - function.nulls)),
            f"{{rows}} rows need a row of {function.table!r} each",
            f"there are only {parents:,}",
            "table",
            f"Make fewer rows of {table!r} or more of {function.table!r}, or leave out `unique`.",
            share=1 - function.nulls,
            more=f"For more, make more rows of {function.table!r}, or leave out `unique`.",
        )
    if isinstance(function, Combination) and not function.within:
        widths = {name: _width(part, planned) for name, part in function.parts.items()}
        known = [width for width in widths.values() if width is not None]
        if len(known) < len(widths) or any(part.is_open for part in function.parts.values()):
            return None
        return _Limit(
            prod(known),
            f"{{rows}} different combinations of {', '.join(widths)} are needed",
            f"there are only {prod(known):,} ({' × '.join(f'{width:,}' for width in known)})",
            "parts",
            "Widen a part, or make fewer rows.",
            more="For more, widen a part.",
        )
    return None


def _width(part: PartOf, planned: Mapping[str, int]) -> int | None:
    if not part.table:
        return part.width()
    return None if part.match else planned.get(part.table)


def _of_key(scope: Scope, table: Table, rows: int, planned: Mapping[str, int]) -> Iterator[Remark]:
    """The columns of the primary key have too few values for so many rows, whatever the luck."""
    fields = scope.tables[table.name].fields
    key = [fields[column] for column in table.key_columns if column in fields]
    values = [_values(scope, field, planned) for field in key]
    known = [each for each in values if each is not None]
    if not key or len(known) < len(table.key_columns) or rows <= prod(known):
        return
    names = ", ".join(table.key_columns)
    yield remark(
        "capacity",
        f"the primary key ({names}) can have only {prod(known):,} different values, but {rows:,} rows are planned.",
        key[0].key,
        hint="Use `Synth.sequence`, a `Synth.pattern` with `unique: true`, or a `Synth.combination`.",
        where=Where(table.name, key[0].name),
    )


def _values(scope: Scope, field: FieldSeen, planned: Mapping[str, int]) -> int | None:
    """How many different values a field can have at most; None where that is not known, or there is no bound."""
    if field.function is not None:
        return _values_of(scope, field.function, planned)
    call = only_call(field.value)
    if call is None:
        text = value_of(field.value)
        return None if is_formula(text) or isinstance(field.value, MappingNode) else 1
    given = {entry.name: value_of(entry.value) for entry in entries(call.value)}
    if (
        call.name == "random_number"
        and isinstance(given.get("min"), int)
        and isinstance(given.get("max"), int)
    ):
        return int(given["max"]) - int(given["min"]) + 1
    if call.name == "random_choice":
        options = _options(call.value)
        return None if options is None else len(options)
    return None


def _values_of(scope: Scope, function: Function, planned: Mapping[str, int]) -> int | None:
    if isinstance(function, Choice):
        return sum(weight > 0 for weight in function.weights.values())
    if isinstance(function, Pattern) and not function.unique_values:
        return sum(Shape(shape).capacity for shape in function.shapes)
    if isinstance(function, Reference):
        return planned.get(function.table)
    return None


def _options(node: Node) -> list[str] | None:
    """The different plain values of a `random_choice`; None when others are made."""
    if isinstance(node, MappingNode):
        return [entry.name for entry in entries(node)]
    values = [value_of(item) for item in items(node)]
    is_plain = all(isinstance(value, (str, int, float)) and not is_formula(value) for value in values)
    return list({str(value) for value in values}) if is_plain else None


def _ends(scope: Scope, table: Table, rows: int) -> Iterator[Remark]:
    """Sequences that no longer fit their column before the last row."""
    fields = scope.tables[table.name].fields
    for column in table.columns:
        field = fields.get(column.name)
        if field is None or not isinstance(field.function, Sequence):
            continue
        convert = type_converter(column.type.value)
        start, step = field.function.start, field.function.step
        try:
            convert(start)
        except Misfit:
            # The type is wrong from the first row on, which is another finding.
            continue
        try:
            convert(advance(start, step, rows - 1))
        except (Misfit, OverflowError) as error:
            reason = error.reason if isinstance(error, Misfit) else "it is beyond the calendar"
            yield remark(
                "capacity",
                f"the last of {rows:,} values no longer fits {column.type.value}: {reason}.",
                field.key,
                hint="Start lower, take a smaller step, or make fewer rows.",
                where=Where(table.name, column.name),
            )
