"""Columns that have what the row has that they refer to, taken from there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from synth_core.model.project import Project, Table
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.links import LinkPlanner

Fields = Mapping[str, FieldText]
"""The fields of a table by their columns."""
NO_TABLES: Mapping[str, Fields] = MappingProxyType({})
_ALONE = frozenset({"choice", "quantiles", "pattern", "words", "uuid", "sequence"})
"""What they make follows from the number of a row and from no other column."""
_LINKED = frozenset({"reference", "parent"})
_TIED = frozenset({"unique", "match", "also", "each", "after"})


def with_copies(
    project: Project, links: LinkPlanner, table: Table, made: Fields, parents: Mapping[str, Fields]
) -> dict[str, FieldText]:
    """The key and link columns, and those that other tables' rows say: of links the ones that refer to the same as the
    column there does. `parents`: the fields of the tables that are drafted so far."""
    done = dict(made)
    computed = {rule.value.target for rule in table.rules if rule.value.is_formula}
    for link in links.links:
        facts = links.facts_of(link)
        anchor = link.columns[0]
        if facts is None or link.ref_table not in parents or _function(done.get(anchor)) != "reference":
            continue
        for column, ref in facts.copied:
            there = parents[link.ref_table].get(ref)
            own = done.get(column)
            if there is None or column in computed or column == anchor:
                continue
            if own is None and _function(there) not in _ALONE:
                continue
            if own is not None and not (
                _is_free(own, done) and _refers_alike(project, table.name, column, link.ref_table, ref)
            ):
                continue
            source = table.column(column)
            generator: dict[str, Any] = {"Synth.parent": {"link": anchor, "column": ref}}
            why = f"{source.type.value}, that of the row of {link.ref_table}: {ref}, as in the source"
            done[column] = FieldText(column, generator, why)
    return done


def _function(field: FieldText | None) -> str:
    """The function of ours that makes it; empty for others."""
    generator = field.generator if field is not None else None
    if not isinstance(generator, Mapping) or len(generator) != 1:
        return ""
    [(name, arguments)] = generator.items()
    if name == "Synth.nullable" and isinstance(arguments, Mapping) and "by" not in arguments:
        return _function(FieldText("", arguments["value"], ""))
    return str(name).removeprefix("Synth.") if str(name).startswith("Synth.") else ""


def _is_free(field: FieldText, fields: Fields) -> bool:
    """A reference to any row, by which nothing else in the table goes."""
    if _function(field) != "reference" or _TIED & set(field.generator["Synth.reference"]):
        return False
    return not any(
        field.name in (arguments.get(role) for role in ("within", "link", "each", "after"))
        for each in fields.values()
        if isinstance(each.generator, Mapping)
        for arguments in each.generator.values()
        if isinstance(arguments, Mapping)
    )


def _refers_alike(project: Project, table: str, column: str, ref_table: str, ref: str) -> bool:
    """Both refer to the same column, each by itself alone."""
    ends = {
        (link.table, link.columns): (link.ref_table, link.ref_columns)
        for link in project.accepted_links
        if len(link.columns) == 1
    }
    own = ends.get((table, (column,)))
    return own is not None and own == ends.get((ref_table, (ref,)))
