"""From the author's recipe, with real names, to one that Snowfakery runs.

What the author writes stays as it is, except: names that Snowfakery or its formulas can't bear get an alias, counts
come from the plan, and a first statement tells our plugin the seed, the counts and the functions that keys depend on.
The result runs in stock Snowfakery 4 with our plugin on the path.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import jinja2
import yaml

from synth_core.errors import RecipeError
from synth_core.recipe.functions import (
    FOREIGN,
    FUNCTIONS,
    PLUGIN,
    Combination,
    Function,
    Offset,
    Parent,
    Part,
    Position,
    Reference,
)
from synth_core.recipe.text import load
from synth_core.recipe.world import TableShape, World, parse_generator

PLUGIN_PATH = f"synth_core.recipe.plugin.{PLUGIN}"
_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = frozenset(
    """
    id count child_index this today now fake template date datetime int random_number random_choice random_reference
    date_between datetime_between relativedelta reference snowfakery_filename unique_id unique_alpha_code
    if_ debug i18n_fake parent snowfakery_locale true false none True False None and or not in is if else range dict
    lipsum cycler joiner namespace self loop
    """.split()
) | {PLUGIN, *keyword.kwlist}
_STOCK_LINKS = frozenset({"reference", "random_reference"})
_FORMULAS = jinja2.Environment(variable_start_string="${{", variable_end_string="}}", autoescape=True)


@dataclass(frozen=True)
class Compiled:
    """An executable recipe and the way back to real names."""

    text: str
    tables: dict[str, str]
    """Alias → table."""
    columns: dict[str, dict[str, str]]
    """Table → alias → column, in the recipe's order; hidden fields left out."""


@dataclass(frozen=True)
class Recipe:
    """The author's recipe, read."""

    statements: list[dict[str, Any]]

    @classmethod
    def read(cls, text: str) -> Recipe:
        """From text. Raises RecipeError."""
        return cls(load(text))

    def objects(self) -> Iterator[dict[str, Any]]:
        """All object templates, nested ones and friends included, in order."""
        for statement in self.statements:
            yield from _objects_in(statement)

    def top_objects(self) -> list[dict[str, Any]]:
        """The object templates that are statements of their own."""
        return [statement for statement in self.statements if "object" in statement]

    def fields(self) -> dict[str, dict[str, Any]]:
        """Table → field → generator, from all templates of the table and the macros they include."""
        macros = {statement["macro"]: statement for statement in self.statements if "macro" in statement}
        tables: dict[str, dict[str, Any]] = {}
        for template in self.objects():
            fields = tables.setdefault(str(template["object"]), {})
            fields.update(_fields_of(template, macros, ()))
        return tables

    def counts(self) -> dict[str, int | None]:
        """Table → rows as the recipe says; None where that is only known when it runs."""
        counts: dict[str, int | None] = {}
        tops = self.top_objects()
        for template in self.objects():
            table = str(template["object"])
            count: Any = template.get("count", 1)
            is_plain = any(template is top for top in tops) and "for_each" not in template
            if isinstance(count, str) and re.fullmatch(r"\s*\d+\s*", count):
                count = int(count)
            known = is_plain and isinstance(count, int) and not isinstance(count, bool)
            before = counts.get(table, 0)
            counts[table] = before + count if known and before is not None else None
        return counts

    def uses_plugin(self) -> bool:
        """The recipe names our plugin."""
        return any(statement.get("plugin") == PLUGIN_PATH for statement in self.statements)

    def programs(self) -> dict[str, dict[str, Function]]:
        """The functions that keys depend on, by table and field. Raises RecipeError for wrong arguments."""
        functions: dict[str, dict[str, Function]] = {}
        for table, fields in self.fields().items():
            for field, value in fields.items():
                if (
                    isinstance(value, Mapping)
                    and len(value) == 1
                    and str(next(iter(value))).startswith(f"{PLUGIN}.")
                ):
                    functions.setdefault(table, {})[field] = parse_generator(value, f"{table}.{field}")
        needed: dict[str, dict[str, Function]] = {}
        todo = [
            (table, field)
            for table, fields in functions.items()
            for field, function in fields.items()
            if isinstance(function, (Reference, Parent, Position, Combination, Part)) or _is_unique(function)
        ]
        while todo:
            table, field = todo.pop()
            if table not in functions or field not in functions[table] or field in needed.get(table, {}):
                continue
            function = functions[table][field]
            needed.setdefault(table, {})[field] = function
            todo += _needs(table, function, functions)
        return {
            table: {field: needed[table][field] for field in fields if field in needed[table]}
            for table, fields in functions.items()
            if table in needed
        }

    def world(self, counts: Mapping[str, int], seed: int, today: date, offsets: Mapping[str, int]) -> World:
        """The world of a plan, for checking counts before anything is made."""
        shapes = {table: TableShape(counts.get(table, 0), offsets.get(table, 0)) for table in self.fields()}
        return World(seed, today, shapes, self.programs())

    def components(self) -> list[tuple[str, ...]]:
        """Groups of tables that can be made apart from each other: single tables where nothing but keyed functions
        ties them, otherwise all in one."""
        tables = tuple(self.fields())
        plain = {"snowfakery_version", "plugin", "object", "macro"}
        if all(plain & set(statement) for statement in self.statements) and not any(
            self._is_tied(template, tables) for template in self.statements
        ):
            names = [str(template["object"]) for template in self.top_objects()]
            if len(names) == len(set(names)):
                return [(table,) for table in names]
        return [tables] if tables else []

    def _is_tied(self, statement: Mapping[str, Any], tables: tuple[str, ...]) -> bool:
        if "object" in statement and (
            {"friends", "nickname", "just_once", "for_each", "update_key"} & set(statement)
            or sum(1 for _ in _objects_in(statement)) > 1
        ):
            return True
        others = set(tables) - {str(statement.get("object", ""))}
        for key, value in _scalars(statement):
            if key in _STOCK_LINKS or (
                isinstance(value, str) and "${{" in value and _names_in(value) & others
            ):
                return True
        return False


