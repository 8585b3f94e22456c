"""The rules' draft: tables in dependency order, each column with its generator and the reason for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from synth_core.errors import ProjectError
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding, Level
from synth_core.model.profile import Profile, TableProfile
from synth_core.model.project import Project, Table
from synth_core.recipe.compile import PLUGIN_PATH
from synth_core.recipe.notation import FieldText, Locale, ObjectText, recipe_text
from synth_core.stages.draft.columns import column_generator, sentence
from synth_core.stages.draft.copies import NO_TABLES, Fields, with_copies
from synth_core.stages.draft.dates import days_around
from synth_core.stages.draft.formulas import with_formulas
from synth_core.stages.draft.groups import (
    counted_rows,
    group_generator,
    group_of,
    is_grouped,
    named_group,
    with_first_rows,
    with_people_of_groups,
)
from synth_core.stages.draft.joint_nulls import with_joint_nulls
from synth_core.stages.draft.logins import with_logins
from synth_core.stages.draft.lookups import looked_up_by, with_lookups
from synth_core.stages.draft.mailboxes import names_for, with_mailboxes
from synth_core.stages.draft.moments import with_moments
from synth_core.stages.draft.nulls_by import with_nulls_by
from synth_core.stages.draft.order import in_order
from synth_core.stages.draft.pers import with_pers
from synth_core.stages.draft.primary_key import KeyPlanner
from synth_core.stages.draft.references import with_tied_references
from synth_core.stages.draft.rules import Settled, ordered_columns
from synth_core.stages.profile import DEFAULT_LOCALE, without_values


class Draft(Frozen):
    """A recipe's text and what the rules could not do."""

    text: str
    findings: tuple[Finding, ...] = ()


def draft(project: Project, profile: Profile) -> Draft:
    """A recipe for all tables of the project. It holds no value with fewer than `project.k` source rows, and none of a
    personal column. Raises ProjectError when the profile was measured with a smaller k."""
    objects, findings = draft_objects(project, profile)
    return Draft(text=text_of(project, profile, objects), findings=tuple(findings))


def draft_objects(project: Project, profile: Profile) -> tuple[list[ObjectText], list[Finding]]:
    """The tables of the recipe, and what the rules could not do; see `draft`."""
    if profile.k < project.k:
        raise ProjectError(
            f"{project.name}: k is {project.k}, but what was measured shows values that only {profile.k} rows have.",
            hint=f"Run `synth infer {project.name}` again.",
        )
    profile = without_values(project, profile)
    families = key_families(project)
    objects, findings = [], []
    drafted: dict[str, Fields] = {}
    for name in table_order(project):
        table = project.table(name)
        fields, problems = table_fields(project, profile, table, families, drafted)
        drafted[name] = {each.name: each for each in fields}
        objects.append(ObjectText(name, table.wanted, why_so(table), fields))
        findings += problems
    return objects, findings


def text_of(project: Project, profile: Profile, objects: Sequence[ObjectText], *, by: str = "rules") -> str:
    """The recipe's text; `by` says who drafted it."""
    title = [
        f"Recipe of {project.name}, drafted by {by} from {len(project.tables)} {_tables(project)}.",
        f"No value stands here that fewer than {project.k} source rows have; change whatever you like.",
    ]
    return recipe_text(title, PLUGIN_PATH, objects, locale=_locale(profile))


def _locale(profile: Profile) -> Locale | None:
    """Where the people are from, unless it is where Snowfakery's own people are."""
    found = profile.locale
    if found is None or found.name == DEFAULT_LOCALE:
        return None
    return Locale(
        found.name,
        f"Names and places are made as in {found.name}: of {found.names} different names that are known, most by far "
        "are of its language.",
    )


def locale_of(profile: Profile) -> str:
    """Where the recipe's people are from."""
    return profile.locale.name if profile.locale else DEFAULT_LOCALE


def _tables(project: Project) -> str:
    return "table" if len(project.tables) == 1 else "tables"


def table_order(project: Project) -> list[str]:
    """Tables with parents before children; where links form a circle, its first table in the project's order."""
    order: list[str] = []
    waiting = [table.name for table in project.tables]
    while waiting:
        free = [
            name
            for name in waiting
            if not any(
                link.table == name and link.ref_table != name and link.ref_table in waiting
                for link in project.accepted_links
            )
        ]
        chosen = free or [next(name for name in waiting if _leads_to_itself(project, name, waiting))]
        order += chosen
        waiting = [name for name in waiting if name not in chosen]
    return order


def _leads_to_itself(project: Project, name: str, among: Collection[str]) -> bool:
    """Links between these tables lead from it to others and back."""
    todo, seen = [name], set[str]()
    while todo:
        here = todo.pop()
        refs = {link.ref_table for link in project.accepted_links if link.table == here} - {here}
        if name in refs:
            return True
        todo += (refs - seen) & set(among)
        seen |= refs
    return False


