"""Rows that belong together and stand one after the other: the lines of an order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from synth_core.model.profile import ColumnProfile, CountedColumn, GroupProfile, TableProfile
from synth_core.model.project import Column, Table
from synth_core.model.types import Kind
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.functions import Group
from synth_core.recipe.functions.base import share
from synth_core.recipe.notation import FieldText, percent
from synth_core.recipe.world import function_in, names_groups
from synth_core.stages.draft.columns import nullable, sentence
from synth_core.stages.draft.formulas import name_in_formula
from synth_core.stages.draft.keys import profile_of, single_key
from synth_core.stages.draft.mailboxes import names_for
from synth_core.stages.draft.pers import innermost
from synth_core.stages.draft.shapes import part_written
from synth_core.stages.draft.spread import written_spread

_DIGITS = r".*9.*"
_CODES = 0.9
"""Of the rows whose shape is known, so many have digits in a column that numbers things."""
_NONE = 0.0005
"""Shares of nulls below that are what rounding leaves."""
_MADE_ANEW = frozenset({"Synth.pattern", "Synth.quantiles", "Synth.uuid"})
"""What makes values that may come twice, of codes that do not."""


def group_of(table: Table, facts: TableProfile, linked: Collection[str]) -> GroupProfile | None:
    """The groups of a table whose column no link makes, and whose values are no categories."""
    found = facts.group
    if found is None or found.column in linked or found.column not in {each.name for each in table.columns}:
        return None
    profile = profile_of(facts, found.column)
    kind = table.column(found.column).type.value.kind
    return found if kind is Kind.INT64 or (profile is not None and not _is_category(profile)) else None


def _is_category(profile: ColumnProfile) -> bool:
    """Frequent values of words: sorted by city, the rows of a city stand together, too."""
    return bool(profile.top) and part_written(profile.shapes, _DIGITS) < _CODES


def group_generator(
    table: Table, column: Column, facts: TableProfile, found: GroupProfile, made: Any
) -> tuple[Any, str]:
    """(generator, why) of the column that the groups are named by; `made` is what makes it otherwise, None for a part
    of a key."""
    if made is None or set(made) & {*_MADE_ANEW, "Synth.choice"}:
        made, _ = single_key(table, column, facts, shared=False)
    why = "groups of rows that stand together, as in the source"
    return {"Synth.group": {"rows": written_spread(found.sizes), "value": made}}, why


def counted_rows(table: Table, found: GroupProfile) -> dict[str, FieldText]:
    """The columns that count the rows of each group."""
    made = {}
    for each in found.counted:
        why = sentence(table.column(each.name), f"counts the rows of each {found.column}", 0.0)
        made[each.name] = FieldText(
            each.name, {"Synth.position": {"within": found.column, **counting(each)}}, why
        )
    return made


def counting(counted: CountedColumn) -> dict[str, int]:
    """How a `Synth.position` counts, where not 1, 2, 3."""
    usual = {"start": 1, "step": 1, "digits": 0}
    return {name: getattr(counted, name) for name, each in usual.items() if getattr(counted, name) != each}


def named_group(fields: Mapping[str, FieldText], found: GroupProfile | None) -> str:
    """The column of the groups, where each has a value of its own; empty where there are none."""
    if found is None:
        return ""
    function = function_in(fields[found.column].generator, found.column)
    return found.column if isinstance(function, Group) and names_groups(function, found.column) else ""


def is_grouped(field: FieldText | None) -> bool:
    """A reference whose rows stand together, one parent after the other."""
    generator = field.generator if field else None
    return isinstance(generator, Mapping) and bool(generator.get("Synth.reference", {}).get("grouped"))


def with_first_rows(
    table: Table,
    found: GroupProfile,
    fields: Mapping[str, FieldText],
    tables: Collection[str],
) -> dict[str, FieldText]:
    """The fields, those of which only the first row of a group has a value null in all others: by the column that
    counts the rows, or by a hidden one. What is null where another column is stays as it is."""
    done = dict(fields)
    mean = sum((fewest + most) / 2 * count for fewest, most, count in found.sizes)
    mean /= sum(count for *_, count in found.sizes)
    line = next((each for each in found.counted if each.name in done), None)
    name, start = (line.name, line.start) if line else (_free("__line", done), 1)
    together = (rule.value.columns for rule in table.rules if rule.value.kind == "joint nulls")
    mates = {name for columns in together if set(columns) & set(found.first) for name in columns}
    first = {*found.first, *mates}
    changed = False
    for target in (each for each in fields if each in first):
        field = done[target]
        arguments = nullable(field.generator)
        if arguments is None or arguments.get("by") in first:
            continue
        nulls = max(0.0, 1.0 - (1.0 - share(arguments["nulls"])) * mean)
        value = arguments["value"]
        pick = {"Synth.nullable": {"nulls": percent(nulls), "value": value}} if nulls > _NONE else value
        when = f"${{{{ {name_in_formula(name, tables)} > {start} }}}}"
        made = {"if": [{"choice": {"when": when, "pick": None}}, {"choice": {"pick": pick}}]}
        done[target] = FieldText(target, made, f"{field.why}, in the first row of each {found.column} only")
        changed = True
    if changed and line is None:
        position = {"Synth.position": {"within": found.column}}
        done = {name: FieldText(name, position, f"the row's place among those of one {found.column}"), **done}
    return done


def with_people_of_groups(
    table: Table, group: str, fields: Mapping[str, FieldText], tables: Collection[str]
) -> dict[str, FieldText]:
    """The fields with a hidden one for each name that only the first row of a group shows, and that an e-mail address
    in all its rows fits."""
    done = dict(fields)
    going = {
        rule.value.target
        for rule in table.rules
        if rule.value.kind == "depends" and rule.value.columns == (group,)
    }
    for mailbox, names in names_for(list(fields.values())).items():
        for name in (each for each in names if mailbox in going and each not in going):
            inner, put_back = innermost(done[name].generator, has_own_nulls=False)
            if inner is done[name].generator or (is_formula(inner) and "fake" not in inner):
                continue
            hidden = _free("__" + "_".join(re.findall("[a-z0-9]+", name.lower())), done)
            person = {"Synth.per": {"each": group, "value": inner}}
            shown = put_back(f"${{{{ {name_in_formula(hidden, tables)} }}}}")
            done = {hidden: FieldText(hidden, person, f"who each {group} is of"), **done}
            done[name] = FieldText(name, shown, done[name].why)
    return done


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name