def compile_recipe(
    text: str,
    counts: Mapping[str, int],
    *,
    seed: int,
    today: date,
    offsets: Mapping[str, int] | None = None,
    only: tuple[str, ...] = (),
    columns: Mapping[str, tuple[str, ...]] | None = None,
) -> Compiled:
    """The executable recipe. `only`: leave out the objects of other tables; `columns`: the target's columns by table
    (so that a column that begins with `__` is not taken for a hidden field)."""
    recipe = Recipe.read(text)
    offsets = offsets or {}
    known = recipe.fields()
    table_alias = _aliases(known, "t")
    field_alias: dict[str, dict[str, str]] = {}
    for table, fields in known.items():
        wanted = (columns or {}).get(table, ())
        shown = [field for field in fields if field in wanted or not field.startswith("__")]
        hidden = {field: field for field in fields if field not in shown}
        field_alias[table] = {**_aliases(shown, "c", taken=set(hidden)), **hidden}
    plan = {
        "seed": seed,
        "today": today.isoformat(),
        "tables": {t: {"count": counts.get(t, 0), "offset": offsets.get(t, 0)} for t in known},
        "aliases": {table_alias[t]: t for t in known},
        "columns": {
            t: {column: alias for column, alias in aliases.items() if column != alias}
            for t, aliases in field_alias.items()
        },
        "programs": {
            table: {field: known[table][field] for field in fields}
            for table, fields in recipe.programs().items()
        },
    }
    statements: list[dict[str, Any]] = []
    if recipe.uses_plugin():
        note = json.dumps(plan, ensure_ascii=False, default=str)
        statements.append({"var": "synth_plan", "value": {f"{PLUGIN}.plan": note}})
    for statement in recipe.statements:
        if "object" in statement and only and str(statement["object"]) not in only:
            continue
        statements.append(
            _rename(statement, statement, table_alias, field_alias, counts if "object" in statement else {})
        )
    order = {"snowfakery_version": 0, "plugin": 1, "option": 2, "macro": 3, "include_file": 3}
    statements.sort(key=lambda statement: min(order.get(key, 4) for key in statement))
    compiled = yaml.safe_dump(statements, sort_keys=False, allow_unicode=True, width=1 << 20)
    return Compiled(
        compiled,
        {table_alias[table]: table for table in known},
        {
            table: {
                alias: column
                for column, alias in aliases.items()
                if column in (columns or {}).get(table, ()) or not column.startswith("__")
            }
            for table, aliases in field_alias.items()
        },
    )


def _is_unique(function: Function) -> bool:
    return function.unique == "always" or bool(getattr(function, "unique_values", False))


def _needs(
    table: str, function: Function, functions: Mapping[str, Mapping[str, Function]]
) -> list[tuple[str, str]]:
    """The fields whose functions this one evaluates."""
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
        needs = [(table, function.within)] if function.within else []
        for part in function.parts.values():
            if part.table:
                needs += [(part.table, part.column), *((part.table, column) for column in part.match)]
                needs += [(table, column) for column in part.match.values()]
        return needs
    if isinstance(function, Offset):
        return [(table, function.after)]
    return []


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "object" in value:
            yield value
        for inner in value.values():
            yield from _objects_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects_in(inner)


