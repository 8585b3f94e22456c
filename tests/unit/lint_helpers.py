"""Small projects and recipes for tests of the linter."""

from __future__ import annotations

from typing import Any

from synth_core.model.findings import Finding
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target
from synth_core.model.rule import Rule
from synth_core.model.types import BigQueryType, Mode
from synth_core.recipe.edit import apply_edits
from synth_core.stages.lint import lint

HEAD = "- snowfakery_version: 3\n- plugin: synth_core.recipe.plugin.Synth\n"


def project_of(
    tables: dict[str, dict[str, str]],
    keys: dict[str, tuple[str, ...]] | None = None,
    *,
    links: tuple[tuple[str, str, str, str], ...] = (),
    rules: dict[str, tuple[str, ...]] | None = None,
    personal: tuple[str, ...] = (),
    rows: int = 10,
) -> Project:
    """Columns as `TYPE`, `TYPE!` for REQUIRED or `TYPE*` for REPEATED; links as (table, column, other, its column);
    `personal` names columns of any table."""
    modes = {"!": Mode.REQUIRED, "*": Mode.REPEATED}
    made = tuple(
        Table(
            name=name,
            source=TableSource(kind=SourceKind.DELIMITED, uri="data", full_name=name),
            rows=rows,
            wanted=rows,
            columns=tuple(
                Column(
                    name=column,
                    type=Inferred[BigQueryType](value=BigQueryType.model_validate(text.rstrip("!*"))),
                    mode=Inferred[Mode](value=modes.get(text[-1], Mode.NULLABLE)),
                    meaning=Inferred[str](value="unknown"),
                    personal=Inferred[bool](value=column in personal),
                )
                for column, text in columns.items()
            ),
            primary_key=Inferred[tuple[str, ...]](value=(keys or {})[name]) if name in (keys or {}) else None,
            rules=(Inferred[Rule](value=Rule(kind="ordered", columns=(rules or {})[name])),)
            if name in (rules or {})
            else (),
        )
        for name, columns in tables.items()
    )
    accepted = Inferred[bool](value=True)
    return Project(
        name="p",
        source="data",
        tables=made,
        links=tuple(
            Link(table=table, columns=(column,), ref_table=other, ref_columns=(ref,), accepted=accepted)
            for table, column, other, ref in links
        ),
        target=Target(uri="out"),
    )


def findings(text: str, project: Project | None = None, **more: Any) -> list[Finding]:
    return lint(HEAD + text, project, **more)


def found(text: str, project: Project | None = None, **more: Any) -> list[tuple[str, int | None, int | None]]:
    """Code, line and column of each finding; the recipe's own first line is the third."""
    return [
        (each.code.removeprefix("recipe."), each.line, each.column_number)
        for each in findings(text, project, **more)
    ]


def mended(text: str, code: str, project: Project | None = None, **more: Any) -> str:
    """The recipe after the fix of its only finding with this code, without its head."""
    [finding] = [each for each in findings(text, project, **more) if each.code == f"recipe.{code}"]
    assert finding.fix is not None
    return apply_edits(HEAD + text, finding.fix.edits).removeprefix(HEAD)
