"""A model is asked about one table because a person wants to know, however sure measurement is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from synth_core.model.dialect import Dialect
from synth_core.model.doubts import SURE, ColumnProposal, TableDoubt
from synth_core.model.inferred import Origin
from synth_core.model.places import is_bucket
from synth_core.model.profile import Profile
from synth_core.model.project import Column, Exposure, Project, SourceKind, Table
from synth_core.ports import Model
from synth_core.stages.gather import Buckets
from synth_core.stages.gather.buckets import bucket_and_name
from synth_core.stages.gather.fetch import fetch
from synth_core.stages.reread import first_rows
from synth_core.stages.sniff import sniff
from synth_core.stages.workbench import Workbench

_ROWS = 10
_FETCHED = 4 << 20


@dataclass(frozen=True)
class Answer:
    """What a model says of a table; nothing of it has changed anything."""

    columns: tuple[ColumnProposal, ...]
    dialect: Dialect | None
    dialect_evidence: str
    sure: int
    right: int


def ask_table(
    project: Project, profile: Profile | None, table: Table, model: Model, buckets: Buckets | None
) -> Answer:
    """Ask about the columns, and about how the first file is written. It sees what the project allows."""
    facts = next((each for each in profile.tables if each.table == table.name), None) if profile else None
    asked = tuple(column.name for column in table.columns if not column.field.is_nested)
    rows: tuple[dict[str, str | None], ...] = ()
    is_text = table.source.kind is SourceKind.DELIMITED
    if is_text and project.exposure in (Exposure.MASKED_ROWS, Exposure.ROWS):
        rows = first_rows(table, _ROWS, buckets)
    doubt = TableDoubt(table=table, facts=facts, columns=asked, rows=rows)
    said = model.columns([doubt]).get(table.name, {}) if asked else {}
    sure = [each for each in table.columns if each.name in said and _is_sure(each)]
    dialect, evidence = _written(table, model, buckets) if is_text else (None, "")
    return Answer(
        columns=tuple(said[name] for name in asked if name in said),
        dialect=dialect,
        dialect_evidence=evidence,
        sure=len(sure),
        right=sum(said[each.name].meaning == each.meaning.value for each in sure),
    )


def _is_sure(column: Column) -> bool:
    return column.meaning.value != "unknown" and column.meaning.confidence >= SURE


def _written(table: Table, model: Model, buckets: Buckets | None) -> tuple[Dialect | None, str]:
    """What the model says of the first file, where measurement does not speak against it."""
    file = table.source.files[0]
    if not is_bucket(file):
        found = sniff(Path(file), judge=model.structure, ask_all=True).dialect
    elif buckets is None:
        return None, ""
    else:
        bucket, name = bucket_and_name(file)
        stat = buckets.open(bucket).stat(name)
        source = table.source.model_copy(update={"files": (file,)})
        with Workbench() as bench:
            part = fetch(
                bench.folder / "asked", table.name, source, {file: stat}, replace(buckets, budget=_FETCHED)
            )
            found = sniff(part.files[0].path, judge=model.structure, ask_all=True).dialect
    if found.origin is not Origin.MODEL:
        return None, ""
    value = found.value
    if table.dialect is not None:
        value = value.model_copy(update={"compression": table.dialect.value.compression})
    return value, found.evidence