def _fields_of(
    template: Mapping[str, Any], macros: Mapping[str, Any], seen: tuple[str, ...]
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in (part.strip() for part in str(template.get("include") or "").split(",")):
        if name and name not in seen and name in macros:
            fields.update(_fields_of(macros[name], macros, (*seen, name)))
    own = template.get("fields") or {}
    if not isinstance(own, Mapping):
        raise RecipeError(
            f"`fields` of {template.get('object') or template.get('macro')} is a mapping, name: generator."
        )
    fields.update({str(name): value for name, value in own.items()})
    return fields


def _scalars(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name), None
            yield from _scalars(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner, key)
    else:
        yield key, value


def _names_in(formula: str) -> set[str]:
    try:
        return {value for _, kind, value in _FORMULAS.lex(formula) if kind == "name"}
    except jinja2.TemplateSyntaxError as error:
        raise RecipeError(f"The formula {formula!r} can't be read: {error.message}.") from None


def _aliases(names: Any, prefix: str, taken: set[str] | None = None) -> dict[str, str]:
    """Name → itself where Snowfakery and its formulas can bear it, otherwise an alias that no other name has."""
    names = list(names)
    used = {name.lower() for name in names} | (taken or set())
    aliases: dict[str, str] = {}
    for index, name in enumerate(names):
        if _SAFE.fullmatch(name) and name not in _RESERVED:
            aliases[name] = name
            continue
        base = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or f"{prefix}{index + 1}"
        alias = f"{prefix}_{base}"
        while alias.lower() in used:
            alias += "_"
        used.add(alias.lower())
        aliases[name] = alias
    return aliases


def _rename(
    value: Any,
    template: Mapping[str, Any],
    tables: Mapping[str, str],
    fields: Mapping[str, Mapping[str, str]],
    counts: Mapping[str, int],
) -> Any:
    """The statement with aliases for tables, fields and names in formulas, and the plan's counts."""
    if isinstance(value, dict):
        if "object" in value:
            template = value
        names = fields.get(str(template.get("object", "")), {})
        renamed: dict[Any, Any] = {}
        for key, inner in value.items():
            if key == "object":
                renamed[key] = tables[str(inner)]
            elif key == "fields" and isinstance(inner, dict) and ("object" in value or "macro" in value):
                renamed[key] = {
                    names.get(str(name), str(name)): _rename(each, template, tables, fields, counts)
                    for name, each in inner.items()
                }
            elif key in _STOCK_LINKS and isinstance(inner, str):
                renamed[key] = tables.get(inner, inner)
            elif str(key).startswith(f"{PLUGIN}."):
                foreign: list[Any] = []
                arguments = json.dumps(_embed(str(key), inner, foreign), ensure_ascii=False, default=str)
                renamed[key] = [arguments, *_rename(foreign, template, tables, fields, {})]
            else:
                renamed[key] = _rename(inner, template, tables, fields, counts)
        if "object" in value and str(value["object"]) in counts and value is template:
            renamed = {"object": renamed.pop("object"), **{k: v for k, v in renamed.items() if k != "count"}}
            renamed = {"object": renamed["object"], "count": counts[str(value["object"])], **renamed}
            counts = {}
        return renamed
    if isinstance(value, list):
        return [_rename(inner, template, tables, fields, counts) for inner in value]
    if isinstance(value, str) and "${{" in value:
        return _rename_formula(value, {**tables, **fields.get(str(template.get("object", "")), {})})
    return value


def _embed(name: str, arguments: Any, foreign: list[Any]) -> dict[str, Any]:
    """The arguments of one of our functions as data. Snowfakery takes any mapping for a call of a function, so ours
    travel as JSON; generators that only Snowfakery can evaluate move to `foreign`."""
    function = FUNCTIONS.get(name.removeprefix(f"{PLUGIN}."))
    if function is None:
        raise RecipeError(f"{name!r} is no function of {PLUGIN}.")
    spelled = function.spell_out(arguments)
    for generator in function.generators:
        if generator in spelled:
            value = spelled[generator]
            if generator == function.open_arguments and isinstance(value, Mapping):
                spelled[generator] = {
                    str(step): _embed_generator(each, foreign) for step, each in value.items()
                }
            else:
                spelled[generator] = _embed_generator(value, foreign)
    return spelled


def _embed_generator(value: Any, foreign: list[Any]) -> Any:
    if isinstance(value, Mapping) and len(value) == 1 and str(next(iter(value))).startswith(f"{PLUGIN}."):
        [(name, arguments)] = value.items()
        return {name: _embed(str(name), arguments, foreign)}
    if isinstance(value, (Mapping, list)) or (isinstance(value, str) and "${{" in value):
        foreign.append(value)
        return {FOREIGN: len(foreign) - 1}
    return value


def _rename_formula(formula: str, names: Mapping[str, str]) -> str:
    try:
        tokens = [(kind, text) for _, kind, text in _FORMULAS.lex(formula)]
    except jinja2.TemplateSyntaxError as error:
        raise RecipeError(f"The formula {formula!r} can't be read: {error.message}.") from None
    solid = [index for index, (kind, _) in enumerate(tokens) if kind != "whitespace"]
    result = [text for _, text in tokens]
    for position, index in enumerate(solid):
        kind, text = tokens[index]
        before = tokens[solid[position - 1]][1] if position else ""
        after = tokens[solid[position + 1]][1] if position + 1 < len(solid) else ""
        if kind == "name" and before not in (".", "|") and not (after == "=" and before in ("(", ",")):
            result[index] = names.get(text, text)
        elif kind == "string" and before == "[" and position > 1 and tokens[solid[position - 2]][1] == "this":
            result[index] = repr(names.get(text[1:-1], text[1:-1]))
    return "".join(result)
