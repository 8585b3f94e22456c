"""Commands that need no project: sniff, relate, generate."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synth_core import api
from synth_core.cli.options import AsJson, Counts, Seed, parse_counts
from synth_core.cli.output import Output, plural
from synth_core.errors import RowsError, SynthError
from synth_core.model.doubts import PLEASE_LOOK
from synth_core.model.written import Format
from synth_core.starting import loading

if TYPE_CHECKING:
    from synth_core.model.dialect import Dialect
    from synth_core.model.project import Column, Link
    from synth_core.stages.describe import Fit
    from synth_core.stages.look import Looked


def add_commands(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(sniff)
    app.command()(relate)
    app.command()(generate)


def sniff(
    files: Annotated[
        list[str], typer.Argument(help="Files to look at, or folders of them; also gs://BUCKET/….")
    ],
    as_json: AsJson = False,
) -> None:
    """Dialect and columns of files."""
    output = Output(as_json)
    entries: list[dict[str, Any]] = []
    for named in files:
        try:
            found, passed_over = api.files_to_look_at(named)
        except SynthError as error:
            entries.append(_unread(output, named, error))
            continue
        for file in found:
            try:
                looked = api.look(file)
            except SynthError as error:
                entries.append(_unread(output, file, error))
                continue
            with loading():
                entries.append(_sniffed(looked))
            _show(output, looked)
        output.findings(passed_over)
    output.result(entries)
    if all("error" in entry for entry in entries):
        raise typer.Exit(1)


def relate(
    source: Annotated[
        list[str], typer.Argument(help="A folder, a file or pattern, `name=PATTERN`, or duckdb:PATH.")
    ],
    sample_rows: Annotated[
        int | None, typer.Option(min=1, help="Look at so many random rows of each table.")
    ] = None,
    hide_names: Annotated[bool, typer.Option(help="Infer without looking at names.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keys and links of tables."""
    output = Output(as_json)
    related = api.relate(source, sample_rows=sample_rows, hide_names=hide_names, progress=output.step)
    links = [link for link in related.links if link.accepted.value and not link.nested]
    inside = [link for link in related.links if link.accepted.value and link.nested]
    output.result(
        {
            "tables": {
                table.name: {
                    "primary_key": list(table.key_columns),
                    "columns": [_column(column) for column in table.columns],
                }
                for table in related.tables
            },
            "rules": [
                {
                    "table": table.name,
                    "rule": str(rule.value),
                    **rule.value.model_dump(mode="json"),
                    "confidence": rule.confidence,
                    "exceptions": rule.exceptions,
                    "evidence": rule.evidence,
                }
                for table in related.tables
                for rule in table.rules
            ],
            "foreign_keys": list(map(_link, links)),
            "nested_links": list(map(_link, inside)),
        }
    )
    output.grid(
        "Primary keys",
        ["table", "rows", "key", "why"],
        [
            (
                t.name,
                t.rows,
                ", ".join(t.key_columns) or "none",
                t.primary_key.evidence if t.primary_key else "",
            )
            for t in related.tables
        ],
        right=["rows"],
    )
    output.say()
    output.grid(
        "Links",
        ["link", "sure", "why"],
        [(str(link), _sure(link.accepted.confidence), link.accepted.evidence) for link in (*links, *inside)],
    )
    rules = [(table.name, rule) for table in related.tables for rule in table.rules]
    if rules:
        output.say()
        output.grid(
            "Rules", ["table", "rule", "why"], [(name, str(r.value), r.evidence) for name, r in rules]
        )
    if not links and not inside:
        output.say("No links between tables were found.")
    output.findings(related.findings)


def generate(
    recipe: Annotated[Path, typer.Argument(help="A recipe file.")],
    out: Annotated[Path, typer.Option(help="Folder for the files, one a table.")],
    file_format: Annotated[Format, typer.Option("--format", help="How the files are written.")] = Format.CSV,
    count: Counts = None,
    seed: Seed = api.DEFAULT_SEED,
    as_json: AsJson = False,
) -> None:
    """Rows from a recipe alone."""
    output = Output(as_json)
    files = api.generate(recipe, out, file_format=file_format, counts=parse_counts(count), seed=seed)
    output.result([file.model_dump() for file in files])
    output.grid("", ["table", "rows", "file"], [(f.table, f.rows, f.path) for f in files], right=["rows"])


