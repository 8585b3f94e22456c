"""Where a recipe names its tables and columns: in arguments, plain references and formulas."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from yaml.nodes import MappingNode, Node, ScalarNode

from synth_core.errors import RecipeError
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS
from synth_core.recipe.catalogue.stock import STOCK
from synth_core.recipe.edit.editing import Editing
from synth_core.recipe.edit.formula_names import Renaming, rename_formula, rename_link
from synth_core.recipe.edit.places import macros_of
from synth_core.recipe.edit.source import place_of
from synth_core.recipe.formulas import OPEN
from synth_core.recipe.functions import FUNCTIONS, PLUGIN, Combination, Function, Reference
from synth_core.recipe.functions.roles import Names
from synth_core.recipe.text import is_text
from synth_core.recipe.vetting.calls import generators_in
from synth_core.recipe.vetting.nodes import entries, items, key_of
from synth_core.recipe.vetting.scope import Scope

_THEIRS = {**STOCK, **PLUGIN_FUNCTIONS}


@dataclass(frozen=True)
class Mention:
    """A scalar that names what is renamed: where it stands, and what it says afterwards."""

    node: ScalarNode
    text: str
    table: str
    column: str

    @property
    def place(self) -> str:
        """For messages."""
        where = f"{self.table}.{self.column}" if self.table and self.column else self.table or "a variable"
        place = place_of(self.node)
        return f"{where} in {place[:1].lower()}{place[1:]}"


def mentions(editing: Editing, renaming: Renaming) -> list[Mention]:
    """All scalars that say something else after the renaming, without the names of the tables and fields themselves.

    Raises RecipeError where it can't be told whether one names what is renamed.
    """
    finder = _Finder(editing.scope, renaming)
    finder.search(editing)
    return [each for each in finder.found.values() if each.text != key_of(each.node)]


@dataclass(frozen=True)
class _Call:
    """A function of ours with the nodes of its arguments by name."""

    declared: type[Function]
    given: dict[str, Node]

    @classmethod
    def of(cls, declared: type[Function], node: Node) -> _Call:
        named = {entry.name: entry.value for entry in entries(node)}
        if isinstance(node, MappingNode) and not declared.open_arguments:
            return cls(declared, named)
        shorthand = declared.open_arguments or declared.shorthand
        return cls(declared, {shorthand: node} if shorthand else {})

    def text(self, argument: str) -> str:
        """An argument's text, or its default."""
        node = self.given.get(argument)
        if node is not None:
            return key_of(node)
        return next((str(info.default) for name, info in self.arguments() if name == argument), "")

    def arguments(self) -> Iterator[tuple[str, Any]]:
        for name, info in self.declared.model_fields.items():
            yield info.alias or name, info

    def role(self, argument: str) -> Names | None:
        """What an argument that is a text names."""
        return next((_role(info.metadata) for name, info in self.arguments() if name == argument), None)


