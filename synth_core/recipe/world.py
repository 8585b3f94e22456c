"""What functions know of each other: counts, and which row of a table refers to which row of another.

Everything is a function of the recipe, the seed and row numbers; what is kept in memory are caches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from synth_core.errors import RecipeError
from synth_core.model.complaints import explain
from synth_core.recipe.combos import Combos
from synth_core.recipe.draws import key_of
from synth_core.recipe.functions import (
    FUNCTIONS,
    PLUGIN,
    Combination,
    Foreign,
    Function,
    Group,
    Maker,
    Place,
    Reference,
    is_unique,
)
from synth_core.recipe.functions.base import Keyed
from synth_core.recipe.groups import Groups
from synth_core.recipe.parents import Parents


@dataclass(frozen=True)
class TableShape:
    """How many rows a plan makes of a table, and the number of the first one."""

    count: int
    offset: int = 0

    @property
    def last(self) -> int:
        """Row numbers that are used up when the plan is done."""
        return self.offset + self.count

    def place(self, number: int) -> tuple[int, int]:
        """How many of the plan's rows come before that one, and how many there are."""
        return number - self.offset, self.count

    @property
    def rows(self) -> range:
        """The numbers of the plan's rows."""
        return range(self.offset, self.last)


class World:
    """All tables of a plan. `programs` holds, by table and field, the functions that keys depend on."""

    def __init__(
        self,
        seed: int,
        today: date,
        tables: Mapping[str, TableShape],
        programs: Mapping[str, Mapping[str, Function]],
    ) -> None:
        self.seed = seed
        self.today = today
        self.tables = tables
        self.programs = programs
        self._makers: dict[tuple[str, str], Maker] = {}
        self._parents: dict[tuple[str, str], Parents] = {}
        self._groups: dict[tuple[str, str], Groups] = {}
        self._combos: dict[tuple[str, str], Combos] = {}
        self._making: list[tuple[str, str, int]] = []

    def function(self, table: str, field: str) -> Function:
        """The function that makes a field. RecipeError when there is none that keys can depend on."""
        if table not in self.tables:
            raise RecipeError(f"The recipe refers to table {table!r}, which it does not make.")
        try:
            return self.programs[table][field]
        except KeyError:
            raise RecipeError(
                f"{table}.{field} is referred to by other columns, so a function of {PLUGIN} must make it.",
                hint=f"For a key, for example `{PLUGIN}.sequence` or `{PLUGIN}.pattern`.",
            ) from None

    def value(self, table: str, field: str, number: int) -> Any:
        """The value of a field in a row of this plan.

        Raises RecipeError when fields depend on each other in a circle.
        """
        key = (table, field)
        maker = self._makers.get(key)
        if maker is None:
            maker = self.function(table, field).bind(Place(self, table, field))
            self._makers[key] = maker
        step = (table, field, number)
        if step in self._making:
            circle = " → ".join(f"{table}.{field}" for table, field, _ in [*self._making, step])
            raise RecipeError(f"Columns depend on each other in a circle: {circle}.")
        self._making.append(step)
        try:
            return maker(RowOf(self, table, number))
        finally:
            self._making.pop()

    def maker(self, value: Any, place: Place) -> Maker:
        """The maker for a generator that stands as an argument: a function, a formula, or a literal."""
        if isinstance(value, Function):
            return value.bind(place)
        if isinstance(value, Foreign):
            return lambda row: value.render(
                Keyed(row.number, key_of(self.seed, place.name, row.number)) if row.is_shared else None
            )
        if isinstance(value, Mapping):
            return self.maker(parse_generator(value, f"{place.table}.{place.field}"), place)
        return lambda row: value

    def parents(self, table: str, field: str) -> Parents:
        """Who refers to whom through a reference column. RecipeError when the field is no reference."""
        key = (table, field)
        if key not in self._parents:
            function = self.function(table, field)
            if not isinstance(function, Reference):
                raise RecipeError(
                    f"{table}.{field} is no `{PLUGIN}.reference`, so nothing can be taken from its parent."
                )
            self._parents[key] = Parents(Place(self, table, field), function, self._cap(table, field))
        return self._parents[key]

    def groups(self, table: str, field: str) -> Groups:
        """The groups of rows of a `Synth.group` field. RecipeError when it is none."""
        key = (table, field)
        if key not in self._groups:
            function = self.function(table, field)
            if not isinstance(function, Group):
                raise RecipeError(f"{table}.{field} is no `{PLUGIN}.group`.")
            self._groups[key] = Groups(Place(self, table, field), function.spread, self._cap(table, field))
        return self._groups[key]

    def is_group(self, table: str, field: str) -> bool:
        """The field is a `Synth.group`."""
        return isinstance(self.programs.get(table, {}).get(field), Group)

    def named_groups(self, table: str, field: str) -> Groups | None:
        """The groups of a field that makes another value for each; None where it is no such field."""
        function = self.programs.get(table, {}).get(field)
        is_named = isinstance(function, Group) and names_groups(function, f"{table}.{field}")
        return self.groups(table, field) if is_named else None

    def grouping(self, table: str, field: str) -> Parents | Groups:
        """What the rows of a table belong to through a reference or a group."""
        return self.groups(table, field) if self.is_group(table, field) else self.parents(table, field)

    def combination(self, table: str, field: str) -> Combos:
        """The combinations of a `Synth.combination` field."""
        key = (table, field)
        if key not in self._combos:
            function = self.function(table, field)
            if not isinstance(function, Combination):
                raise RecipeError(f"{table}.{field} is no `{PLUGIN}.combination`.")
            self._combos[key] = Combos(Place(self, table, field), function)
        return self._combos[key]

    def check(self) -> None:
        """Raise PlanError when keys or one-to-one links can't supply the planned counts."""
        for table, fields in self.programs.items():
            for field, function in fields.items():
                if self.tables[table].count:
                    function.check(Place(self, table, field))

    def _cap(self, table: str, field: str) -> int | None:
        """The most rows that a parent or group may have so that combinations within it stay unique."""
        caps = []
        for name, function in self.programs[table].items():
            if isinstance(function, Combination) and function.within == field:
                capacity = self.combination(table, name).capacity()
                if capacity is not None:
                    caps.append(capacity)
        return min(caps, default=None)


