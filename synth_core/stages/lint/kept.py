"""Whether the recipe keeps the links and rules of the project, or leaves them to chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yaml.nodes import Node

from synth_core.model.findings import Level
from synth_core.model.project import Link, Project
from synth_core.recipe.functions import (
    PLUGIN,
    Array,
    Combination,
    Function,
    KeyOf,
    Lookup,
    Nullable,
    Offset,
    Parent,
    Part,
    Reference,
    Struct,
)
from synth_core.recipe.functions.base import literal
from synth_core.recipe.vetting.calls import generators_in, only_call
from synth_core.recipe.vetting.remarks import Mend, Remark, Where, remark
from synth_core.recipe.vetting.scope import FieldSeen, Scope
from synth_core.stages.lint.drafts import Drafts
from synth_core.stages.lint.mends import drafted, redraft
from synth_core.stages.lint.nulls import is_null
from synth_core.stages.lint.rules import not_kept

Columns = tuple[str, tuple[str, ...]]
"""A table and some of its columns: the values of one row."""


def check_kept(scope: Scope, project: Project, drafts: Drafts) -> Iterator[Remark]:
    """Warnings where a run would have to be lucky to pass the checks on links and rules."""
    for link in project.accepted_links:
        fields = scope.tables[link.table].fields if link.table in scope.tables else {}
        is_whole = link.ref_table in scope.tables and set(link.columns) <= set(fields)
        if is_whole and not _is_kept(scope, link):
            loose = next(
                (each for each in link.columns if not _refers(scope, link.table, each)), link.columns[0]
            )
            yield remark(
                "link",
                f"nothing here makes {', '.join(link.columns)} refer to {link.ref_table!r}, as the project wants.",
                fields[loose].key,
                hint=f"Use `Synth.reference: {{table: {link.ref_table}, column: {link.ref_columns[0]}}}`.",
                mend=_redrafted(scope, drafts, link.table, loose, ("reference", "parent", "part")),
                level=Level.WARNING,
                where=Where(link.table, loose),
            )
    yield from _nested(scope, project, drafts)
    yield from _rules(scope, project, drafts)
    yield from not_kept(scope, project)


def _nested(scope: Scope, project: Project, drafts: Drafts) -> Iterator[Remark]:
    """The same of links from inside of nested columns."""
    for link in project.nested_links:
        path = project.table(link.table).inner(link.columns[0]).path
        field = scope.tables[link.table].fields.get(path[0]) if link.table in scope.tables else None
        if field is None or link.ref_table not in scope.tables:
            continue
        node = _inside(scope, field.value, path[1:])
        call = only_call(node) if node is not None else None
        function = scope.functions.get(id(call.value)) if call else None
        drawn = (function.table, function.column) if isinstance(function, KeyOf) else None
        if node is None or (drawn != (link.ref_table, link.ref_columns[0]) and not is_null(node)):
            yield remark(
                "link",
                f"nothing here makes {link.columns[0]} refer to {link.ref_table!r}, as the project wants.",
                node or field.key,
                hint=f"Use `Synth.key_of: {{table: {link.ref_table}, column: {link.ref_columns[0]}}}`.",
                mend=_redrafted(scope, drafts, link.table, path[0], ("key_of",)),
                level=Level.WARNING,
                where=Where(link.table, path[0]),
            )


def _inside(scope: Scope, node: Node, steps: tuple[str, ...]) -> Node | None:
    """The generator of a field in STRUCTs and ARRAYs, below the nulls and arrays that stand around it."""
    call = only_call(node)
    function = scope.functions.get(id(call.value)) if call else None
    if call is None or not isinstance(function, (Nullable, Array, Struct)):
        return None if steps else node
    inner = dict(generators_in(type(function), call.value))
    if isinstance(function, Struct):
        return _inside(scope, inner[steps[0]], steps[1:]) if steps and steps[0] in inner else None
    return next((_inside(scope, each, steps) for each in inner.values()), None)


def _redrafted(
    scope: Scope, drafts: Drafts, table: str, column: str, functions: tuple[str, ...]
) -> Mend | None:
    """The drafted generator, where it is one that ties the column to another one."""
    seen = scope.tables[table]
    generator = str(drafted(seen, drafts, column).generator)
    ties = any(f"'{PLUGIN}.{name}'" in generator for name in functions)
    return redraft(seen, drafts, seen.fields[column]) if ties else None


def _is_kept(scope: Scope, link: Link) -> bool:
    """The columns are those of a row of the table that the link refers to, or always null."""
    fields = scope.tables[link.table].fields
    if any(is_null(fields[column].value) for column in link.columns):
        return True
    wanted = (link.ref_table, link.ref_columns)
    seen: set[Columns] = set()
    todo: list[Columns] = [(link.table, link.columns)]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        if here == wanted and here != (link.table, link.columns):
            return True
        todo += _origins(scope, *here)
    return _are_alike(scope, link)


def _origins(scope: Scope, table: str, columns: tuple[str, ...]) -> Iterator[Columns]:
    """Rows of other tables (or other rows) that these columns are taken from, all from the same one."""
    functions = _functions(scope, table)
    for name, function in functions.items():
        if isinstance(function, Reference):
            known = {name: function.column} | {own: theirs for theirs, own in function.match.items()}
            known |= {
                each: parent.column
                for each, parent in functions.items()
                if isinstance(parent, Parent) and parent.link == name
            }
            if set(columns) <= set(known):
                theirs = tuple(known[column] for column in columns)
                yield function.table, theirs
                for also in function.also:
                    if set(theirs) <= set(also.columns):
                        yield also.table, tuple(also.columns[column] for column in theirs)
        elif isinstance(function, Combination):
            yield from _parts(functions, name, function, columns)


def _parts(
    functions: Mapping[str, Function], name: str, combination: Combination, columns: tuple[str, ...]
) -> Iterator[Columns]:
    for part_name, part in combination.parts.items():
        known = {own: theirs for theirs, own in part.match.items()}
        known |= {
            each: function.column or part.column
            for each, function in functions.items()
            if isinstance(function, Part) and (function.of, function.part) == (name, part_name)
        }
        if part.table and set(columns) <= set(known):
            yield part.table, tuple(known[column] for column in columns)


def _are_alike(scope: Scope, link: Link) -> bool:
    """Both sides are made in the same way from the row number."""
    own, theirs = _functions(scope, link.table), _functions(scope, link.ref_table)
    return all(
        column in own and own[column].keyed and own[column] == theirs.get(ref)
        for column, ref in zip(link.columns, link.ref_columns, strict=True)
    )


def _refers(scope: Scope, table: str, column: str) -> bool:
    return isinstance(_functions(scope, table).get(column), (Reference, Parent, Part))


def _functions(scope: Scope, table: str) -> dict[str, Function]:
    """By field: the function of ours that makes it, also where it stands in a `Synth.nullable`."""
    found = {}
    for name, field in scope.tables[table].fields.items() if table in scope.tables else ():
        function = field.function
        if isinstance(function, Nullable):
            calls = scope.calls(field)
            function = calls[1].function if len(calls) > 1 else None
        if function is not None:
            found[name] = function
    return found


def _is_later_part(scope: Scope, table: str, before: str, column: str) -> bool:
    """Both are parts of one combination, and the second is made behind the first, by gaps of 0 or more."""
    functions = _functions(scope, table)
    own, other = functions.get(column), functions.get(before)
    if not isinstance(own, Part) or not isinstance(other, Part) or own.of != other.of:
        return False
    combination = functions.get(own.of)
    part = combination.parts.get(own.part) if isinstance(combination, Combination) else None
    return part is not None and part.behind == other.part and part.first >= 0


def _are_looked_up_in_order(scope: Scope, table: str, before: str, column: str) -> bool:
    """Both go by one column, which may be one of them, and what it says of them is in order."""
    root, values = _looked_up(scope, table, column)
    other, others = _looked_up(scope, table, before)
    if root != other:
        return False
    keys = {**values, **others}
    pairs = [tuple(each.get(key) if each else key for each in (others, values)) for key in keys]
    known = [(literal(one), literal(two)) for one, two in pairs if one is not None and two is not None]
    try:
        return bool(known) and all(one <= two for one, two in known)
    except TypeError:
        return False


def _looked_up(scope: Scope, table: str, column: str) -> tuple[str, dict[str, str | None]]:
    """The column that it goes by at last, and what it is beside each value of that; itself, and nothing, where it goes
    by none."""
    functions = _functions(scope, table)
    values: dict[str, str | None] = {}
    seen = {column}
    while isinstance(function := functions.get(column), Lookup) and function.of not in seen:
        column = function.of
        seen.add(column)
        before = function.values
        values = (
            {key: values.get(each) if each is not None else None for key, each in before.items()}
            if values
            else dict(before)
        )
    return column, values


def _comes_before(scope: Scope, field: FieldSeen, column: str) -> bool:
    """The field is made from the column, by gaps that lead back: a birth date from a hiring date."""
    return any(
        isinstance(call.function, Offset)
        and call.function.after == column
        and all(float(gap) <= 0 for gap in call.function.gaps)
        for call in scope.calls(field)
    )


def _rules(scope: Scope, project: Project, drafts: Drafts) -> Iterator[Remark]:
    """Columns that must never decrease from left to right, but are made apart from each other."""
    for table in project.tables:
        seen = scope.tables.get(table.name)
        for rule in table.rules if seen else ():
            if rule.value.kind != "ordered":
                continue
            for before, column in zip(rule.value.columns, rule.value.columns[1:], strict=False):
                assert seen is not None
                field = seen.fields.get(column)
                if field is None or before not in seen.fields or only_call(field.value) is None:
                    continue
                follows = any(isinstance(call.function, (Offset, Parent)) for call in scope.calls(field))
                follows = follows or any(
                    isinstance(call.function, Reference) and call.function.after == before
                    for call in scope.calls(field)
                )
                follows = follows or _is_later_part(scope, table.name, before, column)
                follows = follows or _are_looked_up_in_order(scope, table.name, before, column)
                if not follows and not _comes_before(scope, seen.fields[before], column):
                    yield remark(
                        "rule",
                        f"nothing here keeps {column!r} from being before {before!r}, as it never is in the source.",
                        field.key,
                        hint=f"Use `Synth.offset: {{after: {before}, gaps: […]}}`.",
                        mend=_redrafted(scope, drafts, table.name, column, ("offset",)),
                        level=Level.WARNING,
                        where=Where(table.name, column),
                    )
