"""The command `sources`: what there is to read."""

from __future__ import annotations

from typing import Annotated

import typer

from synth_core import api
from synth_core.cli.options import AsJson
from synth_core.cli.output import Output
from synth_core.model.listing import Entry, Listing


def add_commands(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(sources)


def sources(
    address: Annotated[
        str,
        typer.Argument(
            help="bigquery:PROJECT, bigquery:PROJECT.DATASET, gs:// or gs://BUCKET/PREFIX, duckdb:PATH or a folder; "
            "without it your projects."
        ),
    ] = "",
    search: Annotated[str, typer.Option("--search", help="Only names that hold this text.")] = "",
    limit: Annotated[int, typer.Option("--limit", help="Entries of one page.")] = 50,
    page: Annotated[str, typer.Option("--page", help="What the page before ended with.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what can be read: datasets, tables, buckets, files."""
    output = Output(as_json)
    found = api.sources(address, search=search, limit=limit, token=page)
    output.result(found.model_dump(mode="json"))
    if not found.entries:
        output.say(
            f"There is nothing{f' like {search!r}' if search else ''} in {found.place or 'your projects'}."
        )
    columns = _columns(found)
    output.grid(
        found.place or "projects",
        columns,
        [[_cell(entry, column) for column in columns] for entry in found.entries],
        right=("rows", "bytes"),
        whole=("changed",),
    )
    if found.next_token:
        output.say(f"There is more: {found.looked_at:,} were looked at. Go on with --page {found.next_token}")


def _columns(found: Listing) -> list[str]:
    """Those of which something is known."""
    optional = ("rows", "bytes", "changed", "location", "about")
    known = [
        name for name in optional if any(getattr(each, name) not in (None, "") for each in found.entries)
    ]
    return ["name", "kind", *known]


def _cell(entry: Entry, column: str) -> object:
    value = getattr(entry, column)
    if column == "changed" and value is not None:
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else value
