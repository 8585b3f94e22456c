"""Looking around: what there is to read."""

from __future__ import annotations

from pathlib import Path

from synth_core import wiring
from synth_core.api.ground import settings_for
from synth_core.errors import UsageError
from synth_core.model.listing import Listing

MAX_PAGE = 1000


def sources(
    address: str = "", *, search: str = "", limit: int = 50, token: str = "", home: Path | None = None
) -> Listing:
    """A page of what is at an address: without one the caller's projects, in `bigquery:PROJECT` its datasets, in
    `bigquery:PROJECT.DATASET` its tables, in `gs://` the buckets of the project that is set, in `gs://BUCKET/PREFIX`
    folders and objects, in `duckdb:PATH` tables, in a folder files. Nothing of it is billed.

    `search` keeps names that hold it, in any case; `token` is the `next_token` of the page before. Raises SourceError
    where the place can't be listed.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise UsageError(f"A page has between 1 and {MAX_PAGE:,} entries, not {limit:,}.")
    catalogue = wiring.open_catalogue(address, settings_for(home).project)
    return catalogue.list(search=search, limit=limit, token=token)