def _unread(output: Output, file: str, error: SynthError) -> dict[str, Any]:
    """What an error leaves to say: of a file whose rows can't be read, how they were split."""
    found = error.dialect if isinstance(error, RowsError) else None
    if not output.as_json:
        output.error(str(error) if found is None else f"{error} (Read with {_in_words(found)}.)")
    return {"file": file} | ({} if found is None else _dialect(found)) | {"error": str(error)}


def _sniffed(looked: Looked) -> dict[str, Any]:
    entry: dict[str, Any] = {"file": looked.file}
    if looked.sniffed is not None:
        entry |= _dialect(looked.sniffed.dialect.value)
    return entry | {
        "columns": [
            _column(column) | _fit(fit)
            for column, fit in zip_longest(looked.columns, looked.fits)
            if column is not None
        ],
        "confidence": round(looked.confidence, 3),
    }


def _fit(fit: Fit | None) -> dict[str, Any]:
    return {"share": fit.share, "others": list(fit.others)} if fit is not None else {}


def _sure(confidence: float) -> str:
    return f"{confidence:.0%}" + (", please look" if confidence < PLEASE_LOOK else "")


def _dialect(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quotechar,
        "escapechar": dialect.escapechar,
        "initial_space": dialect.initial_space,
        "encoding": dialect.encoding,
        "compression": dialect.compression,
        "skip_rows": dialect.skip_rows,
        "header_rows": dialect.header_rows,
        "footer_rows": len(dialect.footer),
        "null_tokens": list(dialect.null_tokens),
        "decimal": dialect.decimal,
        "thousands": dialect.thousands,
    }


def _in_words(dialect: Dialect) -> str:
    return (
        f"delimiter {dialect.delimiter!r}, quote {dialect.quotechar!r}, {dialect.encoding}, "
        f"{plural(dialect.skip_rows, 'line')} above, {plural(dialect.header_rows, 'header row')}, "
        f"{plural(len(dialect.footer), 'footer row')}"
    )


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": str(column.type.value),
        "mode": column.mode.value.value,
        "meaning": column.meaning.value,
        "personal": column.personal.value,
        "format": column.format,
        "confidence": round(column.type.confidence, 3),
        "please_look": min(column.type.confidence, column.personal.confidence) < PLEASE_LOOK,
        "evidence": column.type.evidence,
    }


def _personal(column: Column) -> str:
    said = ["yes"] if column.personal.value else []
    return ", ".join(said + ["please look"] * (column.personal.confidence < PLEASE_LOOK))


def _show(output: Output, looked: Looked) -> None:
    output.say(looked.file, "bold")
    if looked.sniffed is not None:
        found = looked.sniffed.dialect
        output.say(f"  {_in_words(found.value)} ({found.confidence:.0%} sure)")
        output.say(f"  {found.evidence}", "dim")
    output.grid(
        "",
        ["column", "type", "meaning", "personal", "sure", "why"],
        [
            (
                column.name,
                f"{column.type.value}{' REPEATED' if column.mode.value.value == 'REPEATED' else ''}",
                column.meaning.value,
                _personal(column),
                _sure(column.type.confidence),
                column.type.evidence,
            )
            for column in looked.columns
        ],
    )
    output.findings(looked.findings)
    output.say()


def _link(link: Link) -> dict[str, Any]:
    """A link as JSON; the column of one from inside of a nested column is a path."""
    return {
        "table": link.table,
        "columns": list(link.columns),
        "ref_table": link.ref_table,
        "ref_columns": list(link.ref_columns),
        "confidence": link.accepted.confidence,
        "please_look": link.accepted.confidence < PLEASE_LOOK,
        "evidence": link.accepted.evidence,
    }
