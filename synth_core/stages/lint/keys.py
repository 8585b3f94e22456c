"""Whether the columns of a primary key, or those that a link refers to, tell every two rows apart."""

from __future__ import annotations

from collections.abc import Set

from synth_core.model.findings import Level
from synth_core.model.project import Link, Project, Table
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.functions import (
    Combination,
    Function,
    Group,
    Parent,
    Part,
    Position,
    Reference,
    is_unique,
)
from synth_core.recipe.text import is_text
from synth_core.recipe.vetting.nodes import value_of
from synth_core.recipe.vetting.remarks import Remark, Where, remark
from synth_core.recipe.vetting.scope import FieldSeen, Scope
from synth_core.recipe.world import names_groups


def check_key(scope: Scope, table: Table) -> list[Remark]:
    """A warning when the recipe does not make the primary key unique, as far as can be known."""
    columns = frozenset(table.key_columns)
    fields = scope.tables[table.name].fields
    if not columns or not columns <= set(fields) or tells_apart(scope, table.name, columns):
        return []
    first = fields[table.key_columns[0]]
    names = ", ".join(table.key_columns)
    return [
        remark(
            "key",
            f"nothing here makes the primary key ({names}) of {table.name!r} unique.",
            first.key,
            hint="Use `Synth.sequence`, a `Synth.pattern` with `unique: true`, or a `Synth.combination`.",
            level=Level.WARNING,
            where=Where(table.name, first.name),
        )
    ]


def check_parents(scope: Scope, project: Project) -> list[Remark]:
    """Errors where a link refers to columns that do not tell rows apart: a child would then have several parents.

    Links to a primary key are left to `check_key`. What formulas make is not known here: that is a warning, and the
    loaded rows are checked.
    """
    remarks = []
    for link in project.kept_links:
        table, columns = project.table(link.ref_table), frozenset(link.ref_columns)
        fields = scope.tables[table.name].fields if table.name in scope.tables else {}
        is_key = bool(table.key_columns) and columns >= set(table.key_columns)
        if not is_key and columns <= set(fields) and not tells_apart(scope, table.name, columns):
            is_known = not any(_is_formula(fields[column]) for column in columns)
            remarks.append(_not_unique(link, table, fields[link.ref_columns[0]], is_known))
    return remarks


def _not_unique(link: Link, table: Table, field: FieldSeen, is_known: bool) -> Remark:
    columns = ", ".join(f"{link.ref_table}.{column}" for column in link.ref_columns)
    key = ", ".join(table.key_columns)
    ways = [
        "make it with `Synth.sequence` or a `Synth.pattern` with `unique: true`",
        f"link to the primary key ({key}) in project.yaml" if key else "",
        "reject the link there (`accepted: {value: false, origin: human}`)"
        if key
        else "reject the link in project.yaml (`accepted: {value: false, origin: human}`)",
    ]
    hint = ", or ".join(way for way in ways if way)
    return remark(
        "parent-not-unique",
        f"the link {link} needs {columns} to be unique, and nothing here makes it so.",
        field.key,
        hint=f"{hint[0].upper()}{hint[1:]}.",
        level=Level.ERROR if is_known else Level.WARNING,
        where=Where(link.ref_table, link.ref_columns[0]),
    )


def _is_formula(field: FieldSeen) -> bool:
    return is_text(field.value) and is_formula(value_of(field.value))


def tells_apart(scope: Scope, table: str, columns: Set[str], seen: tuple[str, ...] = ()) -> bool:
    """No two rows have the same values in these columns."""
    if table not in scope.tables or not columns or table in seen[:-1]:
        return False
    seen = (*seen, table)
    functions = _functions(scope, table)
    if any(_is_unique(scope, table, column) for column in columns):
        return True
    for name, function in functions.items():
        if isinstance(function, Reference) and function.unique_values:
            if _parent_is_known(scope, table, name, columns, seen):
                return True
        elif isinstance(function, Position) and name in columns:
            if _parent_is_known(scope, table, function.within, columns, seen):
                return True
        elif isinstance(function, Combination) and _parts_are_known(scope, table, name, columns, seen):
            within = function.within
            if not within or _parent_is_known(scope, table, within, columns, seen):
                return True
    return False


def _functions(scope: Scope, table: str) -> dict[str, Function]:
    fields = scope.tables[table].fields
    return {name: field.function for name, field in fields.items() if field.function is not None}


def _is_unique(scope: Scope, table: str, column: str) -> bool:
    field = scope.tables[table].fields.get(column)
    if field is None:
        return False
    if field.function is not None:
        return is_unique(field.function) and not isinstance(field.function, Reference)
    # Snowfakery's own row number, unless a column hides it.
    plain = field.value.value.replace(" ", "") if is_text(field.value) else ""
    return plain == "${{id}}" and "id" not in scope.tables[table].fields


def _parent_is_known(scope: Scope, table: str, link: str, columns: Set[str], seen: tuple[str, ...]) -> bool:
    """The columns tell which row the reference points to, or which group the row is of."""
    functions = _functions(scope, table)
    reference = functions.get(link)
    if isinstance(reference, Group):
        return link in columns and names_groups(reference, f"{table}.{link}")
    if not isinstance(reference, Reference):
        return False
    known = {reference.column} if link in columns else set()
    for name, function in functions.items():
        if isinstance(function, Parent) and function.link == link and name in columns:
            known.add(function.column)
    known |= {theirs for theirs, own in reference.match.items() if own in columns and link in columns}
    return tells_apart(scope, reference.table, known, seen)


def _parts_are_known(
    scope: Scope, table: str, combination: str, columns: Set[str], seen: tuple[str, ...]
) -> bool:
    """The columns hold all parts of the combination."""
    functions = _functions(scope, table)
    declared = functions[combination]
    if not isinstance(declared, Combination):
        return False
    for name, part in declared.parts.items():
        shown = {
            function.column or part.column
            for column, function in functions.items()
            if isinstance(function, Part)
            and function.of == combination
            and function.part == name
            and column in columns
        }
        if not shown:
            return False
        matched = {theirs for theirs, own in part.match.items() if own in columns}
        if part.table and not tells_apart(scope, part.table, shown | matched, seen):
            return False
    return True