def key_families(project: Project) -> dict[tuple[str, str], tuple[str, str]]:
    """Key columns that one column refers to at the same time must be made in the same way: each maps to the one whose
    table has the most rows. Columns that stand alone are not named."""
    groups: list[set[tuple[str, str]]] = []
    targets: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for link in project.accepted_links:
        for column, ref in zip(link.columns, link.ref_columns, strict=True):
            targets.setdefault((link.table, column), set()).add((link.ref_table, ref))
    for group in targets.values():
        if len(group) < 2:
            continue
        merged = set(group)
        rest = []
        for other in groups:
            if other & merged:
                merged |= other
            else:
                rest.append(other)
        groups = [*rest, merged]
    families: dict[tuple[str, str], tuple[str, str]] = {}
    for group in groups:
        # Of links no values are known, and they are made from what they refer to.
        head = max(sorted(group), key=lambda each: (each not in targets, project.table(each[0]).wanted))
        families.update(dict.fromkeys(group, head))
    return families


def table_fields(
    project: Project,
    profile: Profile,
    table: Table,
    families: dict[tuple[str, str], Any],
    parents: Mapping[str, Fields] = NO_TABLES,
) -> tuple[list[FieldText], list[Finding]]:
    """The fields of a table in their order, and what the rules could not do. `parents`: tables whose fields are known,
    of which columns may be taken."""
    planner = KeyPlanner(project, profile, table, families)
    keys = planner.plan()
    facts = profile.table(table.name)
    linked = {name for link in project.accepted_links if link.table == table.name for name in link.columns}
    group = group_of(table, facts, linked)
    inside = {
        table.inner(link.columns[0]).path: link for link in project.nested_links if link.table == table.name
    }
    locale, days = locale_of(profile), days_around(profile, table.name)
    if group and _is_computed(table, group.column):
        group = None
    tables = {each.name for each in project.tables}
    keys.made = with_copies(project, planner.linking, table, keys.made, parents)
    keys.made = with_tied_references(profile, table, keys.made, {*linked, *([group.column] if group else ())})
    named = facts.group if facts.group and (group or is_grouped(keys.made.get(facts.group.column))) else None
    counted = counted_rows(table, named) if named else {}
    made: dict[str, FieldText] = {}
    for column in table.columns:
        if column.name in keys.made:
            made[column.name] = keys.made[column.name]
        elif column.name in counted:
            made[column.name] = counted[column.name]
        else:
            generator, why = column_generator(column, facts, inside, locale, days)
            if group and group.column == column.name:
                generator, why = group_generator(table, column, facts, group, generator)
                why = sentence(column, why, 0.0)
            made[column.name] = FieldText(column.name, generator, why)
    fixed = {*keys.made, *counted, *([group.column] if group else ())}
    settled = _settled(profile, table, made, fixed, tables)
    ordered = ordered_columns(profile, table, keys.made, settled)
    made |= {name: FieldText(name, *each) for name, each in ordered.items() if name not in counted}
    fixed.update(ordered)
    made = with_moments(profile, table, with_lookups(profile, table, made, fixed, tables), fixed)
    made = with_joint_nulls(table, with_formulas(table, facts, made, fixed, tables), keys.made, tables)
    made = with_nulls_by(profile, table, made, keys.made)
    if named:
        made = with_first_rows(table, named, made, tables)
        made = with_people_of_groups(table, named.column, made, tables)
        linked.add(named.column)
    made = with_pers(table, facts, made, fixed, linked, named_group(made, group))
    made = with_mailboxes(with_logins(table, facts, made, tables), tables)
    listed = [*keys.hidden.values(), *made.values()]
    return in_order(listed, names_for(listed)), [*keys.findings, *_balances(facts)]


def _is_computed(table: Table, column: str) -> bool:
    """A month of a calendar has its rows together, too, but is no group: it is that of the row's date."""
    return any(rule.value.is_formula and rule.value.target == column for rule in table.rules)


def _settled(
    profile: Profile,
    table: Table,
    fields: Mapping[str, FieldText],
    fixed: Collection[str],
    tables: Collection[str],
) -> dict[str, Settled]:
    """What would be looked up and computed if no columns were in order."""
    looked_up = with_lookups(profile, table, fields, fixed, tables)
    before = with_moments(profile, table, looked_up, fixed)
    computed = with_formulas(table, profile.table(table.name), before, fixed, tables)
    settled: dict[str, Settled] = {}
    for name, field in looked_up.items():
        if field is not fields[name] and (other := looked_up_by(field.generator)):
            settled[name] = Settled((other,), looked_up=True)
    for rule in (each.value for each in table.rules if each.value.is_formula):
        if computed[rule.target] is not before[rule.target]:
            settled[rule.target] = Settled(rule.inputs, looked_up=False)
    return settled


def _balances(facts: TableProfile) -> Iterator[Finding]:
    """What no draft keeps, so that nobody takes it for kept."""
    for each in facts.balances:
        yield Finding(
            level=Level.NOTE,
            code="draft.running-balance",
            table=facts.table,
            column=each.column,
            message=f"a running balance of {' minus '.join(each.amounts)} in the source. Rows are made apart from each "
            "other, so it does not add up in what is made.",
            hint="Leave the column out, or compute it from the rows after loading.",
        )


def why_so(table: Table) -> list[str]:
    """What stands above the object of a table."""
    lines = [
        f"{table.name}: {table.rows:,} rows in the source."
        + (f" {table.description}" if table.description else "")
    ]
    if table.primary_key:
        key = table.primary_key
        lines.append(
            f"Primary key {', '.join(key.value)} ({key.origin.value}, {key.confidence:.0%} sure): {key.evidence}"
        )
    return lines
