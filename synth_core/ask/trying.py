"""What a prompt asks about one table, outside of the work that it is part of: to see it before it is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_core.ask import exposure
from synth_core.ask.answers import ExplanationAnswer
from synth_core.ask.asking import Ask
from synth_core.ask.columns import columns_ask
from synth_core.ask.fields import Asks, open_fields, seen, split
from synth_core.ask.links import links_ask
from synth_core.ask.shown import Ours
from synth_core.ask.structure import file_ask
from synth_core.errors import UsageError
from synth_core.model.doubts import FileDoubt, LinkCandidate, LinkDoubt, TableDoubt
from synth_core.model.findings import Finding
from synth_core.model.profile import Profile
from synth_core.model.project import Project, Table
from synth_core.recipe.catalogue import CATALOGUE
from synth_core.stages.draft.draft import draft_objects
from synth_core.stages.lint.explain import functions_at, help_on
from synth_core.stages.profile import without_values

FILES = ("dialect", "custom_header", "header")
"""What is asked about text files."""
SAMPLE_REMARK = "The values should be in German."
SAMPLE_FAULT = "Here stands what the linter says of the field."
_SAMPLE_GENERATOR = "Synth.words: {count: [1, 4]}"


def table_asks(
    name: str,
    project: Project,
    profile: Profile,
    table: str,
    *,
    recipe: str = "",
    found: Sequence[Finding] = (),
) -> list[Ask[Any]]:
    """The questions of a prompt about a table, as far as they follow from what was measured: about all of its columns,
    all keys that they may refer to, all fields that a model may make, and the first thing that was `found` in the
    recipe. Raises UsageError where there is nothing to ask.

    Of `columns` the rows are left out that are shown where a project allows it; what stands in a remark, and what is
    wrong with a field, are samples.
    """
    here = project.table(table)
    if name == "columns":
        facts = next((each for each in profile.tables if each.table == table), None)
        doubt = TableDoubt(table=here, facts=facts, columns=tuple(each.name for each in here.columns))
        return [columns_ask(each, project.exposure) for each in _parts(doubt)]
    if name == "links":
        return [links_ask(_link_doubts(project, here), project, profile, project.exposure)]
    if name == "explanation":
        return [explanation_ask(project, recipe, _first(found, table))]
    objects, _ = draft_objects(project, profile)
    only = {(table, each.name) for each in here.columns}
    ids = open_fields(project, objects, only if name == "recipe_redraft" else None)
    places = [place for place in ids if place[0] == table]
    if not places:
        raise UsageError(
            f"Of {table} this prompt asks nothing: rules make all of its fields, or they are keys and links.",
            hint="Try it on another table.",
        )
    asks = Asks(
        project,
        without_values(project, profile),
        seen(project.exposure),
        objects,
        ids,
        redraft=name == "recipe_redraft",
    )
    if name == "recipe_repair":
        return [asks.repair([(place, _SAMPLE_GENERATOR, [SAMPLE_FAULT]) for place in places])]
    return [asks.about(part, SAMPLE_REMARK) for part in split(places)]


def file_asks(name: str, project: Project, doubt: FileDoubt | None) -> list[Ask[Any]]:
    """The questions of a prompt about a text file. Raises UsageError where measurement leaves nothing open."""
    made = file_ask(doubt, project.exposure, name) if doubt is not None and _is_asked(name, doubt) else None
    if made is None:
        raise UsageError(
            "Measurement is sure of how this file is written, so nothing is asked.",
            hint="Try it on another table.",
        )
    return [made[0]]


def explanation_ask(project: Project, recipe: str, finding: Finding) -> Ask[ExplanationAnswer]:
    """What a finding of the linter means."""
    tables = {table.name: {each.name: each for each in table.columns} for table in project.tables}
    known = frozenset([*CATALOGUE, *tables, *(name for columns in tables.values() for name in columns)])
    helps = map(help_on, functions_at(finding, recipe))
    return Ask(
        question="explanation",
        inputs={
            "finding": exposure.finding(finding, tables.get(finding.table, {}).get(finding.column), known),
            "help": Ours("\n\n".join(filter(None, helps)) or "No function is named."),
        },
        answer=ExplanationAnswer,
        about=f"the finding {finding.code}",
    )


def _parts(doubt: TableDoubt) -> list[TableDoubt]:
    parts = split([("", column) for column in doubt.columns])
    return [doubt.model_copy(update={"columns": tuple(column for _, column in part)}) for part in parts]


def _link_doubts(project: Project, table: Table) -> list[LinkDoubt]:
    candidates: dict[str, list[LinkCandidate]] = {}
    for link in project.links:
        if link.table == table.name and len(link.columns) == 1 and not link.nested:
            candidates.setdefault(link.columns[0], []).append(
                LinkCandidate(
                    ref_table=link.ref_table,
                    ref_column=link.ref_columns[0],
                    share=1.0,
                    confidence=link.accepted.confidence,
                )
            )
    if not candidates:
        raise UsageError(f"No column of {table.name} may refer to a key.", hint="Try it on another table.")
    return [
        LinkDoubt(table=table.name, column=column, candidates=tuple(each))
        for column, each in candidates.items()
    ]


def _is_asked(name: str, doubt: FileDoubt) -> bool:
    return {"dialect": doubt.ask_split, "custom_header": doubt.ask_banner, "header": doubt.ask_header}[name]


def _first(found: Sequence[Finding], table: str) -> Finding:
    for each in found:
        if each.table == table:
            return each
    raise UsageError(f"Nothing is found about {table} in the recipe.", hint="Try it on another table.")
