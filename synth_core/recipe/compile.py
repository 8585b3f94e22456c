"""From the author's recipe, with real names, to one that Snowfakery runs.

What the author writes stays as it is, except: names that Snowfakery or its formulas can't bear get an
alias, macros are written out, counts come from the plan, and a first statement tells our plugin the seed,
the counts and the functions that keys depend on. The result runs in stock Snowfakery 4 with our plugin on
the path.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from synth_core.errors import RecipeError
from synth_core.recipe.catalogue.formulas import VALUES
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS, PLUGIN_PATH, PLUGINS
from synth_core.recipe.catalogue.stock import REFUSED, STOCK
from synth_core.recipe.files import NO_FILES
from synth_core.recipe.formulas import is_formula, rename
from synth_core.recipe.functions import FOREIGN, FUNCTIONS, PLUGIN, Function
from synth_core.recipe.reading import STOCK_LINKS, Recipe, is_ours

__all__ = ["PLUGIN_PATH", "Compiled", "Recipe", "compile_recipe"]

_PLAN = "synth_plan"
_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# What formulas would find under these names is something else than the column or table.
RESERVED = frozenset(
    {
        *VALUES,
        *STOCK,
        *REFUSED,
        *PLUGINS,
        *("template", "if_", "snowfakery_locale", "parent", "fields", "object", _PLAN),
        # What Jinja and Snowfakery add by themselves.
        *(
            "range",
            "dict",
            "lipsum",
            "cycler",
            "joiner",
            "namespace",
            "self",
            "loop",
            "true",
            "false",
            "none",
        ),
        *("UniqueId", "SnowfakeryVersion"),
        *keyword.kwlist,
    }
)


@lru_cache(maxsize=4)
def _read(
    text: str, files: tuple[tuple[str, str], ...]
) -> tuple[Recipe, Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, Function]]]:
    """The recipe, its fields, and what keys depend on; read once for all tables that are made apart."""
    recipe = Recipe.read(text, dict(files))
    return recipe, recipe.fields(), recipe.programs()


@dataclass(frozen=True)
class Compiled:
    """An executable recipe and the way back to real names."""

    text: str
    tables: dict[str, str]
    """Alias → table."""
    columns: dict[str, dict[str, str]]
    """Table → alias → column, in the recipe's order; hidden fields left out."""