class RowOf:
    """A row whose other columns are found by computing them."""

    __slots__ = ("_table", "_world", "number")
    is_shared = False

    @property
    def place(self) -> tuple[int, int]:
        """How many rows of the plan come before it, and how many there are."""
        return self._world.tables[self._table].place(self.number)

    def __init__(self, world: World, table: str, number: int) -> None:
        self._world = world
        self._table = table
        self.number = number

    def get(self, column: str) -> Any:
        """The value of another column of the row."""
        return self._world.value(self._table, column, self.number)


def function_in(value: Any, where: str) -> Function | None:
    """The function of ours that stands as an argument; None for anything else."""
    is_ours = (
        isinstance(value, Mapping) and len(value) == 1 and str(next(iter(value))).startswith(f"{PLUGIN}.")
    )
    return parse_generator(value, where) if is_ours else None


def names_groups(group: Group, where: str) -> bool:
    """No two groups have the same value."""
    inner = function_in(group.value, where)
    return inner is not None and is_unique(inner)


def parse_generator(value: Mapping[str, Any], where: str) -> Function:
    """`{"Synth.sequence": {"start": 1}}` as a function.

    Raises RecipeError when it is none of ours or its arguments are wrong.
    """
    if len(value) != 1:
        raise RecipeError(
            f"{where}: a generator names exactly one function, not {', '.join(map(str, value)) or 'none'}."
        )
    [(name, arguments)] = value.items()
    function = FUNCTIONS.get(str(name).removeprefix(f"{PLUGIN}."))
    if function is None or not str(name).startswith(f"{PLUGIN}."):
        raise RecipeError(f"{where}: {name!r} is no function of {PLUGIN}.")
    try:
        return function.from_arguments(arguments)
    except ValidationError as error:
        raise RecipeError(f"{where}: {name}: {explain(error)}") from None
