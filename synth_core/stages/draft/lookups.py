"""Columns that another one determines, looked up by its value: the country of a city."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from synth_core.model.profile import ColumnProfile, PairsProfile, Profile
from synth_core.model.project import Table
from synth_core.model.types import Mode
from synth_core.recipe.functions.base import share, weight
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.columns import CLOSE, filled, sentence, with_nulls
from synth_core.stages.draft.formulas import name_in_formula
from synth_core.stages.draft.keys import profile_of
from synth_core.stages.draft.order import leads_back

_ALIKE = 0.9
_AROUND: Mapping[str, int] = {
    **dict.fromkeys(("weekday", "weekday from 0", "weekday from Sunday", "weekday from Sunday 0"), 7),
    **dict.fromkeys(("weekday name", "short weekday name"), 7),
    **dict.fromkeys(("month", "month name", "short month name"), 12),
    "quarter": 4,
    "hour": 24,
}
"""Parts of a date that come round again, and how many values they have."""


def with_lookups(
    profile: Profile,
    table: Table,
    fields: Mapping[str, FieldText],
    fixed: Collection[str],
    tables: Collection[str],
) -> dict[str, FieldText]:
    """The fields with a lookup in place of each column that depends on one whose values are all known. Those that are
    `fixed`, by keys, links and orders, stay, and so do those that a formula computes, or that a formula's column would
    have to be looked up for."""
    done = dict(fields)
    rules = [rule.value for rule in table.rules]
    kept = {*fixed, *(rule.target for rule in rules if rule.is_formula)}
    around = {rule.target: _AROUND.get(rule.part or "") for rule in rules if rule.kind == "part"}
    looked_up: set[str] = set()
    measured = {(each.column, each.target): each for each in profile.pairs if each.table == table.name}
    for rule in rules:
        pairs = measured.get((rule.columns[0], rule.target)) if rule.kind == "depends" else None
        if pairs is None or len(rule.columns) > 1 or rule.target in looked_up or rule.target in kept:
            continue
        is_around = around.get(pairs.column) == len(pairs.pairs) and pairs.column not in fixed
        if (pairs.column in kept and not is_around) or leads_back(done, rule.target, [pairs.column]):
            continue
        spread = _spread_of_pairs(profile, table, pairs) if is_around else spread_of(done, pairs.column)
        field = _field(profile, table, done, pairs, tables, spread)
        if field is not None:
            done[rule.target] = field
            looked_up.add(rule.target)
    return done


def _field(
    profile: Profile,
    table: Table,
    fields: Mapping[str, FieldText],
    pairs: PairsProfile,
    tables: Collection[str],
    spread: tuple[Mapping[str, float], float],
) -> FieldText | None:
    """None where the first column has values of which it is not known what goes with them, or makes too few of its
    values for the second one to be like the source's. `spread`: what the first one makes."""
    known = {each.value: each.target for each in pairs.pairs}
    weights, nulls = spread
    target = table.column(pairs.target)
    values = {value: known.get(value) for value in weights}
    if not weights or not set(weights) <= set(known) or not any(values.values()):
        return None
    if target.mode.value is not Mode.NULLABLE and None in values.values():
        return None
    listed = sum(share for value, share in weights.items() if values[value] is not None)
    facts = profile_of(profile.table(table.name), pairs.target)
    if facts is not None and _kept(weights, values, facts) < _ALIKE:
        return None
    empty = facts.nulls / facts.rows if facts and facts.rows else 0.0
    made: Any = {"Synth.lookup": {"of": pairs.column, "values": values}}
    there, why = (1.0 - nulls) * listed, f"goes with {pairs.column}, as in the source"
    if nulls and there + CLOSE < 1.0 - empty:
        # It is there also where nothing says what it is.
        when = f"${{{{ {name_in_formula(pairs.column, tables)} is none }}}}"
        alone = {"choice": {"when": when, "pick": filled(fields[pairs.target].generator)}}
        made, there = {"if": [alone, {"choice": {"pick": made}}]}, nulls + (1.0 - nulls) * listed
        why += ", where that is known"
    own = max(0.0, 1.0 - (1.0 - empty) / there) if there else 0.0
    generator = with_nulls(made, round(own, 3), target.mode.value)
    return FieldText(pairs.target, generator, sentence(target, why, empty))


def looked_up_by(generator: Any) -> str:
    """The column that a drafted generator looks its value up by; empty where it does not."""
    if isinstance(generator, Mapping):
        if "Synth.lookup" in generator:
            return str(generator["Synth.lookup"]["of"])
        return next(filter(None, map(looked_up_by, generator.values())), "")
    if isinstance(generator, list):
        return next(filter(None, map(looked_up_by, generator)), "")
    return ""


def _spread_of_pairs(profile: Profile, table: Table, pairs: PairsProfile) -> tuple[dict[str, float], float]:
    """What a part of a date makes, all of whose values are known: as often as in the source."""
    facts = profile_of(profile.table(table.name), pairs.column)
    total = sum(each.count for each in pairs.pairs)
    nulls = facts.nulls / facts.rows if facts and facts.rows else 0.0
    return {each.value: each.count / total for each in pairs.pairs}, nulls


def _kept(weights: Mapping[str, float], values: Mapping[str, str | None], facts: ColumnProfile) -> float:
    """The share of the second column that comes out as in the source, of its frequent values."""
    made: dict[str, float] = {}
    for value, each in weights.items():
        if (goes_with := values[value]) is not None:
            made[goes_with] = made.get(goes_with, 0.0) + each
    there = sum(made.values())
    total = facts.top_rows or 1
    return sum(min(each.count / total, made.get(each.value, 0.0) / there) for each in facts.top)


def spread_of(fields: Mapping[str, FieldText], column: str) -> tuple[dict[str, float], float]:
    """The values that a field makes with their shares, and that of nulls; no values where they are not all known."""
    whole = fields[column].generator
    generator = filled(whole)
    nulls = 0.0 if generator is whole else share(whole["Synth.nullable"]["nulls"])
    if isinstance(generator, Mapping) and set(generator) == {"Synth.choice"}:
        weights = {value: weight(each) for value, each in generator["Synth.choice"].items()}
        return {value: each / sum(weights.values()) for value, each in weights.items()}, nulls
    if isinstance(generator, Mapping) and set(generator) == {"Synth.lookup"}:
        looked_up: dict[str | None, float] = {}
        before, empty = spread_of(fields, generator["Synth.lookup"]["of"])
        for value, each in before.items():
            goes_with = generator["Synth.lookup"]["values"][value]
            looked_up[goes_with] = looked_up.get(goes_with, 0.0) + each
        none = 1.0 - (1.0 - nulls) * (1.0 - empty) * (1.0 - looked_up.pop(None, 0.0))
        total = sum(looked_up.values())
        return {str(value): each / total for value, each in looked_up.items()}, none
    return {}, 0.0
