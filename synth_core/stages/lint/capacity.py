"""Whether there are as many different values as the planned rows need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from yaml.nodes import MappingNode, Node

from synth_core.engine.convert import Misfit, type_converter
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
from synth_core.recipe.vetting.scope import FieldSeen, Scope
from synth_core.stages.lint.mends import longer_shape


def check_capacity(scope: Scope, project: Project | None, planned: Mapping[str, int]) -> Iterator[Remark]:
    """Unique values that run out, and keys whose columns have too few values."""
    lengths = {
        Where(table.name, column.name): column.type.value.max_length
        for table in (project.tables if project else ())
        for column in table.columns
    }
    for table in scope.tables.values():
        rows = planned.get(table.name)
        if not rows:
            continue
        for field in table.fields.values():
            for call in scope.calls(field):
                if call.is_field:
                    where = Where(table.name, field.name)
                    for each in _of_call(call, where, rows, planned):
                        yield mended(each, _longer(field, rows, lengths.get(where)))
    for wanted in project.tables if project else ():
        rows = planned.get(wanted.name)
        if rows and wanted.name in scope.tables:
            yield from _of_key(scope, wanted, rows, planned)
            yield from _ends(scope, wanted, rows)


def _longer(field: FieldSeen, rows: int, longest: int | None) -> Mend | None:
    call = only_call(field.value)
    if call is None or not isinstance(field.function, Pattern):
        return None
    return longer_shape(call, field.function, rows, longest)


def _of_call(call: Call, where: Where, rows: int, planned: Mapping[str, int]) -> Iterator[Remark]:
    function = call.function
    if isinstance(function, Pattern) and function.unique_values:
        capacity = function.capacity() or 0
        if rows > capacity:
            message = f"{rows:,} different texts are needed, but these shapes allow only {capacity:,}."
            hint = "Add a longer shape, such as one with another 9."
            yield remark("capacity", message, call.place("shapes"), hint=hint, where=where)
    elif isinstance(function, Reference) and function.unique_values and function.table != where.table:
        parents = planned.get(function.table)
        needed = rows - round(function.nulls * rows)
        if parents is not None and needed > parents:
            message = (
                f"{needed:,} rows need a row of {function.table!r} each, but there are only {parents:,}."
            )
            hint = f"Make fewer rows of {where.table!r} or more of {function.table!r}, or leave out `unique`."
            yield remark("capacity", message, call.place("table"), hint=hint, where=where)
    elif isinstance(function, Combination) and not function.within:
        widths = {name: _width(part, planned) for name, part in function.parts.items()}
        is_open = any(part.is_open for part in function.parts.values())
        known = [width for width in widths.values() if width is not None]
        if len(known) == len(widths) and not is_open and rows > prod(known):
            message = (
                f"{rows:,} different combinations of {', '.join(widths)} are needed, but there are only "
                f"{prod(known):,} ({' × '.join(f'{width:,}' for width in known)})."
            )
            hint = "Widen a part, or make fewer rows."
            yield remark("capacity", message, call.place("parts"), hint=hint, where=where)


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
