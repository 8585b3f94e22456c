"""The tables of a DuckDB file, at a glance."""

from __future__ import annotations

from pathlib import Path

from synth_core.adapters.duckdb.catalogue import Place, Relation, relations
from synth_core.adapters.duckdb.connection import open_file, translated
from synth_core.adapters.paging import take_sorted
from synth_core.errors import SourceError
from synth_core.model.listing import Entry, EntryKind, Listing


class DuckDBTables:
    """Tables and views of the schema `main`."""

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser().absolute()

    def list(self, *, search: str = "", limit: int = 50, token: str = "") -> Listing:
        """See `Catalogue.list`. Rows are counted, which DuckDB does by its own books; bytes and changes of a table it
        does not tell."""
        with (
            open_file(self._path, read_only=True) as connection,
            translated(SourceError, f"{self._path} can't be read"),
        ):
            catalog = connection.execute("SELECT current_database()").fetchall()[0][0]
            place = Place(connection, catalog, "main")
            found, following, looked_at = take_sorted(
                relations(place), lambda each: search.casefold() in each.name.casefold(), limit, token
            )
            entries = tuple(self._entry(place, each) for each in found)
        return Listing(
            place=f"duckdb:{self._path}", entries=entries, next_token=following, looked_at=looked_at
        )

    def _entry(self, place: Place, relation: Relation) -> Entry:
        rows = None
        if not relation.is_view:
            # A view would have to be run.
            ((rows,),) = place.execute(f"SELECT count(*) FROM {place.name(relation.name)}")
        return Entry(
            kind=EntryKind.VIEW if relation.is_view else EntryKind.TABLE,
            name=relation.name,
            # A selection's names are parted by commas, and spaces around them don't count.
            uri=f"duckdb:{self._path}#{relation.name}"
            if relation.name.strip(" ") == relation.name and "," not in relation.name
            else "",
            rows=rows,
            about=relation.comment,
        )