class _Finder:
    """Walks a recipe as vetting does; `found` fills on the way."""

    def __init__(self, scope: Scope, renaming: Renaming) -> None:
        self.found: dict[int, Mention] = {}
        self._scope = scope
        self._renaming = renaming
        self._host = ("", "")

    def search(self, editing: Editing) -> None:
        """The whole recipe. A macro is read once for each table that includes it."""
        used: set[str] = set()
        for seen in self._scope.templates:
            self._template(seen.node, seen.table)
            for macro in macros_of(self._scope, seen.node):
                used.add(macro)
                self._template(self._scope.macros[macro], seen.table)
        for name, macro_node in self._scope.macros.items():
            if name not in used:
                self._template(macro_node, "")
        for statement in items(editing.root):
            self._variable(statement)

    def _variable(self, statement: Node) -> None:
        named = {entry.name: entry.value for entry in entries(statement)}
        if "var" in named and "value" in named:
            self._host = ("", "")
            self._generator(named["value"], "")

    def _template(self, template: Node, table: str) -> None:
        for entry in entries(template):
            if entry.name == "fields":
                for field in entries(entry.value):
                    self._host = (table, field.name)
                    self._generator(field.value, table)
            elif entry.name == "count":
                self._host = (table, "")
                self._generator(entry.value, table)
            elif entry.name == "friends":
                for friend in items(entry.value):
                    self._variable(friend)

    def _note(self, node: ScalarNode, text: str) -> None:
        known = self.found.get(id(node))
        if known is not None and known.text != text:
            raise RecipeError(
                f"{place_of(node)} means something else in {self._host[0]!r} than in {known.table!r}: "
                "both include its macro.",
                hint="Give the tables fields of their own instead.",
            )
        self.found[id(node)] = Mention(node, text, *self._host)

    # --- generators ---

    def _generator(self, node: Node, table: str) -> None:
        if isinstance(node, ScalarNode):
            if is_text(node) and OPEN in node.value:
                self._note(node, rename_formula(node, table, self._scope, self._renaming))
            return
        if any(entry.name == "object" for entry in entries(node)):
            return  # A template of its own.
        for entry in entries(node):
            if entry.name.startswith(f"{PLUGIN}."):
                declared = FUNCTIONS.get(entry.name.removeprefix(f"{PLUGIN}."))
                if declared is not None:
                    self._arguments([_Call.of(declared, entry.value)], table)
                    for _, inner in generators_in(declared, entry.value):
                        self._generator(inner, table)
            elif entry.name in _THEIRS:
                self._stock(entry.name, entry.value, table)
            else:
                self._generator(entry.value, table)
        for item in items(node):
            self._generator(item, table)

    def _stock(self, name: str, node: Node, table: str) -> None:
        function = _THEIRS[name]
        if isinstance(node, MappingNode):
            given = [(entry.name, entry.value) for entry in entries(node)]
        else:
            given = list(zip(function.positional, items(node) or [node], strict=False))
        links = {name for name, argument in function.arguments.items() if argument.role == "table"}
        if not links.intersection(argument for argument, _ in given):
            self._generator(node, table)
            return
        for argument, value in given:
            if isinstance(value, ScalarNode) and argument in links and OPEN not in value.value:
                self._note(value, rename_link(value, table, self._scope, self._renaming))
            else:
                self._generator(value, table)

    # --- arguments of ours ---

    def _arguments(self, around: list[_Call], table: str) -> None:
        for argument, info in around[0].arguments():
            node = around[0].given.get(argument)
            role = _role(info.metadata)
            if node is not None:
                self._typed(info.annotation, role, node, around, table)
            elif role and not role.of and info.default in self._renaming.columns.get(table, {}):
                raise RecipeError(
                    f"{'.'.join(self._host)} takes {info.default!r} without saying so.",
                    hint=f"Write `{argument}: {info.default}` there first.",
                )

    def _typed(self, hint: Any, role: Names | None, node: Node, around: list[_Call], table: str) -> None:
        """A node and the type that is declared for it."""
        origin = get_origin(hint)
        if origin is Annotated:
            self._typed(get_args(hint)[0], _role(get_args(hint)[1:]), node, around, table)
        elif role is not None:
            if isinstance(node, ScalarNode):
                self._note(node, self._named(role, key_of(node), around, table))
        elif origin is dict:
            for entry in entries(node):
                self._typed(get_args(hint)[0], None, entry.key, around, table)
                self._typed(get_args(hint)[1], None, entry.value, around, table)
        elif origin in (tuple, list):
            for item in items(node) or [node]:
                self._typed(get_args(hint)[0], None, item, around, table)
        elif origin in (Union, types.UnionType):
            for each in get_args(hint):
                self._typed(each, None, node, around, table)
        elif isinstance(hint, type) and issubclass(hint, Function):
            self._arguments([_Call.of(hint, node), *around], table)

    def _named(self, role: Names, text: str, around: list[_Call], table: str) -> str:
        if role.what == "table":
            return self._renaming.tables.get(text, text)
        owner = self._owner(role.of, around, table)
        return self._renaming.columns.get(owner, {}).get(text, text)

    def _owner(self, of: str, around: list[_Call], table: str) -> str:
        """The table whose column an argument names; empty where that can't be known."""
        if not of:
            return table
        call = around[1] if of.startswith("..") else around[0]
        argument = of.removeprefix("..")
        role = call.role(argument)
        if role is not None and role.what == "table":
            return call.text(argument)
        return self._referred(table, call.text(argument), call)

    def _referred(self, table: str, column: str, call: _Call) -> str:
        """The table that a column of this table refers to."""
        seen = self._scope.tables.get(table)
        field = seen.fields.get(column) if seen else None
        for entry in entries(field.value) if field else []:
            declared = FUNCTIONS.get(entry.name.removeprefix(f"{PLUGIN}."))
            if declared is Reference:
                return _Call.of(declared, entry.value).text("table")
            if declared is Combination:
                parts = _Call.of(declared, entry.value).given.get("parts")
                for part in entries(parts) if parts else []:
                    if part.name == call.text("part"):
                        return next(
                            (key_of(each.value) for each in entries(part.value) if each.name == "table"), ""
                        )
        return ""


def _role(metadata: Any) -> Names | None:
    return next((each for each in metadata if isinstance(each, Names)), None)
