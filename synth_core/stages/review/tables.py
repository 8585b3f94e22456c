"""Edits of tables: how files are written, keys, rules, rows wanted."""

from __future__ import annotations

from synth_core.errors import ProjectError
from synth_core.model.dialect import Dialect
from synth_core.model.edits import AddRule, DecideRule, RemoveRule, SetDialect, SetPrimaryKey, SetWanted
from synth_core.model.inferred import Inferred
from synth_core.model.project import SourceKind, Table
from synth_core.model.rule import Rule
from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS, Kind, Mode
from synth_core.stages.relate import with_key
from synth_core.stages.review.state import Reviewed, accepted, by_hand, column_of, remade, table_of

_DAYS = TEMPORAL_KINDS - {Kind.TIME}
_ADDED = "added by a person"


def set_dialect(state: Reviewed, edit: SetDialect) -> Reviewed:
    """Another way to read and write the table's text files; its columns are those from before until it is inferred
    again."""
    table = table_of(state.project, edit.table)
    if table.source.kind not in (SourceKind.DELIMITED, SourceKind.WAREHOUSE):
        raise ProjectError(
            f"{table.name} has no delimited files: {table.source.kind} says itself how it is written."
        )
    if table.source.kind is SourceKind.WAREHOUSE and any(column.field.is_nested for column in table.columns):
        raise ProjectError(f"{table.name} has nested columns: its finished files are Parquet.")
    before = table.dialect
    if before is not None and before.value == edit.dialect:
        return state.with_table(remade(table, dialect=accepted(before)))
    shown = f"{before.value.delimiter!r} {before.value.encoding}" if before else None
    return state.with_table(remade(table, dialect=by_hand(Inferred[Dialect], edit.dialect, before, shown)))


def set_primary_key(state: Reviewed, edit: SetPrimaryKey) -> Reviewed:
    """Another primary key, or none; its columns become REQUIRED."""
    table = table_of(state.project, edit.table)
    if len(set(edit.columns)) < len(edit.columns):
        raise ProjectError(f"The primary key of {table.name} names a column more than once.")
    for name in edit.columns:
        column = column_of(table, name)
        if column.field.is_nested:
            raise ProjectError(f"{table.name}.{name} can't be part of a primary key: it is nested.")
    shown = f"({', '.join(table.key_columns)})" if table.primary_key else None
    key = by_hand(Inferred[tuple[str, ...]], edit.columns, table.primary_key, shown)
    keyed = with_key(table, key)
    if kept := [name for name in edit.columns if keyed.column(name).mode.value is not Mode.REQUIRED]:
        raise ProjectError(
            f"{table.name}.{kept[0]} can't be part of the primary key: it is {keyed.column(kept[0]).mode.value}.",
            hint="Make it REQUIRED first.",
        )
    return state.with_table(remade(keyed))


def add_rule(state: Reviewed, edit: AddRule) -> Reviewed:
    """A rule of a person's own; one that is there is accepted by it."""
    table = table_of(state.project, edit.table)
    if any(rule.value.is_same(edit.rule) for rule in table.rules):
        return _decide(state, table, edit.rule, accept=True)
    _check_rule(table, edit.rule)
    rule = _rounded(state, table, edit.rule)
    if any(
        each.value.is_formula and rule.is_formula and each.value.target == rule.target for each in table.rules
    ):
        raise ProjectError(
            f"{table.name}.{rule.target} follows from other columns by another rule.",
            hint="Remove that rule first.",
        )
    new = by_hand(Inferred[Rule], rule, None).model_copy(update={"evidence": _ADDED})
    rejected = tuple(each for each in table.rejected_rules if not each.is_same(rule))
    return state.with_table(remade(table, rules=(*table.rules, new), rejected_rules=rejected))


def remove_rule(state: Reviewed, edit: RemoveRule) -> Reviewed:
    """The rule goes, and does not come back."""
    return _decide(state, table_of(state.project, edit.table), edit.rule, accept=False)


def decide_rule(state: Reviewed, edit: DecideRule) -> Reviewed:
    """A rule of the project, or one that was rejected before, is one or is none."""
    table = table_of(state.project, edit.table)
    if edit.accept and any(edit.rule.is_same(each) for each in table.rejected_rules):
        return add_rule(state, AddRule(table=edit.table, rule=edit.rule))
    return _decide(state, table, edit.rule, edit.accept)


def _decide(state: Reviewed, table: Table, rule: Rule, accept: bool) -> Reviewed:
    found = next((each for each in table.rules if each.value.is_same(rule)), None)
    if found is None:
        known = "; ".join(str(each.value) for each in table.rules)
        raise ProjectError(f"{table.name} has no rule {rule}.", hint=f"It has {known or 'none'}.")
    if accept:
        rules = tuple(accepted(each) if each is found else each for each in table.rules)
        return state.with_table(remade(table, rules=rules))
    rules = tuple(each for each in table.rules if each is not found)
    rejected = table.rejected_rules if found.evidence == _ADDED else (*table.rejected_rules, found.value)
    return state.with_table(remade(table, rules=rules, rejected_rules=rejected))


def _rounded(state: Reviewed, table: Table, rule: Rule) -> Rule:
    """Its target is written with as many decimals as it has in the source."""
    if rule.kind not in ("sum", "difference", "product", "ratio") or rule.decimals is not None:
        return rule
    facts = state.profile.tables if state.profile else ()
    found = next((each for each in facts if each.table == table.name), None)
    columns = found.columns if found else ()
    decimals = next((each.decimals for each in columns if each.path == (rule.target,)), None)
    if table.column(rule.target).type.value.kind is Kind.INT64:
        decimals = 0
    return rule.model_copy(update={"decimals": decimals})


def _check_rule(table: Table, rule: Rule) -> None:
    """Raise ProjectError where its columns are not of a kind that it can be about."""
    columns = [column_of(table, name) for name in rule.all_columns]
    if rule.kind == "ordered" and len(set(rule.columns)) < max(2, len(rule.columns)):
        raise ProjectError(f"A rule of {table.name} needs two columns or more, each of them once.")
    if nested := [column.name for column in columns if column.field.is_nested]:
        raise ProjectError(f"{table.name}.{nested[0]} can't be part of a rule: it is nested.")
    told = ", ".join(f"{column.name} is {column.type.value}" for column in columns)
    kinds = {column.name: column.type.value.kind for column in columns}
    of = {kinds[name] for name in rule.columns}
    if rule.kind == "ordered" and not ((len(of) == 1 and of <= TEMPORAL_KINDS) or of <= NUMERIC_KINDS):
        raise ProjectError(
            f"These columns of {table.name} have no order: {told}.", hint="Take numbers, or dates."
        )
    if rule.kind == "part" and not of <= _DAYS:
        raise ProjectError(f"A part is one of a date: {told}.", hint="Take a DATE, DATETIME or TIMESTAMP.")
    if rule.kind in ("sum", "product", "ratio", "difference"):
        is_time = rule.kind == "difference" and of <= _DAYS
        given = {kinds[rule.target], *(() if is_time else (kinds[name] for name in rule.inputs))}
        if not given <= NUMERIC_KINDS:
            raise ProjectError(
                f"These columns of {table.name} can't be computed with: {told}.", hint="Take numbers."
            )


def set_wanted(state: Reviewed, edit: SetWanted) -> Reviewed:
    """So many rows, whatever the source has."""
    return state.with_table(remade(table_of(state.project, edit.table), wanted=edit.wanted))
