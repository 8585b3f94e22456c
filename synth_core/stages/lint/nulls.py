"""Whether a field that must not be null can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yaml.nodes import Node, ScalarNode

from synth_core.model.project import Table
from synth_core.recipe.functions import (
    PLUGIN,
    Function,
    Group,
    Login,
    Lookup,
    Nullable,
    Offset,
    Parent,
    Per,
    Reference,
)
from synth_core.recipe.text import TAG
from synth_core.recipe.vetting.calls import only_call
from synth_core.recipe.vetting.nodes import entries, items
from synth_core.recipe.vetting.remarks import Mend, Remark, Where, remark
from synth_core.recipe.vetting.scope import FieldSeen, Scope, TableSeen
from synth_core.stages.lint.drafts import Drafts
from synth_core.stages.lint.mends import put_in_place, redraft, take_out


def check_nulls(scope: Scope, table: Table, column: str, drafts: Drafts) -> Iterator[Remark]:
    """An error when a column that is REQUIRED or part of the primary key can be null."""
    if not may_be_null(scope, table.name, column):
        return
    field = scope.tables[table.name].fields[column]
    what = "part of the primary key" if column in table.key_columns else "REQUIRED"
    yield remark(
        "null",
        f"{column!r} is {what}, but this can make nulls.",
        _place(field),
        hint="Take the nulls out.",
        mend=_without_nulls(scope, scope.tables[table.name], field, drafts),
        where=Where(table.name, column),
    )


def _place(field: FieldSeen) -> Node:
    """What makes the nulls, where that stands in the field itself; otherwise its name."""
    call = only_call(field.value)
    if call is not None and isinstance(field.function, (Nullable, Reference)):
        return next((entry.key for entry in entries(call.value) if entry.name == "nulls"), field.key)
    if field.function is None:
        null = next((node for node in _outcomes(field.value) if is_null(node)), None)
        # An empty value has no place of its own.
        if null is not None and null.start_mark.index < null.end_mark.index:
            return null
    return field.key


def _without_nulls(scope: Scope, seen: TableSeen, field: FieldSeen, drafts: Drafts) -> Mend | None:
    title, call = "Take the nulls out", only_call(field.value)
    if call is None:
        return redraft(seen, drafts, field, is_safe=True)
    given = {entry.name: entry for entry in entries(call.value)}
    if isinstance(field.function, Nullable):
        if "value" in given and not is_null(given["value"].value):
            return put_in_place(field.value, given["value"].value, title, is_safe=True)
        return redraft(seen, drafts, field, is_safe=True)
    if isinstance(field.function, Reference) and "nulls" in given:
        return take_out(call.value, given["nulls"].key, title, is_safe=True)
    choices = items(call.value)
    nulls = [choice for choice in choices if any(is_null(node) for node in _outcomes(choice))]
    if call.name == "random_choice" and len(nulls) == 1 < len(choices):
        return take_out(call.value, nulls[0], title, is_safe=True)
    return None


def may_be_null(scope: Scope, table: str, column: str, seen: tuple[tuple[str, str], ...] = ()) -> bool:
    """Surely null in some rows, as far as the recipe shows: what formulas make is not known."""
    field = scope.tables[table].fields.get(column) if table in scope.tables else None
    if field is None or (table, column) in seen:
        return False
    seen = (*seen, (table, column))
    function = field.function
    if function is None:
        return any(is_null(node) for node in _outcomes(field.value))
    if isinstance(function, Reference):
        others = [*function.match.values(), *([function.after] if function.after else ())]
        return function.nulls > 0 or any(may_be_null(scope, table, own, seen) for own in others)
    if isinstance(function, Lookup):
        return None in function.values.values() or may_be_null(scope, table, function.of, seen)
    if isinstance(function, Login):
        return any(may_be_null(scope, table, own, seen) for own in function.columns.values())
    if isinstance(function, Offset):
        return function.or_null or may_be_null(scope, table, function.after, seen)
    if isinstance(function, Parent):
        link = _function(scope, table, function.link)
        return isinstance(link, Reference) and (
            may_be_null(scope, table, function.link, seen)
            or may_be_null(scope, link.table, function.column, seen)
        )
    if isinstance(function, (Per, Group)):
        return isinstance(function.value, Mapping) and f"{PLUGIN}.{Nullable.name}" in function.value
    if isinstance(function, Nullable):
        return function.nulls > 0 or any(function.nulls_of.values()) or function.value is None
    return False


def is_null(node: Node) -> bool:
    """A null, or nothing at all."""
    return isinstance(node, ScalarNode) and node.tag == f"{TAG}null"


def _function(scope: Scope, table: str, column: str) -> Function | None:
    field = scope.tables[table].fields.get(column)
    return field.function if field else None


def _outcomes(node: Node) -> Iterator[Node]:
    """What a literal or a choice of Snowfakery can come out as."""
    inner = entries(node)
    if isinstance(node, ScalarNode):
        yield node
    elif len(inner) == 1 and inner[0].name in ("random_choice", "if"):
        for choice in items(inner[0].value):
            picked = entries(choice)
            if len(picked) == 1 and picked[0].name == "choice":
                for entry in entries(picked[0].value):
                    if entry.name == "pick":
                        yield from _outcomes(entry.value)
            else:
                yield from _outcomes(choice)
