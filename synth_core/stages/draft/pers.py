"""Columns that go with a link, or with another column that repeats: one value for each of its values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from synth_core.model.profile import TableProfile
from synth_core.model.project import Table
from synth_core.model.rule import Rule
from synth_core.model.types import Kind
from synth_core.recipe.formulas import is_formula
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.columns import nullable, sentence
from synth_core.stages.draft.keys import profile_of
from synth_core.stages.draft.mailboxes import is_mailbox
from synth_core.stages.draft.numbers import by_quantiles
from synth_core.stages.draft.order import leads_back, sources

_NAMING = frozenset({Kind.STRING, Kind.INT64})


def with_pers(
    table: Table,
    facts: TableProfile,
    fields: Mapping[str, FieldText],
    fixed: Collection[str],
    linked: Collection[str],
    group: str = "",
) -> dict[str, FieldText]:
    """The fields, those that depend on a column with one value for each of its values. Those that are `fixed`, by keys,
    links and orders, that are computed or looked up, or that stand behind others, stay as they are. `linked`: columns
    of links, which come first; `group`: the column that a `Synth.group` makes."""
    done = dict(fields)
    computed = {rule.value.target for rule in table.rules if rule.value.is_formula}
    together = {
        name for rule in table.rules if rule.value.kind == "joint nulls" for name in rule.value.columns
    }
    logins = {login.column for login in facts.logins}
    shared: dict[str, str] = {}
    for rule in _dependencies(table, linked):
        [each], target = rule.columns, rule.target
        if target in shared or target in fixed or target in computed or not {each, target} <= set(done):
            continue
        if _is_single(facts, each) or leads_back(done, target, [each]):
            continue
        field = done[target]
        if each not in linked and (is_mailbox(field) or target in logins or _is_listed(done[each].generator)):
            # What is no link hardly repeats in what is made, so a name that fits is worth more; and of few values that
            # do, the first draws would decide how often each one comes.
            continue
        inner, put_back = innermost(field.generator, has_own_nulls=target not in together)
        known = {each, *(name for name, other in shared.items() if other == each)}
        if not _is_drawn(inner) or not sources(inner) & set(done) <= known:
            continue
        why = field.why
        if _has_one_each(facts, each, target) and "Synth.choice" in inner:
            # Of a list of places two devices would get the same one.
            column, profile = table.column(target), profile_of(facts, target)
            if profile is not None and profile.quantiles:
                inner, said = by_quantiles(column.field, profile)
                why = sentence(column, said, profile.nulls / max(1, profile.rows))
        if each != group:
            inner = _in_no_order(inner)
        made = put_back({"Synth.per": {"each": each, "value": inner}})
        done[target] = FieldText(target, made, f"{why}; one for each {each}, as in the source")
        shared[target] = each
    return done


def _dependencies(table: Table, linked: Collection[str]) -> Iterator[Rule]:
    """What depends on one column; on links first. On what else may name something: texts and whole numbers."""
    found = [
        rule.value
        for rule in table.rules
        if rule.value.kind == "depends" and len(rule.value.columns) == 1
        if rule.value.columns[0] in linked or table.column(rule.value.columns[0]).type.value.kind in _NAMING
    ]
    yield from sorted(found, key=lambda rule: rule.columns[0] not in linked)


def _is_single(facts: TableProfile, column: str) -> bool:
    """No value of it comes twice, so each row has its own anyhow."""
    profile = profile_of(facts, column)
    return profile is not None and profile.unique


def _is_listed(generator: Any) -> bool:
    return bool({"Synth.choice", "Synth.lookup"} & _functions(generator))


def _functions(generator: Any) -> set[str]:
    """The functions in a generator, those inside of others too."""
    if isinstance(generator, Mapping):
        return set(generator).union(*(_functions(each) for each in generator.values()))
    return set().union(*map(_functions, generator)) if isinstance(generator, list) else set()


def _in_no_order(generator: Any) -> Any:
    """Where one value is in many rows, it stands in the order of none of them."""
    if isinstance(generator, Mapping) and set(generator) == {"Synth.quantiles"}:
        arguments = generator["Synth.quantiles"].items()
        return {"Synth.quantiles": {name: value for name, value in arguments if name != "order"}}
    return generator


def _has_one_each(facts: TableProfile, each: str, target: str) -> bool:
    """There are about as many values as the other column has."""
    other, own = profile_of(facts, each), profile_of(facts, target)
    return other is not None and own is not None and own.distinct > other.distinct / 2


def innermost(generator: Any, *, has_own_nulls: bool) -> tuple[Any, Any]:
    """What makes the values, and a function that puts something else in its place. Nulls that other columns share stay
    those of the row; own ones are made for each value, too."""
    if (nulls := nullable(generator)) is not None and not has_own_nulls:
        return nulls["value"], lambda made: {"Synth.nullable": {**nulls, "value": made}}
    if isinstance(generator, Mapping) and set(generator) == {"if"}:
        *conditions, last = generator["if"]
        if all(each["choice"].get("pick", "") is None for each in conditions):
            return last["choice"]["pick"], lambda made: {"if": [*conditions, {"choice": {"pick": made}}]}
    return generator, lambda made: made


def _is_drawn(generator: Any) -> bool:
    """Neither the same in all rows anyhow, nor looked up."""
    if not isinstance(generator, Mapping):
        return is_formula(generator)
    return "Synth.lookup" not in _functions(generator) and len(generator.get("Synth.choice", "several")) > 1
