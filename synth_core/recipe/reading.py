"""The author's recipe as data: its tables, fields, counts, and the functions that keys depend on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from synth_core.errors import RecipeError
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS, PLUGIN_PATH
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.formulas import is_formula, names_in
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
    Reference,
    is_unique,
)
from synth_core.recipe.include import load
from synth_core.recipe.world import TableShape, World, parse_generator

STOCK_LINKS = frozenset({"reference", "random_reference"})
_SEPARABLE = frozenset({"snowfakery_version", "plugin", "object", "macro"})
_TYING = frozenset({"friends", "nickname", "just_once", "for_each", "update_key"})


@dataclass(frozen=True)
class Recipe:
    """The author's recipe, read."""

    statements: list[dict[str, Any]]

    @classmethod
    def read(cls, text: str, files: Mapping[str, str] = NO_FILES) -> Recipe:
        """From text, with the recipes that it includes. Raises RecipeError."""
        return cls(load(text, files))

    @cached_property
    def expanded(self) -> list[dict[str, Any]]:
        """The statements with macros written out in the objects that include them."""
        macros = {str(statement["macro"]): statement for statement in self.statements if "macro" in statement}
        return [
            _expand(statement, macros, ()) if "object" in statement else statement
            for statement in self.statements
            if "macro" not in statement
        ]

    def objects(self) -> tuple[dict[str, Any], ...]:
        """All object templates, nested ones and friends included, in order."""
        return self._objects

    @cached_property
    def _objects(self) -> tuple[dict[str, Any], ...]:
        """Looked for once: each of many tables that are made apart asks for them."""
        return tuple(template for statement in self.expanded for template in objects_in(statement))

    def top_objects(self) -> list[dict[str, Any]]:
        """The object templates that are statements of their own."""
        return [statement for statement in self.expanded if "object" in statement]

    def fields(self) -> dict[str, dict[str, Any]]:
        """Table → field → generator, from all templates of the table and the macros they include."""
        tables: dict[str, dict[str, Any]] = {}
        for template in self.objects():
            tables.setdefault(str(template["object"]), {}).update(fields_of(template))
        return tables

    def counts(self) -> dict[str, int | None]:
        """Table → rows as the recipe says; None where that is only known when it runs."""
        counts: dict[str, int | None] = {}
        tops = {id(template) for template in self.top_objects()}
        for template in self.objects():
            table = str(template["object"])
            count: Any = template.get("count", 1)
            if isinstance(count, str) and re.fullmatch(r"\s*\d+\s*", count):
                count = int(count)
            is_plain = id(template) in tops and "for_each" not in template
            known = is_plain and isinstance(count, int) and not isinstance(count, bool)
            before = counts.get(table, 0)
            counts[table] = before + count if known and before is not None else None
        return counts

    def uses_plugin(self) -> bool:
        """The recipe names our plugin."""
        return any(statement.get("plugin") == PLUGIN_PATH for statement in self.statements)

    def functions(self) -> dict[str, dict[str, Function]]:
        """All fields whose generator is a function of ours, by table. Raises RecipeError for wrong
        arguments."""
        functions: dict[str, dict[str, Function]] = {}
        for table, fields in self.fields().items():
            for field, value in fields.items():
                if is_ours(value):
                    functions.setdefault(table, {})[field] = parse_generator(value, f"{table}.{field}")
        return functions

    def programs(self) -> dict[str, dict[str, Function]]:
        """The functions that keys depend on, by table and field. Raises RecipeError for wrong arguments."""
        drawn = drawn_keys({table: list(fields.values()) for table, fields in self.fields().items()})
        return keyed_functions(self.functions(), drawn)

    def world(self, counts: Mapping[str, int], seed: int, today: date, offsets: Mapping[str, int]) -> World:
        """The world of a plan, for checking counts before anything is made."""
        shapes = {table: TableShape(counts.get(table, 0), offsets.get(table, 0)) for table in self.fields()}
        return World(seed, today, shapes, self.programs())

    def components(self) -> list[tuple[str, ...]]:
        """Groups of tables that can be made apart from each other: single tables where nothing but keyed
        functions ties them, otherwise all in one."""
        tables = tuple(self.fields())
        if all(_SEPARABLE & set(statement) for statement in self.statements) and not any(
            _is_tied(template, tables) for template in self.top_objects()
        ):
            names = [str(template["object"]) for template in self.top_objects()]
            if len(names) == len(set(names)):
                return [(table,) for table in names]
        return [tables] if tables else []


def is_ours(value: Any) -> bool:
    """A call of a function of our plugin."""
    return isinstance(value, Mapping) and len(value) == 1 and str(next(iter(value))).startswith(f"{PLUGIN}.")


def fields_of(template: Mapping[str, Any]) -> dict[str, Any]:
    """Field → generator of one template. Raises RecipeError when `fields` is no mapping."""
    fields = template.get("fields") or {}
    if not isinstance(fields, Mapping):
        name = template.get("object") or template.get("macro")
        raise RecipeError(f"`fields` of {name} is a mapping, name: generator.")
    return {str(name): value for name, value in fields.items()}


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """The object templates where Snowfakery sees them: a statement, a friend, a generator or its argument."""
    if isinstance(value, dict):
        if value.get("object"):
            yield value
            for inner in [*fields_of(value).values(), *(value.get("friends") or [])]:
                yield from objects_in(inner)
        elif "var" in value and "value" in value:
            yield from objects_in(value["value"])
        else:
            for arguments in value.values():
                inners = arguments.values() if isinstance(arguments, dict) else arguments
                for inner in inners if isinstance(arguments, (dict, list)) else ():
                    yield from objects_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects_in(inner)


