"""How the functions of a recipe refer to one another: tables, columns, references, combinations, circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synth_core.model.findings import Finding
from synth_core.recipe.functions import (
    PLUGIN,
    Combination,
    Function,
    Offset,
    Parent,
    Part,
    Position,
    Reference,
)
from synth_core.recipe.reading import inner_functions, keyed_functions, needs
from synth_core.recipe.text import finding
from synth_core.recipe.vetting.names import nearest
from synth_core.recipe.vetting.nodes import entries
from synth_core.recipe.vetting.scope import FieldSeen, Scope, TableSeen

Step = tuple[str, str]


def check_links(scope: Scope) -> list[Finding]:
    """Errors where a function of ours refers to something that is not there, or can't be referred to."""
    functions = {
        table: {name: field.function for name, field in seen.fields.items() if field.function is not None}
        for table, seen in scope.tables.items()
    }
    findings: list[Finding] = []
    keyed = keyed_functions(functions)
    for table in scope.tables.values():
        for field in table.fields.values():
            if field.function is not None:
                check = _Check(scope, table, field, findings, keyed)
                check.function(field.function)
                for inner in inner_functions(field.function):
                    check.inner(inner)
    return findings + list(_circles(scope, functions))


class _Check:
    """The functions of one field."""

    def __init__(
        self,
        scope: Scope,
        table: TableSeen,
        field: FieldSeen,
        findings: list[Finding],
        keyed: Mapping[str, Mapping[str, Function]],
    ) -> None:
        self._scope = scope
        self._table = table
        self._field = field
        self._findings = findings
        self._keyed = keyed

    def _error(self, code: str, message: str, hint: str = "") -> None:
        field = self._field
        self._findings.append(
            finding(code, message, field.key, hint=hint, table=self._table.name, column=field.name)
        )

    def function(self, function: Function) -> None:
        """The generator of the field itself."""
        if isinstance(function, Reference):
            self._reference(function)
        elif isinstance(function, Combination):
            self._combination(function)
        elif isinstance(function, (Parent, Position, Part, Offset)):
            self.inner(function)

    def inner(self, function: Function) -> None:
        """A function that may stand inside of another one."""
        if isinstance(function, (Reference, Combination)):
            self._error(
                "nested-key",
                f"{PLUGIN}.{function.name} can't stand inside of another function.",
                "Make it the generator of the field; a reference has `nulls` of its own.",
            )
        elif isinstance(function, Parent):
            link = self._own_reference(function.link)
            if (
                link is not None
                and self._column(link.table, function.column)
                and self._is_made(link.table, function.column)
            ):
                self._is_known(link.table, function.column)
        elif isinstance(function, Position):
            link = self._own_reference(function.within)
            if link is not None and (link.match or link.table == self._table.name):
                self._error(
                    "no-reference",
                    f"rows can't be counted within {function.within!r}: it is matched, or refers to its own table.",
                )
        elif isinstance(function, Part):
            self._part(function)
        elif isinstance(function, Offset):
            self._offset(function)

    def _reference(self, function: Reference) -> None:
        if self._column(function.table, function.column) and not self._is_keyed(
            function.table, function.column
        ):
            self._error(
                "not-keyed",
                f"{function.table}.{function.column} can't be referred to: its values do not follow from the row.",
                f"Make it with `{PLUGIN}.sequence`, `{PLUGIN}.pattern` or another key function.",
            )
        for theirs, own in function.match.items():
            if self._column(function.table, theirs) and self._column(self._table.name, own):
                self._is_made(function.table, theirs)
                self._is_made(self._table.name, own)
        for also in function.also:
            for theirs, other in also.columns.items():
                if self._column(function.table, theirs) and self._column(also.table, other):
                    self._is_made(function.table, theirs)
                    self._is_made(also.table, other)

    def _combination(self, function: Combination) -> None:
        if function.within:
            self._own_reference(function.within)
        for part in function.parts.values():
            if part.table and self._column(part.table, part.column):
                self._is_made(part.table, part.column)
                for theirs, own in part.match.items():
                    if self._column(part.table, theirs) and self._column(self._table.name, own):
                        self._is_made(part.table, theirs)
                        self._is_made(self._table.name, own)

    def _part(self, function: Part) -> None:
        field = self._table.fields.get(function.of)
        combination = field.function if field else None
        if not isinstance(combination, Combination):
            known = [
                name for name, each in self._table.fields.items() if isinstance(each.function, Combination)
            ]
            self._error(
                "no-combination",
                f"{function.of!r} is no {PLUGIN}.combination of this table.",
                nearest(function.of, known),
            )
        elif function.part not in combination.parts:
            hint = nearest(function.part, combination.parts)
            self._error("no-combination", f"{function.of!r} has no part {function.part!r}.", hint)
        else:
            table = combination.parts[function.part].table
            if function.column and table and self._column(table, function.column):
                self._is_made(table, function.column)

    def _offset(self, function: Offset) -> None:
        names = list(self._table.fields)
        if not self._column(self._table.name, function.after):
            return
        is_before = names.index(function.after) < names.index(self._field.name)
        if not is_before and function.after not in self._keyed.get(self._table.name, {}):
            self._error(
                "order", f"{function.after!r} is used before it is made.", "Move this field below it."
            )

    # --- what must be there ---

    def _column(self, table: str, column: str) -> bool:
        """The table and its column are in the recipe."""
        seen = self._scope.tables.get(table)
        if seen is None:
            self._error(
                "unknown-table", f"the recipe makes no table {table!r}.", nearest(table, self._scope.tables)
            )
            return False
        if column not in seen.fields:
            self._error("unknown-column", f"{table!r} has no field {column!r}.", nearest(column, seen.fields))
            return False
        return True

    def _own_reference(self, column: str) -> Reference | None:
        if not self._column(self._table.name, column):
            return None
        function = self._table.fields[column].function
        if isinstance(function, Reference):
            return function
        self._error("no-reference", f"{column!r} is no {PLUGIN}.reference.")
        return None

    def _is_keyed(self, table: str, column: str) -> bool:
        field = self._scope.tables[table].fields[column]
        return field.function.keyed if field.function is not None else _calls_ours(field)

    def _is_made(self, table: str, column: str) -> bool:
        """The column's values can be had without making its row: a function of ours makes them."""
        field = self._scope.tables[table].fields[column]
        if field.function is not None or _calls_ours(field):
            return True
        self._error(
            "not-keyed",
            f"{table}.{column} can't be referred to: no function of {PLUGIN} makes it.",
            f"Make it with a function of {PLUGIN}.",
        )
        return False

    def _is_known(self, table: str, column: str) -> None:
        """For a function inside of another one: the world must know the column for another reason."""
        is_inside = self._field.function is not None and not isinstance(self._field.function, Parent)
        if is_inside and column not in self._keyed.get(table, {}):
            self._error(
                "nested-key",
                f"{PLUGIN}.parent can't stand inside of another function here.",
                "Give it a hidden field `__name` of its own.",
            )


