"""Measure a project's tables, links and rules as k-anonymous facts."""

from __future__ import annotations

import duckdb

from synth_core.model.profile import LinkProfile, Profile
from synth_core.model.project import Link, Project
from synth_core.stages.profile.copied import copied_columns
from synth_core.stages.profile.links import measure_link, measure_nested
from synth_core.stages.profile.locales import DEFAULT_LOCALE, measure_locale
from synth_core.stages.profile.pairs import measure_pairs
from synth_core.stages.profile.people import without_people
from synth_core.stages.profile.personal import personal_columns, without_values
from synth_core.stages.profile.rules import has_times, measure_rule
from synth_core.stages.profile.running import running_numbers
from synth_core.stages.profile.table import showing, table_profile
from synth_core.stages.profile.whole import of_all_rows

__all__ = [
    "DEFAULT_LOCALE",
    "measure_link",
    "of_all_rows",
    "personal_columns",
    "profile",
    "showing",
    "without_values",
]


def profile(con: duckdb.DuckDBPyConnection, project: Project) -> Profile:
    """Measure every table, accepted link and rule of the project.

    Each table is `main."<name>"` of the connection. Nothing in the result has fewer than `project.k` source
    rows behind it, apart from plain counts (rows, nulls, distinct values, orphans), and nothing of a personal
    column but shapes, lengths, how fine its values are, and the years that its dates lie in.
    """
    links = project.kept_links
    personal = personal_columns(project)
    tables = {each.name: table_profile(con, each, links, personal, project.k) for each in project.tables}
    found = Profile(
        k=project.k,
        locale=measure_locale(con, project),
        tables=tuple(tables.values()),
        links=tuple(
            measure_nested(con, project.table(link.table), link, k=project.k)
            if link.nested
            else _measured(con, project, link)
            for link in links
        ),
        rules=tuple(
            measure_rule(con, table, rule.value, personal, project.k)
            for table in project.tables
            for rule in table.rules
            if rule.value.kind == "ordered" or has_times(rule.value)
        ),
        pairs=tuple(
            pairs
            for table in project.tables
            for rule in table.rules
            if rule.value.kind == "depends" and len(rule.value.columns) == 1
            if (pairs := measure_pairs(con, rule.value, tables[table.name], project.k)) is not None
        ),
    )
    return without_people(project, found)


def _measured(con: duckdb.DuckDBPyConnection, project: Project, link: Link) -> LinkProfile:
    facts = measure_link(con, link.table, link.columns, link.ref_table, link.ref_columns, k=project.k)
    table, ref = project.table(link.table), project.table(link.ref_table)
    running = running_numbers(con, table, facts, project.k)
    return facts.model_copy(update={"running": running, "copied": copied_columns(con, table, ref, facts)})