def keyed_functions(
    functions: Mapping[str, Mapping[str, Function]], drawn: Iterable[KeyOf] = ()
) -> dict[str, dict[str, Function]]:
    """Of all our functions those that keys depend on, in the same order. `drawn` are keys drawn inside of others."""
    needed: dict[str, dict[str, Function]] = {}
    todo = [
        (table, field)
        for table, fields in functions.items()
        for field, function in fields.items()
        if isinstance(function, (Reference, Parent, Group, Position, Combination, Part))
        or is_unique(function)
    ]
    todo += [(each.table, each.column) for each in drawn]
    while todo:
        table, field = todo.pop()
        if table not in functions or field not in functions[table] or field in needed.get(table, {}):
            continue
        function = functions[table][field]
        needed.setdefault(table, {})[field] = function
        todo += needs(table, function, functions)
    return {
        table: {field: needed[table][field] for field in fields if field in needed[table]}
        for table, fields in functions.items()
        if table in needed
    }


def drawn_keys(value: Any) -> Iterator[KeyOf]:
    """The keys of other rows that a generator draws, at whatever depth they stand in it."""
    if isinstance(value, KeyOf):
        yield value
    elif isinstance(value, Function):
        for argument in value.generators:
            yield from drawn_keys(getattr(value, argument))
    elif is_ours(value):
        yield from drawn_keys(parse_generator(value, PLUGIN))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from drawn_keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from drawn_keys(inner)


def needs(
    table: str, function: Function, functions: Mapping[str, Mapping[str, Function]]
) -> list[tuple[str, str]]:
    """The fields whose functions this one evaluates, as (table, field)."""
    if isinstance(function, Reference):
        return [
            (function.table, function.column),
            *((function.table, column) for column in function.match),
            *((table, column) for column in function.match.values()),
            *((function.table, column) for also in function.also for column in also.columns),
            *((also.table, column) for also in function.also for column in also.columns.values()),
        ]
    if isinstance(function, Parent):
        link = functions.get(table, {}).get(function.link)
        target = [(link.table, function.column)] if isinstance(link, Reference) else []
        return [(table, function.link), *target]
    if isinstance(function, Position):
        return [(table, function.within)]
    if isinstance(function, Part):
        combination = functions.get(table, {}).get(function.of)
        part = combination.parts.get(function.part) if isinstance(combination, Combination) else None
        target = [(part.table, function.column)] if part and part.table and function.column else []
        return [(table, function.of), *target]
    if isinstance(function, Combination):
        needed = [(table, function.within)] if function.within else []
        for part in function.parts.values():
            if part.table:
                needed += [(part.table, part.column), *((part.table, column) for column in part.match)]
                needed += [(table, column) for column in part.match.values()]
        return needed
    if isinstance(function, Offset):
        return [(table, function.after)]
    if isinstance(function, Lookup):
        return [(table, function.of)]
    if isinstance(function, Login):
        return [(table, column) for column in function.columns.values()]
    if isinstance(function, Nullable):
        return [(table, function.by)] if function.by else []
    if isinstance(function, Per):
        return [(table, function.each)]
    return [(drawn.table, drawn.column) for drawn in drawn_keys(function)]


def _expand(
    template: Mapping[str, Any], macros: Mapping[str, Mapping[str, Any]], seen: tuple[str, ...]
) -> dict[str, Any]:
    """The template with what it includes, as Snowfakery merges it: a later field replaces an earlier one."""
    names = [part.strip() for part in str(template.get("include") or "").split(",") if part.strip()]
    fields: dict[str, Any] = {}
    friends: list[Any] = []
    for name in names:
        if name not in macros:
            raise RecipeError(f"{template.get('object')} includes the macro {name!r}, which does not exist.")
        if name in seen:
            raise RecipeError(f"The macro {name!r} includes itself.")
        macro = _expand(macros[name], macros, (*seen, name))
        fields.update(macro.get("fields") or {})
        friends += macro.get("friends") or []
    fields.update(fields_of(template))
    friends += [
        _expand(friend, macros, ()) if isinstance(friend, dict) and "object" in friend else friend
        for friend in template.get("friends") or []
    ]
    whole = {key: value for key, value in template.items() if key not in ("include", "fields", "friends")}
    if fields:
        whole["fields"] = {name: _expand_value(value, macros) for name, value in fields.items()}
    if friends:
        whole["friends"] = friends
    return whole


def _expand_value(value: Any, macros: Mapping[str, Mapping[str, Any]]) -> Any:
    """A generator; objects in it may include macros too."""
    if isinstance(value, dict):
        if value.get("object") and "include" in value:
            return _expand(value, macros, ())
        return {key: _expand_value(inner, macros) for key, inner in value.items()}
    return [_expand_value(inner, macros) for inner in value] if isinstance(value, list) else value


def _is_tied(template: Mapping[str, Any], tables: Sequence[str]) -> bool:
    """The template needs rows of other tables that were made before."""
    if _TYING & set(template) or sum(1 for _ in objects_in(template)) > 1:
        return True
    others = set(tables) - {str(template["object"])}
    return any(
        key in STOCK_LINKS or (is_formula(value) and names_in(value) & others)
        for key, value in _scalars(template)
    ) or any(_is_shared(arguments) for arguments in _counting(template))


def _counting(value: Any) -> Iterator[Any]:
    """The arguments of functions that go on counting from row to row."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if str(name) in PLUGIN_FUNCTIONS and PLUGIN_FUNCTIONS[str(name)].keeps_state:
                yield inner
            yield from _counting(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _counting(inner)


def _is_shared(arguments: Any) -> bool:
    """They count together with others, or by the rows of another table."""
    return isinstance(arguments, dict) and bool({"name", "parent"} & arguments.keys())


def _scalars(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar with the key above it; each key once with None."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name), None
            yield from _scalars(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner, key)
    else:
        yield key, value
