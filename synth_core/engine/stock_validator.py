"""What Snowfakery's own validator says of a compiled recipe; runs in the interpreter's child process, as it evaluates
formulas.

It knows nothing of our functions, and takes a text for what they make: `${{ amount + 1 }}` would be an error. So each
of them answers with what it makes for the first row.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import time_machine
from faker import Faker
from snowfakery.api import SnowfakeryApplication
from snowfakery.data_gen_exceptions import DataGenError, DataGenValidationError
from snowfakery.data_generator import generate
from snowfakery.data_generator_runtime_object_model import FieldDefinition
from snowfakery.output_streams import OutputStream
from snowfakery.recipe_validator import ValidationResult
from snowfakery.utils.validation_utils import resolve_value

from synth_core.recipe.functions import FOREIGN, FUNCTIONS, PLUGIN, Foreign, Nullable, Place
from synth_core.recipe.plugin import Synth, path_to


def report(job: dict[str, Any]) -> list[dict[str, Any]]:
    """`level`, `message` and `line` (of the compiled recipe) of all that it finds, each once."""
    Faker.seed(0)
    setattr(Synth, "Validators", _validators())  # noqa: B010 - Snowfakery looks for it there
    now = datetime.fromisoformat(job["today"]).replace(tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        try:
            result = generate(
                io.StringIO(job["recipe"]),
                output_stream=_Nowhere(),
                parent_application=_Silent(),
                validate_only=True,
            )
        except DataGenValidationError as error:
            result = error.validation_result
        except DataGenError as error:
            return [{"level": "error", "message": error.message, "line": error.line_num}]
    assert isinstance(result, ValidationResult)
    found = [("error", each) for each in result.errors] + [("warning", each) for each in result.warnings]
    unique = dict.fromkeys((level, each.message, each.line_num) for level, each in found)
    return [{"level": level, "message": message, "line": line} for level, message, line in unique]


class _Nowhere(OutputStream):
    """There are no rows."""

    def __init__(self) -> None:
        super().__init__(None)  # type: ignore[no-untyped-call]

    def write_single_row(self, tablename: str, row: dict[str, Any]) -> None:
        raise AssertionError("a validator makes no rows")

    def close(self, **kwargs: Any) -> None:
        return None


class _Silent(SnowfakeryApplication):
    def echo(self, *args: Any, **kwargs: Any) -> None:
        return None


class _FirstRow:
    """The first row of a table, of which a function may ask for other columns."""

    is_shared = False

    def __init__(self, plugin: Synth, table: str, context: Any) -> None:
        self._plugin, self._table, self._context = plugin, table, context
        self.number = plugin.world.tables[table].offset
        self.place = plugin.world.tables[table].place(self.number)

    def get(self, column: str) -> Any:
        world = self._plugin.world
        if column in world.programs.get(self._table, {}):
            return world.value(self._table, column, self.number)
        alias = self._plugin.columns.get(self._table, {}).get(column, column)
        return self._context._get_mock_value_for_variable(alias)


def _validators() -> Any:
    """What Snowfakery looks for in a plugin: a class with a `validate_…` for each function."""
    members: dict[str, Any] = {
        f"validate_{name}": staticmethod(partial(_first_value, name)) for name in FUNCTIONS
    }
    members["validate_plan"] = staticmethod(lambda call, context: _plugin(context)._plan(call.args[0]))
    return type("Validators", (), members)


def _plugin(context: Any) -> Synth:
    plugin = context.interpreter.plugin_instances[PLUGIN]
    assert isinstance(plugin, Synth)
    return plugin


def _first_value(name: str, call: Any, context: Any) -> Any:
    """What the call makes for the first row; of a `Synth.nullable` the value, never null."""
    plugin, template = _plugin(context), context.current_template
    table = plugin.tables[template.tablename]
    if not plugin.world.tables[table].count:
        return None
    aliases = {alias: column for column, alias in plugin.columns.get(table, {}).items()}
    key = call.unique_context_identifier
    alias, path = next(
        (field.name, path)
        for field in template.fields
        if (path := path_to(field.definition, key)) is not None
    )
    place = Place(plugin.world, table, aliases.get(alias, alias), path)
    row = _FirstRow(plugin, table, context)
    if not path and place.field in plugin.world.programs.get(table, {}):
        return plugin.world.value(table, place.field, row.number)
    arguments = _restore(json.loads(call.args[0].definition), call.args[1:], context)
    if name == Nullable.name:
        return plugin.world.maker(arguments["value"], place.below("value"))(row)
    return plugin.world.maker({f"{PLUGIN}.{name}": arguments}, place)(row)


def _restore(value: Any, others: list[Any], context: Any) -> Any:
    """The arguments with Snowfakery's own generators, of which the validator has values already."""
    if isinstance(value, dict):
        if set(value) == {FOREIGN}:
            made = partial(_value, others[value[FOREIGN]], context)
            return Foreign(lambda keyed: made())
        return {name: _restore(inner, others, context) for name, inner in value.items()}
    return [_restore(inner, others, context) for inner in value] if isinstance(value, list) else value


def _value(made: Any, context: Any) -> Any:
    if isinstance(made, FieldDefinition):
        return resolve_value(made, context)  # type: ignore[no-untyped-call]
    return made
