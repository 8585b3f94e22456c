"""What `synth quickstart` is given: the whole job as the configuration has it, and a name for what it makes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from synth_core import wiring
from synth_core.api.allowed import check_sources
from synth_core.api.configured import buckets_for, settings_for
from synth_core.api.ground import projects_in
from synth_core.model.places import is_warehouse, parse_place
from synth_core.model.sources import absolute, pattern_of
from synth_core.settings import Settings
from synth_core.settings.job import Job, job_of
from synth_core.stages.describe.mentions import name_without_mentions
from synth_core.stages.gather import by_table, known_tables


def configured_job(*, home: Path | None = None, **given: Any) -> tuple[Settings, Job]:
    """The whole job as the configuration has it, and the parameters that it is made of; those given with the call, by
    name, come first. Raises UsageError where something is missing."""
    settings = settings_for(home, **given)
    return settings, job_of(settings)


def named_tables(settings: Settings, job: Job) -> tuple[dict[str, int], dict[str, str]]:
    """Rows wanted and header files of the job, by the tables' own names. Asks the sources which tables there are, if a
    name has to be understood. Raises UsageError for one that no table has, or that several have."""
    if not job.counts and not job.headers:
        return {}, {}
    sources = [absolute(source) for source in job.sources]
    check_sources(settings, sources, job.only)
    known = known_tables(sources, wiring.open_source, job.only, buckets_for(settings))
    counts = by_table(job.counts, known, partial(_where, settings, "counts"))
    return counts, by_table(job.headers, known, partial(_where, settings, "header_files"))


def _where(settings: Settings, parameter: str, name: str) -> str:
    return f"{settings.origin(f'{parameter}.{name}')}: {parameter}"


def quickstart_name(sources: Sequence[str], *, home: Path | None = None) -> str:
    """A name for a new project over these sources that no other project has."""
    first = pattern_of(sources[0])
    if is_warehouse(first):
        place = parse_place(first)
        first = place.dataset or place.path
    stem = name_without_mentions(Path(first).stem)
    base = "".join(c if c.isalnum() or c in "-_" else "-" for c in stem).strip("-_") or "project"
    taken = set(projects_in(home).names())
    name, number = base, 1
    while name in taken or name.lower() in ("runs", "output"):
        number += 1
        name = f"{base}-{number}"
    return name
