"""Our Snowfakery plugin: hands each call over to the function's declaration and the keyed world."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from functools import partial
from typing import Any

import faker.generator
from snowfakery.data_generator_runtime_object_model import StructuredValue
from snowfakery.plugins import PluginResult, PluginResultIterator, SnowfakeryPlugin, lazy

from synth_core.errors import RecipeError
from synth_core.recipe.functions import FOREIGN, FUNCTIONS, PLUGIN, Foreign, Maker, Place
from synth_core.recipe.functions.base import InnerRow, Keyed
from synth_core.recipe.world import TableShape, World, parse_generator


class _CurrentRow:
    """The row that Snowfakery is making."""

    __slots__ = ("_plugin", "_table", "_values", "number")
    is_shared = False

    def __init__(self, plugin: Synth, table: str, values: dict[str, Any], number: int) -> None:
        self._plugin = plugin
        self._table = table
        self._values = values
        self.number = number

    @property
    def place(self) -> tuple[int, int]:
        """How many rows of the plan come before it, and how many there are."""
        return self._plugin.world.tables[self._table].place(self.number)

    def get(self, column: str) -> Any:
        """A value made before in this row, else one that follows from the row number."""
        alias = self._plugin.columns.get(self._table, {}).get(column, column)
        if alias in self._values:
            return self._values[alias]
        world = self._plugin.world
        if column in world.programs.get(self._table, {}):
            return world.value(self._table, column, self.number)
        raise RecipeError(f"{self._table}: column {column!r} is used before it is made; move it up.")


class Synth(SnowfakeryPlugin):
    """Functions of Synth Studio; `synth_core.recipe.functions` declares them."""

    def __init__(self, interpreter: Any) -> None:
        super().__init__(interpreter)  # type: ignore[no-untyped-call]
        self.world = World(0, date(1970, 1, 1), {}, {})
        self.tables: dict[str, str] = {}
        self.columns: dict[str, dict[str, str]] = {}
        self._makers: dict[str, tuple[str, Maker]] = {}
        self._named_in: tuple[str, int, int] | None = None
        self._names: dict[Any, Any] = {}
        self._keyed: Keyed | None = None

    def _plan(self, note: Any) -> str:
        """Take over what the compiler says."""
        plan = json.loads(note.definition)
        programs = {
            table: {field: parse_generator(value, f"{table}.{field}") for field, value in fields.items()}
            for table, fields in plan["programs"].items()
        }
        shapes = {table: TableShape(**shape) for table, shape in plan["tables"].items()}
        self.world = World(plan["seed"], date.fromisoformat(plan["today"]), shapes, programs)
        self.tables = plan["aliases"]
        self.columns = plan["columns"]
        return "known"

    def _prepare(self, name: str, args: tuple[Any, ...], context: Any, key: str) -> tuple[str, Maker]:
        template = context.current_template
        table = self.tables.get(template.tablename)
        if table is None:
            raise RecipeError(
                f"{PLUGIN}.{name}: the counts of the plan are not known here.",
                hint="Run the recipe with `synth generate`, or compile it with `synth draft --compiled`.",
            )
        aliases = {alias: column for column, alias in self.columns.get(table, {}).items()}
        for field in template.fields:
            path = path_to(field.definition, key)
            if path is not None:
                return table, self._maker(name, args, table, aliases.get(field.name, field.name), path)
        raise RecipeError(f"{PLUGIN}.{name} stands in {table}, but not as the generator of a field.")

    def _maker(self, name: str, args: tuple[Any, ...], table: str, column: str, path: str) -> Maker:
        if (
            not path
            and column in self.world.programs.get(table, {})
            and not self.world.is_group(table, column)
        ):
            return lambda row: self.world.value(table, column, row.number)
        return self.world.maker(
            {f"{PLUGIN}.{name}": self._arguments(args)}, Place(self.world, table, column, path)
        )

    def _arguments(self, args: tuple[Any, ...]) -> Any:
        """The JSON that the compiler wrote, with Snowfakery's own nodes put back in their places."""
        arguments = json.loads(args[0].definition)
        nodes = args[1:]

        def restore(value: Any) -> Any:
            if isinstance(value, dict):
                if set(value) == {FOREIGN}:
                    return Foreign(partial(self._render, nodes[value[FOREIGN]]))
                return {name: restore(inner) for name, inner in value.items()}
            return [restore(inner) for inner in value] if isinstance(value, list) else value

        return restore(arguments)

    def _render(self, node: Any, keyed: Keyed | None) -> Any:
        """The value of a generator of Snowfakery's; of one that counts, the next (elsewhere Snowfakery asks for it)."""
        context = self.interpreter.current_context
        if keyed is None:
            return self._value(node, context)
        place = (context.obj._tablename, context.obj.id, keyed.number)
        if place != self._named_in:
            self._named_in, self._names = place, {}
        with seeded(keyed.seed), self._other_names(context), self._rows_of(keyed):
            return self._value(node, context)

    @contextmanager
    def _rows_of(self, keyed: Keyed) -> Iterator[None]:
        """Functions of ours inside of the generator make the same wherever the key is the same, as it does."""
        around, self._keyed = self._keyed, keyed
        try:
            yield
        finally:
            self._keyed = around

    @contextmanager
    def _other_names(self, context: Any) -> Iterator[None]:
        """An address holds the names that were drawn last: for rows with a key those that were drawn by the same key in
        the same row. Whatever follows may hold them, too."""
        own, context.local_vars = context.local_vars, self._names
        try:
            yield
        finally:
            context.local_vars = own
            for plugin, names in self._names.items():
                own.setdefault(plugin, {}).update(names)

    def _value(self, node: Any, context: Any) -> Any:
        value: Any = node.render(context)
        return value.next() if isinstance(value, PluginResultIterator) else value  # type: ignore[no-untyped-call]

    def custom_functions(self, *args: Any, **kwargs: Any) -> Any:
        """One lazy function for each declaration, and `plan`."""
        library = type("Functions", (), {"context": self.context})()
        for name in FUNCTIONS:
            setattr(library, name, lazy(partial(self._call, name)))
        library.plan = lazy(partial(self._plan))
        return library

    def _call(self, name: str, *args: Any) -> Any:
        """The value of a call in the current row."""
        context = self.interpreter.current_context
        key = context.unique_context_identifier
        known = self._makers.get(key)
        if known is None:
            known = self._makers[key] = self._prepare(name, args, context, key)
        table, maker = known
        row = context.obj
        number = self.world.tables[table].offset + row.id - 1
        current = _CurrentRow(self, table, row._values, number)
        value = maker(
            InnerRow(current, number=self._keyed.number, is_shared=True) if self._keyed else current
        )
        return Nested(value) if isinstance(value, (dict, list, bytes, time)) else value


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """What is drawn meanwhile follows from the seed; what is drawn afterwards is as if it had not been."""
    sources: tuple[Any, ...] = (random, faker.generator.random)
    states = [source.getstate() for source in sources]
    try:
        for source in sources:
            source.seed(seed)
        yield
    finally:
        for source, state in zip(sources, states, strict=True):
            source.setstate(state)


class Nested(PluginResult):  # type: ignore[no-untyped-call]
    """A value that Snowfakery itself has no type for: a struct, an array, bytes, a time of day."""

    def __init__(self, value: Any) -> None:
        super().__init__({"value": value})


def path_to(node: Any, key: str) -> str | None:
    """The steps from a field's generator to the node with that identity; None when it is not below."""
    if not isinstance(node, StructuredValue):
        return None
    if node.unique_context_identifier == key:
        return ""
    for step, inner in [*enumerate(node.args), *node.kwargs.items()]:
        path = path_to(inner, key)
        if path is not None:
            return f"/{node.function_name}.{step}{path}"
    return None
