"""How the functions of a recipe refer to one another: tables, columns, references, combinations, circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yaml.nodes import Node

from synth_core.recipe.functions import (
    PLUGIN,
    Combination,
    Function,
    Group,
    KeyOf,
    Login,
    Lookup,
    Nullable,
    Offset,
    Parent,
    Part,
    Per,
    Position,
    Quantiles,
    Reference,
    is_unique,
)
from synth_core.recipe.reading import keyed_functions, needs
from synth_core.recipe.vetting.calls import Call, calls_in, generators_in
from synth_core.recipe.vetting.mends import move_below
from synth_core.recipe.vetting.names import Near, near
from synth_core.recipe.vetting.nodes import entries
from synth_core.recipe.vetting.remarks import Mend, Remark, Where, remark
from synth_core.recipe.vetting.scope import FieldSeen, Scope, TableSeen
from synth_core.recipe.world import names_groups
from synth_core.stages.lint.drafts import Drafts
from synth_core.stages.lint.mends import make_key, reference_with_nulls

Step = tuple[str, str]


def check_links(scope: Scope, drafts: Drafts | None) -> list[Remark]:
    """Errors where a function of ours refers to something that is not there, or can't be referred to."""
    functions = {
        table: {name: field.function for name, field in seen.fields.items() if field.function is not None}
        for table, seen in scope.tables.items()
    }
    remarks: list[Remark] = []
    calls = [
        (table, field, call)
        for table in scope.tables.values()
        for field in table.fields.values()
        for call in scope.calls(field)
    ]
    drawn = [call.function for _, _, call in calls if isinstance(call.function, KeyOf)]
    keyed = keyed_functions(functions, drawn)
    for table, field, call in calls:
        _Check(scope, table, field, call, remarks, keyed, drafts).check()
    return remarks + list(_circles(scope, functions))