def _calls_ours(field: FieldSeen) -> bool:
    """A function of ours makes it, though with wrong arguments, which vetting reports."""
    return any(entry.name.startswith(f"{PLUGIN}.") for entry in entries(field.value))


def _circles(scope: Scope, functions: Mapping[str, Mapping[str, Function]]) -> Iterator[Finding]:
    """Fields whose values depend on themselves. Climbing a tree of rows to its roots is no circle."""
    done: set[Step] = set()
    for table, fields in functions.items():
        for field in fields:
            path: list[Step] = []
            circle = _find_circle((table, field), functions, path, done)
            if circle:
                names = " → ".join(f"{table}.{field}" for table, field in circle)
                seen = scope.tables[circle[0][0]].fields[circle[0][1]]
                yield finding(
                    "circle",
                    f"these fields depend on each other in a circle: {names}.",
                    seen.key,
                    table=circle[0][0],
                    column=circle[0][1],
                )


def _find_circle(
    step: Step, functions: Mapping[str, Mapping[str, Function]], path: list[Step], done: set[Step]
) -> list[Step]:
    if step in path:
        return [*path[path.index(step) :], step]
    table, field = step
    function = functions.get(table, {}).get(field)
    if function is None or step in done:
        return []
    path.append(step)
    for needed in needs(table, function, functions):
        if _climbs(function, table, needed, functions):
            continue
        circle = _find_circle(needed, functions, path, done)
        if circle:
            done.update(path)
            return circle
    path.pop()
    done.add(step)
    return []


def _climbs(
    function: Function, table: str, needed: Step, functions: Mapping[str, Mapping[str, Function]]
) -> bool:
    """The value of the parent row in the same table, where the topmost rows have no parent."""
    if not isinstance(function, Parent) or needed[0] != table or needed[1] == function.link:
        return False
    link = functions[table].get(function.link)
    return isinstance(link, Reference) and link.table == table and not link.match and link.nulls > 0
