"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from synth_core.errors import UsageError
from synth_core.model.plan import MAX_SEED

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
AsJson = Annotated[bool, typer.Option("--json", help="Print nothing but JSON on standard output.")]
Project = Annotated[str, typer.Argument(help="The project's name.")]
Sources = Annotated[
    list[str],
    typer.Option(
        "--source",
        help="A folder, a file or pattern, `name=PATTERN`, gs://BUCKET/PREFIX, duckdb:PATH[#table,…] or "
        "bigquery:PROJECT.DATASET[.table,…]; repeatable.",
    ),
]
TableNames = Annotated[str, typer.Option("--tables", help="Take only these tables, separated by commas.")]
TargetUri = Annotated[
    str,
    typer.Option("--target", help="bigquery:PROJECT.DATASET, gs://BUCKET/PREFIX, duckdb:PATH or a folder."),
]
FilesFolder = Annotated[
    str, typer.Option("--files", help="Keep the finished files in this folder or gs://BUCKET/PREFIX.")
]
Stage = Annotated[
    bool | None,
    typer.Option("--stage/--no-stage", help="Copy the input beside the finished files for the run."),
]
KeepStaged = Annotated[
    bool | None,
    typer.Option("--keep-staged/--drop-staged", help="Leave that copy there after the run."),
]
AuditTable = Annotated[
    str | None,
    typer.Option("--audit-table", help="project.dataset.table that gets a copy of the audit."),
]
MaxBytesBilled = Annotated[
    int | None, typer.Option("--max-bytes-billed", min=1, help="A query that would read more fails.")
]
SampleRows = Annotated[
    int | None,
    typer.Option("--sample-rows", min=100, help="Rows read of a table too large to be read whole."),
]
Counts = Annotated[
    list[str] | None, typer.Option("--count", help="TABLE=N: make exactly N rows of a table; repeatable.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=MAX_SEED, help="Same plan and seed, same bytes.")]
Rows = Annotated[
    int | None,
    typer.Option("--rows", help="At most so many rows a table, and never more than its source has."),
]
Scale = Annotated[float | None, typer.Option("--scale", help="The source's row counts times this.")]
Append = Annotated[bool, typer.Option("--append", help="Add to the target's rows (default).")]
Replace = Annotated[bool, typer.Option("--replace", help="Replace the target's rows.")]
By = Annotated[str | None, typer.Option("--by", help="Who approves; default: you.")]

UseModel = Annotated[
    str | None,
    typer.Option(
        "--model", help="`rules`, or `gemini` for what measurement leaves open; default: as configured."
    ),
]
Note = Annotated[str, typer.Option("--note", help="Why, for the record.")]

OfProject = Annotated[str, typer.Option("--project", help="Only of this project.")]
InState = Annotated[str, typer.Option("--state", help="Only in this state: published, failed …")]
ByPerson = Annotated[
    str, typer.Option("--by", help="Only started or approved by them; part of a name will do.")
]
Since = Annotated[
    datetime | None, typer.Option("--since", formats=_TIMES, help="Only started then or later, in UTC.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=_TIMES, help="Only started before that, in UTC.")
]
Last = Annotated[int | None, typer.Option("--last", min=1, help="Only so many, the newest.")]


def in_utc(time: datetime | None) -> datetime | None:
    """A time that was given without a zone."""
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time


def parse_counts(counts: Sequence[str] | None) -> dict[str, int]:
    """`TABLE=N` entries as a mapping; the table's name may hold `=`."""
    parsed = {}
    for entry in counts or ():
        table, sign, number = entry.rpartition("=")
        if not sign or not table:
            raise UsageError(f"--count {entry!r} is not of the form TABLE=N.")
        try:
            parsed[table] = int(number)
        except ValueError:
            raise UsageError(f"--count {entry!r}: {number!r} is no whole number.") from None
    return parsed


def parse_mode(append: bool, replace: bool) -> str | None:
    """The way to load, if one was asked for."""
    if append and replace:
        raise UsageError("Give either --append or --replace, not both.")
    return "replace" if replace else "append" if append else None


def parse_tables(names: str) -> list[str]:
    """Names separated by commas."""
    return [name.strip() for name in names.split(",") if name.strip()]