class _Check:
    """One call."""

    def __init__(
        self,
        scope: Scope,
        table: TableSeen,
        field: FieldSeen,
        call: Call,
        remarks: list[Remark],
        keyed: Mapping[str, Mapping[str, Function]],
        drafts: Drafts | None,
    ) -> None:
        self._scope = scope
        self._table = table
        self._field = field
        self._call = call
        self._remarks = remarks
        self._keyed = keyed
        self._drafts = drafts

    def _error(
        self,
        code: str,
        message: str,
        node: Node,
        *,
        hint: str = "",
        near: Near | None = None,
        mend: Mend | None = None,
    ) -> None:
        where = Where(self._table.name, self._field.name)
        self._remarks.append(remark(code, message, node, hint=hint, near=near, mend=mend, where=where))

    def check(self) -> None:
        """All that the call refers to."""
        function = self._call.function
        if isinstance(function, (Reference, Combination, Group)) and not self._call.is_field:
            self._error(
                "nested-key",
                f"{PLUGIN}.{function.name} can't stand inside of another function.",
                self._call.arguments,
                hint="Make it the generator of the field, as a reference has `nulls` of its own; inside of an array or "
                f"struct `{PLUGIN}.key_of` draws a key.",
                mend=reference_with_nulls(self._field) if isinstance(function, Reference) else None,
            )
        elif isinstance(function, Reference):
            self._reference(function)
        elif isinstance(function, KeyOf):
            self._referred(function.table, function.column)
        elif isinstance(function, Combination):
            self._combination(function)
        elif isinstance(function, Parent):
            self._parent(function)
        elif isinstance(function, Position):
            self._position(function)
        elif isinstance(function, Part):
            self._part(function)
        elif isinstance(function, Offset):
            self._made_before(function.after, "after")
        elif isinstance(function, Lookup):
            self._made_before(function.of, "of")
        elif isinstance(function, Login):
            for argument, column in function.columns.items():
                self._made_before(column, argument)
        elif isinstance(function, Nullable) and function.by:
            self._made_before(function.by, "by")
        elif isinstance(function, Per):
            self._made_before(function.each, "each")
            self._repeatable(is_of_one=self._has_names(function.each))
        elif isinstance(function, Group):
            self._repeatable(is_of_one=True)

    def _has_names(self, column: str) -> bool:
        """The column is a group with another value for each."""
        field = self._table.fields.get(column)
        function = field.function if field else None
        return isinstance(function, Group) and names_groups(function, f"{self._table.name}.{column}")

    def _repeatable(self, *, is_of_one: bool) -> None:
        """What is made for each value of another column, perhaps in many rows, is nothing that no two rows share
        (unless one group of rows has it, `is_of_one`), and nothing that follows from the row's own number."""
        around = type(self._call.function)
        for _, generator in generators_in(around, self._call.arguments):
            for inner in calls_in(generator, self._scope.functions, is_field=False):
                is_own = is_unique(inner.function) or (
                    isinstance(inner.function, Quantiles) and inner.function.order is not None
                )
                if (is_own and not is_of_one) or isinstance(inner.function, (Parent, Part, Position)):
                    self._error(
                        "nested-key",
                        f"{PLUGIN}.{inner.function.name} makes a value for each row; it can't stand inside of "
                        f"{PLUGIN}.{around.name}.",
                        inner.arguments,
                        hint="Leave out `unique` or `order`, or make it the generator of the field.",
                    )

    def _parent(self, function: Parent) -> None:
        link = self._own_reference(function.link, self._call.place("link"))
        if link is None:
            return
        node = self._call.place("column")
        if self._column(link.table, function.column, node, node) and self._is_made(
            link.table, function.column, node
        ):
            self._is_known(link.table, function.column)

    def _position(self, function: Position) -> None:
        node = self._call.place("within")
        link = self._own_grouping(function.within, node)
        if isinstance(link, Reference) and (
            link.match or link.each or link.after or link.table == self._table.name
        ):
            self._error(
                "no-reference",
                f"rows can't be counted within {function.within!r}: it is matched, goes by another column, or refers "
                "to its own table.",
                node,
            )

    def _referred(self, name: str, key: str) -> None:
        table, column = self._call.place("table"), self._call.place("column")
        if self._column(name, key, table, column) and not self._is_keyed(name, key):
            self._error(
                "not-keyed",
                f"{name}.{key} can't be referred to: its values do not follow from the row.",
                column,
                hint=f"Make it with `{PLUGIN}.sequence`, `{PLUGIN}.pattern` or another key function.",
                mend=make_key(self._scope, self._drafts, name, key),
            )

    def _reference(self, function: Reference) -> None:
        self._referred(function.table, function.column)
        if function.each and self._own_column(function.each, node := self._call.place("each")):
            self._is_made(self._table.name, function.each, node)
        if function.after and (
            link := self._own_reference(function.after, node := self._call.place("after"))
        ):
            known, wanted = (link.table, link.column), (function.table, function.column)
            if known != wanted:
                self._error(
                    "no-reference",
                    f"{function.after!r} refers to {'.'.join(known)} and not to {'.'.join(wanted)}: what lies behind "
                    "it there is no key here.",
                    node,
                )
        for theirs, own in function.match.items():
            node = self._call.place("match", theirs)
            if self._column(function.table, theirs, node, node) and self._own_column(own, node):
                self._is_made(function.table, theirs, node)
                self._is_made(self._table.name, own, node)
        for index, also in enumerate(function.also):
            table = self._call.place("also", index, "table")
            for theirs, other in also.columns.items():
                node = self._call.place("also", index, "columns", theirs)
                if self._column(function.table, theirs, node, node) and self._column(
                    also.table, other, table, node
                ):
                    self._is_made(function.table, theirs, node)
                    self._is_made(also.table, other, node)

    def _combination(self, function: Combination) -> None:
        if function.within:
            self._own_grouping(function.within, self._call.place("within"))
        for name, part in function.parts.items():
            table = self._call.place("parts", name, "table")
            column = self._call.place("parts", name, "column")
            if not part.table or not self._column(part.table, part.column, table, column):
                continue
            self._is_made(part.table, part.column, column)
            for theirs, own in part.match.items():
                node = self._call.place("parts", name, "match", theirs)
                if self._column(part.table, theirs, node, node) and self._own_column(own, node):
                    self._is_made(part.table, theirs, node)
                    self._is_made(self._table.name, own, node)

    def _part(self, function: Part) -> None:
        of, part = self._call.place("of"), self._call.place("part")
        field = self._table.fields.get(function.of)
        combination = field.function if field else None
        if not isinstance(combination, Combination):
            known = [
                name for name, each in self._table.fields.items() if isinstance(each.function, Combination)
            ]
            message = f"{function.of!r} is no {PLUGIN}.combination of this table."
            self._error("no-combination", message, of, near=near(function.of, known))
        elif function.part not in combination.parts:
            message = f"{function.of!r} has no part {function.part!r}."
            self._error("no-combination", message, part, near=near(function.part, combination.parts))
        elif function.column and (table := combination.parts[function.part].table):
            node = self._call.place("column")
            if self._column(table, function.column, node, node):
                self._is_made(table, function.column, node)

    def _made_before(self, column: str, argument: str) -> None:
        if column in self._call.beside:
            return
        names, node = list(self._table.fields), self._call.place(argument)
        if not self._own_column(column, node):
            return
        is_before = names.index(column) < names.index(self._field.name)
        if not is_before and column not in self._keyed.get(self._table.name, {}):
            message, hint = f"{column!r} is used before it is made.", "Move this field below it."
            mend = move_below(self._scope, self._table.name, self._field.name, column)
            self._error("order", message, node, hint=hint, mend=mend)

    # --- what must be there ---

    def _column(self, table: str, column: str, table_node: Node, column_node: Node) -> bool:
        """The table and its column are in the recipe."""
        seen = self._scope.tables.get(table)
        if seen is None:
            message = f"the recipe makes no table {table!r}."
            if self._drafts is not None and table in self._drafts.tables:
                self._error("unknown-table", message, table_node, hint="The project has it: add its object.")
            else:
                better = near(table, self._scope.tables)
                self._error("unknown-table", message, table_node, near=better)
            return False
        if column not in seen.fields:
            better = near(column, seen.fields)
            self._error("unknown-column", f"{table!r} has no field {column!r}.", column_node, near=better)
            return False
        return True

    def _own_column(self, column: str, node: Node) -> bool:
        return self._column(self._table.name, column, node, node)

    def _own_reference(self, column: str, node: Node) -> Reference | None:
        if not self._own_column(column, node):
            return None
        function = self._table.fields[column].function
        if isinstance(function, Reference):
            return function
        self._error("no-reference", f"{column!r} is no {PLUGIN}.reference.", node)
        return None

    def _own_grouping(self, column: str, node: Node) -> Reference | Group | None:
        if not self._own_column(column, node):
            return None
        function = self._table.fields[column].function
        if isinstance(function, (Reference, Group)):
            return function
        self._error("no-reference", f"{column!r} is no {PLUGIN}.reference and no {PLUGIN}.group.", node)
        return None

    def _is_keyed(self, table: str, column: str) -> bool:
        field = self._scope.tables[table].fields[column]
        return field.function.keyed if field.function is not None else _calls_ours(field)

    def _is_made(self, table: str, column: str, node: Node) -> bool:
        """The column's values can be had without making its row: a function of ours makes them."""
        field = self._scope.tables[table].fields[column]
        if field.function is not None or _calls_ours(field):
            return True
        self._error(
            "not-keyed",
            f"{table}.{column} can't be referred to: no function of {PLUGIN} makes it.",
            node,
            hint=f"Make it with a function of {PLUGIN}.",
        )
        return False

    def _is_known(self, table: str, column: str) -> None:
        """For a function inside of another one: the world must know the column for another reason."""
        if not self._call.is_field and column not in self._keyed.get(table, {}):
            self._error(
                "nested-key",
                f"{PLUGIN}.parent can't stand inside of another function here.",
                self._call.arguments,
                hint="Give it a hidden field `__name` of its own.",
            )


def _calls_ours(field: FieldSeen) -> bool:
    """A function of ours makes it, though with wrong arguments, which vetting reports."""
    return any(entry.name.startswith(f"{PLUGIN}.") for entry in entries(field.value))


def _circles(scope: Scope, functions: Mapping[str, Mapping[str, Function]]) -> Iterator[Remark]:
    """Fields whose values depend on themselves. Climbing a tree of rows to its roots is no circle."""
    done: set[Step] = set()
    for table, fields in functions.items():
        for field in fields:
            path: list[Step] = []
            circle = _find_circle((table, field), functions, path, done)
            if circle:
                names = " → ".join(f"{table}.{field}" for table, field in circle)
                seen = scope.tables[circle[0][0]].fields[circle[0][1]]
                yield remark(
                    "circle",
                    f"these fields depend on each other in a circle: {names}.",
                    seen.key,
                    where=Where(*circle[0]),
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
