"""Moments of a day that another column has: when on its end date a car came back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from synth_core.model.profile import Profile
from synth_core.model.project import Table
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.columns import CLOSE, sentence, with_nulls
from synth_core.stages.draft.keys import profile_of
from synth_core.stages.draft.numbers import number
from synth_core.stages.draft.order import leads_back


def with_moments(
    profile: Profile, table: Table, fields: Mapping[str, FieldText], fixed: Collection[str]
) -> dict[str, FieldText]:
    """The fields with the time of day behind each date that is there in more rows than its moment, or that is `fixed`
    by keys, links and orders. Other dates are computed from their moments."""
    done = dict(fields)
    gaps = {each.columns: each for each in profile.rules if each.table == table.name}
    for rule in (each.value for each in table.rules if each.value.part == "date"):
        (moment,), day = rule.columns, rule.target
        facts = gaps.get((day, moment))
        if not {moment, day} <= set(fields) or moment in fixed or facts is None or not facts.gaps[0]:
            continue
        nulls, empty = (_nulls(profile, table, name) for name in (moment, day))
        if (day not in fixed and nulls <= empty + CLOSE) or leads_back(done, day, [moment]):
            continue
        times = [number(each) for each in facts.gaps[0]]
        arguments = {"after": day, "unit": facts.unit, "gaps": times}
        column = table.column(moment)
        own = max(0.0, 1.0 - (1.0 - nulls) / (1.0 - empty)) if empty < 1.0 else 0.0
        generator = with_nulls({"Synth.offset": arguments}, round(own, 6), column.mode.value)
        done[moment] = FieldText(moment, generator, sentence(column, f"a time of day on {day}", nulls))
    return done


def _nulls(profile: Profile, table: Table, name: str) -> float:
    facts = profile_of(profile.table(table.name), name)
    return facts.nulls / facts.rows if facts and facts.rows else 0.0