def compile_recipe(
    text: str,
    counts: Mapping[str, int],
    *,
    seed: int,
    today: date,
    offsets: Mapping[str, int] | None = None,
    only: tuple[str, ...] = (),
    columns: Mapping[str, tuple[str, ...]] | None = None,
    files: Mapping[str, str] = NO_FILES,
) -> Compiled:
    """The executable recipe.

    `counts` replaces the counts of tables that are statements of their own; a table with several such
    statements shares its count out in their proportion. Friends and nested objects keep theirs, as those
    depend on their parent. `only`: leave out the objects of other tables; `columns`: the target's columns
    by table (so that a column that begins with `__` is not taken for a hidden field). `files`: the recipes that
    it includes, by name; their statements are written out.
    """
    recipe, known, programs = _read(text, tuple(sorted(files.items())))
    offsets = offsets or {}
    # Objects that begin with two underscores are made and not written, unless the target has such a table.
    unseen = [table for table in known if table.startswith("__") and table not in (columns or {})]
    table_alias = {
        **_aliases([table for table in known if table not in unseen], "t"),
        **_aliases(unseen, "__t"),
    }
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
            table: {field: known[table][field] for field in fields} for table, fields in programs.items()
        },
    }
    statements: list[dict[str, Any]] = []
    if not any("snowfakery_version" in statement for statement in recipe.statements):
        statements.append({"snowfakery_version": 3})
    if recipe.uses_plugin():
        note = json.dumps(plan, ensure_ascii=False, default=str)
        statements.append({"var": _PLAN, "value": {f"{PLUGIN}.plan": note}})
    names = _Names(table_alias, field_alias, _nicknames(recipe))
    shares = _shares(recipe, counts)
    for statement in recipe.expanded:
        if "object" not in statement:
            statements.append(names.statement(statement))
        elif not only or str(statement["object"]) in only:
            statements.append(names.template(statement, shares.get(id(statement))))
    order = {"snowfakery_version": 0, "plugin": 1, "option": 2}
    statements.sort(key=lambda statement: min(order.get(key, 3) for key in statement))
    return Compiled(
        yaml.dump(statements, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1 << 20),
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


_Fastest: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Fastest):  # type: ignore[misc]
    """Writes shared parts out: an anchor would only puzzle the reader. In C where there is one, as each of many tables
    that are made apart comes with the plan of all."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _shares(recipe: Recipe, counts: Mapping[str, int]) -> dict[int, int]:
    """Rows for each top-level object of a table with a planned count, by identity."""
    nested = {str(template["object"]) for template in recipe.objects()}
    tops: dict[str, list[dict[str, Any]]] = {}
    for template in recipe.top_objects():
        tops.setdefault(str(template["object"]), []).append(template)
    shares: dict[int, int] = {}
    for table in nested & set(counts):
        weights = [_count_of(template) for template in tops.get(table, [])]
        if not any(weights):
            # As drafted of a table without rows, of which some are asked for nevertheless.
            weights = [1] * len(weights)
        running = given = 0
        for template, weight in zip(tops.get(table, []), weights, strict=True):
            running += weight
            upto = counts[table] * running // sum(weights)
            shares[id(template)] = upto - given
            given = upto
    return shares


def _count_of(template: Mapping[str, Any]) -> int:
    """The count as written; 1 where it is a formula."""
    count = str(template.get("count", 1)).strip()
    return int(count) if count.isascii() and count.isdigit() else 1


def _nicknames(recipe: Recipe) -> dict[str, str]:
    return {
        str(template["nickname"]): str(template["object"])
        for template in recipe.objects()
        if template.get("nickname")
    }


def _aliases(names: Iterable[str], prefix: str, taken: set[str] | None = None) -> dict[str, str]:
    """Name → itself where Snowfakery and its formulas can bear it, otherwise an alias that is not taken."""
    names = list(names)
    used = {name.lower() for name in names} | (taken or set())
    aliases: dict[str, str] = {}
    for index, name in enumerate(names):
        if _SAFE.fullmatch(name) and name not in RESERVED:
            aliases[name] = name
            continue
        base = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or f"{prefix}{index + 1}"
        alias = f"{prefix}_{base}"
        while alias.lower() in used:
            alias += "_"
        used.add(alias.lower())
        aliases[name] = alias
    return aliases


class _Names:
    """Writes aliases for tables, fields and the names in formulas."""

    def __init__(
        self, tables: Mapping[str, str], fields: Mapping[str, Mapping[str, str]], nicknames: Mapping[str, str]
    ) -> None:
        self._tables = tables
        self._fields = fields
        self._rows = {**{nickname: fields[table] for nickname, table in nicknames.items()}, **fields}

    def statement(self, statement: Mapping[str, Any]) -> dict[str, Any]:
        """A variable, option, plugin or version."""
        return {key: self.value(value, "") if key == "value" else value for key, value in statement.items()}

    def template(self, template: Mapping[str, Any], count: int | None = None) -> dict[str, Any]:
        """An object, its fields and friends; with the plan's count, if it has one."""
        table = str(template["object"])
        renamed: dict[str, Any] = {"object": self._tables[table]}
        if count is not None:
            renamed["count"] = count
        for key, value in template.items():
            if key == "fields":
                fields = self._fields[table]
                renamed[key] = {fields[str(name)]: self.value(each, table) for name, each in value.items()}
            elif key == "friends":
                renamed[key] = [
                    self.template(friend) if "object" in friend else self.statement(friend)
                    for friend in value
                ]
            elif key != "object" and not (key == "count" and count is not None):
                renamed[key] = self.value(value, table)
        return renamed

    def value(self, value: Any, table: str) -> Any:
        """A generator or an argument of one."""
        if is_formula(value):
            columns = self._fields.get(table, {})
            return rename(value, {**self._tables, **columns}, columns, self._rows)
        if isinstance(value, list):
            return [self.value(inner, table) for inner in value]
        if not isinstance(value, Mapping):
            return value
        if value.get("object"):
            return self.template(value)
        return {name: self._arguments(str(name), inner, table) for name, inner in value.items()}

    def _arguments(self, name: str, arguments: Any, table: str) -> Any:
        if name.startswith(f"{PLUGIN}."):
            foreign: list[Any] = []
            ours = json.dumps(_embed(name, arguments, foreign), ensure_ascii=False, default=str)
            return [ours, *(self.value(generator, table) for generator in foreign)]
        if name in STOCK_LINKS:
            return self._link(arguments, table)
        if name in PLUGIN_FUNCTIONS and isinstance(arguments, Mapping):
            return {
                str(key): self._link(each, table) if key == "parent" else self.value(each, table)
                for key, each in arguments.items()
            }
        if isinstance(arguments, Mapping):
            # The arguments of a function are named; only what stands behind a name can be an object.
            return {inner: self.value(each, table) for inner, each in arguments.items()}
        return self.value(arguments, table)

    def _link(self, arguments: Any, table: str) -> Any:
        """`reference` and `random_reference` name tables in plain text."""
        if isinstance(arguments, Mapping):
            return {
                name: self._link(each, table) if name in ("x", "object", "to", "parent") else each
                for name, each in arguments.items()
            }
        if isinstance(arguments, list):
            return [self._link(each, table) for each in arguments]
        if not isinstance(arguments, str) or is_formula(arguments):
            return self.value(arguments, table)
        if arguments in self._tables:
            return self._tables[arguments]
        first, *rest = arguments.split(".")
        if rest:
            rest[0] = self._rows.get(first, {}).get(rest[0], rest[0])
        own = self._fields.get(table, {})
        return ".".join([own.get(first, self._tables.get(first, first)), *rest])


def _embed(name: str, arguments: Any, foreign: list[Any]) -> dict[str, Any]:
    """The arguments of one of our functions as data. Snowfakery takes any mapping for a call of a function,
    so ours travel as JSON; generators that only Snowfakery can evaluate move to `foreign`."""
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
    if is_ours(value):
        [(name, arguments)] = value.items()
        return {name: _embed(str(name), arguments, foreign)}
    if isinstance(value, (Mapping, list)) or is_formula(value):
        foreign.append(value)
        return {FOREIGN: len(foreign) - 1}
    return value
