"""References that go by other columns of their row: one customer for each order, and a day behind another day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

from synth_core.model.profile import Profile
from synth_core.model.project import Table
from synth_core.model.types import TEMPORAL_KINDS
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.keys import profile_of
from synth_core.stages.draft.numbers import number
from synth_core.stages.draft.order import leads_back

_CHOSEN = frozenset({"unique", "grouped", "match", "each", "after"})
"""Arguments that say which row is meant."""


def with_tied_references(
    profile: Profile, table: Table, made: Mapping[str, FieldText], repeated: Collection[str]
) -> dict[str, FieldText]:
    """The key and link columns, those references that an order ties to another one of the same table behind that, and
    those that depend on a column with `repeated` values, of a link or a group, the same wherever it is the same."""
    done = dict(made)
    gaps = {each.columns: each for each in profile.rules if each.table == table.name}
    # Rows can't be counted within a reference that goes by another column.
    counted = {str(field.generator["Synth.position"]["within"]) for field in made.values() if _counts(field)}
    for rule in (each.value for each in table.rules if each.value.kind == "ordered"):
        facts = gaps.get(rule.columns)
        for place, (before, column) in enumerate(pairwise(rule.columns)):
            free = _free_reference(done, column)
            if facts is None or not facts.gaps[place] or free is None or column in counted:
                continue
            if _arguments(done, before).get("table") != free["table"]:
                continue
            arguments = {name: value for name, value in free.items() if name != "children"}
            arguments |= {"after": before, "gaps": [number(each) for each in facts.gaps[place]]}
            if table.column(column).type.value.kind in TEMPORAL_KINDS:
                arguments["unit"] = facts.unit
            field = done[column]
            done[column] = FieldText(
                column, {"Synth.reference": arguments}, f"{field.why}; never before {before}"
            )
    facts_of = profile.table(table.name)
    for rule in (each.value for each in table.rules if each.value.kind == "depends"):
        (each, *more), free = rule.columns, _free_reference(done, rule.target)
        if more or each not in repeated or free is None or rule.target in counted:
            continue
        if leads_back(done, rule.target, [each]):
            continue
        known = profile_of(facts_of, each)
        if known is None or known.unique:
            continue
        field = done[rule.target]
        generator = {"Synth.reference": {**free, "each": each}}
        done[rule.target] = FieldText(rule.target, generator, f"{field.why}; one for each {each}")
    return done


def _arguments(made: Mapping[str, FieldText], name: str) -> Mapping[str, Any]:
    """Those of a reference; none where it is made otherwise."""
    generator = made[name].generator if name in made else None
    if not isinstance(generator, Mapping) or set(generator) != {"Synth.reference"}:
        return {}
    arguments: Mapping[str, Any] = generator["Synth.reference"]
    return arguments


def _free_reference(made: Mapping[str, FieldText], name: str) -> Mapping[str, Any] | None:
    """The arguments of a reference that may mean any row."""
    arguments = _arguments(made, name)
    return None if not arguments or _CHOSEN & set(arguments) else arguments


def _counts(field: FieldText) -> bool:
    return isinstance(field.generator, Mapping) and "Synth.position" in field.generator
