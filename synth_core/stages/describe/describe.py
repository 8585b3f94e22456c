"""Describes the columns of a table of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from synth_core.model.base import Frozen
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column
from synth_core.model.types import BigQueryType, Mode
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.judge import Subject, judge
from synth_core.stages.describe.sample import take_sample
from synth_core.stages.describe.text_types import infer_types, mark_ungrouped
from synth_core.stages.describe.zones import with_zone
from synth_core.starting import loading


class Fit(Frozen):
    """How far the form that a type's evidence names explains a column of text."""

    share: float
    """Of the values, those that it explains."""
    others: tuple[str, ...]
    """Some that it does not."""


class DescribedText(NamedTuple):
    """The columns of a table of text, what a person should look at, and how well each column's type is founded."""

    columns: tuple[Column, ...]
    findings: tuple[Finding, ...]
    fits: tuple[Fit, ...]
    """By column. They quote values, and so stay out of the project."""


@loading()
def describe_text(
    con: duckdb.DuckDBPyConnection,
    raw: str,
    names: Sequence[str],
    dialect: Dialect,
    *,
    table: str,
    hide_names: bool = False,
) -> DescribedText:
    """Type, format, mode, meaning and personal of each column of a table of text.

    `raw` is the quoted name of a base table whose columns are all VARCHAR, null tokens already NULL. Every
    non-null value fits the type that is found, as `files.casts` sees it; meanings are judged by a sample. With
    `hide_names`, names of table and columns say nothing. Evidence never quotes values.
    """
    samples = take_sample(con, raw, names)
    types = infer_types(con, raw, samples, dialect, hide_names=hide_names)
    types = mark_ungrouped(con, raw, names, types, dialect)
    subjects = [
        Subject(
            sample.name,
            Facts.of(found.type.kind, sample.values, columns=len(names), rows=sample.side_by_side),
        )
        for sample, found in zip(samples, types, strict=True)
    ]
    columns, findings = [], []
    for sample, found, (meaning, personal) in zip(
        samples, types, judge(subjects, table, hide_names=hide_names), strict=True
    ):
        columns.append(
            Column(
                name=sample.name,
                type=Inferred[BigQueryType](
                    value=found.type, confidence=found.confidence, evidence=found.evidence
                ),
                mode=_mode(sample.rows, sample.present),
                meaning=meaning,
                personal=personal,
                format=with_zone(found.format, sample.values),
            )
        )
        if found.problem:
            findings.append(
                Finding(
                    level=Level.WARNING,
                    code=found.problem_code,
                    message=found.problem,
                    hint=found.hint,
                    table=table,
                    column=sample.name,
                )
            )
    fits = tuple(Fit(share=round(found.share, 4), others=found.others) for found in types)
    return DescribedText(tuple(columns), tuple(findings), fits)


def _mode(rows: int, present: int) -> Inferred[Mode]:
    missing = rows - present
    evidence = (
        f"{missing:,} of {rows:,} rows have no value" if missing else f"each of {rows:,} rows has a value"
    )
    return Inferred[Mode](value=Mode.NULLABLE, confidence=1.0 if missing else 0.8, evidence=evidence)
