"""Columns that are empty where the value of another one says so: no delivery date before an order is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from synth_core.model.profile import NullsProfile, Profile
from synth_core.model.project import Table
from synth_core.recipe.notation import FieldText, percent
from synth_core.stages.draft.columns import nulls_of
from synth_core.stages.draft.joint_nulls import has_nulls
from synth_core.stages.draft.keys import profile_of
from synth_core.stages.draft.lookups import spread_of
from synth_core.stages.draft.order import leads_back


def with_nulls_by(
    profile: Profile, table: Table, fields: Mapping[str, FieldText], fixed: Collection[str]
) -> dict[str, FieldText]:
    """The fields, the nulls of each target of a `filled` rule as often as in the source beside each value; those that
    are `fixed` stay, and so do those beside a column whose values are not all known."""
    done = dict(fields)
    measured = {(each.by, each.path): each for each in profile.table(table.name).nulls}
    for rule in (each.value for each in table.rules if each.value.kind == "filled"):
        found = measured.get((rule.columns, (rule.target,)))
        if found is None or rule.target in fixed or not has_nulls(table, done[rule.target]):
            continue
        if leads_back(done, rule.target, found.by):
            continue
        field = _field(profile, table, done, found)
        if field is not None:
            done[rule.target] = field
    return done


def _field(
    profile: Profile, table: Table, fields: Mapping[str, FieldText], found: NullsProfile
) -> FieldText | None:
    name, by = found.path[0], found.by[0]
    weights, nulls = spread_of(fields, by)
    if not weights or not set(weights) <= {each.value for each in found.shares}:
        return None
    field = fields[name]
    facts = profile_of(profile.table(table.name), name)
    # Beside nothing there is nothing, as the rule was found.
    others = 1.0 if nulls or facts is None else facts.nulls / facts.rows
    value = field.generator["Synth.nullable"]["value"]
    arguments = {"nulls": percent(others), **nulls_of(found, weights), "value": value}
    return FieldText(name, {"Synth.nullable": arguments}, f"{field.why}, by {by}")
