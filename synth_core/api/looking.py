"""Looking around: what there is to read, and what is missing for the job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synth_core import wiring
from synth_core.api.allowed import check_sources
from synth_core.api.configured import buckets_for, settings_for, store_of
from synth_core.checkup import Result, examine, examine_machine, examine_service, wanted_from
from synth_core.errors import UsageError
from synth_core.model.allowed import Pattern, is_allowed, parse_pattern
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.listing import Entry, EntryKind, Listing
from synth_core.settings.hosting import is_hosted
from synth_core.settings.shown import ShownParameter, shown_parameters
from synth_core.stages.look import glance

MAX_PAGE = 1000
_READABLE = (EntryKind.TABLE, EntryKind.VIEW, EntryKind.EXTERNAL, EntryKind.FILE)


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
    settings = settings_for(home)
    catalogue = wiring.open_catalogue(address, settings.project)
    found = catalogue.list(search=search, limit=limit, token=token)
    if not settings.allowed_sources:
        return found
    patterns = [parse_pattern(each) for each in settings.allowed_sources]
    return found.model_copy(update={"entries": tuple(_marked(each, patterns) for each in found.entries)})


def _marked(entry: Entry, patterns: Sequence[Pattern]) -> Entry:
    """An entry that may not be read says so."""
    if entry.kind not in _READABLE or not entry.uri or is_allowed(entry.uri, patterns):
        return entry
    return entry.model_copy(update={"about": "may not be read: it is not among allowed_sources"})


def dialect_of(file: str, *, home: Path | None = None) -> Inferred[Dialect] | None:
    """How a file of a listing is written, from a small part of it: a path, or an address in Cloud Storage. None for one
    that declares its own layout. Raises SourceError where it can't be told."""
    settings = settings_for(home)
    check_sources(settings, [file])
    return glance(file, buckets_for(settings))


def doctor(
    *, source: Sequence[str] = (), target: str = "", model: str = "", home: Path | None = None
) -> list[Result]:
    """What the job needs of this machine and of Google Cloud, and whether it is there. Source, target and model replace
    those of the configuration. Nothing is billed; in an existing target dataset an empty table is made and taken away.
    """
    settings = settings_for(home, source=tuple(source) or None, target=target or None, model=model or None)
    wanted = wanted_from(settings)
    if not wanted.is_local and not settings.project:
        wanted = wanted_from(settings, wiring.default_project())
    found = [*examine_machine(settings.home), *examine(wanted, wiring.open_probes(wanted))]
    return [*found, *service_checks(home=home)] if is_hosted() or settings.identity != "local" else found


def service_checks(*, home: Path | None = None) -> list[Result]:
    """What the review app needs where it is served: a store that can be written, somebody who says who is there, and
    room for the files of runs. The server looks before it begins."""
    settings = settings_for(home)
    return list(examine_service(settings, store_of(settings)))


def configuration(*, home: Path | None = None) -> list[ShownParameter]:
    """Every parameter, its value, and where that comes from; credentials are masked."""
    return shown_parameters(settings_for(home))
